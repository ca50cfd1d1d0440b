"""Slots and grants: each opens with its own words on its own machine, and can't be moved, relabelled or weakened."""

from __future__ import annotations

import time

import pytest
from msgspec.structs import replace

from app.proof import grants, vault, vaultfile
from app.proof.grants import GrantBad
from app.proof.password import Kdf, new_kdf
from app.proof.vault import LoginFailed, open_slot, open_slot_of, slot_id
from app.proof.vaultfile import Slot, Vault, VaultBad

DS = bytes(range(32))
WORDS = "a long and easy sentence"
ADA, BEA = "u_ada0000000000000", "u_bea0000000000000"


def quick(random) -> Kdf:
    """The PBKDF2 profile: at its floor, and quicker here than the other at its own."""
    return new_kdf(random, "pbkdf2-sha256")


@pytest.fixture
def two(random):
    """(vault, Ada's opened slot, Bea's opened slot)."""
    made, ada = vault.with_new_slot(
        vault.new_vault(random), DS, ADA, "ada", WORDS, random, st="active", kdf=quick(random)
    )
    made, bea = vault.with_new_slot(made, DS, BEA, "bea", WORDS, random, st="temp", kdf=quick(random))
    return made, ada, bea


def slot(made: Vault, uid: str) -> Slot:
    found = made.slot_of(uid)
    assert found is not None
    return found


def with_slot(made: Vault, uid: str, **changed) -> Vault:
    """The vault as somebody would edit it who can make the MAC right."""
    return replace(made, slots=tuple(replace(s, **changed) if s.uid == uid else s for s in made.slots))


# --- vectors -------------------------------------------------------------------------------------------------


@pytest.mark.req("R-SEC-02", "R-SEC-01")
def test_the_vector_vault_opens(vectors):
    vector = vectors("vault_file")
    ds = bytes.fromhex(vector["ds"])
    made = vaultfile.decode(vector["file"].encode(), ds)
    for case in vector["opens"]:
        opened = open_slot(made, ds, case["username"], case["password"])
        assert (opened.uid, opened.st, opened.uvk.hex(), opened.scalar.hex()) == (
            case["uid"], case["st"], case["uvk"], case["scalar"])  # fmt: skip
        assert vault.keys_of(made, opened, "db") == {3: bytes.fromhex(vector["keys"]["db 3"])}
        assert vault.keys_of(made, opened, "pk") == {5: bytes.fromhex(vector["keys"]["pk 5"])}
        assert vault.keys_of(made, opened, "site") == {}
        assert slot(made, opened.uid).hpk == opened.hpk
    recovery = bytes.fromhex(vector["recovery"])
    for kind, epoch in (("db", 3), ("pk", 5), ("site", 1)):
        assert vault.recovery_keys(made, recovery, kind) == {
            epoch: bytes.fromhex(vector["keys"][f"{kind} {epoch}"])
        }


def test_the_vector_slot_names(vectors):
    vector = vectors("macs")
    for case in vector["slots"]:
        assert slot_id(bytes.fromhex(vector["ds"]), case["username"]) == case["sid"]


@pytest.mark.req("R-ACC-02")
@pytest.mark.parametrize("typed", ["ada", "ADA", " Ada ", "\uff41\uff44\uff41", "Ada\u3000"])
def test_names_that_differ_in_case_width_or_outer_blanks_are_one(typed):
    assert slot_id(DS, typed) == slot_id(DS, "ada")


@pytest.mark.parametrize("typed", ["", "adа", "a da", "adaa", "\ud800", "bea"])
def test_other_names_are_other_slots(typed):
    assert slot_id(DS, typed) != slot_id(DS, "ada")
    assert slot_id(DS, "ada") != slot_id(DS[::-1], "ada")
    assert len(slot_id(DS, typed)) == 32


# --- opening -------------------------------------------------------------------------------------------------


def test_a_slot_opens_with_name_password_and_device_secret(two):
    made, ada, bea = two
    assert open_slot(made, DS, "ADA", WORDS) == ada
    assert open_slot_of(made, DS, BEA, WORDS) == bea
    assert ada.uvk != bea.uvk and ada.scalar != bea.scalar


