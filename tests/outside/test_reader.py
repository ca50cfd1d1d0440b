"""The outside reader against a small site that was made from formats.md by other code (fabricated*.py)."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import attacks
import fabricated
import jwt
import opening
import pytest
import reader
import rfc8785
import signed
from cryptography.hazmat.primitives.asymmetric import ec
from fabricated_site import FROM, Site, connect, fabricate

HERE = Path(__file__).parent
PRODUCT = {"app", "ui"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    folder = tmp_path_factory.mktemp("fabricated")
    return folder, fabricate(folder)


def tree_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def codes(result: dict[str, object]) -> set[str]:
    return {row["code"] for row in result["findings"]}  # type: ignore[index,attr-defined]


# --- the pieces -------------------------------------------------------------------------------------------


def test_the_outside_files_import_nothing_of_the_product() -> None:
    for path in HERE.glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
        assert not {name.split(".")[0] for name in names} & PRODUCT, path.name


@pytest.mark.parametrize(
    "value",
    [
        {"b": 1, "a": [None, True, "é\u2028\x7f"], "": {}},
        '\b\t\n\f\r"\\\x01\x1f/',
        [],
        2**53 - 1,
        -1,
        {"a": {"c": 1, "b": 2}},
    ],
)
def test_canonical_json_is_the_rfc_packages(value: object) -> None:
    assert opening.jcs(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "1.0", "NaN", "[Infinity]", "1e3", "[" * 100_000])
def test_the_parser_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="twice|number|deep"):
        opening.parse(text)


def test_tree_is_the_rfcs_for_every_size_to_64() -> None:
    tree = signed.Tree()
    leaves: list[bytes] = []
    for size in range(65):
        assert tree.root() == fabricated.tree_root(leaves)
        leaves.append(hashlib.sha256(b"\x00%d" % size).digest())
        tree.add(leaves[-1])


def test_tokens_agree_with_pyjwt_and_either_s_is_accepted() -> None:
    key = fabricated.new_key()
    text = fabricated.jws(key, "pop", {"v": 1, "log": "l", "act": "a.b", "body": "x" * 42 + "A"})
    assert jwt.api_jws.decode(text, key.public_key(), algorithms=["ES256"])
    token = signed.read_token(text, "pop")
    assert signed.token_holds(token, fabricated.jwk(key))
    s = opening.P256_ORDER - int.from_bytes(token.signature[32:], "big")
    token.signature = token.signature[:32] + s.to_bytes(32, "big")
    assert signed.token_holds(token, fabricated.jwk(key))
    assert not signed.token_holds(token, fabricated.jwk(fabricated.new_key()))


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"typ": "countersign-esig+jws"}, {"crit": []}, {"kid": 7}, {"jwk": {}}]
)
def test_a_token_with_another_header_is_refused(header: dict[str, object]) -> None:
    key = fabricated.new_key()
    text = fabricated.jws(key, "pop", {"v": 1, "log": "l", "act": "a.b", "body": "x" * 42 + "A"})
    good = {"alg": "ES256", "kid": fabricated.jkt(key), "typ": "countersign-pop+jws"}
    head = fabricated.b64u(rfc8785.dumps({**good, **header}))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="JWS|form|members"):
        signed.read_token(head + text[text.index(".") :], "pop")


def test_password_forms() -> None:
    assert opening.opaque("a\u00a0b\u0301") == opening.opaque("a b\u0301")
    with pytest.raises(opening.CannotDecideError):
        opening.opaque("tab\there")


# --- the whole --------------------------------------------------------------------------------------------


def test_a_sound_site_has_no_findings_and_is_not_touched(made: tuple[Path, Site]) -> None:
    folder, site = made
    before = tree_of(folder)
    result = reader.verify_demo(folder)
    assert (result["exit"], result["findings"]) == (0, [])
    assert result["counts"]["entries"] == len(site.m.one.raws) + len(site.m.two.raws)
    assert result["counts"]["receipts"] == 1
    assert tree_of(folder) == before


def test_every_person_can_verify(made: tuple[Path, Site]) -> None:
    for person in made[1].m.people:
        assert reader.verify_demo(made[0], user=person.username)["exit"] == 0


def test_a_store_with_a_journal_is_read_from_a_copy(made: tuple[Path, Site], tmp_path: Path) -> None:
    live, copied = tmp_path / "live", tmp_path / "copied"
    shutil.copytree(made[0] / "site", live)
    con = connect(live / "main.db", made[1].k_db)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("UPDATE s_record SET grade = 'Z'")
    con.commit()
    shutil.copytree(live, copied)
    con.close()
    (copied / "main.db-shm").unlink()
    before = tree_of(copied)
    assert (copied / "main.db-wal").stat().st_size > 0
    assert codes(reader.verify_demo(made[0], copied)) == {"STATE_DIFF"}
    assert tree_of(copied) == before


def test_nothing_opens_without_both_secrets(made: tuple[Path, Site], tmp_path: Path) -> None:
    folder = made[0]
    secrets = opening.load_secrets(folder)
    person, device = secrets["people"][0], opening.secret_file(secrets)
    other = tmp_path / "device-secret"
    other.write_bytes(rfc8785.dumps({**json.loads(device.read_bytes()), "ds": opening.b64u(b"x" * 32)}))
    sound = (person["username"], person["password"])
    assert reader.verify(folder / "site", device, *sound)["exit"] == 0
    assert reader.verify(folder / "site", device, person["username"], "another long password")["exit"] == 2
    assert reader.verify(folder / "site", device, "nobody", person["password"])["exit"] == 2
    assert reader.verify(folder / "site", tmp_path / "none", *sound)["exit"] == 2
    assert reader.verify(folder / "site", other, *sound)["counts"]["entries"] == 0


def test_recovery_kit_and_own_blobs(made: tuple[Path, Site]) -> None:
    folder, site = made
    secrets = opening.load_secrets(folder)
    vault = opening.read_vault(folder / "site", site.ds, opening.Findings())
    keys = reader.recover(vault, secrets["recovery"]["shares"][1:])
    assert keys == {("db", 1): site.k_db, ("pk", 1): site.k_pk, ("site", 1): site.k_site}
    person = site.m.people[3]
    a = reader.audit(
        folder / "site", opening.secret_file(secrets), person.username, person.password, opening.Findings()
    )
    assert reader.own_blobs(a)["sig"] == fabricated.scalar(person.key)
    assert reader.totp_seed(reader.own_blobs(a)) == secrets["people"][3]["totp"]


@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_each_attack_is_seen(made: tuple[Path, Site], tmp_path: Path, name: str) -> None:
    attack, expected = attacks.ATTACKS[name]
    shutil.copytree(made[0] / "site", tmp_path / "site")
    attack(tmp_path / "site", opening.load_secrets(made[0]))
    result = reader.verify_demo(made[0], tmp_path / "site")
    assert codes(result) & expected
    assert result["exit"] == 1


def test_a_rollback_of_folder_and_anchor_is_not_seen(made: tuple[Path, Site], tmp_path: Path) -> None:
    """The honest limit of formats §2."""
    shutil.copytree(made[0], tmp_path / "demo")
    secrets = opening.load_secrets(tmp_path / "demo")
    attacks.file_and_anchor_rolled_back(tmp_path / "demo" / "site", secrets)
    assert reader.verify_demo(tmp_path / "demo")["exit"] == 0


def test_anchor_gone_and_anchor_behind(made: tuple[Path, Site], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "demo")
    anchor = tmp_path / "demo" / "device-secret.anchor"
    value = json.loads(anchor.read_bytes())
    first = fabricated.b64u(made[1].m.one.leaves()[0])
    anchor.write_bytes(rfc8785.dumps({**value, "n": 1, "h": first}))
    lag = reader.verify_demo(tmp_path / "demo")
    assert (codes(lag), lag["exit"]) == ({"ANCHOR_LAG"}, 0)
    anchor.write_bytes(rfc8785.dumps({**value, "pd": 2, "er": 1, "w": 999, "vg": 9}))
    assert codes(reader.verify_demo(tmp_path / "demo")) == {"PENDING_LOST", "ANCHOR_ROLLBACK", "VAULT_MAC"}
    anchor.unlink()
    assert codes(reader.verify_demo(tmp_path / "demo")) == {"ANCHOR_MISSING"}


def test_another_sites_trust_bundle(made: tuple[Path, Site], tmp_path: Path) -> None:
    shutil.copytree(made[0], tmp_path / "demo")
    fabricate(tmp_path / "other")
    shutil.copyfile(tmp_path / "other" / "trust.jws", tmp_path / "demo" / "trust.jws")
    assert codes(reader.verify_demo(tmp_path / "demo")) >= {"CP_MISMATCH", "CP_BADSIG"}


# --- rules that a story breaks ----------------------------------------------------------------------------


def unsigned_change(s: Site) -> None:
    s.m.entry("record.fix", "record/r_first00000000000", s.bea, sess="s_four", after={"grade": "B"})


def machine_change(s: Site) -> None:
    s.m.entry("record.fix", "record/r_first00000000000", None, after={"grade": "B"})


def read_without_document(s: Site) -> None:
    s.m.entry("record.sign", "record/r_second0000000000", s.lea, code="READ")


def both_sides(s: Site) -> None:
    row = s.m.rows["document", "d_sop1000000000000"]
    s.m.entry(
        "document.sign",
        "document/d_sop1000000000000",
        s.ada,
        code="READ",
        doc={"id": row["id"], "ver": row["ver"], "sha256": row["sha256"]},
    )


def other_department(s: Site) -> None:
    s.m.entry("record.sign", "record/r_fourth0000000000", s.tom, code="TAUGHT", after={"dept": "prod"})


def one_approval(s: Site) -> None:
    new = fabricated.Person("lea", "Léa Lerner", "learner")
    body = s.m.approved("key.enrol", s.enrolment(new), [s.bea], new)
    s.m.entry("key.enrol", f"key/{fabricated.jkt(new.key)}", s.bea, sess="s_four", body=body)


def learner_approves(s: Site) -> None:
    new = fabricated.Person("lea", "Léa Lerner", "learner")
    body = s.m.approved("key.enrol", s.enrolment(new), [s.bea, s.tom], new)
    s.m.entry("key.enrol", f"key/{fabricated.jkt(new.key)}", s.bea, sess="s_four", body=body)


def erased_but_present(s: Site) -> None:
    body = s.m.approved("person.erase", {"pid": s.lea.pid, "basis": "request"}, [s.ada, s.bea], None)
    s.m.entry("person.erase", f"person/{s.lea.pid}", s.bea, sess="s_four", why="GDPR", body=body)


def two_left(s: Site) -> None:
    body = {"uid": s.max.uid, "jkt": fabricated.jkt(s.max.key)}
    s.m.entry("key.retire", f"key/{body['jkt']}", s.bea, sess="s_four", code="APPROVED", why="LEFT", body=body)


def appoint(s: Site, who: fabricated.Person, role: str, grade: str) -> None:
    grant = {
        "uid": who.uid,
        "role": role,
        "scope": {"site": fabricated.SITE, "dept": None},
        "from": FROM,
        "to": None,
        "grade": grade,
    }
    body = s.m.approved("role.grant", grant, [s.bea, s.max], None)
    s.m.entry("role.grant", f"role/{who.uid}", s.bea, sess="s_four", why="HELP", body=body)


def admin_and_qa(s: Site) -> None:
    appoint(s, s.ada, "admin", "A")


def late_appointment(s: Site) -> None:
    appoint(s, s.lea, "trainer", "W")


def retired_elsewhere(s: Site) -> None:
    body = {"uid": s.tom.uid, "jkt": fabricated.jkt(s.tom.key)}
    s.m.entry("key.retire", f"key/{body['jkt']}", s.bea, sess="s_four", code="APPROVED", why="LEFT", body=body)
    s.m.open(s.tom, "s_far_two", on=s.m.two)


def signed_after_retirement(s: Site) -> None:
    retired_elsewhere(s)
    s.m.open(s.tom, "s_near")


def closed_session(s: Site) -> None:
    s.m.entry("person.note", f"person/{s.lea.pid}", s.ada, sess="s_one")


def void_taken_back(s: Site) -> None:
    s.m.entry(
        "record.sign",
        "record/r_third00000000000",
        s.bea,
        sess="s_four",
        code="CORRECTED",
        why="R02",
        after={"void": 0},
    )


def envelope_of_another_row(s: Site) -> None:
    box = s.m.envelope(s.lea.pid, "person|p_elsewhere|name_j", "Léa")
    s.m.entry("person.fix", f"person/{s.lea.pid}", s.bea, sess="s_four", after={"name_j": box})


def clock_set_back(s: Site) -> None:
    s.m.tick -= 1000
    s.m.entry("person.note", f"person/{s.lea.pid}", s.bea, sess="s_four")


STORIES: list[tuple[Callable[[Site], None], set[str]]] = [
    (unsigned_change, {"SIG_BAD"}),
    (machine_change, {"RBAC", "SIG_BAD"}),
    (read_without_document, {"DOC_HASH"}),
    (both_sides, {"RBAC"}),
    (other_department, {"RBAC"}),
    (one_approval, {"ENROL_APPROVAL"}),
    (learner_approves, {"ENROL_APPROVAL"}),
    (erased_but_present, {"ERASURE_PENDING"}),
    (two_left, {"RBAC"}),
    (admin_and_qa, {"RBAC"}),
    (late_appointment, {"RBAC"}),
    (retired_elsewhere, {"LATE_REVOCATION"}),
    (signed_after_retirement, {"SIG_KEY_RETIRED", "LATE_REVOCATION"}),
    (closed_session, {"SIG_ACTOR"}),
    (void_taken_back, {"RBAC"}),
    (envelope_of_another_row, {"ENVELOPE_BAD"}),
    (clock_set_back, {"CLOCK_BACK"}),
]


@pytest.mark.parametrize(("story", "expected"), STORIES, ids=[story.__name__ for story, _ in STORIES])
def test_a_story_that_breaks_a_rule(tmp_path: Path, story: Callable[[Site], None], expected: set[str]) -> None:
    fabricate(tmp_path, story)
    result = reader.verify_demo(tmp_path)
    assert codes(result) == expected
    assert result["exit"] == 1


def rival(s: Site) -> dict[str, fabricated.Members]:
    """The second device corrects a record that the first has approved meanwhile; both heads."""
    key = ("record", "r_second0000000000")
    mine = {s.m.heads[key]: s.m.rows[key]}
    s.m.rows[key], s.m.heads[key] = s.early[0][key], s.early[1][key]
    s.m.entry(
        "record.sign", "/".join(key), s.tom, code="CORRECTED", why="R03", on=s.m.two, after={"grade": "C"}
    )
    return {**mine, s.m.heads[key]: s.m.rows[key]}


def test_rivals_are_a_conflict_until_quality_settles_them(tmp_path: Path) -> None:
    def settled(s: Site) -> None:
        heads = rival(s)
        s.m.open(s.bea, "s_five", other=s.m.two)
        s.m.entry(
            "record.sign",
            "record/r_second0000000000",
            s.bea,
            sess="s_five",
            code="CORRECTED",
            why="R04",
            rivals=heads,
            after={"outcome": "qualified", "grade": "B"},
        )

    fabricate(tmp_path / "open", rival)  # type: ignore[arg-type]
    found = reader.verify_demo(tmp_path / "open")
    assert (codes(found), found["exit"]) == ({"CONFLICT"}, 0)
    fabricate(tmp_path / "settled", settled)
    assert reader.verify_demo(tmp_path / "settled")["findings"] == []


def test_the_key_type_is_p256() -> None:
    assert isinstance(fabricated.new_key().curve, ec.SECP256R1)
