"""The one catalogue of words."""

from __future__ import annotations

import string

import pytest

from app.base.say import RESOURCES, say, statements, words


def test_a_sentence_is_filled():
    text = say("fault.store.missing", {"file": "main.db"})
    assert text.startswith("The file main.db is not")


def test_a_missing_id_or_name_is_a_bug_not_a_blank():
    with pytest.raises(KeyError):
        say("fault.no.such")
    with pytest.raises(KeyError):
        say("fault.store.missing")


def test_what_is_filled_in_is_never_a_template_itself():
    assert "{kind}" in say("fault.store.missing", {"file": "{kind}"})


@pytest.mark.parametrize("lang", sorted(path.stem for path in (RESOURCES / "words").glob("*.json")))
def test_every_sentence_is_whole(lang):
    for code, text in words(lang).items():
        prompt = code.startswith("ask.")
        assert text in (text.strip(), f"{text.strip()} " if prompt else None), code
        assert text, code
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), code


def test_every_fault_says_what_to_do():
    faults = {code for code in words() if code.startswith("fault.") and not code.endswith(".do")}
    assert faults
    assert {f"{code}.do" for code in faults} == {
        c for c in words() if c.startswith("fault.") and c.endswith(".do")
    }
    assert all(words()[code].endswith(".") for code in faults)


def test_every_statement_has_a_number_and_its_own_words():
    """formats §6: `tpl` is `<id>@<n>`; the templates of every release stay."""
    found = statements()
    assert found
    for tpl, text in found.items():
        name, at, number = tpl.partition("@")
        assert name.isascii() and at == "@" and number.isdecimal(), tpl
        assert text == text.strip() != "", tpl