@pytest.mark.req("R-ACC-06", "R-SEC-02")
@pytest.mark.parametrize(
    ("ds", "name", "words"),
    [(DS, "ada", WORDS + "."), (DS, "ada", ""), (DS, "ada", "\0"), (DS, "ada", "\ud800"), (DS, "nobody", WORDS),
     (DS[::-1], "ada", WORDS), (DS, "", ""), (DS, "ada", WORDS.upper())],
)  # fmt: skip
def test_nothing_else_opens_it_and_all_fail_alike(two, ds, name, words):
    with pytest.raises(LoginFailed) as failed:
        open_slot(two[0], ds, name, words)
    assert failed.value.args == ()
    assert failed.value.__cause__ is None


@pytest.mark.req("R-ACC-06")
def test_an_unknown_name_costs_as_much_as_a_wrong_password(two):
    made = two[0]

    def spent(name: str, words: str) -> float:
        start = time.process_time()
        with pytest.raises(LoginFailed):
            open_slot(made, DS, name, words)
        return time.process_time() - start

    times = {
        name: min(spent(*name) for _ in range(2))
        for name in (("ada", "wrong"), ("nobody", WORDS), ("ada", "\0"))
    }
    assert max(times.values()) < 3 * min(times.values())


def test_a_vault_without_slots_still_spends_the_work(random):
    with pytest.raises(LoginFailed):
        open_slot(vault.new_vault(random), DS, "ada", WORDS)


@pytest.mark.req("R-ACC-04")
def test_a_disabled_slot_opens_no_more_and_keeps_nothing(two):
    made = vault.disabled(two[0], ADA)
    assert slot(made, ADA) == Slot(sid=slot_id(DS, "ada"), uid=ADA, st="disabled")
    with pytest.raises(LoginFailed):
        open_slot(made, DS, "ada", WORDS)
    with pytest.raises(LoginFailed):
        open_slot_of(made, DS, ADA, WORDS)
    assert open_slot(made, DS, "bea", WORDS) == two[2]
    with pytest.raises(KeyError):
        vault.disabled(made, "u_none")


def test_the_name_of_a_disabled_account_stays_taken(two, random):
    made = vault.disabled(two[0], ADA)
    with pytest.raises(ValueError, match="another account"):
        vault.with_new_slot(made, DS, "u_new", "Ada", WORDS, random, st="active", kdf=quick(random))


# --- edits ---------------------------------------------------------------------------------------------------


@pytest.mark.req("R-SIG-10")
def test_slots_swapped_or_relabelled_do_not_open(two):
    """Bea edits the file so that her password opens Ada's account, or the reverse."""
    made, _, _ = two
    ada, bea = slot(made, ADA), slot(made, BEA)
    edits = [
        with_slot(made, ADA, uvk=bea.uvk),
        with_slot(made, ADA, hsk=bea.hsk),
        with_slot(made, ADA, kdf=bea.kdf),
        with_slot(made, ADA, uvk=bea.uvk, hsk=bea.hsk, kdf=bea.kdf, hpk=bea.hpk),
        replace(made, vault="5f0c3a52-6b0b-4b1e-9d0f-3f0f4f0a9e01"),
        with_slot(made, ADA, kdf=replace(ada.kdf, iter=600_001)),
    ]
    for edited in edits:
        with pytest.raises(LoginFailed):
            open_slot(edited, DS, "ada", WORDS)
    assert open_slot(with_slot(made, ADA, sid="x"), DS, "bea", WORDS) == two[2]


def test_an_edited_wrap_does_not_open(two):
    made, _, _ = two
    ada = slot(made, ADA)
    for name in ("uvk", "hsk"):
        box = getattr(ada, name)
        for changed in (
            box[:-1] + bytes([box[-1] ^ 1]),
            bytes([box[0] ^ 1]) + box[1:],
            box[:-1],
            b"",
            box + b"\0",
        ):
            with pytest.raises(LoginFailed):
                open_slot(with_slot(made, ADA, **{name: changed}), DS, "ada", WORDS)


