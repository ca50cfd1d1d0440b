"""The e-signatures under a row, with everything that they are shown with (R-SIG-08).

- A row's entry either carries a signature or is covered by the one that ends its command (formats §5, "Commands").
- Nothing is verified here; what is printed is verified by whoever prints it.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.base.codec import unpack
from app.base.entry import Entry, Why, read
from app.base.moment import utc_ms
from app.base.say import say, words
from app.base.words import Json
from app.domain.records import DECIDING, HOUR_MS
from app.domain.reports import Signed
from app.proof.esign import ESIG, split
from app.store import history
from app.store.tx import Tx
from app.store.views.opening import Keyring, opened

Place = tuple[str, int]


def signed_entries(tx: Tx, places: Iterable[Place], until: str) -> list[Entry]:
    """The entries that carry the signatures over the entries at `places`, recorded until `until`, each once, in order."""
    found: dict[Place, Entry] = {}
    for log, seq in places:
        entry = _signature_over(tx, log, seq)
        if entry is not None and entry.ts.utc <= until:
            found[entry.log, entry.seq] = entry
    return sorted(found.values(), key=lambda entry: (entry.ts.utc, entry.log, entry.seq))


def _signature_over(tx: Tx, log: str, seq: int) -> Entry | None:
    """The entry that ends the command of (log, seq), if it is an e-signature that covers it."""
    for at, b in history.entries(tx, log, seq):
        entry = read(b)
        if entry.sig is not None:
            told = split(entry.sig)
            return entry if told.typ == ESIG and at - unpack(told.payload)["with"] <= seq else None
    return None


def signed(entry: Entry, keys: Keyring, done: str | None, late_h: int) -> Signed:
    """What is shown of one signature; `done` is when the training took place."""
    told = unpack(split(entry.sig or "").payload)
    meaning, doc = told["meaning"]["code"], told["subj"]["doc"]
    late = (
        done is not None and meaning not in DECIDING and utc_ms(entry.ts.utc) - utc_ms(done) > late_h * HOUR_MS
    )
    return Signed(
        sid=told["sid"],
        name=opened(keys, told["signer"]["name"], "esig", told["sid"], "signer.name"),
        uid=told["signer"]["uid"],
        role=entry.by.role,
        meaning=meaning,
        words=opened(keys, told["disp"]["text"], "esig", told["sid"], "disp.text"),
        why=reason(entry.why, keys, entry.ent.t, entry.ent.id),
        utc=entry.ts.utc,
        off=entry.ts.off,
        zone=entry.ts.zone,
        full=told["auth"]["lvl"] == "full",
        late=late,
        doc=_document(doc),
        place=(entry.log, entry.seq),
    )


def reason(why: Why | None, keys: Keyring, t: str, id: str) -> str:
    """Code and the person's own words, in full."""
    if why is None:
        return ""
    text = opened(keys, why.text, t, id, "why.text")
    code = say(f"why.{why.code}") if f"why.{why.code}" in words() else why.code
    return f"{code}: {text}" if text else code


def _document(doc: Json) -> str:
    return "" if doc is None else say("paper.signed_document", {"ver": doc["ver"], "sha256": doc["sha256"]})
