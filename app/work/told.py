"""Entries of the history in words: who, what, which record, old and new, why.

- Names are opened for what is shown and kept no longer than the question; a value without its key tells that it has none.
- Every column, act and noun has its words in the catalogue; one without shows its code rather than nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

from app.base.entry import Entry, read
from app.base.moment import Instant, clock_text, day_text, instant_at, place_text, utc_ms
from app.base.say import say, words
from app.base.words import Json, Row, Value
from app.domain.reports import Signed
from app.proof.envelope import is_envelope
from app.proof.esign import ESIG, split
from app.store import state
from app.store.tx import Tx
from app.store.views.opening import opened
from app.store.views.signatures import reason, signed
from app.work.crowd import Tick, crowd, whole_crowd
from app.work.office import Office
from app.work.unread import shown_name


class Made(Value, frozen=True):
    """One line: its place, when in words, who, what was done to what, the first change from old to new, why. `local` is
    the time without its zone."""

    log: str
    seq: int
    when: str
    who: str
    act: str
    action: str
    noun: str
    record: str
    column: str
    old: str
    new: str
    more: int
    why: str
    signed: bool
    me: bool
    local: str


class Change(Value, frozen=True):
    """One column of an entry: its words, old and new in words; empty where there was or is nothing."""

    column: str
    old: str
    new: str


class Names:
    """Opens what lines are about: persons, records, jobs; each once."""

    def __init__(self, office: Office, tx: Tx) -> None:
        self._office, self._tx = office, tx
        self._crowd = crowd(office, tx)
        self.row_of = lru_cache(maxsize=4096)(self._row)

    def _row(self, noun: str, id: str) -> dict[str, Json]:
        row = state.row(self._tx, noun, id)
        return {} if row is None else dict(self._office.ring.opened(noun, row))

    def people(self, text: str, tick: Tick | None = None, *, whole: bool = False) -> frozenset[str]:
        """The ids of the persons whose name, number or id has `text`; with `whole`, whose number it is."""
        everybody = whole_crowd(self._office, self._tx, tick)
        if whole:
            return frozenset(pid for pid, one in everybody.people.items() if one.number == text)
        return everybody.called(text)

    def coded(self, text: str, *, whole: bool = False) -> frozenset[str]:
        """The ids of the rows whose code or number, in small letters, has `text`; with `whole`, is `text`."""
        return frozenset(
            str(row["id"])
            for noun in CODED
            for row in state.rows(self._tx, noun)
            for code in (str(row.get(name) or "").casefold() for name in ("code", "number"))
            if (code == text if whole else text in code)
        )

    def about(self, noun: str, id: str) -> str:
        """The person whom a row is about, or empty."""
        return str(self.row_of(noun, id).get("pid") or "") if noun in ROWS else ""

    def by(self, uid: str) -> str:
        """The person of an account, or empty."""
        try:
            return "" if uid in NOBODY else self._office.standing.keys.person(uid)
        except KeyError:
            return ""

    def who(self, uid: str) -> str:
        """The name of an account's person."""
        if uid in NOBODY:
            return say("ui.history.system")
        try:
            pid = self._office.standing.keys.person(uid)
        except KeyError:
            return uid
        return self.person(pid)

    def user(self, uid: str) -> str:
        """The user name of an account, or empty."""
        return "" if uid in NOBODY else str(self.row_of("account", uid).get("name") or "")

    def person(self, pid: str) -> str:
        """A person's name, or the mark why there is none; the id of somebody who is not entered."""
        one = self._crowd.people.get(pid)
        if one is not None:
            return one.name
        row = self.row_of("person", pid)
        return shown_name(self._office, row) if row else pid

    def number(self, pid: str) -> str:
        """A person's number, or empty."""
        one = self._crowd.people.get(pid)
        return str(self.row_of("person", pid).get("number") or "") if one is None else one.number