def test_a_foreign_point_is_not_believed(two, random):
    """formats §3: the point comes from history; what the file says is only compared with it."""
    made, ada, _ = two
    _, foreign = grants.new_pair(random)
    edited = with_slot(made, ADA, hpk=foreign)
    opened = open_slot(edited, DS, "ada", WORDS)
    assert opened.hpk == ada.hpk != slot(edited, ADA).hpk
    with pytest.raises(VaultBad):
        vault.granted(edited, ADA, ada.hpk, "db", 1, bytes(32))
    with pytest.raises(VaultBad):
        vault.granted(made, ADA, foreign, "db", 1, bytes(32))


# --- grants --------------------------------------------------------------------------------------------------


def test_grants_are_read_newest_first(two):
    made, ada, bea = two
    for epoch in (1, 3, 2):
        made = vault.granted(made, ADA, ada.hpk, "db", epoch, bytes([epoch]) * 32)
    made = vault.granted(made, ADA, ada.hpk, "pk", 9, b"p" * 32)
    assert list(vault.keys_of(made, ada, "db").items()) == [(e, bytes([e]) * 32) for e in (3, 2, 1)]
    assert vault.keys_of(made, ada, "pk") == {9: b"p" * 32}
    assert vault.keys_of(made, bea, "db") == {}
    again = vault.granted(made, ADA, ada.hpk, "db", 3, b"n" * 32)
    assert vault.keys_of(again, ada, "db")[3] == b"n" * 32
    assert len(slot(again, ADA).grants) == 4


@pytest.mark.req("R-SYN-11")
def test_a_grant_pasted_or_relabelled_does_not_open(two):
    made, ada, bea = two
    made = vault.granted(made, ADA, ada.hpk, "db", 1, b"k" * 32)
    grant = slot(made, ADA).grants[0]
    for wrong in (replace(grant, e=2), replace(grant, k="pk"), replace(grant, ct=grant.ct[:-1])):
        with pytest.raises(GrantBad):
            vault.keys_of(with_slot(made, ADA, grants=(wrong,)), ada, wrong.k)
    with pytest.raises(GrantBad):
        vault.keys_of(with_slot(made, BEA, grants=(grant,)), bea, "db")


def test_nobody_without_a_live_slot_is_granted_anything(two):
    made, ada, _ = two
    for edited, uid in ((vault.disabled(made, ADA), ADA), (made, "u_none")):
        with pytest.raises(VaultBad):
            vault.granted(edited, uid, ada.hpk, "db", 1, bytes(32))
    assert vault.keys_of(vault.disabled(made, ADA), ada, "db") == {}


def test_a_rotation_ends_with_the_old_epoch_gone(two, random):
    made, ada, bea = two
    scalar, point = grants.new_pair(random)
    for epoch in (1, 2):
        for uid, opened in ((ADA, ada), (BEA, bea)):
            made = vault.granted(made, uid, opened.hpk, "db", epoch, bytes([epoch]) * 32)
        made = vault.recovery_granted(made, point, "db", epoch, bytes([epoch]) * 32)
    made = vault.without_epoch(vault.at_epoch(made, "db", 2), "db", 1)
    assert (made.epoch("db"), made.epoch("pk"), made.epoch("site")) == (2, 1, 1)
    for opened in (ada, bea):
        assert vault.keys_of(made, opened, "db") == {2: b"\2" * 32}
    assert vault.recovery_keys(made, scalar, "db") == {2: b"\2" * 32}


def test_a_new_kit_replaces_the_old_one(two, random):
    made = two[0]
    (old, old_point), (new, new_point) = grants.new_pair(random), grants.new_pair(random)
    for kind in ("db", "pk"):
        made = vault.recovery_granted(made, old_point, kind, 1, b"k" * 32)
    assert set(vault.recovery_keys(made, old, "db")) == {1}
    with pytest.raises(GrantBad):
        vault.recovery_keys(made, new, "db")
    made = vault.recovery_granted(made, new_point, "db", 1, b"k" * 32)
    assert vault.recovery_keys(made, new, "db") == {1: b"k" * 32}
    assert {grant.fpr for grant in made.recovery} == {grants.fingerprint(new_point)}


