"""One call of the command: its options, who is signed in for it, and how an answer or a failure is told.

- Exit codes: 0 fine, 1 findings or refused, 2 can't decide, 3 usage (contract in decisions.md).
- A verb's answer is its members; `exit` is its code, `text` its lines for people.
- Whoever was signed in is signed out whatever happens, and the place is given up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Json, Refused
from app.wiring.desktop import Place, open_site, place_of
from app.wiring.terminal import FOUND, OK, UNDECIDED, USAGE, Terminal
from app.work.login import sign_out
from app.work.office import Office

Answer = dict[str, Json] | Refused

MISUSED = (
    "terminal.bad_instant",
    "terminal.bad_line",
    "terminal.no_way",
    "feed.kind",
    "bench.none",
    "site.names",
    "site.zone",
    "centre.name",
    "centre.listen",
    "centre.plain",
    "device.no_log",
    "centre.told_password",
    "centre.needs_certificate",
    "keys.which",
)
"""Faults of the command line itself."""

UNDECIDABLE = (
    "secrets.",
    "secret_file.",
    "keyring.",
    "terminal.",
    "store.hold",
    "store.missing",
    "store.unreadable",
    "feed.missing",
    "feed.unreadable",
    "vault.",
    "centre.database",
    "centre.unreachable",
    "centre.busy",
)
"""Faults that leave a question open for want of a key or of something readable or reachable."""


@dataclass
class Run:
    """The options of the whole command."""

    data: Path
    terminal: Terminal
    secret_file: Path | None
    alerts: list[str] = field(default_factory=list)
    """Findings that whoever signed in has to be told of, by their codes."""

    def place(self) -> Place:
        """The site that --data names."""
        return place_of(self.data, self.secret_file)

    def open(self) -> Office | Refused:
        """Sign the person in whose secrets are given; what is wrong with the site is told first."""
        office = open_site(self.place(), self.terminal.given())
        if isinstance(office, Office):
            self.alerts = list(office.alerts)
            for code in self.alerts:
                self.terminal.warn(say("site.alert", {"code": code, "finding": say(f"finding.{code}")}))
        return office


_run: list[Run] = []


def begin(run: Run) -> None:
    """These are the options from here on."""
    _run.append(run)


def run() -> Run:
    """The options of this call."""
    return _run[-1]


def inside(work: Callable[[Office], Answer]) -> int:
    """Sign in, do one thing, sign out; print what it answered."""
    office = run().open()
    if isinstance(office, Refused):
        return told(office)
    try:
        answer = work(office)
        sign_out(office)
        return told(answer)
    except BaseException:
        # The period ends in history too, where the store still takes it; what went wrong is what is told.
        with suppress(Fault):
            sign_out(office, "stopped")
        raise
    finally:
        office.close()


def refuse_out(out: Path) -> Refused | None:
    """Why nothing is written to the file `out`; asked before anything is done. What is there already stays."""
    if not out.parent.is_dir():
        return Refused("report.no_folder", {"folder": str(out.parent)})
    if out.is_dir():
        return Refused("report.is_folder", {"folder": str(out)})
    return Refused("report.taken", {"file": str(out)}) if out.exists() else None


def told(answer: Answer) -> int:
    """Print an answer or a refusal; its exit code."""
    terminal = run().terminal
    if isinstance(answer, Refused):
        words = say(f"refused.{answer.code}", answer.about)
        terminal.answer({"v": 1, "ok": False, "exit": FOUND, "refused": answer.code, "say": words})
        terminal.warn(words)
        return FOUND
    exit = int(answer.get("exit", OK))
    alerts = {"alerts": run().alerts} if run().alerts else {}
    members = {k: v for k, v in answer.items() if k != "text"}
    terminal.answer({"v": 1, "ok": exit == OK, "exit": exit, **alerts, **members})
    if not terminal.as_json:
        for line in answer.get("text", []):
            terminal.tell(line)
    return exit


def failed(terminal: Terminal, fault: Fault) -> int:
    """Print what the world did, what was kept and what to do; the exit code."""
    code = exit_of(fault)
    terminal.answer(
        {
            "v": 1,
            "ok": False,
            "exit": code,
            "fault": fault.code,
            "say": fault.plain(),
            "do": fault.what_to_do(),
        }
    )
    terminal.warn(f"{fault.plain()} {fault.what_to_do()}")
    return code


def exit_of(fault: Fault) -> int:
    """What a Fault means to a script."""
    if fault.code in MISUSED:
        return USAGE
    return UNDECIDED if isinstance(fault, CannotDecide) or fault.code.startswith(UNDECIDABLE) else FOUND
