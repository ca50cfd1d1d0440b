"""Personal values and files: data keys against their commitments, envelopes, stored files.

Clauses followed (formats.md): §4 envelopes (AAD, where they may stand), `dek`, files; §5 person.key and
person.erase; §9 DEK missing without erasure = DEK_COMMIT, present after it = ERASURE_PENDING.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from checking import History
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from entries import Entry, Row
from folding import live_row
from opening import Findings, Json, b64u, derive, parse, sha256, unb64u
from stores import Store

CIPHERS = {1: AESGCMSIV, 2: AESGCM}
PRIVATE = {
    "person": set(
        "name_j given_j prefix_j family_j native_j preferred_j number_j external_j mail_j login_j"
        " badge_j absent_j".split()
    ),
    "account": {"name_j"},
    "record": {"comment_j"},
}
KINDS: dict[str, dict[str, type]] = {
    "entry": {"site_id": str, "log": str, "seq": int, "b": bytes},
    "checkpoint": {"site_id": str, "log": str, "n": int, "note": str},
    "batch": {"log": str, "first": int, "last": int, "manifest": str},
    "receipt": {"log": str, "n": int, "note": str},
    "user_vault": {"uid": str, "kind": str, "gen": int, "blob": bytes},
    "site_key": {"e": int, "ct": bytes},
    "dek": {"pid": str, "ver": int, "dek": bytes},
}
Place = tuple[str, str, str, Json]


def check_kinds(store: Store, found: Findings) -> None:
    """§4: permanent tables hold no NULL, no other kind of value, no number that JSON can't hold."""
    for table, columns in KINDS.items():
        rows = getattr(store, table)
        if any(
            type(row[c]) is not kind or (kind is int and not 0 <= row[c] < 2**53)
            for row in rows
            for c, kind in columns.items()
        ):
            found.add("STORE_DAMAGED", note=f"{table} holds other kinds of values")


