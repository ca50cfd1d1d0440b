"""Keys, sessions, devices and order, as the entries tell them, asked at every place."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.base.entry import Actor, Entity, Entry, Scope, Stamp
from app.domain.standing import Order, Sitting, Standing

A = "countersign.local.invalid/leiden/d1/0"
B = "countersign.local.invalid/leiden/d2/0"
UTC = "2026-11-20T12:00:00.000Z"


def entry(seq: int, act: str, body: object, log: str = A, uid: str = "u_qa") -> Entry:
    return Entry(
        v=1, log=log, seq=seq, prev="", act=act, chg=[], post=None, body=body, why=None, sig=None, app="0", sch=1,
        ts=Stamp(utc=UTC, off="+00:00", zone="UTC", hlc="0.0000", boot="b", up=0, clk="ok"),
        by=Actor(uid=uid, sess=None, role="qa"), scope=Scope(site="leiden", dept=None),
        ent=Entity(t="x", id="x", base=[]),
    )  # fmt: skip


def key(uid: str, jkt: str, pid: str = "") -> dict[str, object]:
    return {"uid": uid, "pid": pid or uid.replace("u_", "p_"), "jwk": {"x": jkt}, "jkt": jkt, "hpk": f"h{jkt}"}


def learned(*entries: Entry) -> Standing:
    standing = Standing()
    for one in entries:
        standing.learn(one, f"leaf{one.seq}")
    return standing


def live(standing: Standing, uid: str, seq: int, log: str = A) -> list[str]:
    return [one.jkt for one in standing.keys.all_live(uid, (log, seq))]


def genesis() -> Entry:
    people = [
        {**key(f"u_{name}", name), "role": role, "from": "2026-01-01T00:00:00.000Z"}
        for name, role in (("one", "qa"), ("two", "qa"), ("three", "manager"))
    ]
    device = {"id": "v_1", "jwk": {"x": "d1"}, "ed25519": "e1"}
    return entry(0, "site.genesis", {"site": "leiden", "recovery": "r0", "people": people, "device": device})


# ---- keys


@pytest.mark.req("R-ACC-10", "R-SIG-10")
def test_a_new_key_ends_the_older_one_from_its_own_place_on() -> None:
    standing = learned(entry(1, "key.enrol", key("u_a", "k1")), entry(5, "key.enrol", key("u_a", "k2")))
    assert [live(standing, "u_a", seq) for seq in (1, 2, 5, 6)] == [[], ["k1"], ["k1"], ["k2"]]
    assert [standing.keys.ended("k1", (A, seq)) for seq in (5, 6)] == [False, True]
    assert standing.keys.ends("k1") == [(A, 5)]


def test_a_key_of_somebody_else_ends_nothing() -> None:
    standing = learned(entry(1, "key.enrol", key("u_a", "k1")), entry(5, "key.enrol", key("u_b", "k2")))
    assert live(standing, "u_a", 9) == ["k1"]


@pytest.mark.req("R-ACC-11")
def test_a_retired_key_stays_known_and_lives_no_more() -> None:
    standing = learned(
        entry(1, "key.enrol", key("u_a", "k1")), entry(3, "key.retire", {"uid": "u_a", "jkt": "k1"})
    )
    assert [live(standing, "u_a", seq) for seq in (3, 4)] == [["k1"], []]
    found = standing.keys.get("k1")
    assert found is not None
    assert found.uid == "u_a"
    assert standing.keys.get("k9") is None


@pytest.mark.req("R-ACC-10")
def test_a_reset_ends_every_key_and_never_brings_one_back() -> None:
    reset = {"uid": "u_a", "pid": "p_a", "hpk": "fresh"}
    standing = learned(
        entry(1, "key.enrol", key("u_a", "k1")),
        entry(3, "key.reset", reset),
        entry(7, "key.enrol", key("u_a", "k2")),
    )
    assert [live(standing, "u_a", seq) for seq in (3, 4, 8)] == [["k1"], [], ["k2"]]
    assert standing.keys.ended("k1", (A, 8))
    assert standing.keys.hpk["u_a"] == "hk2"
    assert learned(entry(3, "key.reset", reset)).keys.hpk["u_a"] == "fresh"


@pytest.mark.req("R-ACC-02")
def test_two_accounts_of_one_person_are_one_person() -> None:
    standing = learned(
        entry(1, "key.enrol", key("u_a", "k1", "p_a")), entry(2, "key.enrol", key("u_a2", "k2", "p_a"))
    )
    assert standing.keys.person("u_a") == standing.keys.person("u_a2") == "p_a"
    assert standing.keys.person("u_nobody") == "u_nobody"


# ---- order across logs


def test_within_a_log_the_position_decides() -> None:
    order = Order()
    assert [order.before((A, 1), (A, n)) for n in (0, 1, 2)] == [False, False, True]


def test_across_logs_only_what_was_seen_is_before() -> None:
    order = Order()
    order.saw((B, 4), {A: {"n": 3, "h": "x"}})
    assert [order.before((A, n), (B, 4)) for n in (2, 3)] == [True, False]
    assert not order.before((A, 2), (B, 3))
    assert order.before((A, 2), (B, 99))
    assert not order.before((B, 0), (A, 99))


def test_what_was_seen_once_is_never_unseen() -> None:
    order = Order()
    order.saw((B, 4), {A: {"n": 9}})
    order.saw((B, 8), {A: {"n": 3}, "c": {"n": 1}})
    order.saw((B, 9), {})
    assert order.before((A, 8), (B, 8))
    assert order.sights(B) == [4, 8]
    assert order.sights(A) == []


@pytest.mark.req("R-SYN-07")
def test_a_key_of_another_log_counts_once_a_session_has_seen_it() -> None:
    standing = learned(
        entry(1, "key.enrol", key("u_a", "k1")),
        entry(0, "session.open", {"sess": "s", "seen": {A: {"n": 1, "h": "x"}}}, B),
        entry(5, "session.open", {"sess": "t", "seen": {A: {"n": 2, "h": "x"}}}, B),
    )
    assert [live(standing, "u_a", seq, B) for seq in (1, 4, 5)] == [[], [], ["k1"]]


# ---- sittings, devices, genesis


def test_a_session_is_open_from_its_opening_to_its_closing() -> None:
    opened = entry(3, "session.open", {"sess": "s_1", "seen": {}}, uid="u_a")
    assert learned(opened).sittings == {(A, "s_1"): Sitting(uid="u_a", opened=3)}
    closed = learned(opened, entry(9, "session.close", {"sess": "s_1", "reason": "idle"}))
    assert closed.sittings == {(A, "s_1"): Sitting(uid="u_a", opened=3, closed=9)}


def test_a_session_of_another_log_is_not_closed_here() -> None:
    opened = entry(3, "session.open", {"sess": "s_1"}, uid="u_a")
    standing = learned(opened, entry(9, "session.close", {"sess": "s_1", "reason": "idle"}, B))
    assert standing.sittings[A, "s_1"].closed is None
    assert (B, "s_1") not in standing.sittings


def test_the_genesis_founds_keys_roles_device_and_recovery() -> None:
    standing = learned(genesis())
    assert (standing.genesis_hash, standing.recovery) == ("leaf0", "r0")
    assert standing.approvers_left((A, 1), UTC) == {"p_one", "p_two", "p_three"}
    assert standing.approvers_left((A, 0), UTC) == frozenset()
    assert standing.roles.holds("u_one", "qa", (A, 1), UTC, "leiden", "FIL")
    assert standing.machines[0].log == A


@pytest.mark.req("R-ACC-20")
def test_an_approver_without_a_live_key_is_not_counted() -> None:
    standing = learned(genesis(), entry(4, "key.retire", {"uid": "u_two", "jkt": "two"}))
    assert standing.approvers_left((A, 5), UTC) == {"p_one", "p_three"}
    role = {"uid": "u_three", "role": "manager", "scope": {"site": "leiden", "dept": None}}
    standing.learn(entry(6, "role.revoke", role), "x")
    assert standing.approvers_left((A, 7), UTC) == {"p_one"}


def test_a_device_is_known_by_its_newest_key() -> None:
    enrolled = {"id": "v_2", "log": B, "jwk": {"x": "d2"}, "ed25519": "e2"}
    standing = learned(
        genesis(),
        entry(2, "device.enrol", enrolled),
        entry(3, "device.key", {**enrolled, "jwk": {"x": "d3"}}),
        entry(4, "device.revoke", {"id": "v_2", "log": B, "last_n": 7}),
    )
    logs = [standing.log_of_device(jkt, lambda jwk: jwk["x"]) for jkt in ("d1", "d2", "d3")]
    assert logs == [A, B, B]
    assert standing.cut == {B: 7}
    with pytest.raises(KeyError):
        standing.log_of_device("stranger", lambda jwk: jwk["x"])


def test_recovery_and_erasure_are_remembered() -> None:
    standing = learned(
        genesis(), entry(2, "recovery.used", {"recovery": "r1"}), entry(3, "person.erase", {"pid": "p_9"})
    )
    assert (standing.recovery, standing.erased) == ("r1", {"p_9"})


def test_acts_that_nobody_knows_change_nothing() -> None:
    standing = learned(genesis(), entry(1, "moon.landed", {"uid": "u_one"}), entry(2, "key.retire", None))
    assert standing.approvers_left((A, 9), UTC) == {"p_one", "p_two", "p_three"}


# ---- accounts


@pytest.mark.req("R-ACC-16")
def test_the_newest_word_says_whether_an_account_is_disabled() -> None:
    def says(seq: int, column: str, becomes: str) -> Entry:
        about = Entity(t="account", id="u_a", base=[])
        return replace(entry(seq, "account.set", None), ent=about, chg=[(column, None, becomes)], post="x")

    standing = learned(says(1, "state", "disabled"), says(3, "name_j", "x"), says(5, "state", "active"))
    assert [standing.disabled("u_a", (A, seq)) for seq in (1, 2, 4, 5, 6)] == [False, True, True, True, False]
    assert not standing.disabled("u_b", (A, 9)) and not standing.disabled("u_a", (B, 9))
