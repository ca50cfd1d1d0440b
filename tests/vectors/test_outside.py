"""The outside reader, written from formats.md by other hands, agrees with the vectors."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "outside"))

import opening  # noqa: E402
import signed  # noqa: E402
from entries import schema_faults  # noqa: E402


def vectors(name: str):
    return json.loads((HERE / f"{name}.json").read_bytes())


def test_it_opens_the_vault(tmp_path):
    vector = vectors("vault_file")
    ds = bytes.fromhex(vector["ds"])
    (tmp_path / "vault.json").write_text(vector["file"], encoding="utf-8")
    found = opening.Findings()
    vault = opening.read_vault(tmp_path, ds, found)
    for case in vector["opens"]:
        opened = opening.sign_in(vault, ds, case["username"], case["password"], found)
        assert (opened.uid, opened.uvk.hex()) == (case["uid"], case["uvk"])
        assert opened.keys["db", 3].hex() == vector["keys"]["db 3"]
    assert found.rows == []


def test_it_reads_the_chain_and_its_notes():
    vector = vectors("chain")
    tree = signed.Tree()
    for text, leaf, root in zip(vector["entries"], vector["leaves"], vector["roots"][1:], strict=True):
        assert list(schema_faults(json.loads(text))) == []
        tree.add(opening.sha256(b"\x00" + text.encode()))
        assert (opening.sha256(b"\x00" + text.encode()).hex(), tree.root().hex()) == (leaf, root)
    for size, text in vector["notes"].items():
        note = signed.read_note(text)
        assert (note.origin, note.size, note.root.hex()) == (
            vector["log"],
            int(size),
            vector["roots"][int(size)],
        )


@pytest.mark.parametrize("name", ["esig", "session", "approval", "pop", "batch", "receipt", "trust"])
def test_it_verifies_the_tokens(name):
    vector = vectors("tokens")
    case = vector[name]
    jwk = case.get("key") or case.get("jwk") or vector["key"]["jwk"]
    token = signed.read_token(case["token"], "enrol" if name == "approval" else name)
    assert signed.token_holds(token, jwk)


def test_it_derives_the_recovery_key():
    vector = vectors("recovery")
    assert opening.recovery_scalar(bytes.fromhex(vector["seed"])).hex() == vector["scalar"]
