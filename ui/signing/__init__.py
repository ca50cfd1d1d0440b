"""Signing: the one dialog in which anybody signs anything (ux §5, §8, §10; decision 32)."""
