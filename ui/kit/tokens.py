"""What a page needs of the tokens: `px`, the theme in use and the one way to change it.

- `set_theme` restyles the application first and tells painted widgets after, so that they measure the new fonts.
"""

from __future__ import annotations

from ui.kit.palette import Theme, Themed, adopt, px, theme, themed, tokens
from ui.kit.sheet import restyle

__all__ = ["Theme", "Themed", "px", "set_theme", "theme", "themed", "tokens"]


def set_theme(name: str, size: float = 1.0) -> None:
    """Show the window in the theme `name` (light, dark, contrast) at the text size `size` (0.9 to 1.5)."""
    adopt(name, size)
    restyle()
    themed.changed.emit()
