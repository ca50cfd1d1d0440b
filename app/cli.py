"""The `countersign` command: parses, calls the verbs, prints text or one JSON object (contract in decisions.md).

- Exit codes: 0 fine, 1 findings or refused, 2 can't decide, 3 usage.
- Options of the whole command may stand anywhere: --data, --json, --secrets-stdin, --device-secret-file.
- A Fault is told with what happened, what was kept, and what to do.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter

from app import __version__
from app.base.faults import CannotDecide, Fault
from app.base.moment import Instant
from app.base.say import say
from app.base.words import Json, Refused
from app.wiring import answers
from app.wiring.desktop import Place, open_site, place_of
from app.wiring.founding import found_at
from app.wiring.running import demo_code, run_bench, run_demo
from app.wiring.terminal import FOUND, OK, UNDECIDED, USAGE, Terminal
from app.work.ask import may as ask_may
from app.work.ask import training_of
from app.work.care import check_site, self_check
from app.work.ceremony import signer_of_session
from app.work.checking import verify_evidence, verify_pdf, verify_qr
from app.work.feeds.feed import Feed
from app.work.intake import needs_signature, pending_changes, read_feed, take_feed
from app.work.issue import issue_file
from app.work.login import sign_out
from app.work.office import Office
from app.work.sign import Signer
from app.work.unlock import Given

app = App(
    name="countersign",
    version=__version__,
    help="Training records that can be believed.",
    suppress_keyboard_interrupt=False,
)
verify = App(name="verify", help="Check something without changing it.", suppress_keyboard_interrupt=False)
app.command(verify)
report = App(
    name="report", help="Put something on paper that proves itself.", suppress_keyboard_interrupt=False
)
app.command(report)
app.meta.suppress_keyboard_interrupt = False


@dataclass
class Run:
    """The options of the whole command."""

    data: Path
    terminal: Terminal
    secret_file: Path | None

    def place(self) -> Place:
        """The site that --data names."""
        return place_of(self.data, self.secret_file)

    def open(self) -> Office | Refused:
        """Sign the person in whose secrets are given."""
        return open_site(self.place(), self.terminal.given())


_run: list[Run] = []


def run() -> Run:
    """The options of this call."""
    return _run[-1]


@app.command
def demo(*, headless: bool = False, fresh: bool = False, code: str | None = None) -> int:
    """Do the main job on a new demo site in --data, or print a demo person's one-time code."""
    terminal, folder = run().terminal, run().data
    if code is not None:
        told = demo_code(folder, code)
        terminal.answer(told)
        if not terminal.as_json:
            terminal.tell(say("demo.code", told))
        return OK
    steps: list[Json] = []
    with terminal.progress(say("demo.progress")) as tick:
        for step in run_demo(folder, fresh=fresh, tick=tick):
            steps.append({"step": step.title, "seconds": round(step.seconds, 3), **step.evidence})
            terminal.tell(answers.step_text(len(steps), step))
    terminal.answer({"v": 1, "ok": True, "exit": OK, "data": str(folder), "steps": steps})
    terminal.tell(say("demo.done", {"folder": str(folder)}))
    if not headless:
        terminal.tell(say("demo.no_window"))
    return OK


@app.command
def init(*, site: str, zone: str, domain: str = "local.invalid", device: str = "dev1") -> int:
    """Found a site in --data: two QA managers and a site manager, who type their own passwords."""
    made = found_at(
        run().data, run().secret_file, run().terminal, site=site, zone=zone, domain=domain, device=device
    )
    return _told(made)


@app.command(name="import")
def take(kind: str, file: Path, *, dry_run: bool = False) -> int:
    """Take a feed in: people, documents or curricula."""
    return _inside(lambda office: _take(office, kind, file, dry_run=dry_run))


def _take(office: Office, kind: str, file: Path, *, dry_run: bool) -> dict[str, Json] | Refused:
    with run().terminal.progress(say("import.progress")) as tick:
        feed = read_feed(office, kind, file, tick)
    told = answers.feed_members(feed)
    changes = pending_changes(office, feed)
    if isinstance(changes, Refused):
        return changes
    if dry_run or changes == 0:
        return answers.intake_members(told, dry_run=dry_run, entries=0, changes=changes)
    signer = _import_signer(office, feed)
    if isinstance(signer, Refused):
        return signer
    done = take_feed(office, feed, signer)
    if isinstance(done, Refused):
        return done
    return answers.intake_members(told, dry_run=False, entries=done.result, changes=changes)


def _import_signer(office: Office, feed: Feed) -> Signer | Refused | None:
    """QA's signature, where the feed asks for one: a first signing of the session, with a code of its own."""
    if not needs_signature(feed):
        return None
    ask = run().terminal.secret
    return signer_of_session(office, Given(ask("user"), ask("password"), ask("sign-code")))


@app.command
def status(person: str, *, at: str | None = None, known_at: str | None = None) -> int:
    """What a person is qualified for, at an instant, as known at an instant."""
    return _inside(lambda office: _status(office, person, _instant(office, at), _instant(office, known_at)))


def _status(
    office: Office, person: str, at: Instant | None, known_at: Instant | None
) -> dict[str, Json] | Refused:
    file = training_of(office, person, at, known_at)
    return file if isinstance(file, Refused) else answers.file_members(file)


@app.command
def may(person: str, qualification: str, *, at: str | None = None) -> int:
    """Whether a person may do what needs a requirement, a curriculum, or several of them (separated by commas)."""
    return _inside(lambda office: _may(office, person, tuple(qualification.split(",")), _instant(office, at)))


