"""`python -m ui`: the window as a process of its own.

- Nothing is collected until the first paint: what is made before it stays, and Qt's classes are many (the keeper of the
  door switches it on again).
"""

from __future__ import annotations

import gc
import sys

gc.disable()

from ui.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
