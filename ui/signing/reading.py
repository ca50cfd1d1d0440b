"""What the sign dialog asks of the core, each on the store's worker: open, choose, sign, keep what was typed.

- Functions of the open site only; no widget is touched here, and nothing here is decided.
"""

from __future__ import annotations

from msgspec import structs

from app.base.words import Refused, Value
from app.domain.records import SignOff
from app.domain.rights import meaning_of
from app.work.drafts import Kept, draft
from app.work.office import Office
from app.work.proposal import Proposal, propose
from app.work.signers import Someone, who_may

VERDICTS = {
    "COMPETENT": ("COMPETENT", "NOT_YET"),
    "NOT_YET": ("COMPETENT", "NOT_YET"),
    "APPROVED": ("APPROVED", "REJECTED"),
    "REJECTED": ("APPROVED", "REJECTED"),
}
"""Meaning that a step is asked for with → the verdicts that a person chooses between (decision 32)."""


class Opening(Value, frozen=True):
    """What the dialog begins with: `meaning` fixed by the step (empty for a verdict), `options` the verdicts to choose
    between, `signers` who may sign as a second person, `shown` what would be signed (None while the second person is still
    to be chosen), `kept` what was typed before."""

    command: Value
    beside: bool
    source: str
    meaning: str
    options: tuple[str, ...]
    signers: tuple[Someone, ...]
    shown: Proposal | None
    kept: Kept | None

    @property
    def name(self) -> str:
        """The draft's name: the page's own, without a personal value."""
        return f"sign/{getattr(self.command, 'id', type(self.command).__name__)}"


def read(office: Office, command: Value, *, beside: bool, source: str = "") -> Opening | Refused:
    """Everything that the dialog opens with, or why it can't be signed; `signing.nobody` where no second person may."""
    session = office.session
    if session is None:
        return Refused("session.none")
    signers = who_may(office, command, apart=session.uid) if beside else ()
    if beside and not signers:
        return Refused("signing.nobody")
    first = signers[0].uid if len(signers) == 1 else ""
    shown = None if beside and not first else propose(office, command, first, beside=beside, source=source)
    if isinstance(shown, Refused):
        return shown
    options = options_of(command)
    made = Opening(
        command=command,
        beside=beside,
        source=source,
        meaning="" if options else meaning_of(command) or "",
        options=options,
        signers=signers,
        shown=shown,
        kept=None,
    )
    # What a second person typed is nobody's draft here: only whoever is signed in keeps one.
    return made if beside else structs.replace(made, kept=draft(office, made.name))


def options_of(command: Value) -> tuple[str, ...]:
    """The verdicts to choose between; empty where the step fixes the meaning."""
    return VERDICTS.get(command.meaning, ()) if isinstance(command, SignOff) else ()


def meant(command: Value, meaning: str) -> Value:
    """The command with the verdict that was chosen."""
    return structs.replace(command, meaning=meaning) if isinstance(command, SignOff) and meaning else command
