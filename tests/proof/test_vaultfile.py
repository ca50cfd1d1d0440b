"""vault.json: genuine or refused, and at every moment one genuine file on the disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import byhand
import pytest
from msgspec.structs import replace

from app.base.codec import pack
from app.base.faults import CannotDecide, Fault
from app.proof import vault, vaultfile
from app.proof.derive import expand
from app.proof.password import KdfFloor
from app.proof.vaultfile import NAME, PREVIOUS, Grant, Slot, VaultBad, decode, encode, read, write

ROOT = Path(__file__).parents[2]
DS = bytes(range(32))
EMPTY = vaultfile.Vault(
    vault="5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01", gen=0, epochs={k: {"epoch": 1} for k in ("db", "pk", "site")}
)


@pytest.fixture
def case(vectors):
    found = vectors("vault_file")
    return found["file"].encode(), bytes.fromhex(found["ds"])


def remade(data: bytes, ds: bytes, **members: object) -> bytes:
    """The file with members set (or dropped, where None), its MAC made right by hand."""
    changed = {**json.loads(data), **members}
    bare = {name: value for name, value in changed.items() if name != "mac" and value is not None}
    mac = byhand.mac(byhand.expand(ds, "cs/vault-mac/v1"), byhand.jcs(bare)).hex()
    return byhand.jcs({**bare, "mac": mac})


# --- bytes ---------------------------------------------------------------------------------------------------


@pytest.mark.req("R-SEC-01")
def test_the_vector_file_reads_and_writes_byte_for_byte(case):
    data, ds = case
    found = decode(data, ds)
    assert encode(found, ds) == data
    assert (found.gen, found.epoch("db"), found.epoch("pk"), found.epoch("site")) == (17, 3, 5, 1)
    assert [slot.st for slot in found.slots] == ["active", "temp", "disabled"]
    assert remade(data, ds) == data


@pytest.mark.req("R-SEC-06")
def test_every_changed_byte_is_refused(case):
    data, ds = case
    for at in range(len(data)):
        with pytest.raises(VaultBad):
            decode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], ds)


def test_every_shortened_or_longer_file_is_refused(case):
    data, ds = case
    for wrong in (
        b"",
        data[:-1],
        data + b"\n",
        b" " + data,
        data * 2,
        b"{}",
        b"null",
        b"[]",
        b"\xff",
        data[: len(data) // 2],
    ):
        with pytest.raises(VaultBad):
            decode(wrong, ds)


def test_another_device_secret_is_refused(case):
    data, ds = case
    for wrong in (ds[::-1], bytes(32)):
        with pytest.raises(VaultBad, match="MAC"):
            decode(data, wrong)


@pytest.mark.req("R-SYN-10")
def test_unknown_members_are_kept_and_covered(case):
    data, ds = case
    found = decode(data, ds)
    assert found.more == {"later": {"kept": ["and", "covered"]}}
    slots = json.loads(data)["slots"]
    slots[0]["hint"], slots[0]["grants"][0]["note"], slots[2]["gone"] = "x", 5, None
    recovery = json.loads(data)["recovery"]
    recovery[0]["where"] = "safe"
    richer = remade(data, ds, slots=slots, recovery=recovery, db={"epoch": 3, "since": "2026"})
    assert encode(decode(richer, ds), ds) == richer
    assert decode(richer, ds).slots[2].more == {"gone": None}
    for old, new in (
        (b'"hint":"x"', b'"hint":"y"'),
        (b'"note":5', b'"note":6'),
        (b'"where":"safe"', b'"where":"sofa"'),
    ):
        assert old in richer
        with pytest.raises(VaultBad):
            decode(richer.replace(old, new), ds)


@pytest.mark.req("R-SEC-02", "R-SEC-06")
@pytest.mark.parametrize(
    "change",
    [
        {"m": 8},
        {"m": 65535},
        {"t": 1},
        {"v": 16},
        {"id": "plain"},
        {"id": None},
        {"p": 0},
        {"m": "x"},
        {"more": 1},
        {"salt": "AA"},
    ],
)
def test_a_downgraded_slot_is_read_as_weak_and_never_tried(case, change):
    """A file of the device's own MAC: whoever holds the device secret made it weaker."""
    data, ds = case
    slots = json.loads(data)["slots"]
    slots[0]["kdf"].update(change)
    edited = remade(data, ds, slots=slots)
    found = decode(edited, ds)
    assert [slot.weak for slot in found.slots] == [True, False, False]
    assert encode(found, ds) == edited
    for opening in (
        lambda: vault.open_slot(found, ds, "ada", "x"),
        lambda: vault.open_slot_of(found, ds, found.slots[0].uid, "x"),
    ):
        with pytest.raises(KdfFloor):
            opening()
    assert vault.open_slot(found, ds, "bea", "bea likes long words").st == "temp"
    with pytest.raises(vault.LoginFailed):
        vault.open_slot(found, ds, "nobody", "x")


