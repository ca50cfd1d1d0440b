"""Everybody in memory: what people are found and sorted by, opened once and brought up to date by what is recorded.

- In memory only, one for each open store; it ends with the process (decision 8).
- Read bit by bit, so that whoever waits on the same thread gets a turn; what is not read yet is nowhere listed.
- Only names, numbers and titles are opened; a person without a key here is listed with the mark why.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from weakref import WeakKeyDictionary

from app.base.words import Json, Row, Value
from app.proof.envelope import is_envelope
from app.store import state
from app.store.state import Held
from app.store.tx import Tx
from app.work.office import Office
from app.work.since import Since
from app.work.unread import shown_name

Tick = Callable[[int, int], None]
CHUNK = 128
OPENED = ("name_j", "number_j")
_WORD = re.compile(r"\w+")


class One(Value, frozen=True, gc=False):
    """One person; `row` is what the rules ask about a person, `doubt`: it counts for nothing until QA decides; `key`
    puts people in order; `text` is name, number, title and department in small letters without accents, `words` every word
    of it behind a blank."""

    pid: str
    number: str
    name: str
    title: str
    dept: str | None
    row: Row
    doubt: bool
    key: str
    text: str
    words: str


class Crowd:
    """Everybody who was read so far; `order` are the keys of `at`, in the order of the names, once all are read.

    Texts, numbers and what the collector does not follow: it would look at every other thing of tens of thousands of people.
    """

    def __init__(self, office: Office, tx: Tx) -> None:
        self.since = Since(tx)
        self.of = len(state.ids(tx, "person"))
        self.people: dict[str, One] = {}
        self.order: list[str] = []
        self.at: dict[str, One] = {}
        self.turn = 0
        self._read_to, self._read = "", False
        self._numbers: dict[str, str] = {}
        self._unread: set[str] = set()
        self._erased = set(office.standing.erased)

    @property
    def whole(self) -> bool:
        """Whether everybody was read."""
        return self._read

    def read_on(self, office: Office, tx: Tx) -> None:
        """Read some more people, if there are more."""
        if self._read:
            return
        found = state.held_after(tx, "person", self._read_to, CHUNK)
        for item in found:
            self._take(office, item)
        self._read = len(found) < CHUNK
        if self._read:
            self.of = len(self.people)
            self.order = sorted(self.at)
        else:
            self._read_to = str(found[-1].row["id"])

    def catch_up(self, office: Office, tx: Tx) -> frozenset[str]:
        """Take in what was recorded since, keys that were brought here and persons who were erased; whose line changed."""
        changed = {made.ent.id for made in self.since.entries(tx) if made.ent.t == "person"}
        changed |= {pid for pid in self._unread if office.ring.has(pid)}
        changed |= office.standing.erased - self._erased
        self._erased |= office.standing.erased
        for pid in changed:
            item = state.held(tx, "person", pid)
            if item is not None:
                self._take(office, item)
        return frozenset(changed)

    def numbered(self, number: str) -> str:
        """The id of the person with this number, the first by id; empty for none."""
        return self._numbers.get(number, "").partition(" ")[0] if number else ""

    def called(self, text: str) -> frozenset[str]:
        """The ids of the persons whose name, number or id has `text`."""
        wanted = text.casefold()
        return frozenset(
            pid for pid, one in self.people.items() if wanted in f"{one.name} {one.number} {pid}".casefold()
        )

    def _take(self, office: Office, item: Held) -> None:
        one, pid = _one(office, item), str(item.row["id"])
        before = self.people.get(pid)
        if before is not None:
            self._forget(before)
        if self._read:
            insort(self.order, one.key)
        self.people[pid] = self.at[one.key] = one
        held = self._numbers.get(one.number)
        self._numbers[one.number] = pid if held is None else " ".join(sorted((*held.split(), pid)))
        (self._unread.discard if office.ring.has(pid) else self._unread.add)(pid)
        self.turn += 1
        self.of = max(self.of, len(self.people))

    def _forget(self, one: One) -> None:
        """Take out what one person was found by."""
        del self.at[one.key]
        if self._read:
            self.order.pop(bisect_left(self.order, one.key))
        left = [pid for pid in self._numbers.pop(one.number).split() if pid != one.pid]
        if left:
            self._numbers[one.number] = " ".join(left)


def crowd(office: Office, tx: Tx) -> Crowd:
    """The people of the open store as far as they were read, with what was recorded since."""
    held = _kept.get(office.store)
    if held is None:
        held = _kept[office.store] = Crowd(office, tx)
    held.catch_up(office, tx)
    return held


def whole_crowd(office: Office, tx: Tx, tick: Tick | None = None) -> Crowd:
    """Everybody."""
    held = crowd(office, tx)
    while not held.whole:
        if tick is not None:
            tick(len(held.people), held.of)
        held.read_on(office, tx)
    return held


def bare(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.casefold()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in spread if not unicodedata.combining(one))


def words_of(parts: Iterable[str]) -> str:
    """Every word, each behind a blank."""
    return "".join(f" {word}" for part in parts for word in _WORD.findall(bare(part)))


_kept: WeakKeyDictionary[object, Crowd] = WeakKeyDictionary()
"""By open store: one site's people are never seen through another, and end with it."""


def _one(office: Office, item: Held) -> One:
    row = item.row
    opened = _opened(office, row)
    name, number, pid = shown_name(office, opened), str(opened.get("number") or ""), str(row["id"])
    title, dept = str(row.get("reg_title") or ""), row.get("dept")
    return One(
        pid=pid, number=number, name=name, title=title, dept=dept, doubt=state.disputed(item),
        row={"id": pid, "hired": row.get("hired"), "gone": row.get("gone"), "dept": dept},
        key=f"{name.casefold()}\0{number}\0{pid}", text=bare(f"{name} {number} {title} {dept or ''}"),
        words=words_of((number, name, title, str(dept or ""))),
    )  # fmt: skip


def _opened(office: Office, row: Row) -> Mapping[str, Json]:
    """The row with the few personal values that are needed, where their key is held."""
    sealed = {column: row[column] for column in OPENED if is_envelope(row.get(column))}
    plain = {column: value for column, value in row.items() if not column.endswith("_j")}
    return {**plain, **office.ring.opened("person", {"id": row["id"], **sealed})}
