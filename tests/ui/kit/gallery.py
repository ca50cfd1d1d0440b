"""Every widget of the kit on one page, for the tests that look at all of them, and for pictures.

`python -m tests.ui.kit.gallery FOLDER` saves it in each theme and text size.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from ui.kit.badge import Avatar, Pill, Tag
from ui.kit.banner import Banner
from ui.kit.blocks import Diff, Event, Fact, Facts, SignatureBlock, Timeline
from ui.kit.buttons import Chip, button, icon_button, segments, tabs
from ui.kit.days import DayEdit
from ui.kit.dialog import Dialog
from ui.kit.editors import Choice, SearchEdit, TextArea
from ui.kit.fields import CodeEntry, Field
from ui.kit.flow import FlowLayout, Scroll
from ui.kit.layout import STRETCH, card, column, hline, holder, inset, plate, row, sized, vline
from ui.kit.lines import LineEdit, Password
from ui.kit.logo import Logo
from ui.kit.panel import Beside, Panel
from ui.kit.progress import Progress
from ui.kit.shapes import KEYS, StatusShape
from ui.kit.states import States
from ui.kit.table import Cell, Column, Table
from ui.kit.text import label
from ui.kit.ticks import Check, Radio
from ui.kit.tokens import set_theme

NASTY = "<b>Bold</b> & <img src=x> \u202eevil\u2066 " + "x" * 300
"""What a person might call themselves: markup, an ampersand, marks of direction, and 300 letters."""


def people(count: int = 40, name: str = "Person {}") -> Table:
    """A list with every kind of cell."""
    made = Table(
        "People",
        [
            Column(key="name", title="Name", width=220, frozen=True),
            Column(key="status", title="Status", width=170),
            Column(key="change", title="Old → new", width=200, stretch=True),
            Column(key="until", title="Valid until", width=130, align="right"),
        ],
        "people",
        row=46,
    )
    made.set_rows([(f"p{i}", cells(i, name.format(i))) for i in range(count)])
    return made


def cells(i: int, name: str) -> tuple[Cell, ...]:
    """One row."""
    return (
        Cell(text=name, sub=f"LEI-204{i:02}", avatar=name, weight=500),
        Cell(pill=KEYS[i % 8]),
        Cell(old="Waits for assessor", text="Qualified", icon="pencil"),
        Cell(text=f"{i % 28 + 1} Nov 2026", status=KEYS[i % 8]),
    )


def controls() -> QWidget:
    """Buttons, chips, pills, fields."""
    off = button("Not yet")
    off.setEnabled(False)
    wrong = Field("One-time code", CodeEntry(), "Six digits from your authenticator")
    wrong.editor.count_down(lambda: 12)  # type: ignore[attr-defined]
    bad = Field("Department", Choice([("a", "Aseptic filling"), ("b", "Formulation")], "a"))
    bad.set_error("Choose the department that the person works in.")
    kinds = FlowLayout(
        button("Primary", "primary"),
        button("Secondary"),
        button("Sign as Assessed", "sign", "signature"),
        button("Report it", "danger", "shield-alert"),
        button("Ghost", "ghost"),
        button("A link", "link"),
        off,
        icon_button("ellipsis", "More", "Shift+F10"),
    )
    filters = FlowLayout(
        sized(SearchEdit("Filter by name"), width=200),
        Chip("Person: any"),
        segments("Rows", [("c", "Compact"), ("m", "Comfortable")], "m"),
        *(Pill(key) for key in KEYS),
        Tag("LEI-20417", mono=True),
        Tag("Draft", "warn", "pencil"),
        StatusShape("over"),
        Avatar("Kwame Mensah"),
        Logo(),
    )
    fields = row(
        (Field("User ID", LineEdit("s.bakker"), optional="as on your badge"), 1),
        (Field("Password", Password()), 1),
        (Field("Day", DayEdit("2026-11-17")), 1),
        gap=12,
    )
    more = row((bad, 1), (wrong, 1), (Field("Reason", TextArea("", "Why", 2)), 1), gap=12)
    ticks = row(
        Check("Only overdue", checked=True),
        Check("Also gone"),
        Radio("Competent"),
        Radio("Not yet", checked=True),
        STRETCH,
    )
    return card(label("Controls", "h3"), kinds, filters, fields, more, ticks, gap=12)


def signature() -> SignatureBlock:
    """A signature as it was made."""
    return SignatureBlock(
        "Trained",
        "16 Nov 2026, 15:41:08 CET",
        "Kwame Mensah",
        "LEI-20417 · device LEI-FILL-K2 · signed offline",
        "I was trained on OJT-0230 v4 and performed all 9 steps myself.",
        "a41c 88f0 2be7",
    )


def panel() -> Panel:
    """A detail panel with everything in it."""
    made = Panel("Record")
    made.set_head(
        "Isolator H₂O₂ cycle",
        "OJT-0230 v4 · 2 of 3 signatures",
        [icon_button("external-link", "Open", "Enter")],
    )
    facts = Facts(
        [("For", "Kwame Mensah"), Fact(name="Fingerprint", value="4be1f09a 77c2d358", mono=True, sub="SHA-256")]
    )
    line = Timeline(
        [
            Event(title="Training assigned", text="12 Nov 2026, 08:10 CET · by Bram van Leeuwen"),
            ("sign", signature()),
            Event(
                title="Waiting for an assessor’s signature", text="A third person.", status="sign", tone="sign"
            ),
        ]
    )
    made.set_body(holder(column(inset(facts), Diff("Present", "Left at 10:40", "Attendance"), line, gap=12)))
    made.set_foot(hline(), label("These 5 entries verify", "dense", "text2"))
    return made


def gallery() -> QWidget:
    """The page."""
    verified = Banner(
        "ok",
        "shield-check",
        "History verifies: all 48,211 entries are complete and unchanged",
        "Checked 17 Nov 2026, 14:30:04 CET on this device in 3.2 s, against the head sealed by the server at 14:30.",
        [button("Verify now", "primary", "shield-check")],
    )
    reading = Progress("Reading people")
    reading.show_done(1_184, 48_211)
    left = column(
        label("Every widget of the kit", "h1"),
        label(
            "A subtitle that says which part of the site is shown, and wraps where it must",
            "dense",
            "text2",
            wrap=True,
        ),
        controls(),
        verified,
        row(
            tabs("Parts", [("q", "Qualifications  46"), ("o", "OJT checklists  9")]),
            vline(),
            (reading, 1),
            gap=16,
        ),
        (
            plate(
                States(people()),
                hline(),
                holder(row(label("40 people", "dense", "text2"), margins=(16, 10, 16, 10))),
            ),
            1,
        ),
        gap=12,
    )
    page = holder(column((Beside(Scroll(holder(left), "Gallery"), panel()), 1), margins=24), "bg")
    page.setWindowTitle("Gallery")
    return page


def question(parent: QWidget) -> Dialog:
    """A dialog with fields."""
    made = Dialog(parent, "Sign as Assessed", "Signature 3 of 3.", "signature", tone="sign", width=720)
    facts = inset(Facts([("For", "Kwame Mensah"), ("Contains", "9 of 9 steps passed")]))
    fields = holder(column(Field("Password", Password(), "You signed in at 13:05."), STRETCH))
    made.set_body(holder(row((facts, 1), (fields, 1), gap=24)))
    sign = button("Sign as Assessed", "sign", "signature", "l")
    made.set_foot(
        "Your electronic signature is the legal equivalent of your handwritten one.",
        [button("Cancel", size="l"), sign],
    )
    return made


def main(folder: Path) -> None:
    """Save the pictures."""
    application = QApplication(sys.argv)
    for name, size in (
        ("light", 1.0),
        ("dark", 1.0),
        ("contrast", 1.0),
        ("light", 1.5),
        ("dark", 1.5),
        ("light", 0.9),
    ):
        set_theme(name, size)
        page = gallery()
        page.resize(1440, 960)
        page.show()
        dialog = question(page)
        for _ in range(8):
            application.processEvents()
        page.grab().save(str(folder / f"gallery_{name}_{round(size * 100)}.png"))
        dialog.open()
        for _ in range(8):
            application.processEvents()
        page.grab().save(str(folder / f"scrim_{name}_{round(size * 100)}.png"))
        dialog.grab().save(str(folder / f"dialog_{name}_{round(size * 100)}.png"))
        dialog.done(0)
        page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
