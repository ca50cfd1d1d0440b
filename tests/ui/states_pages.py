"""The states of documents, history, reports, sync and settings, as somebody at the window brings them about.

- `STATES` names each: which site it needs (`sound`, or a copy damaged in one way), and what is done there.
- `python -m tests.ui.states DEMO OUT [STATE …]` draws them in every look and room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from app.base.faults import Fault
from app.base.say import say
from app.wiring.embedded import start_embedded
from app.work.clocks import SystemClock
from app.work.demo.stage import Stage
from app.work.handout import Proof
from app.work.waiting import SyncShown, sync_shown
from tests.ui.opened import Opened
from tests.ui.waiting import pause, until
from ui.documents.document import DocumentPage
from ui.documents.page import DocumentsPage
from ui.history.page import HistoryView
from ui.history.verify import AskPassword
from ui.page import Page
from ui.reports.page import ReportsPage
from ui.settings.page import Settings
from ui.sync.page import SyncPage

SOP, QA, LEARNER = "countersign:document/SOP-0142", "muphaus", "HB10032"
P = TypeVar("P", bound=Page)


class Scene(NamedTuple):
    """The window, and the site behind it."""

    made: Opened
    stage: Stage


Act = Callable[[Scene], object]


def at(scene: Scene, kind: type[P], address: str) -> P:
    """The page of a kind at an address."""
    page = scene.made.go(address)
    assert isinstance(page, kind)
    return page


# ---- documents


def documents(scene: Scene, state: str = "", text: str = "", row: str = "") -> None:
    """The list, filtered."""
    page = at(scene, DocumentsPage, "countersign:documents")
    page.filters.restore({"state": state})
    page.filters.text.setText(text)
    page.refresh()
    scene.made.settle()
    pause(200)
    scene.made.settle()
    if row:
        page.table.select(row)
        page.table.grid.setFocus()


def documents_loading(scene: Scene) -> None:
    """The register takes its time."""
    page = at(scene, DocumentsPage, "countersign:documents")
    page.states.show_loading("Reading the register of documents", 1_200, 4_000)
    pause(400)


def documents_error(scene: Scene) -> None:
    """The register could not be read again."""
    page = at(scene, DocumentsPage, "countersign:documents")
    page._failed(Fault("disk.full"))


def document(scene: Scene, address: str = SOP, tab: str = "") -> None:
    """One document."""
    page = at(scene, DocumentPage, address)
    if tab:
        page.overview.tabs.set_value(tab)
        page.overview._turn_tab(tab)
    else:
        page.overview.tabs.set_value("versions")
        page.overview._turn_tab("versions")
    scene.made.settle()


def document_panel(scene: Scene) -> Callable[[], object]:
    """A version, chosen and shown beside."""
    document(scene)
    page = scene.made.page()
    assert isinstance(page, DocumentPage)
    page.overview.versions.grid.setFocus()
    page.overview.panel.show()
    return page.overview.panel.show


def _opened_file(scene: Scene) -> DocumentPage:
    scene.made.go(SOP)
    page = at(scene, DocumentPage, f"{SOP}/6.0")
    until(lambda: not page.reading.viewer.sheet.is_empty())
    return page


def reading(scene: Scene) -> None:
    """A version's file."""
    _opened_file(scene)


def reading_waits(scene: Scene) -> None:
    """The file is being opened."""
    page = _opened_file(scene)
    page.reading.viewer.wait_for("Checking the file against the register …")


def reading_broken(scene: Scene) -> None:
    """The file is no PDF that can be read."""
    page = _opened_file(scene)
    page.reading.viewer._refused("broken", 0)


# ---- history


def history(
    scene: Scene, noun: str = "", text: str = "", row: int = -1, when: str = ""
) -> Callable[[], object] | None:
    """The list, filtered; an entry shown beside it."""
    page = at(scene, HistoryView, "countersign:history")
    page.filters.restore({"noun": noun, "when": when})
    page.filters.text.setText(text)
    page.filters._tell()
    scene.made.settle()
    pause(250)
    scene.made.settle()
    found = page.table.rows.source.row(row) if row >= 0 else None
    if found:
        page.table.select(found[0])
        page.table.grid.setFocus()
        page.table.opened.emit(found[0])
        scene.made.settle()
        pause(200)
        scene.made.settle()
    return page.aside.open if found else None


