"""PySide's other way of writing (`__feature__`) is not used here, so nothing is searched for it.

- To know who uses it, PySide reads the source of every module that is imported and keeps it: a fifth of the time that the
  program needs to load, and 23 MB. What it does not find it leaves as it is.
"""

from __future__ import annotations

import sys

ASKS = "_mod_uses_pyside"


def search_nothing() -> None:
    """Answer for each module that it does not use it. Does nothing with a PySide that does not ask."""
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, ASKS):
        setattr(feature, ASKS, lambda _module: False)
