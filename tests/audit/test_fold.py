"""The fold of one log and that of several agree on one log, and on what does not fit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.fold import Graph, Line, Live, digest, live_differs
from app.base.codec import b64u, pack
from app.base.entry import Entry, read
from app.proof.chain import leaf

values = st.one_of(
    st.none(), st.text("ab", max_size=2), st.integers(0, 2), st.lists(st.integers(0, 1), max_size=2)
)


def entry(seq: int, id: str, base: list[str], chg: list[list[Any]], post: str | None) -> tuple[Entry, bytes]:
    raw = pack({
        "v": 1, "log": "l", "seq": seq, "prev": "", "ts": {
            "utc": "", "off": "", "zone": "", "hlc": "", "boot": "", "up": 0, "clk": "ok"},
        "by": {"uid": "u", "sess": None, "role": "qa"}, "scope": {"site": "s", "dept": None}, "act": "x.y",
        "ent": {"t": "record", "id": id, "base": base}, "chg": chg, "post": post, "body": None, "why": None,
        "sig": None, "app": "", "sch": 1,
    })  # fmt: skip
    return read(raw), leaf(raw)


def both() -> tuple[Line, Graph]:
    return Line("l"), Graph(lambda one, other: one < other)


@given(
    st.lists(
        st.tuples(st.sampled_from("xy"), st.dictionaries(st.sampled_from("abc"), values, min_size=1)),
        max_size=8,
    )
)
def test_both_folds_find_nothing_in_a_sound_log_and_make_the_same_rows(
    changes: list[tuple[str, dict[str, Any]]],
) -> None:
    rows: dict[str, dict[str, Any]] = {}
    heads: dict[str, str] = {}
    said: list[tuple[str, str]] = []
    line, graph = both()
    for seq, (id, wanted) in enumerate(changes):
        row = rows.get(id, {"id": id})
        chg = [[c, row.get(c), v] for c, v in sorted(wanted.items()) if pack(row.get(c)) != pack(v)]
        row = {c: v for c, v in {**row, **wanted}.items() if v is not None}
        e, hashed = entry(seq, id, [heads[id]] if id in heads else [], chg, digest(pack(row)) if chg else None)
        steps = [fold.step(e, hashed, lambda code, note: said.append((code, note))) for fold in (line, graph)]
        assert steps[0] == steps[1]
        if chg:
            rows[id], heads[id] = row, b64u(hashed)
    assert said == []
    for id, row in rows.items():
        assert line.row(f"record/{id}", ("l", 99)) == graph.row(f"record/{id}", ("l", 99)) == row
        assert line.take(f"record/{id}") == graph.take(f"record/{id}")
    assert list(line.rest()) == list(graph.rest()) == []


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("base", "chg", "post", "code"),
    [
        (["x" * 43], [["a", None, 1]], {"id": "r", "a": 1}, "BEFORE_MISMATCH"),
        ([], [["a", 7, 1]], {"id": "r", "a": 1}, "BEFORE_MISMATCH"),
        ([], [["a", None, 1]], {"id": "r", "a": 2}, "POST_MISMATCH"),
    ],
)
def test_what_does_not_fit_is_said(which: int, base: list[str], chg: list[Any], post: Any, code: str) -> None:
    said: list[str] = []
    e, hashed = entry(0, "r", base, chg, digest(pack(post)))
    both()[which].step(e, hashed, lambda code, _: said.append(code))
    assert code in said


def test_one_and_true_are_not_the_same_before() -> None:
    line, said = Line("l"), []
    e, hashed = entry(0, "r", [], [["a", None, 1]], digest(pack({"a": 1, "id": "r"})))
    line.step(e, hashed, lambda code, _: said.append(code))
    e, _ = entry(1, "r", [b64u(hashed)], [["a", True, 2]], digest(pack({"a": 2, "id": "r"})))
    line.step(e, b"x" * 32, lambda code, _: said.append(code))
    assert said == ["BEFORE_MISMATCH"]


def test_a_live_row_of_odd_values_never_passes_for_a_sound_one() -> None:
    live = Live(["site_id", "id", "a", "b_j", "_books"])
    assert live.row(["s", "r", 1, '{"x":1}', "q"]) == {"id": "r", "a": 1, "b_j": {"x": 1}}
    for odd in (["s", "r", b"MQ", None, None], ["s", "r", 1.0, None, None], ["s", "r", 1, '{"x": 1}', None]):
        assert live_differs(live.row(odd), [pack({"id": "r", "a": 1})]) != []