def listed(scene: Scene) -> HistoryView:
    """The whole list."""
    history(scene)
    page = scene.made.page()
    assert isinstance(page, HistoryView)
    return page


def history_asked(scene: Scene) -> None:
    """The password is asked."""
    listed(scene).standing.verify()
    pause(100)


def history_runs(scene: Scene) -> None:
    """A verification is under way."""
    _close_dialogs()
    page = listed(scene)
    page.standing._show_progress("Verifying entries and signatures", 2_112, 3_393)


def history_wrong(scene: Scene) -> None:
    """The password was another one."""
    page = listed(scene)
    page.standing._show_fault(Fault("login.failed"))


def history_verified(scene: Scene) -> None:
    """Verified now, whatever came of it."""
    page = listed(scene)
    page.standing.verify()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, AskPassword)
    given = scene.stage.cast.typed(QA)
    dialog.user.setText(given.user)
    dialog.password.setText(given.password)
    dialog.go.click()
    until(lambda: not page.standing.verifying.runs, 180_000)
    scene.made.settle()
    pause(300)
    scene.made.settle()


def _close_dialogs() -> None:
    for each in QApplication.topLevelWidgets():
        if isinstance(each, AskPassword):
            each.reject()


# ---- reports


def form(scene: Scene, number: str = LEARNER) -> ReportsPage:
    """The form."""
    page = at(scene, ReportsPage, f"countersign:reports/{number}" if number else "countersign:reports")
    page.ask_anew(number)
    scene.made.settle()
    pause(300)
    scene.made.settle()
    return page


def report(scene: Scene) -> ReportsPage:
    """A report, previewed."""
    page = form(scene)
    page.make()
    until(lambda: page.made is not None and not page.viewer.sheet.is_empty())
    scene.made.settle()
    return page


def report_waits(scene: Scene) -> None:
    """A report is being made."""
    page = form(scene)
    page.go.setEnabled(False)
    page.viewer.wait_for("Drawing, sealing and checking the report …")


def report_failed(scene: Scene) -> None:
    """A report could not be made."""
    form(scene)._failed(Fault("disk.full"))


def report_saved(scene: Scene) -> None:
    """A report was saved, and checked where it lies."""
    page = report(scene)
    page.ways.save_to(scene.stage.cast.folder / "file.pdf")
    scene.made.settle()


def report_unsaved(scene: Scene) -> None:
    """The folder is not there."""
    page = report(scene)
    page.ways.save_to(Path("/nowhere/at-all/file.pdf"))
    scene.made.settle()


def report_unsound(scene: Scene) -> None:
    """The file does not verify."""
    page = report(scene)
    words = "The seal does not belong to these bytes."
    page.result.show_proof(
        Proof(first_use=False, findings=(("SEAL_BAD", words), ("EVIDENCE_DIFF", words))), "x"
    )


def report_prints(scene: Scene) -> None:
    """Pages go to a printer."""
    page = report(scene)
    page.foot.progress.show()
    page.foot.progress.show_done(3, 12)


# ---- sync


def sync(scene: Scene, address: str = "") -> SyncPage:
    """The page, as it is; with the demo's authority where an address is given."""
    page = at(scene, SyncPage, "countersign:sync")
    if address:
        page.where.setText(address)
        page.authority.setText(str(scene.stage.cast.folder / "centre" / "ca.pem"))
    scene.made.settle()
    return page


def sync_unlinked(scene: Scene) -> None:
    """No centre is recorded."""
    page = sync(scene)
    told = scene.made.desk.office and sync_shown(scene.made.desk.office)
    assert isinstance(told, SyncShown)
    page._show(replace(told, centres=(), received=0, provisional=0))
    page.where.clear()
    page.authority.clear()


