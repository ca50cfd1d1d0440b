"""Damages by an insider who signs with an own, registered key, or writes what no column may hold.

Each function takes (site, secrets) as in attacks.py, whose table names the codes that must show it.
"""

from __future__ import annotations

import os
from pathlib import Path

import opening
import stores
from forging import Forger, forging, insert_like, keys_of
from opening import Json, derive, jcs

Secrets = dict[str, Json]
SYSTEM = {"uid": "sys", "sess": None, "role": "system"}


def own_key(f: Forger, site: Path, secrets: Secrets) -> bytes:
    """The first person's signing key, as the own password opens it."""
    who = keys_of(site, secrets)
    row = next(r for r in f.store.user_vault if (r["uid"], r["kind"]) == (who.uid, "sig"))
    return opening.open_gcm(
        derive(who.uvk, "cs/uv/sig/v1"), row["blob"], f"{who.uid}|sig|{row['gen']}".encode()
    )


def session_closed_twice(site: Path, secrets: Secrets) -> None:
    """A second close would make room for unsigned entries in the name of whoever has gone."""
    with forging(site, secrets) as f:
        d = f.dicts[f.newest(lambda d: d["act"] == "session.close")]
        f.dicts.append(
            f.following(
                by=SYSTEM, act=d["act"], scope={**d["scope"], "dept": None}, body=d["body"], ent=d["ent"]
            )
        )
        f.save(len(f.entries))


def entry_too_deep(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        new = f.following(by=SYSTEM, act="rbac.denied", ent={"t": "account", "id": "s", "base": []})
        f.dicts.append(new)
        f.save(new["seq"])
        deep = jcs(new).replace(b'"body":null', b'"body":' + b'{"a":' * 3000 + b"1" + b"}" * 3000)
        f.con.execute("UPDATE entry SET b = ? WHERE log = ? AND seq = ?", (deep, f.log, new["seq"]))


def pipe_among_files(site: Path, secrets: Secrets) -> None:
    (site / "files" / "aa").mkdir(parents=True, exist_ok=True)
    os.mkfifo(site / "files" / "aa" / ("aa" + "0" * 62))


def other_kinds_of_values(site: Path, secrets: Secrets) -> None:
    """A permanent table made anew without STRICT, with a row of NULLs and texts."""
    with forging(site, secrets) as f:
        rows = stores.rows_of(f.con, "batch")
        f.con.execute("DROP TABLE batch")
        f.con.execute("CREATE TABLE batch(site_id, log, first, last, manifest)")
        for row in [
            *rows,
            {"site_id": f.store.site_id(), "log": None, "first": 0, "last": "x", "manifest": "a"},
        ]:
            insert_like(f.con, "batch", row)


def checkpoint_of_no_log(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        log = f.log.rpartition("/")[0] + "/7"
        insert_like(f.con, "checkpoint", f.store.checkpoint[-1], log=log, n=5)


def own_blobs_deleted(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        f.con.execute("DELETE FROM user_vault WHERE uid = ?", (secrets["people"][0]["uid"],))


def site_key_deleted(site: Path, secrets: Secrets) -> None:
    with forging(site, secrets) as f:
        f.con.execute("DELETE FROM site_key")


def recovery_removed(site: Path, secrets: Secrets) -> None:
    """The holder of the device secret takes the recovery grants away, with a MAC that holds."""
    ds = opening.load_device(opening.secret_file(secrets))["ds"]
    vault = opening.parse((site / "vault.json").read_bytes())
    vault["recovery"] = []
    (site / "vault.json").write_bytes(jcs({**vault, "mac": opening.vault_mac(ds, vault)}))
