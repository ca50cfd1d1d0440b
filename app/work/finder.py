"""Finding people and documents by what a person types: name, number, title, department (Ctrl+K; decision 31).

- The index is in memory only, made when it is first asked and again when history grew; names never reach the disk in clear.
- Every word that was typed must begin a word of the entry; numbers and names that begin so come first.
- Only who lies within the asker's sight is found: a learner finds the own file and documents.
"""

from __future__ import annotations

import re
import unicodedata
from weakref import WeakKeyDictionary

from app.base.words import Row, Value
from app.domain.rights import READERS
from app.store import state
from app.work.office import Office
from app.work.period import is_over
from app.work.unread import shown_name

PERSON, DOCUMENT = "person", "document"
_WORD = re.compile(r"\w+")


class Hit(Value, frozen=True):
    """Something found: its kind (`person`, `document`), how it is shown, and its address in the window."""

    kind: str
    title: str
    sub: str
    address: str


class _Found(Value, frozen=True):
    hit: Hit
    dept: str | None
    pid: str
    text: str


class _Index:
    """What can be found, and the state of history that it was made of."""

    def __init__(self, office: Office) -> None:
        self.n = office.tail.n
        self.found: list[_Found] = []
        with office.store.read() as tx:
            people = [office.ring.opened("person", row) for row in state.rows(tx, "person")]
            documents = list(state.rows(tx, "document"))
        self.found += [_person(office, row) for row in people]
        self.found += _documents(documents)


def find(office: Office, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """At most `limit` hits for what was typed, the best first; nothing when nobody is signed in."""
    session, wanted = office.session, [_bare(word) for word in _WORD.findall(text)]
    if session is None or not wanted or is_over(office, office.clock.now()):
        return ()
    now, here = office.clock.now().instant, (office.tail.log, office.tail.n)
    grants = [one for one in office.standing.roles.in_force(session.uid, here, now.utc) if one.role in READERS]
    hits: list[tuple[int, str, Hit]] = []
    for found in _index(office).found:
        if all(f" {word}" in found.text for word in wanted) and (
            found.hit.kind == DOCUMENT
            or found.pid == session.pid
            or any(one.covers(office.site, found.dept) for one in grants)
        ):
            begins = found.text.startswith(f" {wanted[0]}")
            hits.append((not begins, found.hit.title.casefold(), found.hit))
    return tuple(hit for _, _, hit in sorted(hits, key=lambda one: one[:2])[:limit])


def _index(office: Office) -> _Index:
    index = _kept.get(office.store)
    if index is None or index.n != office.tail.n:
        index = _kept[office.store] = _Index(office)
    return index


_kept: WeakKeyDictionary[object, _Index] = WeakKeyDictionary()
"""By open store: what one site's index holds is never seen by another, and ends with it."""


def _person(office: Office, row: Row) -> _Found:
    name, number = shown_name(office, row), str(row.get("number") or "")
    sub = " · ".join(
        part for part in (number, str(row.get("reg_title") or ""), str(row.get("dept") or "")) if part
    )
    hit = Hit(kind=PERSON, title=name, sub=sub, address=f"countersign:person/{number or row['id']}")
    return _Found(hit=hit, dept=row.get("dept"), pid=str(row["id"]), text=_text(number, name, sub))


def _documents(rows: list[dict[str, str]]) -> list[_Found]:
    """Each document once, under the title of its newest version."""
    newest: dict[str, Row] = {}
    for row in rows:
        number = str(row.get("number") or row["id"])
        if number not in newest or str(row.get("effective") or "") >= str(
            newest[number].get("effective") or ""
        ):
            newest[number] = row
    return [
        _Found(
            hit=Hit(
                kind=DOCUMENT, title=f"{number} {row.get('title') or ''}".strip(), sub=str(row.get("ver") or ""),
                address=f"countersign:document/{number}",
            ),
            dept=None, pid="", text=_text(number, str(row.get("title") or "")),
        )
        for number, row in sorted(newest.items())
    ]  # fmt: skip


def _text(*parts: str) -> str:
    """Every word, each behind a blank."""
    return "".join(f" {word}" for part in parts for word in _WORD.findall(_bare(part)))


def _bare(text: str) -> str:
    """Small letters without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in spread if not unicodedata.combining(one))
