"""Type: the roles of the design in Inter and JetBrains Mono, which come with the product.

- Sizes are the design's at the text size in use; 12 is the floor of the design.
- Digits stand in columns (`tnum`); ligatures are off in mono, where each character counts.
- The faces of other scripts are loaded after the first paint, when nobody waits.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

from app.base.say import RESOURCES
from ui.kit.palette import theme, tokens

BODY, MONO = "Inter", "JetBrains Mono"
OTHERS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Noto Sans SC",
)
"""Families for what Inter lacks, in the order in which they are asked."""

_loaded: set[str] = set()


def load(*, others: bool = False) -> None:
    """Make the product's faces known to Qt; with `others` those of other scripts too. Safe to call again."""
    wanted = ("Inter-*.otf", "JetBrainsMono-*.ttf", *(("Noto*-Regular.ttf",) if others else ()))
    for pattern in wanted:
        if pattern not in _loaded:
            _loaded.add(pattern)
            for file in sorted((RESOURCES / "fonts").glob(pattern)):
                QFontDatabase.addApplicationFont(str(file))


def font(role: str = "body", *, mono: bool = False, weight: int | None = None) -> QFont:
    """The font of a role (display h1 h2 h3 body strong dense caption mono) at the text size in use."""
    return QFont(_font(role, mono or role == "mono", weight, theme().size))


@lru_cache(maxsize=256)
def _font(role: str, mono: bool, weight: int | None, size: float) -> QFont:  # noqa: FBT001
    spec = tokens()["type"][role]
    made = QFont()
    made.setFamilies([MONO if mono else BODY, *OTHERS])
    made.setPixelSize(max(1, int(spec["px"] * size + 0.5)))
    made.setWeight(QFont.Weight(weight or spec["weight"]))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spec.get("tracking", 0) / 100 * size)
    for tag, on in (("liga", 0), ("calt", 0)) if mono else (("tnum", 1),):
        made.setFeature(QFont.Tag(tag), on)
    return made


def metrics(role: str = "body", *, mono: bool = False, weight: int | None = None) -> QFontMetrics:
    """The measures of a role's font."""
    return QFontMetrics(font(role, mono=mono, weight=weight))
