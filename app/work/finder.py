"""Finding people and documents by what a person types: name, number, title, department (Ctrl+K; decision 31).

- The index is in memory only, made of the crowd and the register when it is first asked, again when one of them changed.
- Every word that was typed must begin a word of the entry; numbers and names that begin so come first.
- Only who lies within the asker's sight is found: a learner finds the own file and documents.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from weakref import WeakKeyDictionary

from app.base.words import Row, Value
from app.store import state
from app.store.tx import Tx
from app.work.crowd import Crowd, One, bare, whole_crowd, words_of
from app.work.office import Office
from app.work.roster import refused_asker, seer
from app.work.since import Since
from app.work.told import address_of

PERSON, DOCUMENT = "person", "document"
_WORD = re.compile(r"\w+")
BEFORE = "\n"
"""Before each entry's text; no word holds it."""


class Hit(Value, frozen=True):
    """Something found: its kind (`person`, `document`), how it is shown, and its address in the window."""

    kind: str
    title: str
    sub: str
    address: str


class _Found(Value, frozen=True, gc=False):
    """An entry: a person, or a document's hit; `text` is every word of it, each behind a blank."""

    order: str
    one: One | None
    hit: Hit | None
    text: str


class _Index:
    """What can be found, in the order in which it is told, and all of its words as one text."""

    def __init__(self, tx: Tx, crowd: Crowd) -> None:
        self._since, self._turn, self._crowd = Since(tx), crowd.turn, crowd
        found = _documents(list(state.rows(tx, "document")))
        found += [
            _Found(order=one.name.casefold(), one=one, hit=None, text=one.words)
            for one in crowd.people.values()
        ]
        found.sort(key=lambda one: one.order)
        self._found = found
        self._all = "".join(f"{BEFORE}{one.text}" for one in found)
        self._starts = [0, *accumulate(len(one.text) + 1 for one in found)]

    def stands(self, tx: Tx, crowd: Crowd) -> bool:
        """Whether nothing that it holds has changed since."""
        changed = any(made.ent.t == "document" for made in self._since.entries(tx))
        return crowd is self._crowd and crowd.turn == self._turn and not changed

    def find(self, wanted: list[str], sees: Callable[[One], bool], most: int) -> list[_Found]:
        """At most `most` entries that have all the words and may be seen, those that begin with the first word first."""
        first, rarest = f" {wanted[0]}", f" {max(wanted, key=len)}"
        found: list[_Found] = []
        for begins, mark in ((True, BEFORE + first), (False, rarest)):
            for one in self._with(mark):
                fits = one.text.startswith(first) == begins and all(f" {word}" in one.text for word in wanted)
                if fits and (one.one is None or sees(one.one)):
                    found.append(one)
                    if len(found) == most:
                        return found
        return found

    def _with(self, mark: str) -> Iterator[_Found]:
        """The entries in whose text `mark` stands, in order."""
        at = self._all.find(mark)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield self._found[place]
            at = self._all.find(mark, self._starts[place + 1])


def find(office: Office, text: str, limit: int = 20) -> tuple[Hit, ...]:
    """At most `limit` hits for what was typed, the best first; nothing when nobody is signed in."""
    wanted = _WORD.findall(bare(text))
    if not wanted or refused_asker(office) is not None:
        return ()
    return tuple(one.hit or _hit(one.one) for one in _index(office).find(wanted, seer(office), limit))


def gather(office: Office) -> None:
    """Make the index now, so that the first key that is typed does not wait for it; nothing when nobody is signed in."""
    if refused_asker(office) is None:
        _index(office)


def _index(office: Office) -> _Index:
    index = _kept.get(office.store)
    with office.store.read() as tx:
        crowd = whole_crowd(office, tx)
        if index is None or not index.stands(tx, crowd):
            index = _kept[office.store] = _Index(tx, crowd)
    return index


_kept: WeakKeyDictionary[object, _Index] = WeakKeyDictionary()
"""By open store: what one site's index holds is never seen by another, and ends with it."""


def _hit(one: One | None) -> Hit:
    assert one is not None
    sub = " · ".join(part for part in (one.number, one.title, one.dept or "") if part)
    return Hit(kind=PERSON, title=one.name, sub=sub, address=address_of(PERSON, one.number or one.pid))


def _documents(rows: list[dict[str, str]]) -> list[_Found]:
    """Each document once, under the title of its newest version."""
    newest: dict[str, Row] = {}
    for row in rows:
        number = str(row.get("number") or row["id"])
        if number not in newest or str(row.get("effective") or "") >= str(
            newest[number].get("effective") or ""
        ):
            newest[number] = row
    return [_document(number, row) for number, row in sorted(newest.items())]


def _document(number: str, row: Row) -> _Found:
    title = f"{number} {row.get('title') or ''}".strip()
    hit = Hit(
        kind=DOCUMENT,
        title=title,
        sub=str(row.get("ver") or ""),
        address=address_of(DOCUMENT, number),
    )
    words = words_of((number, str(row.get("title") or "")))
    return _Found(order=title.casefold(), one=None, hit=hit, text=words)
