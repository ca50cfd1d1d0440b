"""Evidence by somebody who holds the device and a person's key: odd members end in a finding, never in a crash."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import handed
import pytest
from bundles import read_bundle
from opening import CannotDecideError, unb64u

from app.base.faults import CannotDecide
from app.work.checking import verify_evidence
from tests.work.issued import Handed

sys.path.append(str(Path(__file__).parents[2] / "vectors"))

import byhand
import papered
from chained import LOG, story
from named import number, secret
from tokens import trust_bundle

Members = dict[str, Any]
SIGNED = 6
"""The entry of the vector log that carries Ada's e-signature."""
KINDS = (None, ["x"])


def answers(path: Path, trust: Path) -> tuple[list[str] | None, list[str] | None]:
    """Finding codes by the product and by the reader; None where undecided."""
    try:
        mine: list[str] | None = sorted({one.code for one in verify_evidence(path, trust).report.findings})
    except CannotDecide:
        mine = None
    try:
        told = handed.check_file(path.read_bytes(), read_bundle(trust.read_text().strip()))
        outside: list[str] | None = sorted({row["code"] for row in told["findings"]})
    except CannotDecideError:
        outside = None
    return mine, outside


# --- what a person signs ----------------------------------------------------------------------------------


def signing(change: Callable[[Members], Members]) -> bytes:
    """The evidence of the vectors with another payload in Ada's token, proofs and seal made anew."""
    raws = list(story()[0].raws)
    old = json.loads(raws[SIGNED])["sig"]
    told = change(json.loads(unb64u(old.split(".")[1])))
    raws[SIGNED] = raws[SIGNED].replace(old.encode(), byhand.jws(number("person ada"), "esig", told).encode())
    leaves, lines = (
        [byhand.sha(b"\0" + raw) for raw in raws],
        [*map(json.loads, papered.evidence()["file"].splitlines())],
    )
    for line in lines:
        if line["t"] == "log":
            line["note"] = byhand.note(secret("device ed25519"), LOG, len(raws), byhand.tree_root(leaves))
        if line["t"] == "entry":
            line["b"] = raws[line["seq"]].decode()
            line["path"] = [byhand.b64u(node) for node in byhand.audit_path(line["seq"], leaves)]
    return sealed(lines)


def sealed(lines: list[Members]) -> bytes:
    body = b"".join(byhand.jcs(line) + b"\n" for line in lines if line["t"] != "seal")
    told = {"v": 1, "report": papered.REPORT.hex(), "sha256": byhand.b64u(byhand.sha(body))}
    return body + byhand.jcs({"t": "seal", "jws": byhand.jws(number("device"), "evidence", told)}) + b"\n"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "trust.jws"
    path.write_text(trust_bundle(story()[0])["token"])
    return path


def without(name: str) -> Callable[[Members], Members]:
    return lambda told: {member: value for member, value in told.items() if member != name}


def having(**members: Any) -> Callable[[Members], Members]:
    return lambda told: {**told, **members}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _: {"v": 1}, "SIG_BAD"),
        (without("head"), "SIG_BAD"),
        (having(head=5), "SIG_BAD"),
        (having(v=2), "SIG_BAD"),
        (having(more=1), "SIG_BAD"),
        (having(sid=["x"]), "SIG_BAD"),
        (having(subj={"t": "record"}), "SIG_BAD"),
        (having(signer={"uid": "u_bea0000000000000", "name": {}}), "SIG_ACTOR"),
        (having(log=LOG.replace("dev1", "dev2")), "SIG_POSITION"),
        (having(entry="A" * 43), "SIG_SUBJECT"),
    ],
)
def test_a_person_s_odd_token_is_a_finding(
    tmp_path: Path, trust: Path, change: Callable[[Members], Members], code: str
) -> None:
    (tmp_path / "e.ndjson").write_bytes(signing(lambda told: told))
    assert answers(tmp_path / "e.ndjson", trust) == ([], [])
    (tmp_path / "e.ndjson").write_bytes(signing(change))
    mine, outside = answers(tmp_path / "e.ndjson", trust)
    assert mine == outside
    assert code in (mine or ())


# --- what the device seals --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["report", "trust", "log", "entry", "receipt", "said"])
def test_a_member_of_another_kind_is_refused_by_both(issued: Handed, tmp_path: Path, kind: str) -> None:
    sound = issued.lines()
    at = next((n for n, line in enumerate(sound) if line["t"] == kind), None)
    for name in sound[at] if at is not None else ():
        for value in KINDS:
            lines = copy.deepcopy(sound)
            lines[at or 0][name] = value
            mine, outside = answers(issued.resealed(lines, tmp_path / "e.ndjson"), issued.trust)
            assert mine != [], (name, value)
            assert outside != [], (name, value)
