"""Data keys against their commitments, and envelopes at their places."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from fabricated import Maker, Person, b64u, sha
from telling import RECORD, OneLog, Story, told

from app.audit.findings import Findings
from app.audit.personal import Personal, envelopes, sealed

PID = "p_somebody00000000"
PLACE = ("person", PID, "name_j")
AT = ("l", 5)


def before(one: tuple[str, int], other: tuple[str, int]) -> bool:
    return one < other


@pytest.fixture
def maker() -> Maker:
    made = Maker([Person("a", "A", "qa")])
    made.deks[PID] = bytes(range(32))
    return made


def knowing(maker: Maker, **more: Any) -> tuple[Personal, list[str]]:
    """What is known after one key was committed to at seq 3, and the codes that holding it raises."""
    personal, found = Personal(), Findings()
    personal.named[f"{PID}.1"] = (("l", 3), b64u(sha(b"cs/dek-commit/v1" + maker.deks[PID])))
    personal.erased |= set(more.get("erased", ()))
    personal.hold(more.get("deks", [(PID, 1, maker.deks[PID])]), found)
    return personal, [row.code for row in found.rows()]


def test_a_key_is_what_the_history_committed_to(maker: Maker) -> None:
    assert knowing(maker)[1] == []
    assert knowing(maker, deks=[(PID, 1, bytes(32))])[1] == ["DEK_COMMIT"]
    assert knowing(maker, deks=[])[1] == ["DEK_COMMIT"]
    assert knowing(maker, deks=[], erased=[PID])[1] == []
    assert knowing(maker, erased=[PID])[1] == ["ERASURE_PENDING"]
    assert knowing(maker, deks=[(PID, 1, maker.deks[PID]), ("p_cut", 1, bytes(32))])[1] == []


@pytest.mark.req("R-PRI-01")
def test_an_envelope_opens_at_its_place_only(maker: Maker) -> None:
    personal, _ = knowing(maker)
    box = maker.envelope(PID, "|".join(PLACE), "Ann")
    assert personal.look((*PLACE, box), AT, before) == (False, "Ann")
    for spot in (
        ("person", PID, "note_j", box),
        ("person", "p_other", "name_j", box),
        (*PLACE, {**box, "k": f"{PID}.2"}),
        (*PLACE, 7),
    ):
        assert personal.bad(spot, AT, before)
    assert personal.bad((*PLACE, box), ("l", 2), before)
    assert not personal.bad((*PLACE, box), None, before)


def test_under_an_erased_key_nothing_is_judged(maker: Maker) -> None:
    personal, _ = knowing(maker, deks=[], erased=[PID])
    box = maker.envelope(PID, "elsewhere", "Ann")
    assert personal.look((*PLACE, box), AT, before) == (False, None)
    assert personal.display_mac(f"{PID}.1", "Ann") is None


def test_it_can_be_sent_to_another_process(maker: Maker) -> None:
    personal, _ = knowing(maker)
    box = maker.envelope(PID, "|".join(PLACE), "Ann")
    assert personal.text((*PLACE, box)) == "Ann" == pickle.loads(pickle.dumps(personal)).text((*PLACE, box))


def test_envelopes_are_found_wherever_they_are() -> None:
    box = {"$e": 1}
    assert list(envelopes({"a": box, "b": [{"c": box}], "d": 1}, "x_j")) == [("x_j.a", box), ("x_j.b[].c", box)]
    assert [spot[2] for spot in sealed("s", box, 7)] == ["signer.name", "disp.text"]


def in_a_reason(s: OneLog) -> None:
    s.m.entry("person.note", f"person/{s.lea.pid}", s.bea, sess="s_four", why="R01")
    s.recast(lambda e: e["why"].update(text=s.m.envelope(s.lea.pid, "person|elsewhere|why.text", "x")))


def in_a_list(s: OneLog) -> None:
    box = s.m.envelope(s.lea.pid, f"{RECORD.replace('/', '|')}|note_j", "x")
    s.corrects(after={"note_j": [{"text": box}]})


@pytest.mark.parametrize(
    ("story", "finding"), [(in_a_reason, "ENVELOPE_BAD: why.text"), (in_a_list, "ENVELOPE_BAD: note_j[].text")]
)
def test_an_envelope_out_of_place_in_an_entry(tmp_path: Path, story: Story, finding: str) -> None:
    assert finding in told(tmp_path, story)