def _may(office: Office, person: str, codes: tuple[str, ...], at: Instant | None) -> dict[str, Json] | Refused:
    gate = ask_may(office, person, codes, at)
    return gate if isinstance(gate, Refused) else answers.gate_members(gate)


@verify.command
def store(path: Path, *, trust: Path | None = None) -> int:
    """Check a data folder: history, signatures, rights, state, files. Needs no one-time code and never writes."""
    terminal = run().terminal
    place = place_of(path, run().secret_file)
    given = Given(terminal.secret("user"), terminal.secret("password"))
    with terminal.progress(say("verify.progress")) as tick:
        report = check_site(
            place.folder, place.secrets(), given, trust, lambda _step, done, total: tick(done, total)
        )
    terminal.answer(report.as_json())
    if not terminal.as_json:
        for line in answers.report_lines(report):
            terminal.tell(line)
    return report.exit


@verify.command
def pdf(path: Path, *, trust: Path | None = None) -> int:
    """Check a sealed PDF: its seal, and the evidence in it."""
    return _told(answers.checked_members(verify_pdf(path, trust)))


@verify.command
def qr(source: str, *, trust: Path | None = None) -> int:
    """Check the code of a page: its text, a picture of it, or a file that holds either."""
    found = Path(source) if not source.startswith("CSG") else source
    return _told(answers.checked_members(verify_qr(found, trust)))


@verify.command
def evidence(path: Path, *, trust: Path | None = None) -> int:
    """Check an evidence file that was taken out of a report."""
    return _told(answers.checked_members(verify_evidence(path, trust)))


@report.command(name="file")
def training_file(person: str, *, out: Path, paper: str = "A4") -> int:
    """A person's training file as a sealed PDF."""
    return _inside(lambda office: _training_file(office, person, out, paper))


def _training_file(office: Office, person: str, out: Path, paper: str) -> dict[str, Json] | Refused:
    done = issue_file(office, person, out, paper=paper)
    return done if isinstance(done, Refused) else answers.issued_members(done.result)


@app.command
def selfcheck() -> int:
    """Whether this computer has what the program needs."""
    checks = self_check(os.urandom)
    ok = all(check.ok for check in checks)
    run().terminal.answer(
        {"v": 1, "ok": ok, "exit": OK if ok else FOUND, "checks": [answers.check_members(c) for c in checks]}
    )
    if not run().terminal.as_json:
        for check in checks:
            run().terminal.tell(answers.check_text(check))
    return OK if ok else FOUND


@app.command
def bench(name: str = "all") -> int:
    """Measure this computer: ours beside a floor or a peer, in one run."""
    return run_bench(name, run().terminal)


def _inside(work: Any) -> int:
    """Sign in, do one thing, sign out; print what it answered."""
    office = run().open()
    if isinstance(office, Refused):
        return _told(office)
    try:
        answer = work(office)
        sign_out(office)
        return _told(answer)
    except BaseException:
        # The period ends in history too, where the store still takes it; what went wrong is what is told.
        with suppress(Fault):
            sign_out(office, "stopped")
        raise
    finally:
        office.close()


def _told(answer: dict[str, Json] | Refused) -> int:
    terminal = run().terminal
    if isinstance(answer, Refused):
        words = say(f"refused.{answer.code}", answer.about)
        terminal.answer({"v": 1, "ok": False, "exit": FOUND, "refused": answer.code, "say": words})
        terminal.warn(words)
        return FOUND
    exit = int(answer.get("exit", OK))
    terminal.answer(
        {"v": 1, "ok": exit == OK, "exit": exit, **{k: v for k, v in answer.items() if k != "text"}}
    )
    if not terminal.as_json:
        for line in answer.get("text", []):
            terminal.tell(line)
    return exit


def _instant(office: Office, text: str | None) -> Instant | None:
    """`YYYY-MM-DD` (the end of that day here) or `YYYY-MM-DDThh:mm:ss.sssZ`; Fault `terminal.bad_instant`."""
    return None if text is None else answers.instant_of(text, office.zone)


@app.meta.default
def start(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    data: Path = Path(),
    json: bool = False,
    secrets_stdin: bool = False,
    device_secret_file: Path | None = None,
) -> int:
    """Options of the whole command."""
    _run.append(Run(data, Terminal(as_json=json, from_stdin=secrets_stdin), device_secret_file))
    answer = app(tokens, exit_on_error=False, print_error=True)
    return OK if answer is None else int(answer)


def main(argv: list[str] | None = None) -> int:
    """Run one command line; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    terminal = Terminal(as_json="--json" in arguments)
    try:
        return int(app.meta(arguments, exit_on_error=False, print_error=True) or OK)
    except CycloptsError as error:
        terminal.answer({"v": 1, "ok": False, "exit": USAGE, "say": str(error)})
        return USAGE
    except KeyboardInterrupt:
        terminal.answer({"v": 1, "ok": False, "exit": FOUND, "say": say("terminal.stopped")})
        terminal.warn(say("terminal.stopped"))
        return FOUND
    except Fault as fault:
        code = _exit_of(fault)
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


def _exit_of(fault: Fault) -> int:
    if fault.code in MISUSED:
        return USAGE
    return UNDECIDED if isinstance(fault, CannotDecide) or fault.code.startswith(UNDECIDABLE) else FOUND


MISUSED = ("terminal.bad_instant", "terminal.bad_line", "feed.kind", "bench.none", "site.names", "site.zone")
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
)
"""Faults that leave a question open for want of a key or of something readable."""


if __name__ == "__main__":
    sys.exit(main())