def test_a_newer_version_is_not_guessed_at(case):
    data, ds = case
    with pytest.raises(CannotDecide) as found:
        decode(remade(data, ds, v=2), ds)
    assert found.value.code == "vault.newer"
    assert "2" in found.value.plain() and found.value.what_to_do()


@pytest.mark.parametrize(
    "members",
    [{"v": "1"}, {"v": True}, {"v": None}, {"gen": None}, {"gen": "17"}, {"gen": True}, {"db": None}, {"pk": 5}, {"site": {}},
     {"db": {"epoch": "3"}}, {"db": {"epoch": None}}, {"slots": None}, {"slots": {}}, {"slots": ["x"]}, {"slots": [{}]},
     {"recovery": None}, {"recovery": [1]}, {"recovery": [{"k": "db", "e": 1, "ct": "AA"}]}, {"vault": None}, {"vault": 5}],
)  # fmt: skip
def test_a_file_out_of_form_is_refused_even_with_a_right_mac(case, members):
    data, ds = case
    with pytest.raises(VaultBad):
        decode(remade(data, ds, **members), ds)


@pytest.mark.parametrize(
    ("name", "value"),
    [("sid", None), ("uid", 5), ("st", "admin"), ("st", None), ("kdf", None), ("kdf", "x"), ("uvk", "AB"), ("uvk", 1),
     ("hpk", None), ("hsk", "="), ("grants", None), ("grants", [{"k": "db"}]), ("grants", [{"k": 1, "e": 1, "ct": "AA"}]),
     ("grants", [{"k": "db", "e": True, "ct": "AA"}])],
)  # fmt: skip
def test_a_slot_out_of_form_is_refused_even_with_a_right_mac(case, name, value):
    data, ds = case
    slots = json.loads(data)["slots"]
    slots[0][name] = value
    with pytest.raises(VaultBad):
        decode(remade(data, ds, slots=slots), ds)


@pytest.mark.parametrize("name", ["sid", "uid"])
def test_two_slots_of_one_name_are_refused(case, name):
    data, ds = case
    slots = json.loads(data)["slots"]
    slots[1][name] = slots[0][name]
    with pytest.raises(VaultBad, match="two slots"):
        decode(remade(data, ds, slots=slots), ds)


def test_a_disabled_slot_keeps_three_members(case):
    data, ds = case
    members = json.loads(encode(vault.disabled(decode(data, ds), "u_ada0000000000000"), ds))
    assert members["slots"][0].keys() == {"sid", "uid", "st"}


# --- files ---------------------------------------------------------------------------------------------------


def generations(folder: Path) -> tuple[int, int]:
    """(generation in vault.json, generation in vault.json.1)."""
    return tuple(decode((folder / name).read_bytes(), DS).gen for name in (NAME, PREVIOUS))  # type: ignore[return-value]


