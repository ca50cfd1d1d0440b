"""Damage without SQL: raw pages of main.db, and vault.json. Listed in attacks.ATTACKS."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import opening
import sqlcipher3
import stores
from forging import forging, keys_of, verdict_row, writing
from opening import Json, jcs, parse

Secrets = dict[str, Json]
PAGE = 4096


def _page(raw: bytes, number: int) -> bytes:
    return raw[number * PAGE : (number + 1) * PAGE]


def _reads(path: Path, key: bytes, kind: str, ident: str) -> Json:
    """The row in this file, or None where the pages do not hold."""
    try:
        with stores.opened_store(path, [key]) as con:
            if con.execute("PRAGMA cipher_integrity_check").fetchall():
                return None
            return [row for row in stores.rows_of(con, f"s_{kind}") if row["id"] == ident]
    except sqlcipher3.Error:
        return None


def page_pasted(site: Path, secrets: Secrets) -> None:
    """One page of an older copy goes raw, without any key, into the newer file; a verdict turns back.

    The key serves only to make the older copy (the row before its newest change) and to see that it works.
    """
    key = keys_of(site, secrets).newest("db")[0]
    newer, older, trial = site / "main.db", site / "older.db", site / "trial.db"
    with forging(site, secrets) as f:
        kind, row = verdict_row(f)
        d = f.dicts[f.newest(lambda d: (d["ent"]["t"], d["ent"]["id"]) == (kind, row["id"]) and d["chg"])]
    shutil.copyfile(newer, older)
    with writing(older, key) as con:
        if not d["ent"]["base"]:
            con.execute(f"DELETE FROM s_{kind} WHERE id = ?", (row["id"],))
        for column, was, _ in d["chg"] if d["ent"]["base"] else ():
            value = jcs(was).decode() if column.endswith("_j") and was is not None else was
            con.execute(f'UPDATE s_{kind} SET "{column}" = ? WHERE id = ?', (value, row["id"]))
    old, new = older.read_bytes(), newer.read_bytes()
    now = _reads(newer, key, kind, row["id"])
    pages = [i for i in range(1, min(len(old), len(new)) // PAGE) if _page(old, i) != _page(new, i)]
    for number in pages:
        trial.write_bytes(new[: number * PAGE] + _page(old, number) + new[(number + 1) * PAGE :])
        if _reads(trial, key, kind, row["id"]) not in (None, now):
            shutil.copyfile(trial, newer)
            break
    else:
        raise AssertionError("no single page turns the verdict")
    older.unlink()
    trial.unlink()


def page_flipped(site: Path, secrets: Secrets) -> None:
    """One bit of a page in the middle."""
    with forging(site, secrets):
        pass
    raw = bytearray((site / "main.db").read_bytes())
    raw[len(raw) // PAGE // 2 * PAGE + 100] ^= 1
    (site / "main.db").write_bytes(raw)


def _edit_vault(site: Path, secrets: Secrets, edit: Callable[[dict[str, Json]], None]) -> None:
    """Change vault.json and make its MAC anew with the device secret."""
    vault = parse((site / "vault.json").read_bytes())
    edit(vault)
    vault["mac"] = opening.vault_mac(opening.load_device(opening.secret_file(secrets))["ds"], vault)
    (site / "vault.json").write_bytes(jcs(vault))


def vault_rolled_back(site: Path, secrets: Secrets) -> None:
    """vault.json of the generation before the newest."""
    newest = parse((site / "vault.json").read_bytes())["gen"]
    before = site / "vault.json.1"
    if before.exists() and parse(before.read_bytes())["gen"] < newest:
        shutil.copyfile(before, site / "vault.json")
    else:
        _edit_vault(site, secrets, lambda vault: vault.update(gen=newest - 1))


def kdf_downgraded(site: Path, secrets: Secrets) -> None:
    """The auditing person's own slot with a cheap password function, MAC made anew."""
    uid = secrets["people"][0]["uid"]

    def edit(vault: dict[str, Json]) -> None:
        next(s for s in vault["slots"] if s["uid"] == uid)["kdf"].update(m=8192, t=1)

    _edit_vault(site, secrets, edit)


def other_kdf_downgraded(site: Path, secrets: Secrets) -> None:
    """The same for somebody else's slot."""
    uid = secrets["people"][1]["uid"]

    def edit(vault: dict[str, Json]) -> None:
        next(s for s in vault["slots"] if s["uid"] == uid)["kdf"].update(m=8192)

    _edit_vault(site, secrets, edit)


def slots_swapped(site: Path, secrets: Secrets) -> None:
    """Two people's slots change places: keys and grants under each other's account, MAC made anew."""

    def edit(vault: dict[str, Json]) -> None:
        mine = secrets["people"][0]["uid"]
        one, two = [s for s in vault["slots"] if s["uid"] != mine and s["st"] == "active"][:2]
        one["uid"], two["uid"] = two["uid"], one["uid"]

    _edit_vault(site, secrets, edit)


def vault_edited(site: Path, _secrets: Secrets) -> None:
    """A member changed by hand, MAC as it was."""
    vault = parse((site / "vault.json").read_bytes())
    vault["slots"][-1]["st"] = "temp"
    (site / "vault.json").write_bytes(jcs(vault))
