"""What the tests of records do on a screen: begin one, go on to its signature, look at what was recorded."""

from __future__ import annotations

from app.store import state
from tests.ui.signing.onscreen import Screen, button, click
from tests.work.onstage import LEARNER_NUMBER
from tests.work.seeing import entries
from ui.records.add import AddDialog, add_record
from ui.signing.dialog import SignDialog


def begin(there: Screen, code: str) -> AddDialog:
    """The window of a new record of the learner."""
    add_record(there.desk, there.page, LEARNER_NUMBER, code)
    return there.dialog(AddDialog)


def go_on(there: Screen, dialog: AddDialog) -> SignDialog:
    """On to the trainee's signature."""
    click(button(dialog, "Go on to the signature"))
    return there.dialog(SignDialog)


def newest(there: Screen) -> dict[str, object]:
    """The record that was signed last."""
    there.rest()
    id = next(one.ent.id for one in reversed(entries(there.office)) if one.act == "record.sign")
    with there.office.store.read() as tx:
        return dict(state.row(tx, "record", id) or {})


def complete(there: Screen) -> str:
    """A record that the demo left complete."""
    return [one.ent.id for one in entries(there.office) if one.act == "record.sign"][-1]
