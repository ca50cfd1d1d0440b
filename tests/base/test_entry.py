"""An entry has exactly its members, of exactly their kinds (formats §5)."""

from __future__ import annotations

import msgspec
import pytest

from app.base.codec import pack
from app.base.entry import read

ENTRY = {
    "v": 1, "log": "countersign.local.invalid/kilda/dev1/0", "seq": 3, "prev": "A" * 43,
    "ts": {"utc": "2026-11-23T05:44:06.123Z", "off": "+00:00", "zone": "UTC", "hlc": "1.0000", "boot": "b1",
           "up": 5, "clk": "ok"},
    "by": {"uid": "u_1", "sess": None, "role": "qa"}, "scope": {"site": "kilda", "dept": None},
    "act": "record.update", "ent": {"t": "record", "id": "r_1", "base": ["A" * 43]},
    "chg": [["status", "due", "complete"], ["tries", None, 2]], "post": "A" * 43, "body": {"x": [1, None]},
    "why": {"code": "R02", "text": None}, "sig": None, "app": "1.0.0", "sch": 1,
}  # fmt: skip
PARTS = ("ts", "by", "scope", "ent", "why")
NULLABLE = {"post", "body", "why", "sig", "sess", "dept", "text"}


def places() -> list[tuple[str | None, str]]:
    top = [(None, name) for name in ENTRY]
    return top + [(part, name) for part in PARTS for name in ENTRY[part]]  # type: ignore[attr-defined]


def changed(part: str | None, name: str, value: object, *, drop: bool = False) -> bytes:
    """The entry's bytes with one member set or dropped."""
    inner = dict(ENTRY if part is None else ENTRY[part])  # type: ignore[call-overload]
    inner[name] = value
    if drop:
        del inner[name]
    return pack(inner if part is None else {**ENTRY, part: inner})


def test_an_entry_reads_as_it_was_written():
    entry = read(pack(ENTRY))
    assert (entry.seq, entry.ts.up, entry.by.role, entry.scope.site) == (3, 5, "qa", "kilda")
    assert entry.chg == [("status", "due", "complete"), ("tries", None, 2)]
    assert entry.ent.base == ["A" * 43]
    assert msgspec.to_builtins(entry) == {**ENTRY, "chg": [tuple(change) for change in entry.chg]}


@pytest.mark.parametrize(("part", "name"), places())
def test_no_member_may_be_missing(part, name):
    with pytest.raises(msgspec.ValidationError):
        read(changed(part, name, None, drop=True))


@pytest.mark.parametrize("part", [None, *PARTS])
def test_no_member_may_be_added(part):
    with pytest.raises(msgspec.ValidationError):
        read(changed(part, "more", 1))


@pytest.mark.parametrize(("part", "name"), places())
def test_no_member_may_be_of_another_kind(part, name):
    wrong = True if name != "text" else None
    if name == "text":
        assert read(changed(part, name, wrong)).why is not None
        return
    with pytest.raises(msgspec.ValidationError):
        read(changed(part, name, wrong))


@pytest.mark.parametrize(("part", "name"), places())
def test_only_the_empty_ones_may_be_null(part, name):
    data = changed(part, name, None)
    if name in NULLABLE:
        read(data)
    else:
        with pytest.raises(msgspec.ValidationError):
            read(data)


@pytest.mark.parametrize("change", [[], ["a"], ["a", 1], ["a", 1, 2, 3], [1, 1, 2], [None, 1, 2], "abc"])
def test_a_change_is_a_column_and_two_values(change):
    with pytest.raises(msgspec.ValidationError):
        read(changed(None, "chg", [change]))


def test_an_entry_read_is_frozen():
    with pytest.raises(AttributeError):
        read(pack(ENTRY)).seq = 4  # type: ignore[misc]