# --- changes -------------------------------------------------------------------------------------------------


def test_a_new_password_keeps_keys_and_grants(two, random):
    made, ada, _ = two
    made = vault.granted(made, ADA, ada.hpk, "db", 1, b"k" * 32)
    changed, opened = vault.rewrapped(
        made, DS, ada, "Ada Qualm", "another long sentence", random, quick(random)
    )
    assert open_slot(changed, DS, "ada qualm", "another long sentence") == opened
    assert (opened.uvk, opened.scalar) == (ada.uvk, ada.scalar)
    assert vault.keys_of(changed, opened, "db") == {1: b"k" * 32}
    old, new = slot(made, ADA).kdf, slot(changed, ADA).kdf
    assert old is not None and new is not None and old.salt != new.salt
    for name, words in (("ada", WORDS), ("ada qualm", WORDS), ("ada", "another long sentence")):
        with pytest.raises(LoginFailed):
            open_slot(changed, DS, name, words)


def test_a_temporary_slot_becomes_active_by_its_owners_password(two, random):
    made, _, bea = two
    changed, opened = vault.rewrapped(made, DS, bea, "bea", "words of her own here", random, quick(random))
    assert slot(made, BEA).st == "temp"
    assert slot(changed, BEA).st == opened.st == "active"


@pytest.mark.req("R-ACC-10", "R-SIG-10")
def test_a_reset_makes_new_keys_and_the_old_ones_can_not_come_back(two, random):
    made, ada, _ = two
    made = vault.granted(made, ADA, ada.hpk, "db", 1, b"k" * 32)
    reset, fresh = vault.with_new_slot(
        made, DS, ADA, "ada", "temporary words for her", random, st="temp", kdf=quick(random)
    )
    assert fresh.uvk != ada.uvk and fresh.scalar != ada.scalar
    assert slot(reset, ADA).grants == ()
    assert len(reset.slots) == 2
    with pytest.raises(LoginFailed):
        open_slot(reset, DS, "ada", WORDS)
    with pytest.raises(VaultBad):
        vault.granted(reset, ADA, ada.hpk, "db", 1, b"k" * 32)


def test_a_taken_name_a_bad_password_and_a_dead_slot_are_refused(two, random):
    made, ada, _ = two
    with pytest.raises(ValueError, match="another account"):
        vault.with_new_slot(made, DS, "u_new", "BEA", WORDS, random, st="active", kdf=quick(random))
    with pytest.raises(ValueError, match="another account"):
        vault.rewrapped(made, DS, ada, "bea", WORDS, random, quick(random))
    with pytest.raises(ValueError, match="password"):
        vault.with_new_slot(made, DS, "u_new", "new", "tab\there", random, st="active", kdf=quick(random))
    with pytest.raises(ValueError, match="no slot"):
        vault.rewrapped(vault.disabled(made, ADA), DS, ada, "ada", WORDS, random, quick(random))


def test_the_default_is_argon2id_at_its_floor(random):
    made, ada = vault.with_new_slot(vault.new_vault(random), DS, ADA, "ada", WORDS, random, st="active")
    kdf = slot(made, ADA).kdf
    assert kdf is not None and (kdf.id, kdf.m, kdf.t, kdf.p) == ("argon2id", 65536, 3, 4)
    assert open_slot(made, DS, "ada", WORDS) == ada


def test_an_opened_slot_never_shows_its_secrets(two):
    _, ada, _ = two
    for secret in (ada.uvk, ada.scalar):
        assert repr(secret) not in repr(ada) and secret.hex() not in repr(ada)


def test_a_new_vault_has_a_name_of_its_own(random):
    one, two = vault.new_vault(random), vault.new_vault(random)
    assert one.vault != two.vault
    assert (one.gen, one.epoch("db"), one.epoch("pk"), one.epoch("site"), one.slots) == (0, 1, 1, 1, ())
