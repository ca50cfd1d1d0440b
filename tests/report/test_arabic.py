"""Arabic letters take the form that their neighbours ask for, and come back as plain letters."""

from __future__ import annotations

import pytest

from app.report.arabic import joined, plain


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("\u0628", "\ufe8f"),
        ("\u0628\u0628\u0628", "\ufe91\ufe92\ufe90"),
        ("\u0637\u0627\u0631\u0642", "\ufec3\ufe8e\ufead\ufed5"),
        ("\u0644\u0627", "\ufefb"),
        ("\u0628\u0644\u0627", "\ufe91\ufefc"),
        ("\u0628\u064e\u0628", "\ufe91\u064e\ufe90"),
        ("abc", "abc"),
    ],
)
def test_letters_are_joined(text, forms):
    assert joined(text) == forms


@pytest.mark.parametrize(
    "text", ["\u0637\u0627\u0631\u0642 \u0627\u0644\u062e\u0637\u064a\u0628", "\u0628\u0644\u0627", "x"]
)
def test_plain_letters_come_back(text):
    assert "".join(map(plain, joined(text))) == text
