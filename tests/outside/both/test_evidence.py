"""An evidence file under a device's seal: what its holder, and what anybody, could change in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from fabricated import jws, new_key
from opening import parse, unb64u

from tests.outside.both.asking import Line, both_files
from tests.work.issued import Handed


def entry(lines: list[Line], act: str, which: int = 0) -> Line:
    return [line for line in lines if line["t"] == "entry" and f'"act":"{act}"' in line["b"]][which]


def kind(lines: list[Line], t: str) -> Line:
    return next(line for line in lines if line["t"] == t)


def renamed(lines: list[Line]) -> None:
    line = entry(lines, "record.sign", 2)
    line["b"] = line["b"].replace("COMPETENT", "NOT_YET..")


def moved(lines: list[Line]) -> None:
    line = entry(lines, "record.sign")
    line["path"][0] = line["path"][1]


def renumbered(lines: list[Line]) -> None:
    entry(lines, "record.sign")["seq"] += 1


def shorter_path(lines: list[Line]) -> None:
    entry(lines, "record.sign")["path"].pop()


def other_note(lines: list[Line]) -> None:
    line = kind(lines, "log")
    line["note"] = line["note"].replace("\n", "\n1", 1)


def no_enrolment(lines: list[Line]) -> None:
    lines.remove(entry(lines, "key.enrol"))


def no_genesis(lines: list[Line]) -> None:
    lines.remove(entry(lines, "site.genesis"))


def other_words(lines: list[Line]) -> None:
    kind(lines, "said")["sid"] = "01a1f7e1-c616-7d76-9c1d-000000000000"


def no_history(lines: list[Line]) -> None:
    lines.remove(kind(lines, "log"))


def not_an_entry(lines: list[Line]) -> None:
    entry(lines, "record.sign")["b"] = "{}"


def twice(lines: list[Line]) -> None:
    lines.insert(lines.index(entry(lines, "record.sign")), entry(lines, "record.sign"))


def one_approval(lines: list[Line]) -> None:
    """One approval twice in place of two."""
    line = entry(lines, "key.enrol")
    start = line["b"].index('"appr":["') + 9
    one = line["b"][start : line["b"].index('"', start)]
    line["b"] = line["b"].replace(line["b"][start : line["b"].index("]", start)], f'{one}","{one}"')


def stranger_s_signature(lines: list[Line]) -> None:
    """The e-signature by a key of one's own."""
    line = entry(lines, "record.sign")
    old = line["b"].split('"sig":"')[1].split('"')[0]
    payload = parse(unb64u(old.split(".")[1]))
    line["b"] = line["b"].replace(old, jws(new_key(), "esig", payload))


def another_site(lines: list[Line]) -> None:
    lines[0]["site"] = "hirta"


def other_person(lines: list[Line]) -> None:
    lines[0]["pid"] = "p_0000000000000000"


def said_in_two_ways(lines: list[Line]) -> None:
    line = kind(lines, "said")
    lines.insert(lines.index(line), {**line, "name": "Somebody Else"})


def said_again(lines: list[Line]) -> None:
    lines.insert(lines.index(kind(lines, "said")), kind(lines, "said"))


def other_size(lines: list[Line]) -> None:
    kind(lines, "log")["n"] = 1


def other_device(lines: list[Line]) -> None:
    lines[0]["device"] = "dev9"


def out_of_order(lines: list[Line]) -> None:
    lines.insert(2, lines.pop(lines.index(kind(lines, "said"))))


def nothing_said_of_what(lines: list[Line]) -> None:
    lines.append({"t": "other"})


CHANGES: list[tuple[Callable[[list[Line]], None], set[str] | None]] = [
    (renamed, {"CP_MISMATCH", "SIG_SUBJECT"}),
    (moved, {"CP_MISMATCH"}),
    (renumbered, {"CP_MISMATCH"}),
    (shorter_path, {"CP_MISMATCH"}),
    (other_note, {"CP_BADSIG"}),
    (no_enrolment, {"SIG_KEY_UNREGISTERED"}),
    (no_genesis, {"ENROL_APPROVAL", "SIG_KEY_UNREGISTERED"}),
    (other_words, {"SIG_SUBJECT"}),
    (no_history, {"CP_MISMATCH"}),
    (not_an_entry, {"ENTRY_SCHEMA"}),
    (twice, {"SIG_POSITION"}),
    (one_approval, {"ENROL_APPROVAL"}),
    (stranger_s_signature, {"SIG_KEY_UNREGISTERED"}),
    (another_site, {"CP_MISMATCH"}),
    (other_person, {"SIG_SUBJECT"}),
    (said_in_two_ways, {"SIG_SUBJECT"}),
    (said_again, set()),
    (other_size, {"CP_MISMATCH"}),
    (other_device, None),
    (out_of_order, None),
    (nothing_said_of_what, None),
]


@pytest.mark.req("R-REP-05")
@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_change_by_who_holds_the_device_is_seen_by_both(
    issued: Handed, tmp_path: Path, change: Callable[[list[Line]], None], expected: set[str] | None
) -> None:
    lines = copy.deepcopy(issued.lines())
    change(lines)
    mine, reader = both_files(issued.resealed(lines, tmp_path / "a.ndjson"), issued.trust)
    assert mine == reader
    assert mine is None if expected is None else expected <= (mine or set()) and "SIG_BAD" not in (mine or ())


def test_a_change_by_who_holds_nothing_breaks_the_seal(issued: Handed, tmp_path: Path) -> None:
    for old, new in ((b"Omkaar", b"Omkear"), (b"leiden", b"leidem")):
        (tmp_path / "a.ndjson").write_bytes(issued.evidence.replace(old, new))
        mine, reader = both_files(tmp_path / "a.ndjson", issued.trust)
        assert "SIG_BAD" in (mine or ())
        assert mine == reader
