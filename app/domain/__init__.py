"""The rules. Pure: no bytes, no store, no clock, no randomness; what they need is handed to them.

- One noun, one file, five parts in this order: commands · facts · changes · rules · decide.
- `decide(command, facts, who, now)` answers the changes to record, or a `Refused`; it never raises for what a person asks.
- `status.py` is the one place that says whether somebody is qualified.
"""
