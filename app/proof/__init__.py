"""Why it can be believed: bytes in, verdicts out; knows no domain noun."""
