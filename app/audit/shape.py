"""The form of an entry (formats §1 "Clear strings", §5): what makes ENTRY_SCHEMA and ENTRY_NONCANON.

- Exactly the members of formats §5, each of its kind; the bytes are the one canonical spelling of them.
- Strings are in NFC and hold no control or direction marks; numbers are whole and below 2^53; depth at most 16.
- A change lists each column once, sorted, with a real difference; acts of `OWN` have a body, no row and no base.
- Of a body those members are looked at that somebody reads: names and keys are text, numbers whole, approvals a list.
- A form once seen to be good is remembered: a history repeats its acts, types, actors and times.
- The form of `hlc` is judged by the walk, which compares all of them anyway.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from app.base.codec import NotCanonical, check, pack_checked
from app.base.entry import Actor, Entry, Why
from app.base.moment import UTC_TEXT
from app.base.words import Json

LIMIT = 65536
WHOLE = 2**53
ACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
IDENT = re.compile(r"[^|/\s]+")
OFF = re.compile(r"[+-]\d\d:\d\d")
H32 = re.compile(r"[A-Za-z0-9_-]{43}")
CODE = re.compile(r"[A-Z][A-Z0-9_]{0,23}")
PART = r"[a-z0-9][a-z0-9._-]*"
ORIGIN = re.compile(rf"countersign\.{PART}/{PART}/({PART})/(\d+)")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ESCAPED = re.compile(r'\\["\\]')

_BODIES: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    act: (t, tuple((name, kind) for name, _, kind in (member.partition(":") for member in members.split())))
    for act, t, members in (
        ("site.genesis", "site", "site:t domain:t vault root recovery:t device:o people:l pop appr:l"),
        ("recovery.used", "site", "recovery:t appr:l"),
        ("log.restore", "site", "old:o lost appr:l"),
        ("hold.ack", "site", "log:t n:n h code:t appr:l"),
        ("clock.jump", "site", "from to"),
        ("clock.ack", "site", "n:n"),
        ("anchor.lag", "site", "n:n h"),
        ("db.rekey", "site", "k e"),
        ("backup.ok", "site", "sha256 n:n h"),
        ("sync.blocked", "site", "centre:t code:t"),
        ("device.enrol", "device", "id:t log:t jwk:o ed25519:t pop"),
        ("device.key", "device", "id:t log:t jwk:o ed25519:t pop"),
        ("device.revoke", "device", "id:t log:t last_n:n"),
        ("key.enrol", "key", "uid:t pid:t jwk:o jkt:t hpk:t idv from pop appr:l"),
        ("key.retire", "key", "uid:t jkt:t"),
        ("key.reset", "account", "uid:t pid:t hpk:t appr:l"),
        ("code.reset", "account", "uid:t"),
        ("auth.fail", "account", "slot:t kind:t utc:t up:i"),
        ("auth.lock_reset", "account", "slot:t"),
        ("rbac.denied", "account", "act:t code:t"),
        ("role.grant", "role", "uid:t role:t scope:o? from:t? to:t? grade:t?"),
        ("role.revoke", "role", "uid:t role:t scope:o? from:t? to:t? grade:t?"),
        ("person.key", "person", "pid:t ver:n commit:t"),
        ("person.erase", "person", "pid:t basis appr:l"),
        ("session.open", "session", "sess:t seen:o ccp"),
        ("session.close", "session", "sess:t reason:t"),
        ("centre.descriptor", "centre", "jws:t"),
    )
}

OWN: Mapping[str, tuple[str, frozenset[str]]] = {
    act: (t, frozenset(name for name, _ in members)) for act, (t, members) in _BODIES.items()
}
"""Acts with a body and no row → type of their entity, members that the body must have (formats §5 "Acts")."""

_KINDS: Mapping[str, type] = {"t": str, "i": int, "o": dict, "l": list}
"""Text, whole number, object, list; `?` behind it: or null. `n` is a number from 0 on."""

NEEDS_WHY = frozenset(
    {"key.retire", "key.reset", "person.erase", "clock.ack", "hold.ack", "log.restore", "recovery.used"}
)


class Shapes:
    """Judges the form of entries, one after the other."""

    def __init__(self) -> None:
        self._acts: set[str] = set()
        self._types: set[str] = set()
        self._columns: set[tuple[str, ...]] = set()
        self._by: Actor | None = None
        self._why: Why | None = None
        self._utc = self._off = ""

    def faults(self, e: Entry, raw: bytes, *, known: bool = False) -> list[str]:
        """What is wrong with the form of an entry that could be read; empty when nothing is.

        `known`: its entity was judged before, so its id need not be.
        """
        found: list[str] = []
        if e.v != 1 or len(raw) > LIMIT or not tidy(raw):
            found.append("version, length or strings")
        if not (self._members(e) and (known or IDENT.fullmatch(e.ent.id))):
            found.append("members")
        if e.chg or e.post is not None:
            self._change(e, found)
        if e.act in OWN:
            found += _own_faults(e)
        if e.body is not None and not _plain(e.body):
            found.append("body")
        if e.why is None or e.why != self._why:
            if not _reasoned(e):
                found.append("why")
            else:
                self._why = e.why
        return found

    def _members(self, e: Entry) -> bool:
        """Whether each member has its form; what repeats from entry to entry is compared instead of read again."""
        ts, by = e.ts, e.by
        if by != self._by:
            if not (IDENT.fullmatch(by.uid) and IDENT.fullmatch(by.sess or "-") and NAME.fullmatch(by.role)):
                return False
            self._by = by
        if ts.utc != self._utc or ts.off != self._off:
            if not (UTC_TEXT.fullmatch(ts.utc) and OFF.fullmatch(ts.off)):
                return False
            self._utc, self._off = ts.utc, ts.off
        if not (e.act in self._acts or _learnt(self._acts, ACT, e.act)):
            return False
        if not (e.ent.t in self._types or _learnt(self._types, NAME, e.ent.t)):
            return False
        return -WHOLE < ts.up < WHOLE and 0 <= e.seq < WHOLE and -WHOLE < e.sch < WHOLE

    def _change(self, e: Entry, found: list[str]) -> None:
        """Columns sorted and named as columns are; every value within the format, and another than before.

        What a change says of before is not looked at: it is compared with a row that was.
        """
        columns = tuple([change[0] for change in e.chg])
        if columns not in self._columns:
            if list(columns) != sorted(set(columns)) or not all(map(NAME.fullmatch, columns)):
                found.append("chg not sorted, or a column twice")
            elif len(self._columns) < LIMIT:
                self._columns.add(columns)
        for _, was, becomes in e.chg:
            if was == becomes and pack_checked(was) == pack_checked(becomes):
                found.append("chg without a difference")
            kind = type(becomes)
            if kind is str or becomes is None:
                continue
            if not (-WHOLE < becomes < WHOLE if kind is int else _plain(becomes)):
                found.append("chg holds a value outside the format")
        if (e.post is None) != (not e.chg):
            found.append("post")


def _learnt(known: set[str], form: re.Pattern[str], word: str) -> bool:
    """Whether a word has the form; then it is known from now on."""
    if form.fullmatch(word) is None:
        return False
    if len(known) > LIMIT:
        known.clear()
    known.add(word)
    return True


def canonical(e: Entry, raw: bytes) -> bool:
    """Whether the bytes are the canonical spelling of what they say."""
    return pack_checked(e) == raw


def tidy(raw: bytes) -> bool:
    """Whether every string in canonical JSON is in NFC and free of control and direction marks."""
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw:
        return True
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    # An escape that is left when quotes and backslashes are gone spells a control character.
    if "\\" in text and "\\" in ESCAPED.sub("", text):
        return False
    return HIDDEN.search(text) is None and unicodedata.is_normalized("NFC", text)


def _plain(value: Json) -> bool:
    """Whether a value lies in the subset of canonical JSON (no floats, small numbers, depth)."""
    try:
        check(value, 2)
    except NotCanonical:
        return False
    return True


def base_faults(base: list[str]) -> bool:
    """Whether a base is not a sorted list of different leaves."""
    return base != sorted(set(base)) or not all(H32.fullmatch(leaf) for leaf in base)


def _own_faults(e: Entry) -> Iterator[str]:
    t, members = _BODIES[e.act]
    if e.ent.t != t or e.ent.base or e.chg:
        yield "an act with its own body has no row and no base"
    if e.body is None or not all(_member_fits(e.body, *one) for one in members) or not seen_fits(e.body):
        yield "body"


def _member_fits(body: Mapping[str, Json], name: str, kind: str) -> bool:
    value: Json = body.get(name)
    if name not in body or not kind or (kind.endswith("?") and value is None):
        return name in body
    if kind == "n":
        return type(value) is int and value >= 0
    return type(value) is _KINDS[kind.rstrip("?")]


def seen_fits(body: Mapping[str, Json]) -> bool:
    """Whether what a session says that it saw of other logs is `{<log>: {n, h}}`, n from 0 on."""
    seen = body.get("seen", {})
    return type(seen) is dict and all(map(_is_head, seen.values()))


def _is_head(head: Json) -> bool:
    if type(head) is not dict or head.keys() != {"n", "h"}:
        return False
    return type(head["n"]) is int and head["n"] >= 0 and (head["h"] is None or type(head["h"]) is str)


def _reasoned(e: Entry) -> bool:
    """Whether a reason is there where it must be, and in its form."""
    why = e.why
    if why is None:
        return e.act not in NEEDS_WHY and not e.act.startswith(("role.", "device."))
    text = why.text
    return CODE.fullmatch(why.code) is not None and (text is None or (type(text) is dict and "$e" in text))
