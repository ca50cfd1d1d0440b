"""The words that each command asks its signer to sign."""

from __future__ import annotations

import pytest

from app.base.moment import Instant
from app.base.words import Value
from app.domain import curricula, documents
from app.domain import settings as rules
from app.domain.curricula import RegisterCurricula
from app.domain.documents import RegisterDocuments
from app.domain.people import AddPeople
from app.domain.roles import GrantRole, RevokeRole
from app.domain.settings import ChangeSetting
from app.work.sign import Meaning
from app.work.statements import role_about, statement_for

NOW = Instant(ms=1_795_000_000_000, off="+01:00", zone="Europe/Amsterdam")
GRANT = GrantRole(uid="u_1", role="trainer", dept=None, start="2026-11-20T00:00:00.000Z")


def said(command: Value, facts: object = None, count: int = 1, source: str = "") -> Meaning:
    """The meaning of a command."""
    return statement_for(command, facts, count, lambda _t, row: dict(row), NOW, source)


@pytest.mark.req("R-SIG-08")
def test_a_setting_tells_the_old_and_the_new_value() -> None:
    command = ChangeSetting(name="late_h", value=30, why="X")
    first = said(command, rules.Facts(row=None))
    assert (first.code, first.tpl, first.about["old"], first.about["new"]) == ("APPROVED", "setting@1", 24, 30)
    assert said(command, rules.Facts(row={"id": "late_h", "value": 48})).about["old"] == 48


@pytest.mark.req("R-SIG-08")
@pytest.mark.parametrize("command", [
    RegisterDocuments(versions=()), RegisterCurricula(jobs=(), curricula=(), requirements=(), assignments=()),
])  # fmt: skip
def test_a_register_tells_its_file_and_how_many_changes(command: Value) -> None:
    meaning = said(command, count=57, source="list.csv (0123456789abcdef)")
    assert "57" in meaning.text and "list.csv (0123456789abcdef)" in meaning.text
    assert documents.RegisterDocuments is not curricula.RegisterCurricula
    assert "-" in said(command, count=1).text


@pytest.mark.req("R-SIG-08")
def test_a_role_tells_whom_which_and_where() -> None:
    assert "trainer" in said(GRANT).text and said(GRANT).tpl == "role.grant@1"
    revoke = RevokeRole(uid="u_1", role="trainer", dept="FIL", why="X")
    assert "FIL" in said(revoke).text and said(revoke).tpl == "role.revoke@1"
    assert role_about(GRANT)["scope"] != "FIL" and "from" not in role_about(revoke)


def test_a_command_that_is_never_signed_has_no_words() -> None:
    with pytest.raises(KeyError):
        said(AddPeople(rows=()))