def sync_needs(scene: Scene) -> None:
    """Asked to send to nowhere."""
    page = sync(scene)
    page.where.clear()
    page.send_now()


def sync_runs(scene: Scene) -> None:
    """A meeting is under way."""
    page = sync(scene, "https://localhost:1")
    page.progress.show_done(1_200, 3_393, "Sending and receiving")
    page.progress.show()
    page.send.setEnabled(False)
    page.test.setEnabled(False)


def sync_away(scene: Scene) -> None:
    """The centre can't be reached."""
    page = sync(scene, "https://localhost:1")
    page._over()
    page.send_now()
    until(page.send.isEnabled)
    scene.made.settle()


def sync_sent(scene: Scene, other: str = "") -> None:
    """Sent to the demo's centre; or to one whose authority is another."""
    centre = start_embedded(
        scene.stage.cast.folder / (other or "centre"), "centre.example", "eu", SystemClock("Europe/Amsterdam")
    )
    try:
        page = sync(scene, centre.address)
        page.send_now()
        until(page.send.isEnabled)
        scene.made.settle()
        pause(200)
    finally:
        centre.stop()


def sync_quarantine(scene: Scene) -> None:
    """Something contradicts what is held here."""
    page = sync(scene)
    page.banner.set_kind("bad", "cloud-alert")
    page.banner.set(say("ui.sync.quarantine"), say("ui.sync.quarantine.text", {"n": 2}))


def settings(scene: Scene) -> None:
    """The settings."""
    at(scene, Settings, "countersign:settings")


STATES: Mapping[str, tuple[str, Act]] = {
    "documents": ("sound", partial(documents, row="SOP-0142")),
    "documents-filtered": ("sound", partial(documents, state="ended")),
    "documents-none": ("sound", partial(documents, text="zzzz", state="draft")),
    "documents-loading": ("sound", documents_loading),
    "documents-error": ("sound", documents_error),
    "document": ("sound", document),
    "document-jobs": ("sound", partial(document, tab="jobs")),
    "document-panel": ("sound", document_panel),
    "document-unknown": ("sound", partial(document, address="countersign:document/SOP-9999")),
    "reading": ("sound", reading),
    "reading-waits": ("sound", reading_waits),
    "reading-broken": ("sound", reading_broken),
    "reading-changed": ("files", partial(document, address=f"{SOP}/6.0")),
    "history": ("sound", history),
    "history-entry": ("sound", partial(history, noun="person", row=0)),
    "history-signed": ("sound", partial(history, noun="record", row=0)),
    "history-filtered": ("sound", partial(history, text="Barad", when="30")),
    "history-none": ("sound", partial(history, text="zzzz")),
    "history-asked": ("sound", history_asked),
    "history-runs": ("sound", history_runs),
    "history-wrong": ("sound", history_wrong),
    "history-verified": ("sound", history_verified),
    "history-diff": ("row", history_verified),
    "history-broken": ("chain", history_verified),
    "history-file": ("file", history_verified),
    "history-held": ("held", history),
    "reports": ("sound", partial(form, number="")),
    "reports-person": ("sound", form),
    "reports-nobody": ("sound", partial(form, number="zzzz")),
    "reports-waits": ("sound", report_waits),
    "reports-failed": ("sound", report_failed),
    "report": ("sound", report),
    "report-saved": ("sound", report_saved),
    "report-unsaved": ("sound", report_unsaved),
    "report-unsound": ("sound", report_unsound),
    "report-prints": ("sound", report_prints),
    "sync": ("sound", sync),
    "sync-unlinked": ("sound", sync_unlinked),
    "sync-needs": ("sound", sync_needs),
    "sync-runs": ("sound", sync_runs),
    "sync-away": ("sound", sync_away),
    "sync-other": ("sound", partial(sync_sent, other="other")),
    "sync-sent": ("sound", sync_sent),
    "sync-quarantine": ("sound", sync_quarantine),
    "settings": ("sound", settings),
}
"""The site that a state needs (see `tests.ui.states`), and how it is brought about."""
