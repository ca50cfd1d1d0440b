"""The change history: every entry, what it changed and why; and whether all of it verifies."""