def envelopes(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """(path, envelope) of everything inside; one in a list has a path where none opens."""
    if isinstance(value, dict) and "$e" in value:
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from envelopes(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:  # never inside a list: nothing was sealed for such a place
            yield from envelopes(inner, f"{path}[]")


def key_name(box: Json) -> str:
    """`<pid>.<ver>` that an envelope names; empty where it names none."""
    name = box.get("k") if isinstance(box, dict) else None
    return name if isinstance(name, str) else ""


def _in_token(text: Json) -> Iterator[Place]:
    try:
        payload = parse(unb64u(text.split(".")[1]))
        for holder, name in (("signer", "name"), ("disp", "text")):
            for path, box in envelopes(payload.get(holder, {}).get(name), f"{holder}.{name}"):
                yield "esig", payload["sid"], path, box
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        return


def places(e: Entry) -> Iterator[Place]:
    """(type, id, column, envelope) for each envelope that an entry holds."""
    assert e.d is not None
    kind, ident, body = e.d["ent"]["t"], e.d["ent"]["id"], e.d["body"] or {}
    for column, _, becomes in e.d["chg"]:  # values before were looked at where they were written
        for path, box in envelopes(becomes, column):
            yield kind, ident, path, box
    for path, box in envelopes(body, "body"):
        yield kind, ident, path, box
    if e.d["why"] and e.d["why"]["text"] is not None:
        yield kind, ident, "why.text", e.d["why"]["text"]
    approvals = body.get("appr")
    for token in [e.d["sig"], *(approvals if isinstance(approvals, list) else [])]:
        yield from _in_token(token)


class Personal:
    """The data keys that the chain committed to, and what opens under them."""

    def __init__(self, store: Store, history: History, found: Findings) -> None:
        self.history, self.found = history, found
        self.named: dict[str, Entry] = {}
        self.erased: set[str] = set()
        self.deks: dict[str, bytes] = {}
        self.opened: dict[tuple[str, bytes], bytes | None] = {}
        for e in history.order:
            if e.d and e.d["act"] == "person.key":
                name = f"{e.d['body']['pid']}.{e.d['body']['ver']}"
                if name in self.named:
                    found.add("DEK_COMMIT", log=e.log, seq=e.seq, entity=e.entity, note="committed twice")
                self.named.setdefault(name, e)
            elif e.d and e.d["act"] == "person.erase":
                self.erased.add(e.d["body"]["pid"])
        self._check_deks(store)

    def _check_deks(self, store: Store) -> None:
        held = {f"{row['pid']}.{row['ver']}": bytes(row["dek"]) for row in store.dek}
        for name, dek in held.items():
            pid, e = name.rpartition(".")[0], self.named.get(name)
            commit = b64u(sha256(b"cs/dek-commit/v1" + dek))
            if pid in self.erased:
                self.found.add("ERASURE_PENDING", entity=f"person/{pid}")
            elif e is None:
                continue  # no entry commits to it: left by a command that was cut short
            elif e.d is None or e.d["body"]["commit"] != commit:
                self.found.add("DEK_COMMIT", entity=f"person/{pid}", note=name)
            else:
                self.deks[name] = dek
        for name in self.named.keys() - held.keys():
            pid = name.rpartition(".")[0]
            if pid not in self.erased:
                self.found.add("DEK_COMMIT", entity=f"person/{pid}", note=f"{name} is missing")

    def reveal(self, box: Json, kind: str, ident: str, column: str) -> bytes | None:
        """The plaintext, or None where it does not open or its key is gone. Raises nothing."""
        key = f"{box}", f"{kind}|{ident}|{column}".encode()
        if key not in self.opened:
            self.opened[key] = self._open(box, key[1])
        return self.opened[key]

    def _open(self, box: Json, place: bytes) -> bytes | None:
        try:
            dek = self.deks[box["k"]]
            aad = b"cs/pii/v1|" + box["k"].rpartition(".")[0].encode() + b"|" + place
            cipher = CIPHERS[box["$e"]](derive(dek, "cs/pii/v1"))
            text = cipher.decrypt(unb64u(box["n"]), unb64u(box["c"]), aad)
            fine = set(box) == {"$e", "k", "n", "c"} and unicodedata.is_normalized("NFC", text.decode())
        except (KeyError, TypeError, ValueError, AttributeError, InvalidTag):
            return None
        return text if fine else None

    def _bad(self, place: Place) -> bool:
        """Whether this envelope ought to open and does not; not judged under an erased or swapped key."""
        kind, ident, column, box = place
        name = key_name(box)
        if name in self.named and name not in self.deks:
            return False
        return self.reveal(box, kind, ident, column) is None

    def check_private(self, e: Entry, row: Row) -> None:
        """A private column holds an envelope under the key of the row's person, or nothing."""
        assert e.d is not None
        kind = e.d["ent"]["t"]
        for column, _, becomes in e.d["chg"]:
            owner = e.d["ent"]["id"] if kind == "person" else row.get("pid")
            if (
                column in PRIVATE.get(kind, ())
                and becomes is not None
                and (key_name(becomes).rpartition(".")[0] != owner)
            ):
                self.found.add("ENVELOPE_BAD", log=e.log, seq=e.seq, entity=e.entity, note=column)

    def check_envelopes(self, state: dict[str, list[Row]]) -> None:
        for e in self.history.order:
            for place in places(e) if e.d else ():
                first = self.named.get(key_name(place[3]))
                early = e.d["act"] == "site.genesis" or (first and self.history.before(first, e))
                if self._bad(place) or not early:
                    self.found.add("ENVELOPE_BAD", log=e.log, seq=e.seq, entity=e.entity, note=place[2])
        for kind, rows in state.items():
            for raw in rows:
                for column, value in live_row(raw).items():
                    for path, box in envelopes(value, column):
                        if self._bad((kind, raw["id"], path, box)):
                            self.found.add("ENVELOPE_BAD", entity=f"{kind}/{raw['id']}", note=path)

    # --- files -------------------------------------------------------------------------------------------

    def check_files(self, folder: Path, state: dict[str, list[Row]]) -> None:
        """ATTACH_HASH, DOC_HASH. A reference names the plaintext; the stored file is found by opening."""
        stored: dict[int, list[bytes]] = {}
        for path in sorted(folder.glob("*/*")):
            if not path.is_file():  # a pipe would be waited for without end
                self.found.add("ATTACH_HASH", note=path.name)
                continue
            raw = path.read_bytes()
            if sha256(raw).hex() != path.name or path.parent.name != path.name[:2]:
                self.found.add("ATTACH_HASH", note=path.name)
            else:
                stored.setdefault(len(raw), []).append(raw)
        for kind, rows in state.items():
            for raw_row in rows:
                row = live_row(raw_row)
                files = row.get("files_j") if isinstance(row.get("files_j"), list) else []
                for ref in [row.get("file_j"), *(files or [])]:
                    if isinstance(ref, dict):
                        self._check_file(ref, row, f"{kind}/{row['id']}", stored)

    def _check_file(self, ref: Json, row: Row, entity: str, stored: dict[int, list[bytes]]) -> None:
        if ref["k"] in self.named and ref["k"] not in self.deks:
            return
        promised = row.get("sha256", ref["sha256"]) if row.get("file_j") is ref else ref["sha256"]
        for raw in stored.get(ref["size"] + 28, []):
            plain = self._decrypt(raw, ref["k"], ref["sha256"])
            if plain is not None:
                if not sha256(plain).hex() == ref["sha256"] == promised:
                    self.found.add("DOC_HASH", entity=entity)
                return
        self.found.add("ATTACH_HASH", entity=entity, note="no stored file opens as this one")

    def _decrypt(self, raw: bytes, name: str, promised: str) -> bytes | None:
        aad = f"cs/file/v1|{name.rpartition('.')[0]}|{promised}".encode()
        try:
            return AESGCMSIV(derive(self.deks[name], "cs/file/v1")).decrypt(raw[:12], raw[12:], aad)
        except (InvalidTag, KeyError, ValueError):
            return None
