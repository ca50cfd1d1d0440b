"""Benchmarks: ours beside a floor or a peer, both sides in one run, medians of interleaved rounds.

Run one with `python -m tests.bench.<name>`, all of them with `countersign bench`. Never part of the tests' verdict.
"""
