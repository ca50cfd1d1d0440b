"""Words that every floor shares. Imports nothing from the other floors."""
