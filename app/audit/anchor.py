"""What lies outside the history against it: anchor, waiting events, vault file, own blobs, site root (formats §2, §3, §5).

- The anchor says how far history had come; a shorter or another one is ANCHOR_ROLLBACK, a longer one ANCHOR_LAG.
- Fewer waiting events than it counts is PENDING_LOST, an older vault generation VAULT_MAC.
- HPKE points and the recovery point are those of the chain, never those of the vault file.
- What the person's own keys open must open, and hold what the chain registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.audit.case import Case
from app.audit.findings import Findings
from app.audit.landmarks import BROKEN, Landmarks
from app.base.codec import NotCanonical, b64u, parse, unb64u, unpack
from app.base.words import Json
from app.proof import esign, grants, user
from app.proof.chain import leaf
from app.proof.derive import expand, private_of, tag_holds
from app.store import scan

PENDING = "pending.ndjson"


def judge_anchor(
    case: Case, connection: scan.Driver, site: str, sizes: Mapping[str, int], known: Landmarks,
    receipts: Sequence[Mapping[str, Json]], found: Findings,
) -> None:  # fmt: skip
    """ANCHOR_*, PENDING_LOST and VAULT_MAC by what is kept outside the folder."""
    waiting = pending(case.folder, case.ds, found)
    try:
        said = parse(case.anchor or "")
        log, n, h, w, er, pd, vg = (said[name] for name in ("log", "n", "h", "w", "er", "pd", "vg"))
        raw = scan.entry(connection, site, log, n - 1) if n else None
        rolled = n and (raw is None or b64u(leaf(raw)) != h)
        if rolled or (log not in sizes and log not in {machine.log for machine in known.standing.machines}):
            found.add("ANCHOR_ROLLBACK", log, n - 1, note="size or last leaf")
        elif sizes.get(log, 0) > n:
            found.add("ANCHOR_LAG", log, n)
        if er > known.erasures:
            found.add("ANCHOR_ROLLBACK", log, note="erasures")
        if w > max((r["to"] + 1 for r in receipts if r["log"] == log and not r["prov"]), default=0):
            found.add("ANCHOR_ROLLBACK", log, note="witnessed size")
        # A login that was cut between commit and anchor had moved events into the log already.
        if pd > waiting + sum(1 for place in known.failed if place[0] == log and place[1] >= n):
            found.add("PENDING_LOST", note=f"{pd} promised, {waiting} held")
        if vg > case.vault.gen:
            found.add("VAULT_MAC", note="older generation than the anchor's")
    except BROKEN:
        found.add("ANCHOR_MISSING")


def pending(folder: Path, ds: bytes, found: Findings) -> int:
    """How many waiting events hold; a bad line is PENDING_LOST. A last line without its end was never told to anybody."""
    path, key, fine = folder / PENDING, expand(ds, "cs/pending/v1"), 0
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    for i, raw in enumerate(lines, 1):
        try:
            line = unpack(raw)
            good = tag_holds(key, line) and line["i"] == i
        except (NotCanonical, *BROKEN):
            good = False
        fine += good
        if not good:
            found.add("PENDING_LOST", note=f"line {i}")
    return fine


def judge_vault(case: Case, known: Landmarks, found: Findings) -> None:
    """VAULT_MAC where the vault file names other points, or another vault, than the chain."""
    standing, genesis = known.standing, known.genesis
    for slot in case.vault.slots:
        told = standing.keys.hpk.get(slot.uid)
        if b64u(slot.hpk) != told and (slot.grants or slot.st == "active"):
            found.add("VAULT_MAC", entity=f"account/{slot.uid}", note="hpk is not the chain's")
    # Who was enrolled on another device may have no slot here.
    mine = own_log(case)
    slots = {slot.uid for slot in case.vault.slots}
    for uid in standing.keys.enrolled(mine) if slots else ():
        if uid not in slots:
            found.add("VAULT_MAC", entity=f"account/{uid}", note="no slot")
    if slots and not case.vault.recovery:
        found.add("VAULT_MAC", note="no recovery grants")
    try:
        fpr = grants.fingerprint(unb64u(standing.recovery)) if standing.recovery else None
    except NotCanonical:
        fpr = ""
    if fpr is not None and any(grant.fpr != fpr for grant in case.vault.recovery):
        found.add("VAULT_MAC", note="recovery point is not the chain's")
    if genesis is not None and (genesis.body or {}).get("vault") != case.vault.vault:
        found.add("VAULT_MAC", note="another site's vault")


def own_log(case: Case) -> str:
    """The log that this folder's device writes, as the anchor says; empty without one."""
    try:
        return str(parse(case.anchor or "")["log"])
    except BROKEN:
        return ""


def judge_blobs(case: Case, rows: Iterable[Mapping[str, Any]], known: Landmarks, found: Findings) -> None:
    """STORE_DAMAGED for a blob of the person's own that does not open; a signing key that the chain doesn't know."""
    uid, entity = case.opened.uid, f"account/{case.opened.uid}"
    held = [row for row in rows if row["uid"] == uid]
    here = case.opened.st == "active" and uid in known.standing.keys.enrolled(own_log(case))
    for kind in {"sig", "totp"} - {row["kind"] for row in held} if here else ():
        found.add("STORE_DAMAGED", entity=entity, note=f"user_vault {kind} is missing")
    for row in held:
        try:
            data = user.open_blob(case.opened.uvk, row["kind"], uid, row["gen"], row["blob"])
            if row["kind"] == "sig":
                key = known.standing.keys.get(esign.thumbprint(esign.jwk_of(private_of(data).public_key())))
                if key is None or key.uid != uid:
                    found.add("SIG_KEY_UNREGISTERED", entity=entity, note="the person's own key")
        except (user.BlobBad, *BROKEN):
            found.add("STORE_DAMAGED", entity=entity, note=f"user_vault {row['kind']}")


def judge_site_key(case: Case, rows: Iterable[Mapping[str, Any]], known: Landmarks, found: Findings) -> None:
    """STORE_DAMAGED for a site root key that does not open, or is another than the genesis names."""
    held = list(rows)
    if not held and known.genesis is not None and known.genesis.log == own_log(case):
        found.add("STORE_DAMAGED", note="no site_key")
    for row in held:
        key = case.keys.get("site", {}).get(row["e"])
        if key is None:
            continue
        try:
            scalar = grants.open_root(key, row["ct"], vault=case.vault.vault, epoch=row["e"])
            fine = esign.thumbprint(esign.jwk_of(private_of(scalar).public_key())) == known.root_print()
        except (grants.GrantBad, *BROKEN):
            fine = False
        if not fine:
            found.add("STORE_DAMAGED", note=f"site_key {row['e']}")
