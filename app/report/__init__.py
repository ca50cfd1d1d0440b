"""Paper: pure functions of views; knows no SQL and no command (architecture §3)."""