class Telling:
    """Entries in words, with the names that one question opens."""

    def __init__(self, office: Office, names: Names) -> None:
        self._office, self._names = office, names

    def of_bytes(self, b: bytes) -> Made:
        """An entry's bytes in words."""
        return self.line(read(b))

    def line(self, made: Entry) -> Made:
        """An entry in words."""
        changes = list(self.changes(made))
        first = changes[0] if changes else Change(column="", old="", new=self._summary(made))
        session = self._office.session
        return Made(
            log=made.log, seq=made.seq, when=clock_text(_instant(made)), who=self._names.who(made.by.uid), act=made.act,
            action=act_words(made.act), noun=made.ent.t, record=self.record(made), column=first.column, old=first.old,
            new=first.new, more=max(0, len(changes) - 1), why=self._why(made), signed=_is_signature(made),
            me=session is not None and session.uid == made.by.uid, local=place_text(_instant(made)),
        )  # fmt: skip

    def record(self, made: Entry) -> str:
        """What an entry is about."""
        noun, id = made.ent.t, made.ent.id
        row = self._names.row_of(noun, id) if noun in ROWS and noun != "person" else {}
        pid = str(row.get("pid") or (made.body or {}).get("pid") or "")
        match noun:
            case "person":
                what = self._names.person(id)
            case "record":
                code = self._names.row_of("requirement", str(row.get("req") or "")).get("code") or id
                what = f"{code} · {self._names.person(pid)}"
            case "session":
                what = device_of(made.log)
            case "account" | "role" | "key":
                what = self._names.who(id) if id.startswith("u_") else id
            case _:
                named = (
                    row.get("code")
                    or row.get("number")
                    or row.get("title")
                    or (self._names.person(pid) if pid else id)
                )
                what = str(named)
        return f"{noun_words(noun)}: {what}"

    def changes(self, made: Entry) -> Iterator[Change]:
        """Every column that changed, in words."""
        for column, old, new in made.chg:
            yield Change(
                column=field_words(made.ent.t, column),
                old=self._value(made, column, old),
                new=self._value(made, column, new),
            )

    def told(self, made: Entry) -> Iterator[tuple[str, str]]:
        """What an entry without a row says, name and value."""
        for name, value in (made.body or {}).items():
            if name not in ("sess", "uid", "pid") and type(value) in (str, int) and len(str(value)) < LONGEST:
                yield name, self._value(made, name, value)

    def signature(self, made: Entry) -> Signed | None:
        """The e-signature that an entry carries."""
        if not _is_signature(made):
            return None
        return signed(made, _Keys(self._office), None, 0)

    def address(self, made: Entry) -> str:
        """Where the record can be opened, or empty."""
        noun, id = made.ent.t, made.ent.id
        row = self._names.row_of(noun, id) if noun in ROWS and noun != "person" else {}
        pid = id if noun == "person" else str(row.get("pid") or "")
        if pid:
            return address_of("person", self._names.number(pid) or pid)
        number = str(row.get("number") or "") if noun == "document" else ""
        return address_of("document", number) if number else ""

    def _why(self, made: Entry) -> str:
        return reason(made.why, _Keys(self._office), made.ent.t, made.ent.id)

    def _summary(self, made: Entry) -> str:
        return ", ".join(f"{value}" for _, value in list(self.told(made))[:2])

    def _value(self, made: Entry, column: str, value: Json) -> str:
        if value is None:
            return ""
        if is_envelope(value):
            return opened(_Keys(self._office), value, made.ent.t, made.ent.id, column)
        if isinstance(value, str) and value[:2] in REFERS:
            return self._refers(value)
        if isinstance(value, str) and INSTANT.fullmatch(value):
            return clock_text(instant_at(utc_ms(value), made.ts.zone))
        if isinstance(value, str) and DAY.fullmatch(value):
            return day_text(value)
        return say("ui.history.yes") if value == 1 and column == "void" else str(value)

    def _refers(self, id: str) -> str:
        noun = REFERS[id[:2]]
        if noun == "account":
            return self._names.who(id)
        if noun == "person":
            return self._names.person(id)
        row = self._names.row_of(noun, id)
        return str(row.get("code") or row.get("number") or row.get("title") or id)


class _Keys:
    """The person keys, as views want them: KeyError for what is not held."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def open(self, envelope: Row, t: str, id: str, column: str) -> str:
        """The text of an envelope."""
        return self._office.ring.open(envelope, t, id, column)


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")
LONGEST = 200
"""Longer texts of a body (keys, tokens) are not told."""
NOBODY = frozenset({"sys", "centre"})
ROWS = frozenset(
    {
        "person",
        "record",
        "requirement",
        "job",
        "posting",
        "document",
        "curriculum",
        "assignment",
        "account",
        "setting",
    }
)
CODED = ("requirement", "document", "job", "curriculum")
"""What people call by a code or number: there are few of each."""
REFERS = {
    "p_": "person",
    "u_": "account",
    "q_": "requirement",
    "j_": "job",
    "d_": "document",
    "c_": "curriculum",
}
"""How ids begin, and what they name."""


def address_of(page: str, id: str) -> str:
    """Where something is in the window, quoted as the window's addresses are, so that any number or id can stand there."""
    return f"countersign:{page}/{quote(id, safe='')}"


def act_words(act: str) -> str:
    """What was done, in words."""
    return say(f"ui.act.{act}") if f"ui.act.{act}" in words() else act


def noun_words(noun: str) -> str:
    """What it was done to, in words."""
    return say(f"ui.noun.{noun}") if f"ui.noun.{noun}" in words() else noun


def field_words(noun: str, column: str) -> str:
    """The words of a column."""
    for key in (f"ui.field.{noun}.{column}", f"ui.field.{column}"):
        if key in words():
            return say(key)
    return column.removesuffix("_j").replace("_", " ")


def role_words(role: str) -> str:
    """A role in words."""
    return say(f"role.{role}") if f"role.{role}" in words() else role


def device_of(log: str) -> str:
    """The device whose log it is."""
    return log.split("/")[-2] if log.count("/") > 1 else log


def _instant(made: Entry) -> Instant:
    return instant_at(utc_ms(made.ts.utc), made.ts.zone)


def _is_signature(made: Entry) -> bool:
    """Whether a person signed it; what only opens a period is no signature of a record."""
    return made.sig is not None and split(made.sig).typ == ESIG
