"""The card on top of a document: title, number, the version in force and the one that comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy

from app.base.say import say
from app.work.shelf import DocumentShown, VersionShown
from ui.documents.words import local_day, short_print
from ui.kit.badge import Tag
from ui.kit.flow import FlowLayout
from ui.kit.icons import Icon
from ui.kit.layout import column, holder, row
from ui.kit.text import label


class Head(QFrame):
    """The card."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("k", "card")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.title = label("", "h1", wrap=True, select=True)
        self.sub = label("", "dense", "text2", wrap=True, select=True)
        self.number = Tag("", mono=True)
        self.now, self.after = Tag(""), Tag("", "accent")
        self._arrow = Icon("arrow-right", 16, "text3")
        tags = holder(FlowLayout(self.number, self.now, self._arrow, self.after))
        icon = (Icon("file-text", 28, "text2"), Qt.AlignmentFlag.AlignTop)
        self.setLayout(
            row(icon, (column(self.title, tags, self.sub, gap=6), 1), gap=12, margins=(20, 16, 16, 14))
        )

    def show_document(self, found: DocumentShown, zone: str) -> None:
        """Say what it is."""
        self.title.set_text(found.title)
        self.number.set_text(found.number)
        now = next((one for one in found.versions if one.force == "in_force"), None)
        later = [one for one in found.versions if one.force == "ahead"]
        self.now.set_text(say("ui.document.now", {"ver": now.ver}) if now else say("ui.document.now.none"))
        ahead = later[-1] if later else None
        self._arrow.setVisible(ahead is not None)
        self.after.setVisible(ahead is not None)
        if ahead is not None:
            about = {"ver": ahead.ver, "day": local_day(ahead.effective, zone)}
            self.after.set_text(say("ui.document.next", about))
        self.sub.set_text(" · ".join(_parts(found, now or found.versions[0])))


def _parts(found: DocumentShown, version: VersionShown) -> list[str]:
    owner = (
        say("ui.document.owner", {"name": version.owner}) if version.owner else say("ui.document.owner.none")
    )
    where = version.dept or say("ui.documents.whole_site")
    asked = say("ui.document.asked", {"n": len(found.asked_by)}) if found.asked_by else ""
    print_ = say("ui.document.print", {"print": short_print(version.sha256)}) if version.sha256 else ""
    return [part for part in (owner, where, version.type, asked, print_) if part]
