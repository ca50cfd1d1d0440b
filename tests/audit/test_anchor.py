"""What lies outside the history: anchor, waiting events, own blobs, the site root."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from telling import OneLog, Story, case_told, notes, told

from app.audit.anchor import PENDING, pending
from app.audit.findings import Findings
from app.audit.verify import verify
from app.base.codec import pack
from app.proof.derive import expand, tag
from app.proof.vaultfile import Grant

DS = b"d" * 32


@pytest.mark.req("R-AUD-02")
@pytest.mark.parametrize(
    ("anchor", "finding"),
    [
        ({"n": 1}, "ANCHOR_ROLLBACK: size or last leaf"),
        ({"n": 999}, "ANCHOR_ROLLBACK: size or last leaf"),
        ({"h": "A" * 43}, "ANCHOR_ROLLBACK: size or last leaf"),
        ({"er": 1}, "ANCHOR_ROLLBACK: erasures"),
        ({"w": 999}, "ANCHOR_ROLLBACK: witnessed size"),
        ({"pd": 1}, "PENDING_LOST: 1 promised, 0 held"),
        ({"vg": 5}, "VAULT_MAC: older generation than the anchor's"),
        ({"log": 7}, "ANCHOR_ROLLBACK: size or last leaf"),
        ({"n": "x"}, "ANCHOR_MISSING: "),
    ],
)
def test_the_anchor_says_how_far_history_had_come(tmp_path: Path, anchor: dict[str, Any], finding: str) -> None:
    assert finding in told(tmp_path, None, **anchor)


def test_an_anchor_that_is_gone(tmp_path: Path) -> None:
    assert notes(verify(replace(case_told(tmp_path, None), anchor=None))) == {"ANCHOR_MISSING: "}


def line(i: int, key: bytes | None = None) -> bytes:
    told = {"v": 1, "i": i, "utc": "2026-11-23T05:00:00.000Z", "up": 1, "slot": "x", "kind": "password"}
    return pack({**told, "mac": tag(key or expand(DS, "cs/pending/v1"), told)}) + b"\n"


@pytest.mark.parametrize(
    ("lines", "fine", "lost"),
    [
        ([line(1), line(2)], 2, 0),
        ([line(1), line(3)], 1, 1),
        ([line(1, b"k" * 32)], 0, 1),
        ([b"{}\n", line(2)], 1, 1),
        ([line(1), line(2)[:-9]], 1, 0),
        ([], 0, 0),
    ],
)
def test_waiting_events_are_numbered_and_tagged(
    tmp_path: Path, lines: list[bytes], fine: int, lost: int
) -> None:
    (tmp_path / PENDING).write_bytes(b"".join(lines))
    found = Findings()
    assert pending(tmp_path, DS, found) == fine
    assert [row.code for row in found.rows()] == ["PENDING_LOST"] * lost


def another_signing_key(s: OneLog) -> None:
    s.ada.key = OneLog().ada.key


def another_root(s: OneLog) -> None:
    s.root = OneLog().root


@pytest.mark.parametrize(
    ("story", "finding"),
    [
        (another_signing_key, "SIG_KEY_UNREGISTERED: the person's own key"),
        (another_root, "STORE_DAMAGED: site_key 1"),
    ],
)
def test_what_the_persons_keys_open_is_what_the_chain_registered(
    tmp_path: Path, story: Story, finding: str
) -> None:
    assert finding in told(tmp_path, story)


def test_blobs_and_root_that_do_not_open(tmp_path: Path) -> None:
    case = case_told(tmp_path, None)
    found = notes(
        verify(replace(case, opened=replace(case.opened, uvk=b"u" * 32), keys={"site": {1: b"k" * 32}}))
    )
    assert found == {
        "STORE_DAMAGED: user_vault sig",
        "STORE_DAMAGED: user_vault totp",
        "STORE_DAMAGED: site_key 1",
    }


def test_the_vault_file_names_the_chains_points(tmp_path: Path) -> None:
    case = case_told(tmp_path, None)
    other = replace(case.vault, vault="another", recovery=(Grant(k="db", e=1, ct=b"", fpr="AAAAAAAAAAA"),))
    assert {"VAULT_MAC: another site's vault", "VAULT_MAC: recovery point is not the chain's"} <= notes(
        verify(replace(case, vault=other))
    )
