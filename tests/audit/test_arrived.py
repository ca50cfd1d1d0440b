"""What another device's batch changes is judged with what is held: told, kept, and in doubt where it had no right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fabricated import Members
from fabricated_site import Site
from piecewise import acts, approved_again, grant, lines_of, site_of
from telling import RECORD, OneLog, Story, alters, puts, told

from app.audit.arrived import Weighed, Weighing
from app.audit.believed import Believed, Read
from app.base.codec import b64u
from app.proof.chain import leaf
from app.store import state
from app.store.append import Line, append
from app.store.engines import found_main, sqlite_store
from app.store.state import Held
from app.store.tx import Tx

ID = RECORD.partition("/")[2]
THIRD = "r_third00000000000"
DOCUMENT = "d_sop1000000000000"


class Device:
    """Another device that holds the beginning of the story; the rest comes in batches."""

    def __init__(self, tx: Tx, held: list[Read]) -> None:
        self.tx = tx
        self.weighing = Weighing(Believed())
        self.weighing.believed.load(held)
        self.keep(held)

    def keep(self, lines: list[Read], doubted: Any = ()) -> None:
        """Write entries, and of the rows that they make the bookkeeping."""
        for e, raw in lines:
            append(self.tx, e.log, [Line(seq=e.seq, b=raw, rowless=not e.chg)])
            if not e.chg or e.ent.t not in state.kinds(self.tx):
                continue
            old = state.held(self.tx, e.ent.t, e.ent.id)
            trace = state.traced("" if old is None else old.trace, e.log, e.seq)
            marks = {*(() if old is None else state.doubts(old.trace)), *doubted}
            new = Held(
                row={"id": e.ent.id},
                heads=(b64u(leaf(raw)),),
                utc=e.ts.utc,
                trace=state.with_doubts(trace, marks),
            )
            (state.add if old is None else state.change)(self.tx, e.ent.t, [new])

    def comes(self, lines: list[Read]) -> Weighed:
        """A batch is judged, then kept."""
        for e, raw in lines:
            self.weighing.believed.take(e, raw)
        weighed = self.weighing.weigh(self.tx, lines[0][0].log, lines)
        self.keep(lines, weighed.doubted)
        return weighed


@contextmanager
def device(folder: Path, held: list[Read]) -> Iterator[Device]:
    """The device in one transaction of a store of its own."""
    store = sqlite_store(folder / "held.db", "kilda")
    found_main(store)
    with store.write() as tx:
        yield Device(tx, held)
    store.close()


def parted(story: Story | None, kind: type[Site] = OneLog) -> tuple[list[Read], list[Read]]:
    """The first log before and from the last session of QA on: what is held, and what comes in."""
    lines = lines_of(site_of(story, kind))
    mine = [line for line in lines if line[0].log == lines[0][0].log]
    at = next(n for n, (e, _) in enumerate(mine) if e.ent.id == "s_four")
    return [*mine[:at], *(line for line in lines if line not in mine)], mine[at:]


def weighed(folder: Path, story: Story | None, kind: type[Site] = OneLog) -> tuple[Weighed, list[Read]]:
    held, lines = parted(story, kind)
    with device(folder, held) as made:
        return made.comes(lines), lines


def codes(found: Weighed) -> dict[tuple[str, str], str]:
    """Entity to code of what is in doubt."""
    of = {(e.log, e.seq): (e.ent.t, e.ent.id) for e in found.entries}
    return {of[place]: code for place, code in found.doubted.items()}


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize("kind", [OneLog, Site])
def test_a_sound_batch_is_in_no_doubt(tmp_path: Path, kind: type[Site]) -> None:
    found, lines = weighed(tmp_path, lambda s: s.m.entry("record.sign", RECORD, s.bea, sess="s_four", code="CORRECTED",
                                                         why="R09", after={"grade": "C"}), kind)  # fmt: skip
    assert found.doubted == {}
    assert found.entries == tuple(e for e, _ in lines)


def corrects_as_manager(s: OneLog) -> None:
    alters(puts(by__role="manager"))(s)


def unsigned(s: OneLog) -> None:
    s.corrects(code=None)


def of_other_heads(s: OneLog) -> None:
    alters(puts(ent__base=["A" * 43]))(s)


def on_both_sides(s: OneLog) -> None:
    """Bea, who approved the record, judges it too: what is held of it tells."""
    s.corrects(code="COMPETENT", why=None, after={"outcome": "again"})


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize(
    ("story", "code"),
    [
        (corrects_as_manager, "RBAC"),
        (unsigned, "SIG_BAD"),
        (of_other_heads, "BEFORE_MISMATCH"),
        (on_both_sides, "RBAC"),
    ],
)
def test_what_had_no_right_is_in_doubt_as_a_verification_says(tmp_path: Path, story: Story, code: str) -> None:
    found, _ = weighed(tmp_path, story)
    assert codes(found) == {("record", ID): code}
    assert code in {one.partition(":")[0] for one in told(tmp_path / "whole", story)}


@pytest.mark.req("R-SYN-03")
def test_the_whole_story_of_a_record_is_read_again(tmp_path: Path) -> None:
    """Tom judged in what is held; that he also decides is seen though it comes much later."""
    story: Story = lambda s: s.m.entry(  # noqa: E731
        "record.sign", RECORD, s.tom, code="APPROVED", after={"outcome": "mine"}
    )
    found, _ = weighed(tmp_path, story)
    assert ("record", ID) in codes(found)


@pytest.mark.req("R-SYN-03")
def test_what_follows_in_doubt_is_not_in_doubt_itself(tmp_path: Path) -> None:
    def story(s: OneLog) -> None:
        unsigned(s)
        s.corrects(after={"grade": "D"})

    found, _ = weighed(tmp_path, story)
    assert len(found.doubted) == 1
    assert found.answered == {}


def test_a_command_that_comes_in_two_batches_is_judged_with_its_signature(tmp_path: Path) -> None:
    def story(s: OneLog) -> None:
        s.m.entry("record.fix", f"record/{THIRD}", s.bea, sess="s_four", after={"grade": "B"}, why="R09")
        s.corrects(covers=1, ts=s.m.times(0))

    held, lines = parted(story)
    cut = next(n for n, (e, _) in enumerate(lines) if e.ent.id == THIRD and e.act == "record.fix") + 1
    with device(tmp_path, held) as made:
        first, second = made.comes(lines[:cut]), made.comes(lines[cut:])
    # Before its signature is there the change stands uncovered; with it, it is judged again and clear.
    assert codes(first) == {("record", THIRD): "SIG_BAD"}
    assert second.doubted == {}
    assert second.entries[0].ent.id == THIRD


@pytest.mark.req("R-SIG-05", "R-SYN-03")
def test_a_role_by_approvals_that_were_used_gives_no_right_to_what_follows(tmp_path: Path) -> None:
    def story(s: OneLog) -> None:
        approved_again(s)
        s.lea.role = "manager"
        s.m.open(s.lea, "s_lea")
        s.m.entry("person.note", f"person/{s.lea.pid}", s.lea, sess="s_lea", after={"hired": "x"})

    held, lines = parted(story)
    with device(tmp_path, held) as made:
        found = made.comes(lines)
        refused = made.weighing.believed.standing.refused
    assert list(refused.values()) == ["SIG_POSITION"]
    assert codes(found) == {("person", lines[-2][0].ent.id): "RBAC"}


class Revoked(Site):
    """QA says that only so much of the second device's log counts."""

    def revoke(self, last_n: int) -> None:
        body: Members = {"id": self.m.two.ident, "log": self.m.two.log, "last_n": last_n}
        self.m.entry(
            "device.revoke", f"device/{self.m.two.ident}", self.bea, sess="s_four", code="APPROVED", why="LOST", body=body
        )  # fmt: skip


