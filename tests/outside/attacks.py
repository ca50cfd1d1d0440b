"""Damages, each done to a copied site folder with real tools; ATTACKS says which finding codes must show it.

Each function takes (site, secrets): the copy, and the demo's secrets with `dir`. Codes: formats §9.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path

import opening
import stores
from attacks_more import (
    checkpoint_of_no_log,
    entry_too_deep,
    other_kinds_of_values,
    own_blobs_deleted,
    own_key,
    pipe_among_files,
    recovery_removed,
    session_closed_twice,
    site_key_deleted,
)
from attacks_raw import (
    kdf_downgraded,
    other_kdf_downgraded,
    page_flipped,
    page_pasted,
    slots_swapped,
    vault_edited,
    vault_rolled_back,
)
from checking import History
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from folding import Fold, row_hash
from forging import FIXED, Forger, forging, insert_like, keys_of, other, plain_columns, verdict_row, writing
from opening import Findings, Json, b64u, jcs, parse, sha256
from signed import jwk_of, read_token, thumbprint

Secrets = dict[str, Json]
Attack = Callable[[Path, Secrets], None]


def is_esig(d: dict[str, Json]) -> bool:
    return d["sig"] is not None and d["act"] != "session.open"


# --- the history ------------------------------------------------------------------------------------------


def entry_edited(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        d = f.dicts[len(f.dicts) // 2]
        d["app"] = other(d["app"])
        f.con.execute("UPDATE entry SET b = ? WHERE log = ? AND seq = ?", (jcs(d), f.log, d["seq"]))


def entry_removed(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        f.con.execute("DELETE FROM entry WHERE log = ? AND seq = ?", (f.log, len(f.dicts) // 2))


def entry_inserted(site: Path, secrets: Secrets) -> None:
    """A harmless-looking machine entry, put before the last signature; all that follows is chained anew."""
    with forging(site, secrets) as f:
        at = f.newest(is_esig)
        before = f.dicts[at - 1]
        new = f.following(
            by={"uid": "sys", "sess": None, "role": "system"},
            act="rbac.denied",
            scope={**before["scope"], "dept": None},
            body={"act": "record.sign", "code": "RBAC"},
            ent={"t": "account", "id": secrets["people"][1]["uid"], "base": []},
        )
        millis, _, counter = before["ts"]["hlc"].partition(".")
        new["ts"] = {**before["ts"], "hlc": f"{millis}.{int(counter, 16) + 1:04x}"}
        new["seq"] = -1
        f.dicts.insert(at, new)
        f.rechain(at)
        f.save(at)


def signed_change_altered(site: Path, secrets: Secrets) -> None:
    """The newest signed change says something else: entry, post, row, chain, checkpoints all agree again."""
    with forging(site, secrets) as f:

        def column(d: dict[str, Json]) -> str | None:
            names = plain_columns({c: v for c, _, v in d["chg"] or []})
            return names[0] if names and f.is_head(d) else None

        at = f.newest(lambda d: is_esig(d) and column(d))
        d = f.dicts[at]
        name = column(d)
        row = dict(f.row(d["ent"]["t"], d["ent"]["id"]) or {})
        for change in d["chg"]:
            if change[0] == name:
                change[2] = row[name] = other(change[2])
        f.change(d, row)
        f.rechain(at)
        f.save(at)


def tail_cut(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        f.cut(f.last_session())


def file_rolled_back(site: Path, secrets: Secrets) -> None:
    """main.db as it was before the last session began: chain, checkpoints and rows agree with each other."""
    with forging(site, secrets) as f:
        n = f.last_session()
        gone = {(d["ent"]["t"], d["ent"]["id"]) for d in f.dicts[n:] if d["chg"]}
        f.cut(n)
        older = stores.Store(entry=stores.rows_of(f.con, "entry"))
        history = History(older, Findings())
        fold = Fold(history, Findings())
        for e in history.order:
            fold.step(e)
        for kind, ident in gone:
            row = next((node.row for node in fold.heads((kind, ident)).values()), None)
            f.set_row(kind, ident, row)
            if row and any(c[1] == "_heads" for c in f.con.execute(f"PRAGMA table_info(s_{kind})")):
                heads = " ".join(sorted(fold.heads((kind, ident))))
                f.con.execute(f"UPDATE s_{kind} SET _heads = ? WHERE id = ?", (heads, ident))


def file_and_anchor_rolled_back(site: Path, secrets: Secrets) -> None:
    """Folder and F together: what an offline machine cannot see (no entry of ATTACKS)."""
    file_rolled_back(site, secrets)
    device_file = opening.secret_file(secrets)
    path = device_file.with_name(device_file.name + ".anchor")
    anchor = parse(path.read_bytes())
    with forging(site, secrets) as f:
        last, held = f.entries[-1], [row["n"] for row in f.store.receipt if row["log"] == f.log]
        named = {(d["body"]["pid"], d["body"]["ver"]) for d in f.dicts if d["act"] == "person.key"}
    with writing(site / "pkeys.db", keys_of(site, secrets).newest("pk")[0]) as con:
        for row in stores.rows_of(con, "dek"):
            if (row["pid"], row["ver"]) not in named:
                con.execute("DELETE FROM dek WHERE pid = ? AND ver = ?", (row["pid"], row["ver"]))
    path.write_bytes(jcs({**anchor, "n": last.seq + 1, "h": last.h, "w": max(held, default=0)}))


def checkpoints_deleted(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        f.con.execute("DELETE FROM checkpoint")


# --- signatures -------------------------------------------------------------------------------------------


def signature_copied(site: Path, secrets: Secrets) -> None:
    """A new entry on another record of the same type, with the newest signature there is."""
    with forging(site, secrets) as f:

        def others(d: dict[str, Json]) -> list[str]:
            kind, mine = d["ent"]["t"], d["ent"]["id"]
            return [ident for k, ident in f.fold.nodes if k == kind and ident != mine]

        d = f.dicts[f.newest(lambda d: is_esig(d) and others(d))]
        kind, ident = d["ent"]["t"], others(d)[0]
        row = f.row(kind, ident) or {}
        chg = sorted(
            [c, row.get(c), v]
            for c, _, v in d["chg"] or []
            if not c.endswith("_j") and c not in FIXED and row.get(c) != v
        )
        new = f.following(
            by=d["by"],
            act=d["act"],
            sig=d["sig"],
            why=d["why"],
            body=d["body"],
            chg=chg,
            scope={**d["scope"], "dept": row.get("dept")},
            ent={"t": kind, "id": ident, "base": sorted(f.fold.heads((kind, ident)))},
        )
        if chg:
            f.change(new, {**row, **{c: v for c, _, v in chg}})
        f.dicts.append(new)
        f.save(new["seq"])


def reattributed(site: Path, secrets: Secrets) -> None:
    """The newest signed entry now says that somebody else did it."""
    with forging(site, secrets) as f:
        at = f.newest(is_esig)
        by = f.dicts[at]["by"]
        by["uid"] = next(p["uid"] for p in secrets["people"] if p["uid"] != by["uid"])
        f.rechain(at)
        f.save(at)


def sign_as(f: Forger, d: dict[str, Json], payload: dict[str, Json], secret: bytes) -> str:
    """A token over this entry by that key, in every member as it must be."""
    row, key = f.row(d["ent"]["t"], d["ent"]["id"]), opening.private_key(secret)
    payload = {
        **payload,
        "sid": str(uuid.uuid4()),
        "head": {"n": d["seq"], "h": d["prev"]},
        "with": 0,
        "sheet": None,
        "entry": b64u(sha256(jcs(d))),
        "utc": d["ts"]["utc"],
        "off": d["ts"]["off"],
        "auth": {"lvl": "full", "sess": None, "k": 1},
        "subj": {**payload["subj"], "row": row_hash(row) if row else None},
    }
    header = {"alg": "ES256", "kid": thumbprint(jwk_of(secret)), "typ": "countersign-esig+jws"}
    text = f"{b64u(jcs(header))}.{b64u(jcs(payload))}"
    r, s = utils.decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{b64u(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def unregistered_key(site: Path, secrets: Secrets) -> None:
    """A well-formed signature in somebody's name, by a key that nobody registered."""
    with forging(site, secrets) as f:
        d = f.dicts[f.newest(is_esig)]
        kind, ident = d["ent"]["t"], d["ent"]["id"]
        new = f.following(
            by={**d["by"], "sess": None},
            act=d["act"],
            why=d["why"],
            body=d["body"],
            scope=d["scope"],
            ent={**d["ent"], "base": sorted(f.fold.heads((kind, ident)))},
        )
        payload = read_token(d["sig"], "esig").payload
        new["sig"] = sign_as(f, new, payload, os.urandom(32))
        f.dicts.append(new)
        f.save(new["seq"])