def test_each_write_is_a_generation_and_keeps_the_one_before(tmp_path):
    one = write(tmp_path, EMPTY, DS)
    assert (one.gen, (tmp_path / PREVIOUS).exists()) == (1, False)
    two = write(tmp_path, one, DS)
    assert generations(tmp_path) == (2, 1)
    found = read(tmp_path, DS)
    assert (found.vault, found.used) == (two, NAME)
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, PREVIOUS]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_the_files_are_the_owners_alone(tmp_path):
    write(tmp_path, write(tmp_path, EMPTY, DS), DS)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_written_twice_leaves_nothing_of_the_file_before(tmp_path):
    """formats §3: after a rotation or a disabling, `.1` holds no old grant either."""
    grant = Grant(k="db", e=1, ct=b"old grant", fpr="x")
    before = write(tmp_path, replace(EMPTY, recovery=(grant,)), DS)
    write(tmp_path, vault.without_epoch(before, "db", 1), DS)
    assert "b2xkIGdyYW50" in (tmp_path / PREVIOUS).read_text()
    write(tmp_path, vault.without_epoch(before, "db", 1), DS, twice=True)
    for name in (NAME, PREVIOUS):
        assert "b2xkIGdyYW50" not in (tmp_path / name).read_text()
    assert generations(tmp_path) == (3, 2)


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 100, None])
def test_a_damaged_or_missing_file_falls_back_to_the_generation_before(tmp_path, damage):
    write(tmp_path, write(tmp_path, EMPTY, DS), DS)
    if damage is None:
        (tmp_path / NAME).unlink()
    else:
        (tmp_path / NAME).write_bytes(damage)
    found = read(tmp_path, DS)
    assert (found.vault.gen, found.used) == (1, PREVIOUS)
    assert vaultfile.vault_id(tmp_path) == EMPTY.vault


def test_a_damaged_file_never_pushes_out_the_good_one(tmp_path):
    write(tmp_path, write(tmp_path, EMPTY, DS), DS)
    (tmp_path / NAME).write_bytes(b"damaged")
    found = read(tmp_path, DS)
    write(tmp_path, found.vault, DS)
    assert generations(tmp_path) == (2, 1)


def test_when_neither_is_genuine_nothing_is_decided(tmp_path):
    write(tmp_path, write(tmp_path, EMPTY, DS), DS)
    with pytest.raises(CannotDecide) as found:
        read(tmp_path, DS[::-1])
    assert found.value.code == "vault.damaged"
    for name in (NAME, PREVIOUS):
        (tmp_path / name).write_bytes(b"x")
    for ask in (lambda: read(tmp_path, DS), lambda: vaultfile.vault_id(tmp_path)):
        with pytest.raises(CannotDecide) as found:
            ask()
        assert found.value.plain() and found.value.what_to_do()


def test_an_empty_folder_has_no_vault(tmp_path):
    for ask in (
        lambda: read(tmp_path, DS),
        lambda: vaultfile.vault_id(tmp_path),
        lambda: read(tmp_path / "none", DS),
    ):
        with pytest.raises(Fault) as found:
            ask()
        assert found.value.code == "store.missing"


def test_what_can_not_be_read_is_a_fault(tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(Fault) as found:
        read(tmp_path, DS)
    assert found.value.code == "store.unreadable"


def test_a_slot_below_the_floor_is_not_passed_over_for_an_older_file(tmp_path, case):
    data, ds = case
    slots = json.loads(data)["slots"]
    slots[0]["kdf"]["m"] = 8
    (tmp_path / PREVIOUS).write_bytes(data)
    (tmp_path / NAME).write_bytes(remade(data, ds, slots=slots))
    found = read(tmp_path, ds)
    assert (found.used, found.vault.slots[0].weak) == (NAME, True)


def test_an_older_generation_put_back_is_genuine_so_the_anchor_must_tell(tmp_path):
    """The honest limit of the file: `vg` in the anchor (formats §5) is what finds this."""
    one = write(tmp_path, EMPTY, DS)
    old = (tmp_path / NAME).read_bytes()
    write(tmp_path, one, DS)
    (tmp_path / NAME).write_bytes(old)
    assert read(tmp_path, DS).vault.gen == 1


def test_the_key_of_the_mac_is_derived_from_the_device_secret():
    data = encode(EMPTY, DS)
    bare = {name: value for name, value in json.loads(data).items() if name != "mac"}
    assert json.loads(data)["mac"] == byhand.mac(expand(DS, "cs/vault-mac/v1"), pack(bare)).hex()


def test_a_slot_of_nothing_has_nothing():
    assert Slot(sid="s", uid="u", st="disabled") == Slot(sid="s", uid="u", st="disabled", grants=())
    assert EMPTY.slot_of("u") is None
