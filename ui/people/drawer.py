"""A page with its panel: beside it where there is room; as a drawer it stays shut until somebody opens it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.kit.panel import ROOM, Beside, Panel


class Drawer(Beside):
    """`Beside`, whose panel shuts when it becomes a drawer and comes back when there is room again."""

    def __init__(
        self, content: QWidget, panel: Panel, *, room: int = ROOM, over: QWidget | None = None
    ) -> None:
        self._was_over: bool | None = None
        super().__init__(content, panel, room=room, over=over)

    def hasHeightForWidth(self) -> bool:
        """Its tables take the height that is left; the words in it ask for none."""
        return False

    def _place(self) -> None:
        """Shut or open when the kind of place changes."""
        super()._place()
        over = self.is_drawer()
        if over != self._was_over:
            self._was_over = over
            self.panel.setVisible(not over)