def verdict_in_ones_own_words(site: Path, secrets: Secrets) -> None:
    """A registered person signs, with the own key, a correction that also says who learned and what was decided."""
    with forging(site, secrets) as f:
        me = secrets["people"][0]["uid"]
        d = f.dicts[f.newest(lambda d: is_esig(d) and d["ent"]["t"] == "record")]
        row, ident = f.row("record", d["ent"]["id"]) or {}, d["ent"]["id"]
        told = {"decision": "APPROVED", "learned_by": me}
        new = f.following(
            by={"uid": me, "sess": None, "role": "qa"},
            act="record.sign",
            scope=d["scope"],
            why={"code": "R09", "text": None},
            ent={**d["ent"], "base": sorted(f.fold.heads(("record", ident)))},
            chg=sorted([c, row.get(c), v] for c, v in told.items()),
        )
        payload = read_token(d["sig"], "esig").payload
        payload = {
            **payload,
            "signer": {**payload["signer"], "uid": me},
            "meaning": {**payload["meaning"], "code": "CORRECTED"},
        }
        new["post"] = row_hash({**row, **told})
        new["sig"] = sign_as(f, new, payload, own_key(f, site, secrets))
        f.dicts.append(new)
        f.save(new["seq"])


def enrolled_with_old_approvals(site: Path, secrets: Secrets) -> None:
    """An attacker's key for somebody enrolled before, under the approvals that were given then."""
    with forging(site, secrets) as f:
        d = f.dicts[f.newest(lambda d: d["act"] == "key.enrol")]
        jwk = jwk_of(os.urandom(32))
        jkt = thumbprint(jwk)
        f.dicts.append(
            f.following(
                by=d["by"],
                act=d["act"],
                scope=d["scope"],
                why=d["why"],
                body={**d["body"], "jwk": jwk, "jkt": jkt},
                ent={"t": "key", "id": jkt, "base": []},
            )
        )
        f.save(len(f.entries))


