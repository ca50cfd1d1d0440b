"""Sync and devices: what waits here, what a centre received, how far every device's log is held."""
