"""Verifying the open site from the window, and what follows when something is wrong (trust §2.5; ux 08, 08b).

- The folder is read as `verify store` reads it, beside the writer, never through the open connection.
- Its errors are kept in the store and read when the site is opened: nobody signs on this device until a verification finds
  none. What the door tells of it is for the eye; deleting that, or putting an older one back, frees nothing.
- Warnings and information are told; they hold nothing up.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.audit.findings import Finding
from app.base.moment import Instant, instant_at, utc_ms
from app.base.say import say
from app.base.words import Json, Refused, Value
from app.store import holds
from app.work.care import check_site
from app.work.ceremony import proven
from app.work.doorplate import hang_doorplate
from app.work.glance import read_glance
from app.work.office import Office
from app.work.papers import BUNDLE
from app.work.secrets import DeviceSecrets
from app.work.unlock import Given

Tick = Callable[[str, int, int], None]
BESIDE = frozenset({
    "STATE_DIFF", "STATE_EXTRA", "STATE_MISSING", "ATTACH_HASH", "DOC_HASH", "DEK_COMMIT", "VAULT_MAC", "KDF_FLOOR",
})  # fmt: skip
"""What is wrong with current values, files or keys beside the history: the entries are as they were sealed."""
MOST = 20
"""So many codes are kept for the door; the report has all findings."""


class Found(Value, frozen=True):
    """One finding in words: code, severity (`error`, `warning`, `info`), where, about what."""

    code: str
    severity: str
    log: str
    seq: int | None
    entity: str
    text: str

    @property
    def beside(self) -> bool:
        """Whether it concerns what is stored beside the history and leaves the entries as they are."""
        return self.code in BESIDE


class Verified(Value, frozen=True):
    """The answer of one verification: when it began, how much it looked at, everything found. `trust` is `bundle` or
    `first-use`."""

    at: Instant
    entries: int
    signatures: int
    checkpoints: int
    receipts: int
    seconds: float
    trust: str
    found: tuple[Found, ...]

    @property
    def errors(self) -> tuple[Found, ...]:
        """What makes the history unreliable."""
        return tuple(one for one in self.found if one.severity == "error")

    @property
    def first(self) -> Found | None:
        """The first entry from which on the history is in doubt; None where no entry is named."""
        return next((one for one in self.errors if one.seq is not None and not one.beside), None)

    @property
    def sealed(self) -> bool:
        """Whether all entries are complete and unchanged, whatever was found beside them."""
        return all(one.beside for one in self.errors)


class LastVerified(Value, frozen=True):
    """What is remembered of the last verification on this device: when, up to how many entries, the codes of its errors."""

    at: Instant
    entries: int
    errors: tuple[str, ...]


class Asked(Value, frozen=True):
    """What a verification needs of the open site; taken on the store's lane, used beside it."""

    folder: Path
    secrets: DeviceSecrets
    at: Instant
    bundle: Path | None

    def __repr__(self) -> str:
        return "Asked()"


def asked(office: Office, given: Given) -> Asked | Refused:
    """What a verification of this site needs, once the password is proven: counted as everywhere, so that nobody guesses here
    what is closed at the door. Refused `login.failed`, `login.wait`; Faults `disk.*`, `store.*`."""
    who = proven(office, given)
    if isinstance(who, Refused):
        return who
    bundle = office.folder / BUNDLE
    now = office.clock.now().instant
    return Asked(
        folder=office.folder, secrets=office.secrets, at=now, bundle=bundle if bundle.is_file() else None
    )


def verify_beside(what: Asked, given: Given, tick: Tick | None = None) -> Verified:
    """Verify the folder; takes long, and no lane of the store. CannotDecide `login.failed`; Faults `store.*`.

    Whatever `tick` raises ends it.
    """
    report = check_site(what.folder, what.secrets, given, what.bundle, tick)
    return Verified(
        at=what.at, entries=report.counts.entries, signatures=report.counts.signatures,
        checkpoints=report.counts.checkpoints, receipts=report.counts.receipts,
        seconds=sum(report.seconds.values()), trust=report.how, found=tuple(_found(one) for one in report.findings),
    )  # fmt: skip


def keep_verified(office: Office, told: Verified) -> None:
    """Remember the answer: errors hold the site from now on, none sets it free. Faults `disk.*`, `store.*`."""
    codes = tuple(dict.fromkeys(one.code for one in told.errors))[:MOST]
    office.held = codes
    with office.store.write() as tx:
        holds.keep(tx, codes, told.at.utc)
    verified: dict[str, Json] = {"utc": told.at.utc, "n": told.entries, "errors": list(codes)}
    hang_doorplate(office, verified=verified)


def last_verified(office: Office) -> LastVerified | None:
    """The last verification on this device, or None. What the door tells counts only where nothing holds the site."""
    told = read_glance(office.folder, office.ds).get("verified")
    when, n = (told.get("utc"), told.get("n")) if isinstance(told, dict) else (None, None)
    if office.held:
        with office.store.read() as tx:
            found = max((utc for _code, utc in holds.of(tx)), default=office.clock.now().instant.utc)
        when, n = found, n if when == found else None
    if not isinstance(when, str):
        return None
    at = instant_at(utc_ms(when), office.zone)
    return LastVerified(at=at, entries=n if isinstance(n, int) else 0, errors=office.held)


def _found(one: Finding) -> Found:
    text = say(f"finding.{one.code}.{one.of}" if one.of else f"finding.{one.code}")
    return Found(
        code=one.code, severity=one.severity, log=one.log or "", seq=one.seq, entity=one.entity or "", text=text
    )
