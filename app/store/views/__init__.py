"""Frozen read models for screens and reports: read once, in one transaction, then only looked at."""