# --- state, keys, files -----------------------------------------------------------------------------------


def state_row_changed(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        kind, row = verdict_row(f)
        column = plain_columns(row)[0]
        f.con.execute(f'UPDATE s_{kind} SET "{column}" = ? WHERE id = ?', (other(row[column]), row["id"]))


def state_row_added(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        kind, row = verdict_row(f)
        template = next(r for r in stores.rows_of(f.con, f"s_{kind}") if r["id"] == row["id"])
        for (name,) in f.con.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
            (f"s_{kind}",),
        ).fetchall():
            f.con.execute(f'DROP INDEX "{name}"')
        insert_like(f.con, f"s_{kind}", template, id=other(row["id"]))


def state_row_removed(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        kind, row = verdict_row(f)
        f.set_row(kind, row["id"], None)


def envelopes_swapped(site: Path, secrets: Secrets) -> None:
    """Two people's values of one column change places."""
    with forging(site, secrets) as f:
        names = [r[0] for r in f.con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in (name for name in names if name.startswith("s_")):
            for column in (c[1] for c in f.con.execute(f'PRAGMA table_info("{table}")').fetchall()):
                ask = f'SELECT id, "{column}" FROM "{table}" WHERE "{column}" LIKE ? LIMIT 2'
                pair = f.con.execute(ask, ('%"$e"%',)).fetchall()
                if len(pair) == 2:
                    for (ident, _), (_, value) in zip(pair, reversed(pair), strict=True):
                        f.con.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE id = ?', (value, ident))
                    return
        raise AssertionError("no two envelopes in one column")


def dek_swapped(site: Path, secrets: Secrets) -> None:
    with writing(site / "pkeys.db", keys_of(site, secrets).newest("pk")[0]) as con:
        rows = stores.rows_of(con, "dek")[-2:]
        for row, source in zip(rows, reversed(rows), strict=True):
            con.execute(
                "UPDATE dek SET dek = ? WHERE pid = ? AND ver = ?", (source["dek"], row["pid"], row["ver"])
            )


def document_swapped(site: Path, secrets: Secrets) -> None:
    """Another document's bytes under this one's name."""
    files = sorted(path for path in (site / "files").glob("*/*") if path.is_file())
    first = files[0].read_bytes()
    noise = first[:12] + os.urandom(len(first) - 12)
    files[0].write_bytes(files[1].read_bytes() if len(files) > 1 else noise)


ATTACKS: dict[str, tuple[Attack, set[str]]] = {
    "entry edited": (entry_edited, {"CHAIN_BREAK", "CP_MISMATCH"}),
    "entry removed": (entry_removed, {"CHAIN_GAP"}),
    "entry inserted, all chained anew": (entry_inserted, {"SIG_POSITION", "SIG_SUBJECT"}),
    "newest signed change altered": (signed_change_altered, {"SIG_SUBJECT"}),
    "tail cut": (tail_cut, {"ANCHOR_ROLLBACK"}),
    "state row changed": (state_row_changed, {"STATE_DIFF"}),
    "state row added": (state_row_added, {"STATE_EXTRA"}),
    "state row removed": (state_row_removed, {"STATE_MISSING"}),
    "signature copied": (signature_copied, {"SIG_POSITION", "SIG_SUBJECT"}),
    "re-attributed": (reattributed, {"SIG_ACTOR"}),
    "unregistered key": (unregistered_key, {"SIG_KEY_UNREGISTERED"}),
    "enrolled with old approvals": (enrolled_with_old_approvals, {"ENROL_APPROVAL"}),
    "envelopes swapped": (envelopes_swapped, {"ENVELOPE_BAD", "STATE_DIFF"}),
    "DEK swapped": (dek_swapped, {"DEK_COMMIT"}),
    "old page pasted": (page_pasted, {"STATE_DIFF", "STATE_MISSING"}),
    "page flipped": (page_flipped, {"PAGE_HMAC", "STORE_DAMAGED"}),
    "main.db rolled back": (file_rolled_back, {"ANCHOR_ROLLBACK"}),
    "vault rolled back": (vault_rolled_back, {"VAULT_MAC"}),
    "vault edited": (vault_edited, {"VAULT_MAC"}),
    "KDF downgraded": (kdf_downgraded, {"KDF_FLOOR"}),
    "another's KDF downgraded": (other_kdf_downgraded, {"KDF_FLOOR"}),
    "slots swapped": (slots_swapped, {"VAULT_MAC"}),
    "document swapped": (document_swapped, {"ATTACH_HASH", "DOC_HASH"}),
    "checkpoints deleted": (checkpoints_deleted, {"CP_MISSING"}),
    "verdict in one's own words": (verdict_in_ones_own_words, {"RBAC"}),
    "session closed twice": (session_closed_twice, {"SIG_ACTOR"}),
    "entry too deep": (entry_too_deep, {"ENTRY_SCHEMA"}),
    "pipe among the files": (pipe_among_files, {"ATTACH_HASH"}),
    "other kinds of values": (other_kinds_of_values, {"STORE_DAMAGED"}),
    "checkpoint of no log": (checkpoint_of_no_log, {"CP_MISMATCH"}),
    "own blobs deleted": (own_blobs_deleted, {"STORE_DAMAGED"}),
    "site key deleted": (site_key_deleted, {"STORE_DAMAGED"}),
    "recovery removed": (recovery_removed, {"VAULT_MAC"}),
}
