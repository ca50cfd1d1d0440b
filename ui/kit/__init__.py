"""What every page is built of: tokens, type, icons, controls, table, dialog frame.

- The kit knows no noun of the trade: it gets words and keys, and paints or lays them out.
- Text that a person may have written is shown as it is, never read as markup.
"""
