"""Personal values (formats §4 "Envelope", §9): data keys against their commitments, envelopes at their places.

- A key is committed to once for each person and version, before the first envelope that names it.
- Missing without an erasure, or another key than the committed one, is DEK_COMMIT; there after one, ERASURE_PENDING.
- An envelope that does not open at its place under its committed key is ENVELOPE_BAD; under an erased key it is not judged.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter
from typing import Any

from app.audit.findings import Findings
from app.base.entry import Entry
from app.base.words import Json
from app.domain.roles import Place
from app.proof.envelope import EnvelopeBad, Sealer, commit, is_envelope

HELD = 1024
NONE: frozenset[str] = frozenset()
PRIVATE: Mapping[str, frozenset[str]] = {
    "person": frozenset(
        "name_j given_j prefix_j family_j native_j preferred_j number_j external_j mail_j login_j badge_j absent_j".split()
    ),
    "account": frozenset({"name_j"}),
    "record": frozenset({"comment_j"}),
}
"""Columns that hold nothing but an envelope, under the key of the row's person."""
Before = Callable[[Place, Place], bool]
Spot = tuple[str, str, str, Json]
"""Type, id, column and the envelope that stands there."""


class Personal:
    """The committed keys, and what opens under them. Can be sent to another process.

    `seconds` is the time spent on opening envelopes.
    """

    def __init__(self) -> None:
        self.named: dict[str, tuple[Place, str]] = {}
        self.erased: set[str] = set()
        self.keys: dict[str, bytes] = {}
        self.seconds = 0.0
        self._sealers: OrderedDict[str, Sealer] = OrderedDict()

    def __getstate__(self) -> tuple[Any, ...]:
        return self.named, self.erased, self.keys

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.named, self.erased, self.keys = state
        self.seconds = 0.0
        self._sealers = OrderedDict()

    def learn(self, e: Entry, found: Findings) -> None:
        """Take over a `person.key` or `person.erase`."""
        body = e.body or {}
        if e.act == "person.erase":
            self.erased.add(str(body.get("pid")))
            return
        name = f"{body.get('pid')}.{body.get('ver')}"
        if name in self.named:
            found.add("DEK_COMMIT", e.log, e.seq, entity_of(e), "committed twice")
        self.named.setdefault(name, ((e.log, e.seq), str(body.get("commit"))))

    def hold(self, deks: Iterable[tuple[str, int, bytes]], found: Findings) -> None:
        """Check the keys that are there, and that none is missing."""
        held = set()
        for pid, ver, dek in deks:
            name = f"{pid}.{ver}"
            held.add(name)
            committed = self.named.get(name)
            if pid in self.erased:
                found.add("ERASURE_PENDING", entity=f"person/{pid}")
            elif committed is None:
                continue  # kept for a command that was killed before its commit: it seals nothing that counts
            elif committed[1] != commit(dek) or len(dek) != 32:
                found.add("DEK_COMMIT", entity=f"person/{pid}", note=name)
            else:
                self.keys[name] = dek
        for name in self.named.keys() - held:
            pid = name.rpartition(".")[0]
            if pid not in self.erased:
                found.add("DEK_COMMIT", entity=f"person/{pid}", note=f"{name} is missing")

    def text(self, spot: Spot) -> str | None:
        """What an envelope says, None if it does not open or its key is gone."""
        t, id, column, box = spot
        start = perf_counter()
        try:
            sealer = self._sealer(box["k"])
            return None if sealer is None else sealer.open(box, t, id, column)
        except (EnvelopeBad, ValueError, KeyError, TypeError):
            return None
        finally:
            self.seconds += perf_counter() - start

    def display_mac(self, name: str, text: str) -> str | None:
        """The MAC of the words shown, None if the key is gone."""
        sealer = self._sealer(name)
        return None if sealer is None else sealer.display_mac(text)

    def bad(self, spot: Spot, at: Place | None, before: Before) -> bool:
        """Whether an envelope ought to open and does not, or names a key that is not committed to before `at`.

        `at` None: where it stands is no matter (a live row, or the genesis).
        """
        return self.look(spot, at, before)[0]

    def look(self, spot: Spot, at: Place | None, before: Before) -> tuple[bool, str | None]:
        """As `bad`, with what the envelope says if it opens."""
        box = spot[3]
        name = box.get("k") if type(box) is dict else None
        committed = self.named.get(name) if type(name) is str else None
        if committed is None or (at is not None and not before(committed[0], at)):
            return True, None
        text = self.text(spot) if name in self.keys else None
        return name in self.keys and text is None, text

    def _sealer(self, name: str) -> Sealer | None:
        sealer = self._sealers.get(name)
        if sealer is not None:
            return sealer
        dek = self.keys.get(name)
        if dek is None:
            return None
        pid, _, ver = name.rpartition(".")
        sealer = self._sealers[name] = Sealer(dek, pid, int(ver))
        if len(self._sealers) > HELD:
            self._sealers.popitem(last=False)
        return sealer


def entity_of(e: Entry) -> str:
    """`<t>/<id>`."""
    return f"{e.ent.t}/{e.ent.id}"


def envelopes(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """(path, envelope) of everything inside a value; one in a list has a path where none opens."""
    kind = type(value)
    if kind is dict:
        if "$e" in value:
            yield path, value
        else:
            for name, inner in value.items():
                yield from envelopes(inner, f"{path}.{name}")
    elif kind is list:
        # Never inside a list: no envelope was sealed for such a place.
        for inner in value:
            yield from envelopes(inner, f"{path}[]")


def in_change(e: Entry) -> Iterator[Spot]:
    """The envelopes that the change of an entry writes, and the one of its reason.

    Values before are those of the row, which was looked at when it was written.
    """
    t, id = e.ent.t, e.ent.id
    for column, _, becomes in e.chg:
        kind = type(becomes)
        if kind is dict or kind is list:
            for path, box in envelopes(becomes, column):
                yield t, id, path, box
    if e.why is not None and e.why.text is not None:
        yield t, id, "why.text", e.why.text
    if e.body is not None:
        for path, box in envelopes(e.body, "body"):
            yield t, id, path, box


def misplaced(e: Entry, row: Mapping[str, Json]) -> Iterator[str]:
    """The private columns that a change fills in clear, or under another person's key than the row's."""
    private = PRIVATE.get(e.ent.t, NONE)
    for column, _, becomes in e.chg:
        if column in private and becomes is not None:
            owner = e.ent.id if e.ent.t == "person" else row.get("pid")
            name = becomes.get("k") if type(becomes) is dict else None
            if type(name) is not str or name.rpartition(".")[0] != owner:
                yield column


def in_row(t: str, row: Mapping[str, Json]) -> Iterator[Spot]:
    """The envelopes of a row."""
    for column, value in row.items():
        for path, box in envelopes(value, column):
            yield t, row["id"], path, box


def sealed(sid: str, name: Json, text: Json) -> Iterator[Spot]:
    """The two envelopes of a token: the signer's name and the words shown."""
    for column, box in (("signer.name", name), ("disp.text", text)):
        yield "esig", sid, column, box if is_envelope(box) else {}
