"""Receipts in an evidence file: a centre of the bundle gave them, or both say that they are none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fabricated import b64u, jwk, jws, new_key, sha

from app.proof import trust
from app.proof.notes import cosign
from app.proof.trust import TrustedCentre
from tests.outside.both.test_evidence import kind
from tests.outside.both.test_papers import both_files, bundle_of
from tests.work.issued import Handed

Members = dict[str, Any]
Place = tuple[int, str]
"""Size and tail."""


@dataclass
class Witness:
    """A centre that saw the log up to the file's checkpoint."""

    key: Any = field(default_factory=new_key)
    notes: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    name: str = "centre.example"

    def trusted(self) -> TrustedCentre:
        return TrustedCentre(
            name=self.name, jwk=jwk(self.key), ed25519=b64u(self.notes.public_key().public_bytes_raw())
        )

    def payload(self, report: Members, log: Members) -> Members:
        """What it says of the checkpoint in the line `log`."""
        told: Members = {"v": 1, "site": report["site"], "log": log["log"], "from": 0, "to": log["n"] - 1}
        told |= {"tail": b64u(bytes(32)), "batch": "0" * 64, "pos": 1, "at": "2026-11-23T06:00:00.000Z"}
        return {**told, "inc": "i1", "prov": False, "cosig": cosign(log["note"], self.name, 1, self.notes)}


CENTRE = Witness()


def held(lines: list[Members]) -> Place:
    """Size and tail of what ends with some entry that the file holds."""
    line = next(line for line in lines if line["t"] == "entry" and '"act":"record.sign"' in line["b"])
    return line["seq"] + 1, b64u(sha(b"\0" + line["b"].encode()))


def at(place: Place, **more: Any) -> Members:
    return {"to": place[0] - 1, "tail": place[1], **more}


Case = Callable[[list[Members], Members], tuple[Any, Members]]
"""Takes the lines and the true payload; gives the key that signs and what is signed."""

SOUND: dict[str, Case] = {
    "of the checkpoint": lambda lines, p: (CENTRE.key, p),
    "of an entry that is held": lambda lines, p: (CENTRE.key, {**p, **at(held(lines))}),
    "provisional": lambda lines, p: (CENTRE.key, {**p, "prov": True, "inc": 7}),
}
FALSE: dict[str, Case] = {
    "another centre": lambda lines, p: (new_key(), p),
    "another site": lambda lines, p: (CENTRE.key, {**p, "site": "hirta"}),
    "another log": lambda lines, p: (CENTRE.key, {**p, "log": p["log"].replace("dev1", "dev2")}),
    "another tail": lambda lines, p: (CENTRE.key, {**p, **at((held(lines)[0], b64u(bytes(32))))}),
    "from behind": lambda lines, p: (CENTRE.key, {**p, "from": p["to"] + 1}),
    "before the feed": lambda lines, p: (CENTRE.key, {**p, "pos": 0}),
    "another version": lambda lines, p: (CENTRE.key, {**p, "v": 2}),
    "not a receipt's members": lambda lines, p: (CENTRE.key, {**p, "more": 1}),
    "cosigned by another": lambda lines, p: (CENTRE.key, {**p, "cosig": Witness().payload(*two(lines))["cosig"]}),
    "cosigned by nobody": lambda lines, p: (CENTRE.key, {**p, "cosig": ""}),
}  # fmt: skip


def two(lines: list[Members]) -> tuple[Members, Members]:
    return kind(lines, "report"), kind(lines, "log")


def receipted(issued: Handed, case: Case, bundle: Path, into: Path) -> Path:
    """The issued file under that bundle with one receipt in it."""
    lines = copy.deepcopy(issued.lines())
    kind(lines, "trust")["jws"] = bundle.read_text()
    key, told = case(lines, CENTRE.payload(*two(lines)))
    lines = [line for line in lines if line["t"] != "receipt"]
    line = {
        "t": "receipt",
        "log": kind(lines, "log")["log"],
        "n": told["to"] + 1,
        "jws": jws(key, "receipt", told),
    }
    lines.insert(next(n for n, one in enumerate(lines) if one["t"] in ("said", "seal")), line)
    return issued.resealed(lines, into)


def bundle_with(issued: Handed, tmp_path: Path, *centres: TrustedCentre) -> Path:
    return bundle_of(issued, tmp_path, centres=list(centres))


@pytest.mark.req("R-SYN-03", "R-REP-05")
@pytest.mark.parametrize("name", SOUND)
def test_both_believe_what_the_bundle_s_centre_gave(issued: Handed, tmp_path: Path, name: str) -> None:
    bundle = bundle_with(issued, tmp_path, Witness(name="centre.other").trusted(), CENTRE.trusted())
    assert both_files(receipted(issued, SOUND[name], bundle, tmp_path / "a"), bundle) == (set(), set())


@pytest.mark.req("R-SYN-03", "R-REP-05")
@pytest.mark.parametrize("name", FALSE)
def test_both_see_a_receipt_that_is_none(issued: Handed, tmp_path: Path, name: str) -> None:
    bundle = bundle_with(issued, tmp_path, CENTRE.trusted())
    path = receipted(issued, FALSE[name], bundle, tmp_path / "a")
    assert both_files(path, bundle) == ({"RCPT_MISMATCH"}, {"RCPT_MISMATCH"})


def test_both_look_at_the_place_that_the_line_names(issued: Handed, tmp_path: Path) -> None:
    bundle = bundle_with(issued, tmp_path, CENTRE.trusted())
    path = receipted(issued, SOUND["of the checkpoint"], bundle, tmp_path / "a")
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    kind(lines, "receipt")["n"] -= 1
    assert both_files(issued.resealed(lines, tmp_path / "b"), bundle) == ({"RCPT_MISMATCH"}, {"RCPT_MISMATCH"})


def test_without_a_centre_in_the_bundle_both_only_count(issued: Handed, tmp_path: Path) -> None:
    bundle = bundle_with(issued, tmp_path)
    for name in ("another centre", "another site", "cosigned by nobody"):
        path = receipted(issued, FALSE[name], bundle, tmp_path / "a")
        assert both_files(path, bundle) == (set(), set()), name


@pytest.mark.req("R-SYN-03")
def test_the_demo_s_receipt_is_its_centre_s(issued: Handed, tmp_path: Path) -> None:
    """A real one: under the bundle that names the centre it holds, one bit less and it does not."""
    assert trust.read(issued.trust.read_text().strip()).centres
    lines = issued.lines()
    line = kind(lines, "receipt")
    assert both_files(issued.resealed(lines, tmp_path / "a"), issued.trust) == (set(), set())
    head, _, signature = line["jws"].rpartition(".")
    line["jws"] = f"{head}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    told = both_files(issued.resealed(lines, tmp_path / "b"), issued.trust)
    assert told == ({"RCPT_MISMATCH"}, {"RCPT_MISMATCH"})