@pytest.mark.req("R-SYN-02", "R-SYN-03")
@pytest.mark.parametrize("beyond", [0, 1, 2])
def test_what_a_revoked_device_adds_is_in_doubt(tmp_path: Path, beyond: int) -> None:
    """Two more changes on it; so many of them lie beyond `last_n`."""

    def story(s: Revoked) -> None:
        s.m.open(s.bea, "s_late", on=s.m.two, other=s.m.one)
        s.revoke(len(s.m.two.raws) + 2 - beyond)
        for grade in ("B", "C"):
            s.m.entry(
                "record.sign", RECORD, s.bea, sess="s_late", code="CORRECTED", why="R09", after={"grade": grade},
                on=s.m.two,
            )  # fmt: skip

    lines = lines_of(site_of(story, Revoked))
    late = [line for line in lines if line[0].log.endswith("/dev2/0") and line[0].by.sess == "s_late"]
    with device(tmp_path, [line for line in lines if line not in late]) as made:
        found = made.comes(late)
    last = late[-1][0].seq
    want = {(late[0][0].log, seq) for seq in range(last + 1 - beyond, last + 1)}
    assert {place for place, code in found.doubted.items() if code == "SIG_KEY_RETIRED"} == want


def test_qa_answers_a_doubt_that_its_device_held(tmp_path: Path) -> None:
    """Of what is no record, the next sound change by QA settles it; a record stays in doubt until it is void."""

    def story(s: OneLog) -> None:
        for name in (f"document/{DOCUMENT}", RECORD):
            s.m.entry(f"{name.partition('/')[0]}.fix", name, s.bea, sess="s_four", after={"title": "x"})
            s.m.entry(
                f"{name.partition('/')[0]}.sign", name, s.bea, sess="s_four", code="APPROVED", why="X", after={"title": "y"}
            )  # fmt: skip

    found, lines = weighed(tmp_path, story)
    place = {e.act + e.ent.t: (e.log, e.seq) for e, _ in lines}
    bad, good = place["document.fixdocument"], place["document.signdocument"]
    assert found.answered[good] == frozenset({bad})
    assert place["record.signrecord"] not in found.answered


def test_a_role_by_who_may_not_is_no_doubt_about_a_row(tmp_path: Path) -> None:
    """Rights are believed or not (believed.py); what is weighed are the rows."""
    found, _ = weighed(tmp_path, lambda s: acts(s, "role.grant", s.tom, grant(s.tom, "assessor")))
    assert found.doubted == {}
