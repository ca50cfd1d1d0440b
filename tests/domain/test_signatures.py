"""Meanings, sides, roles and words, against the lists of formats §6."""

from __future__ import annotations

import string

import pytest

from app.base.say import say, statements
from app.domain import signatures
from app.domain.signatures import MEANINGS, NEEDS_WHY, SIDE_OF, roles_for, statement
from app.domain.steps import STEP_MEANINGS

FORMATS = """READ TRAINED TAUGHT COMPETENT NOT_YET WITNESSED REVIEWED APPROVED REJECTED CORRECTED VOIDED WAIVED
RELEASED DELEGATED ACKNOWLEDGED DISPUTED"""
"""Copied by hand from formats §6: the place of a word is its number on paper."""

RULED = {
    "READ": ("learner", None),
    "TRAINED": ("learner", None),
    "TAUGHT": ("trainer", "trainer assessor"),
    "COMPETENT": ("trainer", "trainer assessor"),
    "NOT_YET": ("trainer", "trainer assessor"),
    "WITNESSED": ("trainer", "trainer assessor"),
    "REVIEWED": ("decision", "qa"),
    "APPROVED": ("decision", "qa"),
    "REJECTED": ("decision", "qa"),
    "VOIDED": ("decision", "qa"),
    "WAIVED": ("decision", "qa"),
    "RELEASED": ("decision", "qa"),
    "CORRECTED": (None, "trainer assessor qa"),
    "DELEGATED": (None, "manager qa"),
    "ACKNOWLEDGED": (None, None),
    "DISPUTED": (None, None),
}
"""Meaning → side and roles, copied by hand from formats §6 "Sides"."""

ABOUT = {
    "approve.genesis@1": "site",
    "approve.key@1": "name idv",
    "approve.grant@1": "name role scope from",
    "approve.revoke@1": "name role scope",
    "centre@1": "name region jurisdiction",
    "device@1": "name",
    "regions@1": "regions",
    "register.curricula@1": "count file",
    "register.documents@1": "count file",
    "role.grant@1": "name role scope from",
    "role.revoke@1": "name role scope",
    "setting@1": "name old new",
}
"""What fills each template that isn't about a record; records tell name, what and date."""


def placeholders(template: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.req("R-SIG-08")
def test_a_meaning_keeps_its_number_on_paper() -> None:
    assert list(MEANINGS) == FORMATS.split()


@pytest.mark.req("R-SIG-08", "R-SIG-16")
@pytest.mark.parametrize("meaning", MEANINGS)
def test_each_meaning_has_its_side_and_its_roles(meaning: str) -> None:
    side, roles = RULED[meaning]
    assert SIDE_OF.get(meaning) == side
    assert roles_for(meaning) == (None if roles is None else frozenset(roles.split()))


def test_no_meaning_stands_on_two_sides() -> None:
    sided = [meaning for meanings in signatures._SIDES.values() for meaning in meanings]
    assert len(sided) == len(set(sided))


def test_a_word_that_is_no_meaning_gives_no_role_a_right() -> None:
    assert roles_for("SIGNED") is None
    assert SIDE_OF.get("SIGNED") is None


def test_reasons_are_needed_where_formats_say() -> None:
    assert {"NOT_YET", "REJECTED", "CORRECTED", "VOIDED", "WAIVED", "DISPUTED"} == NEEDS_WHY
    named = "record qualification certificate waiver equivalence document requirement curriculum setting"
    assert frozenset(named.split()) == signatures.COVERED


@pytest.mark.req("R-SIG-05", "R-SIG-08")
@pytest.mark.parametrize("meaning", sorted({*STEP_MEANINGS, "VOIDED"}))
def test_whatever_is_signed_on_a_record_has_its_words(meaning: str) -> None:
    about = {"name": "Olga Barad", "what": "SOP-1 version 6", "date": "2026-11-20"}
    words = statement(f"{meaning.lower()}@1", about)
    assert "SOP-1 version 6" in words
    # READ and TRAINED speak of the signer, whose name stands beside the words.
    assert "Olga Barad" in words or SIDE_OF[meaning] == "learner"


@pytest.mark.req("R-SIG-08")
@pytest.mark.parametrize("tpl", sorted(statements("en")))
def test_every_template_asks_for_what_it_is_given_and_nothing_else(tpl: str) -> None:
    given = set(ABOUT.get(tpl, "name what date").split())
    assert placeholders(statements("en")[tpl]) <= given
    if tpl in ABOUT:
        assert placeholders(statements("en")[tpl]) == given


def test_every_template_belongs_to_something_that_is_signed() -> None:
    records = {f"{meaning.lower()}@1" for meaning in MEANINGS}
    assert {tpl for tpl in statements("en") if tpl not in ABOUT} <= records


def test_words_are_not_made_up_for_an_unknown_template() -> None:
    with pytest.raises(KeyError):
        statement("read@999", {"what": "SOP-1"})
    with pytest.raises(KeyError):
        statement("read@1", {})


def test_braces_in_a_name_are_only_text() -> None:
    about = {"name": "{what.__class__}", "what": "{name}", "date": "2026-11-20"}
    assert statement("taught@1", about) == "I trained {what.__class__} on {name} on 2026-11-20."


def test_the_word_for_the_whole_site_is_there() -> None:
    assert say("word.whole_site")
