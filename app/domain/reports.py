"""What a report shows: frozen views, filled by the store, drawn on paper; nobody decides anything here.

- A view holds what was read, as it was known at one instant; personal values are in clear and leave the process
  only on the paper or in the window that asked for them.
- A signature is shown with everything that it must be shown with: name as signed, account, role, meaning, words,
  reason, time with offset and zone, document version and hash (21 CFR 11.50; R-SIG-08).
- Instants are UTC text as recorded; days are `YYYY-MM-DD`.
"""

from __future__ import annotations

from app.base.moment import Day, Instant
from app.base.words import Value
from app.domain.verdicts import Verdict


class Signed(Value, frozen=True):
    """One e-signature: `words` are the statement shown, `why` code and text of the reason; `done` of a late entry is
    earlier than `utc` by more than the site allows. `place` is (log, seq) of the entry that carries it."""

    sid: str
    name: str
    uid: str
    role: str
    meaning: str
    words: str
    why: str
    utc: str
    off: str
    zone: str
    full: bool
    late: bool
    doc: str
    place: tuple[str, int]


class Proof(Value, frozen=True):
    """One training record: what was trained, when, how good it is, and who signed; `word` is the status of its
    requirement for this person, `post` the seal of the row (b64u), `open` the steps still to be signed."""

    id: str
    code: str
    subject: str
    number: str
    ver: str
    title: str
    sha256: str
    done: str
    done_off: str
    done_zone: str
    valid_from: Day | None
    valid_to: Day | None
    grade: str
    comment: str
    void: bool
    counts: bool
    open: tuple[str, ...]
    verdict: Verdict
    post: str
    places: tuple[tuple[str, int], ...]
    signed: tuple[Signed, ...]


class Duty(Value, frozen=True):
    """One requirement that the person's jobs ask for, and how it stands; `number` is the document's, if it has one."""

    code: str
    subject: str
    number: str
    curriculum: str
    verdict: Verdict


class Job(Value, frozen=True):
    """A job of the person, from the first day to the last."""

    code: str
    title: str
    dept: str
    start: str
    end: str
    main: bool


class Course(Value, frozen=True):
    """A curriculum that a job of the person asks for; `jobs` are the codes of those jobs."""

    code: str
    title: str
    ver: str
    jobs: tuple[str, ...]


class Head(Value, frozen=True):
    """How far one log is held: `n` entries, the checkpoint of the first `size` of them with its root, and how many of
    them a centre has received (`received`; provisional receipts don't count)."""

    log: str
    n: int
    size: int
    root: bytes
    note: str
    received: int


class PersonFile(Value, frozen=True):
    """A person's training file at `at`, as known at `known_at`, read at `read`."""

    site: str
    pid: str
    name: str
    native: str
    number: str
    title: str
    dept: str
    hired: str
    gone: str
    at: Instant
    known_at: Instant
    read: Instant
    jobs: tuple[Job, ...]
    courses: tuple[Course, ...]
    duties: tuple[Duty, ...]
    proofs: tuple[Proof, ...]
    heads: tuple[Head, ...]
