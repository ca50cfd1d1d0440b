"""A device that turned bad can seal what it likes: nothing of it is taken in without the names that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.audit.arrived import Weighing
from app.base.codec import b64u, pack_checked, unpack
from app.proof.batch import Batch, make_batch, read_batch
from app.proof.chain import ZERO, leaf
from app.proof.merkle import Frontier
from app.proof.notes import sign_checkpoint
from app.store import history
from app.work.incoming import Fork, Sound, Wait, judge
from app.work.login import sign_out
from app.work.office import load_believed
from tests.work.linked import Linked, Second

Members = dict[str, Any]


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    """Two devices; the first has taken in what the second recorded. Nothing is used up."""
    folder: Path = tmp_path_factory.mktemp("incoming")
    linked = Linked(folder)
    made = Second(linked)
    linked.change(made.office, 48, "bram")
    for office in (made.office, linked.office):
        sign_out(office)
        linked.sync(office)
    linked.sync()
    yield made
    made.close()
    linked.close()


def log_of(second: Second) -> list[bytes]:
    """What the first device holds of the second's log."""
    with second.linked.office.store.read() as tx:
        return [b for _, b in history.entries(tx, second.log)]


def leaves_of(second: Second) -> dict[str, list[bytes]]:
    """The leaves of every log that the first device holds."""
    with second.linked.office.store.read() as tx:
        return {log: [leaf(b) for _, b in history.entries(tx, log)] for log in history.logs(tx)}


def entry_after(second: Second, **changes: Any) -> bytes:
    """One more entry of the second device's log, written by its very key holder."""
    held = log_of(second)
    members: Members = unpack(held[-1])
    members.update(
        seq=len(held), prev=b64u(leaf(held[-1])), act="session.note", sig=None,
        by={"uid": "sys", "sess": None, "role": "system"},
    )  # fmt: skip
    members["ts"]["hlc"] = f"{int(members['ts']['hlc'].split('.')[0]) + 1}.0000"
    return pack_checked({**members, **changes})


def batch_of(second: Second, *entries: bytes, **changes: Any) -> Batch:
    """A batch that continues the log, sealed by the second device."""
    held = log_of(second)
    tree = Frontier()
    tree.extend([leaf(b) for b in (*held, *entries)])
    about: Members = {
        "id": "b_evil", "log": second.log, "first": len(held), "prev": leaf(held[-1]), "region": "eu",
        "cp": sign_checkpoint(second.log, tree.size, tree.root(), second.device.ed25519), "key": second.device.p256,
    }  # fmt: skip
    return read_batch(make_batch(entries, **{**about, **changes}))


def judged(second: Second, batch: Batch) -> Sound | Fork | Wait:
    """What the first device makes of it."""
    held = leaves_of(second)
    tree, mine = Frontier(), held.get(batch.manifest.log, [])
    tree.extend(mine)
    with second.linked.office.store.read() as tx:
        return judge(tx, batch, Weighing(load_believed(tx)), tree, mine[-1] if mine else ZERO, held)


@pytest.mark.req("R-SYN-03")
def test_what_continues_the_log_is_sound(second: Second) -> None:
    found = judged(second, batch_of(second, entry_after(second)))
    assert isinstance(found, Sound)
    assert [entry.seq for entry, _, _ in found.lines] == [len(log_of(second))]


UNNAMED = (
    "role.grant role.revoke key.enrol key.retire device.enrol centre.descriptor code.reset person.erase session.open"
    " record.sign site.genesis hold.ack log.restore recovery.used"
).split()


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("act", UNNAMED)
def test_rights_come_under_names_only(second: Second, act: str) -> None:
    with second.linked.office.store.read() as tx:
        uid = next(iter(load_believed(tx).standing.keys.persons))
    body = {
        "uid": uid,
        "role": "qa",
        "scope": {"site": "site", "dept": None},
        "from": "x",
        "to": None,
        "grade": "W",
    }
    for appr in ([], ["a.b.c", "d.e.f"], None):
        evil = entry_after(second, act=act, body={**body, "appr": appr})
        assert judged(second, batch_of(second, evil)) == Fork(
            log=second.log, seq=len(log_of(second)), code="SIG_BAD"
        )


def signed_entry(second: Second) -> Members:
    """A signed entry of the second device."""
    return next(members for b in log_of(second) if (members := unpack(b))["sig"] is not None)


@pytest.mark.req("R-SYN-03")
def test_a_signature_of_another_entry_is_refused(second: Second) -> None:
    genuine = signed_entry(second)
    evil = entry_after(second, act="setting.set", sig=genuine["sig"], by=genuine["by"])
    assert getattr(judged(second, batch_of(second, evil)), "code", "") == "SIG_BAD"


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("token", ["", "a.b.c", "no token"])
def test_a_signature_that_is_none_is_refused(second: Second, token: str) -> None:
    evil = entry_after(second, act="setting.set", sig=token, by=signed_entry(second)["by"])
    assert getattr(judged(second, batch_of(second, evil)), "code", "") == "SIG_BAD"


