"""The `countersign` command: parses, calls the verbs, prints text or one JSON object (contract in decisions.md).

- Exit codes: 0 fine, 1 findings or refused, 2 can't decide, 3 usage.
- Options of the whole command may stand anywhere: --data, --json, --secrets-stdin, --device-secret-file.
- A Fault is told with what happened, what was kept, and what to do.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from app import __version__
from app.base.faults import CannotDecide, Fault
from app.base.moment import Instant
from app.base.say import say
from app.base.words import Json, Refused
from app.wiring import answers
from app.wiring.calling import Run, begin, failed, inside, refuse_out, run, told
from app.wiring.desktop import place_of
from app.wiring.founding import found_at
from app.wiring.terminal import FOUND, OK, USAGE, Terminal
from app.work.ask import may as ask_may
from app.work.ask import training_of
from app.work.care import check_site, self_check
from app.work.ceremony import signer_of_session
from app.work.checking import verify_evidence, verify_pdf, verify_qr
from app.work.feeds.feed import Feed
from app.work.intake import needs_signature, pending_changes, read_feed, take_feed
from app.work.issue import issue_file
from app.work.office import Office
from app.work.sign import Signer
from app.work.unlock import Given
from app.work.unread import unread_persons

app = App(
    name="countersign",
    version=__version__,
    help="Training records that can be believed.",
    suppress_keyboard_interrupt=False,
)
app.meta.suppress_keyboard_interrupt = False


def _group(name: str, help: str) -> App:
    group = App(name=name, help=help, suppress_keyboard_interrupt=False)
    app.command(group)
    return group


verify = _group("verify", "Check something without changing it.")
report = _group("report", "Put something on paper that proves itself.")
trust = _group(
    "trust", "What a site tells outsiders, under its root: its devices, and the centres it believes."
)
device = _group("device", "A second device of a site: its application, its enrolment, its first day.")
centre = _group("centre", "The centre that receives and countersigns what devices record.")

LATER = (
    (app, "demo", "running:demo"),
    (app, "bench", "running:bench"),
    (app, "open", "window:show"),
    (app, "sync", "meeting:sync"),
    (app, "carry", "meeting:carry"),
    (trust, "centre", "trusting:centre"),
    (trust, "bundle", "trusting:bundle"),
    (trust, "regions", "trusting:regions"),
    (device, "apply", "joining:apply"),
    (device, "enrol", "joining:enrol"),
    (device, "join", "joining:join"),
    (device, "keys", "handing:keys"),
    (centre, "init", "serving:init"),
    (centre, "import", "serving:take"),
    (centre, "serve", "serving:serve"),
    (centre, "check", "serving:check"),
)
"""Verbs that are loaded when they are called: nobody else waits for the libraries of the network."""

for _to, _name, _verb in LATER:
    _to.command(f"app.wiring.{_verb}", name=_name, help=say(f"help.{_verb.replace(':', '.')}"))

EXTRA = {"psycopg", "starlette", "uvicorn", "anyio", "structlog"}
"""What only a centre needs, and an installation may leave out."""


@app.command
def init(*, site: str, zone: str, domain: str = "local.invalid", device: str = "dev1") -> int:
    """Found a site in --data: two QA managers and a site manager, who type their own passwords."""
    made = found_at(
        run().data, run().secret_file, run().terminal, site=site, zone=zone, domain=domain, device=device
    )
    return told(made)


@app.command(name="import")
def take(kind: str, file: Path, *, dry_run: bool = False) -> int:
    """Take a feed in: people, documents or curricula."""
    return inside(lambda office: _take(office, kind, file, dry_run=dry_run))


def _take(office: Office, kind: str, file: Path, *, dry_run: bool) -> dict[str, Json] | Refused:
    with run().terminal.progress(say("import.progress")) as tick:
        feed = read_feed(office, kind, file, tick)
    told = answers.feed_members(feed, len(unread_persons(office)))
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
    return inside(lambda office: _status(office, person, _instant(office, at), _instant(office, known_at)))


def _status(
    office: Office, person: str, at: Instant | None, known_at: Instant | None
) -> dict[str, Json] | Refused:
    file = training_of(office, person, at, known_at)
    return file if isinstance(file, Refused) else answers.file_members(file)


@app.command
def may(person: str, qualification: str, *, at: str | None = None) -> int:
    """Whether a person may do what needs a requirement, a curriculum, or several of them (separated by commas)."""
    return inside(lambda office: _may(office, person, tuple(qualification.split(",")), _instant(office, at)))


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
    return told(answers.checked_members(verify_pdf(path, trust)))


@verify.command
def qr(source: str, *, trust: Path | None = None) -> int:
    """Check the code of a page: its text, a picture of it, or a file that holds either."""
    found = Path(source) if not source.startswith("CSG") else source
    return told(answers.page_members(verify_qr(found, trust)))


@verify.command
def evidence(path: Path, *, trust: Path | None = None) -> int:
    """Check an evidence file that was taken out of a report."""
    return told(answers.checked_members(verify_evidence(path, trust)))


@report.command(name="file")
def training_file(person: str, *, out: Path, paper: str = "A4") -> int:
    """A person's training file as a sealed PDF."""
    refused = refuse_out(out)
    return told(refused) if refused else inside(lambda office: _training_file(office, person, out, paper))


def _training_file(office: Office, person: str, out: Path, paper: str) -> dict[str, Json] | Refused:
    done = issue_file(office, person, out, paper=paper.title())
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
    begin(Run(data, Terminal(as_json=json, from_stdin=secrets_stdin), device_secret_file))
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
        return failed(terminal, fault)
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        return failed(terminal, CannotDecide("terminal.no_part", name=error.name))


if __name__ == "__main__":
    sys.exit(main())
