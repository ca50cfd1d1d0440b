"""An outside reader for Countersign sites: opens, verifies, says what it found. It knows formats.md only.

Run `python tests/outside/reader.py DIR [--site PATH] [--user U --password P --device-secret F] [--json]`; DIR
is a demo folder. Exit 0 fine, 1 findings, 2 cannot decide. What leaves a site (batch, qr, evidence, pdf) is
checked by `reader.py KIND …`, see handed.py. Clauses followed here (formats.md):
- §2 demo-secrets, anchor file, pending lines, quarantine;
- §3 vault against chain, user_vault, site_key, recovery point; §5 anchor; §6 trust bundle; §9 the shape of the answer.
Parts: opening, stores (keys, databases), signed, proofs (tree, notes, JWS), entries, checking, folding (chain,
state), registry, rights, signatures (who could, might and did), contents (data keys, envelopes, files), wire,
quarantined (kept evidence).
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import handed
import opening
import stores
from bundles import read_bundle
from checking import History, check_checkpoints
from contents import Personal, check_kinds
from cryptography.exceptions import InvalidTag
from entries import Entry
from folding import Fold
from opening import (
    CannotDecideError,
    Findings,
    Json,
    Opened,
    b64u,
    derive,
    jcs,
    mac,
    parse,
    sha256,
    unb64u,
)
from quarantined import check_quarantine
from registry import Registry
from rights import Rights
from shamir_mnemonic import combine_mnemonics
from signed import jwk_of, thumbprint
from stores import Store
from wire import BROKEN, Stored


@dataclass
class Audit:
    """One verification: what was opened, what was found."""

    site: Path
    device_file: Path
    who: Opened
    store: Store
    history: History
    registry: Registry
    found: Findings
    receipts: list[dict[str, Json]]


def own_bundle(path: Path, found: Findings) -> dict[str, Json] | None:
    """The trust bundle's payload, if its own root key signed it."""
    try:
        return read_bundle(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        found.add("SIG_BAD", note=path.name)
        return None


def check_bundle(a: Audit, promised: dict[str, Json]) -> None:
    """§6: another genesis or root than the bundle's or the trust sheet's is CP_MISMATCH."""
    genesis = a.registry.genesis
    if genesis is None or genesis.d is None:
        a.found.add("CP_MISMATCH", note="no sound genesis")
        return
    body = genesis.d["body"]
    held = {
        "genesis": genesis.h,
        "root": a.registry.root_print(),
        "site": body["site"],
        "domain": body["domain"],
        "recovery": a.registry.recovery,
    }
    for name, value in held.items():
        told = promised.get(name)
        told = thumbprint(told) if name == "root" and isinstance(told, dict) else told
        if told is not None and name in promised and told != value and not isinstance(told, dict):
            a.found.add("CP_MISMATCH", log=genesis.log, seq=0, entity=genesis.entity, note=name)


def check_anchor(a: Audit) -> None:
    """§5: log, size and last leaf, witnessed size, erasures, pending lines, vault generation."""
    pending = check_pending(a)
    try:
        anchor = parse(a.device_file.with_name(a.device_file.name + ".anchor").read_bytes())
        log, n, h, w, er, pd, vg = (anchor[name] for name in ("log", "n", "h", "w", "er", "pd", "vg"))
    except (OSError, *BROKEN):
        a.found.add("ANCHOR_MISSING")
        return
    entries = a.history.logs.get(log, {})
    last = entries.get(n - 1)
    strange = log not in a.history.logs and log not in {device.log for device in a.registry.devices}
    if strange or (n and (last is None or last.h != h)):
        a.found.add("ANCHOR_ROLLBACK", log=log, seq=n - 1, note="size or last leaf")
    elif len(entries) > n:
        a.found.add("ANCHOR_LAG", log=log, seq=n)
    if er > sum(1 for e in a.history.order if e.d and e.d["act"] == "person.erase"):
        a.found.add("ANCHOR_ROLLBACK", log=log, note="erasures")
    if w > max((r["to"] + 1 for r in a.receipts if r["log"] == log and not r["prov"]), default=0):
        a.found.add("ANCHOR_ROLLBACK", log=log, note="witnessed size")
    if pd > pending:
        a.found.add("PENDING_LOST", note=f"{pd} promised, {pending} held")
    if vg > a.who.vault["gen"]:
        a.found.add("VAULT_MAC", note="older generation than the anchor's")


def check_pending(a: Audit) -> int:
    """Number of pending lines whose MAC and counter hold; a bad one is PENDING_LOST."""
    path = a.site / "pending.ndjson"
    key = derive(opening.load_device(a.device_file)["ds"], "cs/pending/v1")
    fine = 0
    for i, raw in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        try:
            line = parse(raw)
            digest = mac(key, jcs({name: value for name, value in line.items() if name != "mac"}))
            good = line["mac"] in (b64u(digest), digest.hex()) and line["i"] == i and raw == jcs(line)
        except BROKEN:
            good = False
        fine += good
        if not good:
            a.found.add("PENDING_LOST", note=f"line {i}")
    return fine


def check_vault(a: Audit) -> None:
    """§3: HPKE points and the recovery point are the chain's; the vault is this site's."""
    vault, registry = a.who.vault, a.registry
    for slot in vault["slots"]:
        known = registry.hpk.get(slot["uid"])
        if slot.get("hpk") != known and (slot.get("grants") or slot["st"] == "active"):
            a.found.add("VAULT_MAC", entity=f"account/{slot['uid']}", note="hpk is not the chain's")
    slots, log = {slot["uid"] for slot in vault["slots"]}, own_log(a)
    for uid in {key.uid for key in registry.keys.values() if key.entry.log == log} - slots:
        a.found.add("VAULT_MAC", entity=f"account/{uid}", note="no slot")
    if not vault["recovery"]:
        a.found.add("VAULT_MAC", note="no recovery grants")
    point = registry.recovery
    if point:
        fpr = b64u(sha256(unb64u(point))[:8])
        if any(grant["fpr"] != fpr for grant in vault["recovery"]):
            a.found.add("VAULT_MAC", note="recovery point is not the chain's")
    genesis = registry.genesis
    if genesis and genesis.d and genesis.d["body"]["vault"] != vault["vault"]:
        a.found.add("VAULT_MAC", note="another site's vault")


def own_log(a: Audit) -> Json:
    """The log that this folder's device writes, as the anchor says."""
    try:
        return parse(a.device_file.with_name(a.device_file.name + ".anchor").read_bytes())["log"]
    except (OSError, *BROKEN):
        return None


def own_blobs(a: Audit) -> dict[str, bytes]:
    """What the signed-in person's user vault holds; a blob that does not open is STORE_DAMAGED."""
    blobs = {}
    for row in (r for r in a.store.user_vault if r["uid"] == a.who.uid):
        aad = f"{row['uid']}|{row['kind']}|{row['gen']}".encode()
        try:
            key = derive(a.who.uvk, f"cs/uv/{row['kind']}/v1")
            blobs[row["kind"]] = opening.open_gcm(key, row["blob"], aad)
        except (InvalidTag, *BROKEN):
            a.found.add("STORE_DAMAGED", entity=f"account/{a.who.uid}", note=f"user_vault {row['kind']}")
    here = any(key.uid == a.who.uid and key.entry.log == own_log(a) for key in a.registry.keys.values())
    kinds = {row["kind"] for row in a.store.user_vault if row["uid"] == a.who.uid}
    for kind in {"sig", "totp"} - kinds if here else ():
        a.found.add("STORE_DAMAGED", entity=f"account/{a.who.uid}", note=f"user_vault {kind} is missing")
    mine = {jkt for jkt, key in a.registry.keys.items() if key.uid == a.who.uid}
    if "sig" in blobs and thumbprint(jwk_of(blobs["sig"])) not in mine:
        a.found.add("SIG_KEY_UNREGISTERED", entity=f"account/{a.who.uid}", note="the person's own key")
    return blobs


def check_site_key(a: Audit) -> None:
    genesis = a.registry.genesis
    if not a.store.site_key and genesis is not None and genesis.log == own_log(a):
        a.found.add("STORE_DAMAGED", note="no site_key")
    for row in a.store.site_key:
        key = a.who.keys.get(("site", row["e"]))
        if key is None:
            continue
        try:
            aad = f"cs/site-root/v1|{a.who.vault['vault']}|{row['e']}".encode()
            fine = thumbprint(jwk_of(opening.open_gcm(key, row["ct"], aad))) == a.registry.root_print()
        except (InvalidTag, *BROKEN):
            fine = False
        if not fine:
            a.found.add("STORE_DAMAGED", note=f"site_key {row['e']}")


def totp_seed(blobs: dict[str, bytes]) -> str:
    """Base32 of the one-time-code seed in the user vault."""
    return base64.b32encode(unb64u(parse(blobs["totp"])["seed"])).decode().rstrip("=")


def recover(vault: dict[str, Json], shares: list[str]) -> dict[tuple[str, int], bytes]:
    """The store keys from the recovery kit's SLIP-39 shares."""
    scalar = opening.recovery_scalar(combine_mnemonics(shares))
    return opening.open_grants(vault["recovery"], scalar, "recovery", vault["vault"], Findings())


# --- the whole --------------------------------------------------------------------------------------------


def guarded(found: Findings, e: Entry, step: Callable[[Entry], None]) -> None:
    """A body whose members have other forms than they must is ENTRY_SCHEMA, not a crash."""
    try:
        step(e)
    except BROKEN as bad:
        found.add("ENTRY_SCHEMA", log=e.log, seq=e.seq, entity=e.entity, note=f"body: {bad!r}")


def audit(
    site: Path, device_file: Path, user: str, password: str, found: Findings, trust: Path | None = None
) -> Audit:
    """Open and verify everything. CannotDecideError where a secret is missing or wrong."""
    device = opening.load_device(device_file)
    vault = opening.read_vault(site, device["ds"], found)
    opening.check_floors(vault, found)
    who = opening.sign_in(vault, device["ds"], user, password, found)
    check_quarantine(site, found)
    store = stores.read_store(site, who, found)
    check_kinds(store, found)
    history = History(store, found)
    registry = Registry(history, found)
    registry.bundle = own_bundle(trust, found) if trust else None
    personal = Personal(store, history, found)
    fold = Fold(history, found)
    rights = Rights(history, fold, registry, found, personal.reveal, personal.deks, personal.check_private)
    for e in history.order:
        if e.d:
            guarded(found, e, rights.step)
    registry.check_logs()
    history.check_seen()
    fold.compare(store.state, store.site_id())
    personal.check_envelopes(store.state)
    personal.check_files(site / "files", store.state)
    roots = check_checkpoints(history, store.checkpoint, registry.note_keys, found)
    receipts = Stored(store, history, registry, roots, found).check()
    a = Audit(site, device_file, who, store, history, registry, found, receipts)
    rights.finish(a.receipts)
    check_bundle(a, registry.bundle or {})
    check_anchor(a)
    check_vault(a)
    own_blobs(a)
    check_site_key(a)
    return a


def answer(found: Findings, a: Audit | None, *, bundle: bool) -> dict[str, Any]:
    """The object of §9; exit 2 where nothing could be opened and nothing is wrong by itself."""
    counts = {}
    if a is not None:
        counts = {
            "entries": len(a.store.entry),
            "signatures": sum(1 for e in a.history.order if e.d and e.d["sig"] is not None),
            "checkpoints": len(a.store.checkpoint),
            "receipts": len(a.store.receipt),
        }
    code = 2 if a is None and not found.exit() else found.exit()
    return handed.answer(found, counts, code, how="bundle" if bundle else "first-use")


def verify(
    site: Path, device_file: Path, user: str, password: str, trust: Path | None = None
) -> dict[str, Any]:
    """The answer for one folder; exit 2 where nothing could be opened and nothing is wrong by itself."""
    found = Findings()
    try:
        a: Audit | None = audit(site, device_file, user, password, found, trust)
    except CannotDecideError as why:
        print(why, file=sys.stderr)
        a = None
    except BROKEN as bad:
        found.add("STORE_DAMAGED", note=f"members of another form: {bad!r}")
        a = None
    return answer(found, a, bundle=trust is not None)


def verify_demo(
    folder: Path, site: Path | None = None, user: str | None = None, password: str | None = None
) -> dict[str, Any]:
    """The answer for a demo folder, or for a copy of its site, by the first (or the named) person."""
    secrets = opening.load_secrets(folder)
    person = next((p for p in secrets["people"] if user == p["username"]), secrets["people"][0])
    trust = folder / secrets["trust"] if secrets.get("trust") else None
    return verify(
        site or folder / secrets["site"],
        opening.secret_file(secrets),
        person["username"],
        password or person["password"],
        trust if trust and trust.exists() else None,
    )


def main(argv: list[str] | None = None) -> int:
    words = sys.argv[1:] if argv is None else argv
    if words and words[0] in handed.KINDS:
        return handed.main(words)
    args = argparse.ArgumentParser(description="Verify a Countersign site from the published format.")
    args.add_argument("dir", type=Path)
    args.add_argument("--site", type=Path)
    args.add_argument("--user")
    args.add_argument("--password")
    args.add_argument("--device-secret", type=Path)
    args.add_argument("--json", action="store_true")
    given = args.parse_args(words)
    try:
        if given.password and given.user and given.device_secret:
            result = verify(given.site or given.dir / "site", given.device_secret, given.user, given.password)
        else:
            result = verify_demo(given.dir, given.site, given.user, given.password)
    except CannotDecideError as why:
        print(why, file=sys.stderr)
        result = answer(Findings(), None, bundle=False)
    return handed.say(result, as_json=given.json)


if __name__ == "__main__":
    sys.exit(main())