@pytest.mark.req("R-SYN-02", "R-SYN-03")
@pytest.mark.parametrize(
    "change",
    [
        lambda two: {"key": two.linked.office.device.p256},
        lambda two: {"cp": sign_checkpoint(two.log, len(log_of(two)) + 1, bytes(32), two.device.ed25519)},
        lambda _: {"cp": "no checkpoint"},
        lambda _: {"prev": bytes(32)},
    ],
    ids=["another-key", "another-root", "no-checkpoint", "another-past"],
)
def test_a_seal_that_does_not_hold_is_refused(second: Second, change: Callable[[Second], Members]) -> None:
    found = judged(second, batch_of(second, entry_after(second), **change(second)))
    assert isinstance(found, Fork)


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize(
    "changes", [{"prev": "-"}, {"seq": 99}, {"log": "other"}, {"nonsense": 1}, {"body": 3}]
)
def test_an_entry_of_another_form_is_refused(second: Second, changes: Members) -> None:
    assert isinstance(judged(second, batch_of(second, entry_after(second, **changes))), Fork)


def test_what_is_not_held_yet_makes_it_wait(second: Second) -> None:
    later = batch_of(second, entry_after(second), first=99)
    assert judged(second, later) == Wait(why="gap")
    stranger = batch_of(second, entry_after(second), log=second.log.replace("dev2", "dev3"))
    assert judged(second, stranger) == Wait(why="device")


def test_a_device_that_saw_more_waits_and_one_that_saw_another_past_is_a_fork(second: Second) -> None:
    linked, genuine = second.linked, signed_entry(second)
    log = linked.office.tail.log
    for n, found in ((linked.office.tail.n + 1, Wait(why="seen")), (1, None)):
        body = {"sess": "s", "seen": {log: {"n": n, "h": b64u(bytes(32))}}, "ccp": None}
        evil = entry_after(second, act="session.open", body=body, sig=genuine["sig"], by=genuine["by"])
        told = judged(second, batch_of(second, evil))
        assert told == (found or Fork(log=second.log, seq=len(log_of(second)), code="CENTRE_FORK"))


def row(t: str, *chg: list[Any], **more: Any) -> Members:
    """An entry that changes a row."""
    return {
        "act": f"{t}.set",
        "ent": {"t": t, "id": "zz", "base": []},
        "chg": list(chg),
        "post": "x",
        "body": None,
        **more,
    }


def own(act: str, t: str, **body: Any) -> Members:
    """An entry with a body of its own."""
    return {"act": act, "ent": {"t": t, "id": "zz", "base": []}, "body": body}


ODD = [
    row("setting", ["value", None, "abc"]), row("setting", ["value", None, 2**62]),
    row("setting", ["value", None, {"a": 1}]), row("setting", ["value", None, True]),
    row("setting", ["text", None, ["a"]]), row("setting", ["text", None, 1]), row("setting", ["nope", None, 1]),
    row("setting", ["id", None, "late_h"]), row("setting", ["_heads", None, "a"]),
    row("setting", ["text", None, "\0"]), row("account", ["state", None, {"a": 1}]), row("'", ["a", None, 1]),
    row("setting", ["value", None, 1], ent={"t": "setting", "id": "a/b c", "base": []}),
    row("setting", ["value", None, 1], ent={"t": "setting", "id": "zz", "base": ["q"]}),
    own("person.key", "person"), own("person.key", "person", pid="p", ver=[], commit="c"),
    own("person.key", "person", pid=1, ver=1, commit="c"), own("person.key", "person", pid="p", ver=-1, commit="c"),
    own("session.close", "session", sess={}, reason="x"), own("auth.fail", "account", slot="x"),
    own("session.open", "session", sess="s", ccp=None, seen={"x": {"n": -1, "h": "x"}}),
    own("session.open", "session", sess="s", ccp=None, seen={"x": {"n": True, "h": "x"}}),
    own("session.open", "session", sess="s", ccp=None, seen={"x": 1}),
    {"act": "no act"},
]  # fmt: skip


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("odd", range(len(ODD)))
def test_a_form_that_nothing_could_be_made_of_is_a_fork_at_its_entry(second: Second, odd: int) -> None:
    found = judged(second, batch_of(second, entry_after(second, **ODD[odd])))
    assert found == Fork(log=second.log, seq=len(log_of(second)), code="ENTRY_SCHEMA")


@pytest.mark.req("R-SYN-03")
def test_another_spelling_of_an_entry_and_a_clock_that_is_none_are_forks(second: Second) -> None:
    good = entry_after(second)
    stamp = unpack(good)["ts"]
    for evil in (good.replace(b'"v":1', b'"v": 1'), entry_after(second, ts={**stamp, "hlc": "abc"})):
        assert getattr(judged(second, batch_of(second, evil)), "code", "") == "ENTRY_SCHEMA"


@pytest.mark.req("R-SYN-03")
def test_a_column_of_a_later_release_is_taken(second: Second) -> None:
    later = entry_after(second, **row("setting", ["later", None, 1], sch=2))
    assert isinstance(judged(second, batch_of(second, later)), Sound)
