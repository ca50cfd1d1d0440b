"""Drafts: what somebody typed and did not sign, kept for its author (R-REC-10; decision 8; formats §2).

- A draft survives a crash, a lock and a sign-out; only its author is ever shown it, and only by signing in again.
- Sealed under the author's own data key, inside the encrypted store: erasing the person ends the drafts too.
- Passwords and one-time codes never come here: a field that bears such a name is a bug, and nothing is kept.
- A draft is no record: it is in no history, counts for nothing, and is taken out once the thing is signed.
- Keeping one is the program's act: it neither extends nor ends the author's period.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.codec import NotCanonical, pack, unpack
from app.base.words import Done, Personal, Refused, Value
from app.proof.envelope import EnvelopeBad, NoKey
from app.store import drafts as rows
from app.work.office import Office
from app.work.session import Session
from app.work.unread import no_key

LIMIT = 16 * 1024
"""Characters of one draft, all fields together."""
MOST = 32
"""Drafts of one author; the oldest makes room."""
SECRET = frozenset({"password", "code", "seed", "share"})
T, COLUMN = "draft", "blob"


class Kept(Value, frozen=True):
    """A draft: the page's name for it, when it was kept (UTC), and what had been typed, by field."""

    name: str
    utc: str
    fields: Mapping[str, str]


def keep_draft(office: Office, name: str, fields: Mapping[str, str]) -> Done | Refused:
    """Keep what was typed under `name` (ASCII, the page's own) for whoever is signed in.

    Refused `session.none`, `draft.too_long`, `person.no_key`; Faults `disk.*`, `store.*`. ValueError for a field of a secret.
    """
    if SECRET & fields.keys():
        raise ValueError("a secret never becomes a draft")
    session = office.session
    if session is None:
        return Refused("session.none")
    if sum(map(len, fields.values())) > LIMIT:
        return Refused("draft.too_long", {"most": LIMIT})
    try:
        sealed = office.ring.seal(Personal(session.pid, _text(fields)), T, _place(session, name), COLUMN)
    except NoKey as missing:
        return no_key(office, missing.pid)
    with office.store.write() as tx:
        rows.put(tx, session.uid, name, office.clock.now().instant.utc, pack(dict(sealed)))
        for old, _, _ in rows.of(tx, session.uid)[MOST:]:
            rows.drop(tx, session.uid, old)
    return Done(nouns=frozenset())


def drafts_of(office: Office) -> tuple[Kept, ...]:
    """The drafts of whoever is signed in, the newest first; those that can't be opened any more are left out."""
    session = office.session
    if session is None:
        return ()
    with office.store.read() as tx:
        held = rows.of(tx, session.uid)
    opened = (_opened(office, session, *row) for row in held)
    return tuple(kept for kept in opened if kept is not None)


def draft(office: Office, name: str) -> Kept | None:
    """The draft `name` of whoever is signed in, or None."""
    return next((kept for kept in drafts_of(office) if kept.name == name), None)


def drop_draft(office: Office, name: str) -> None:
    """Take the draft out: signed, or thrown away by its author."""
    if office.session is not None:
        with office.store.write() as tx:
            rows.drop(tx, office.session.uid, name)


def _opened(office: Office, session: Session, name: str, utc: str, blob: bytes) -> Kept | None:
    try:
        text = office.ring.open(unpack(blob), T, _place(session, name), COLUMN)
        return Kept(name=name, utc=utc, fields=unpack(text.encode("utf-8")))
    except (EnvelopeBad, NoKey, NotCanonical):
        return None


def _text(fields: Mapping[str, str]) -> str:
    # Half of a character, as some keyboards leave it behind, is no text.
    clean = {name: value.encode("utf-8", "replace").decode("utf-8") for name, value in fields.items()}
    return pack(clean).decode("utf-8")


def _place(session: Session, name: str) -> str:
    """A row of another account or under another name does not open."""
    return f"{session.uid}/{name}"
