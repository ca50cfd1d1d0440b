"""One entry as bytes: its members, their forms, its leaf. No keys are needed here.

Clauses followed (formats.md): §1 JCS, times, clear strings, limits; §5 members, changes, acts with their own body.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from opening import Json, b64u, jcs, sha256
from signed import ANY, H32, OFF, UTC, fits

Row = dict[str, Any]
HLC = re.compile(r"(\d+)\.([0-9a-f]{4})")
ACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9_]*")
IDENT = re.compile(r"[^|/\s]+")
PART = r"[a-z0-9][a-z0-9._-]*"
ORIGIN = re.compile(rf"countersign\.{PART}/{PART}/({PART})/(\d+)")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ENTRY = {
    "v": int,
    "log": ORIGIN,
    "seq": int,
    "prev": H32,
    "ts": {"utc": UTC, "off": OFF, "zone": (str,), "hlc": HLC, "boot": (str,), "up": (int,), "clk": str},
    "by": {"uid": IDENT, "sess": (IDENT,), "role": NAME},
    "scope": {"site": str, "dept": (str,)},
    "act": ACT,
    "ent": {"t": NAME, "id": IDENT, "base": list},
    "chg": (list,),
    "post": (H32,),
    "body": (dict,),
    "why": ({"code": re.compile(r"[A-Z][A-Z0-9_]{0,23}"), "text": ANY},),
    "sig": (str,),
    "app": str,
    "sch": int,
}
OWN = {  # act → (ent.t, members that its body must have)
    "site.genesis": ("site", "site domain vault root recovery device people pop appr"),
    "recovery.used": ("site", "recovery appr"),
    "log.restore": ("site", "old lost appr"),
    "hold.ack": ("site", "log n h code appr"),
    "clock.jump": ("site", "from to"),
    "clock.ack": ("site", "n"),
    "anchor.lag": ("site", "n h"),
    "db.rekey": ("site", "k e"),
    "backup.ok": ("site", "sha256 n h"),
    "sync.blocked": ("site", "centre code"),
    "device.enrol": ("device", "id log jwk ed25519 pop"),
    "device.key": ("device", "id log jwk ed25519 pop"),
    "device.revoke": ("device", "id log last_n"),
    "key.enrol": ("key", "uid pid jwk jkt hpk idv from pop appr"),
    "key.retire": ("key", "uid jkt"),
    "key.reset": ("account", "uid pid hpk appr"),
    "code.reset": ("account", "uid"),
    "auth.fail": ("account", "slot kind utc up"),
    "auth.lock_reset": ("account", "slot"),
    "rbac.denied": ("account", "act code"),
    "role.grant": ("role", "uid role scope from to grade"),
    "role.revoke": ("role", "uid role scope from to grade"),
    "person.key": ("person", "pid ver commit"),
    "person.erase": ("person", "pid basis appr"),
    "session.open": ("session", "sess seen ccp"),
    "session.close": ("session", "sess reason"),
    "centre.descriptor": ("centre", "jws"),
}
WHY = {"key.retire", "key.reset", "person.erase", "clock.ack", "hold.ack", "log.restore", "recovery.used"}


def tidy(value: Json, depth: int = 1) -> bool:
    """Depth ≤ 16, |n| < 2^53, ASCII member names, NFC strings without controls."""
    if isinstance(value, dict):
        return depth <= 16 and all(name.isascii() and tidy(inner, depth + 1) for name, inner in value.items())
    if isinstance(value, list):
        return depth <= 16 and all(tidy(inner, depth + 1) for inner in value)
    if isinstance(value, str):
        return not HIDDEN.search(value) and unicodedata.is_normalized("NFC", value)
    return not isinstance(value, int) or abs(value) < 2**53


@dataclass
class Entry:
    log: str
    seq: int
    raw: bytes
    d: dict[str, Json] | None = None

    def __post_init__(self) -> None:
        self.leaf = sha256(b"\x00" + self.raw)
        self.h = b64u(self.leaf)

    @property
    def entity(self) -> str | None:
        return f"{self.d['ent']['t']}/{self.d['ent']['id']}" if self.d else None

    def hlc(self) -> tuple[int, int]:
        match = HLC.fullmatch(self.d["ts"]["hlc"]) if self.d else None
        if match is None or len(match[1]) > 15:
            return 0, 0
        return int(match[1]), int(match[2], 16)


def utc_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _change_faults(d: dict[str, Json]) -> Iterator[str]:
    chg, base = d["chg"] or [], d["ent"]["base"]
    if not all(isinstance(c, list) and len(c) == 3 and fits(c[0], NAME) for c in chg):
        yield "chg"
        return
    names = [c[0] for c in chg]
    if names != sorted(set(names)) or any(jcs(c[1]) == jcs(c[2]) for c in chg):
        yield "chg not sorted, twice, or without change"
    if any(c[0] == "done" and c[2] is not None and not fits(c[2], UTC) for c in chg):
        yield "done"
    if (d["post"] is None) != (not chg):
        yield "post"
    if not all(fits(leaf, H32) for leaf in base) or base != sorted(set(base)):
        yield "base"


def _seen_fits(body: dict[str, Json]) -> bool:
    seen = body.get("seen", {})
    return isinstance(seen, dict) and all(fits(head, {"n": int, "h": (H32,)}) for head in seen.values())


def _own_faults(d: dict[str, Json]) -> Iterator[str]:
    act, body = d["act"], d["body"]
    if act in OWN:
        kind, members = OWN[act]
        if d["ent"]["t"] != kind or d["ent"]["base"] or d["chg"]:
            yield "an act with its own body has no row and no base"
        if not isinstance(body, dict) or not set(members.split()) <= set(body) or not _seen_fits(body):
            yield "body"
    needs = act in WHY or act.split(".")[0] in ("role", "device")
    if needs and d["why"] is None:
        yield "why is missing"
    text = d["why"]["text"] if d["why"] else None
    if text is not None and not (isinstance(text, dict) and "$e" in text):
        yield "why.text is not an envelope"


def schema_faults(d: Json) -> Iterator[str]:
    if not fits(d, ENTRY):
        yield "members"
        return
    if d["v"] != 1 or not tidy(d):
        yield "version, depth, numbers or strings"
    yield from _change_faults(d)
