"""The list of common passwords that is shipped."""

from __future__ import annotations

import pytest

from app.base.say import RESOURCES
from app.domain.passwords import refuse_password
from app.work.blocklist import common_passwords


@pytest.mark.req("R-ACC-07")
def test_it_is_there_lower_case_and_without_its_own_comments() -> None:
    listed = common_passwords()
    assert len(listed) > 1000 and "password" in listed
    assert not any(line.startswith("#") or line != line.strip("\n") or not line for line in listed)
    # What is compared is folded; an entry that isn't could never match.
    assert all(line == line.lower() for line in listed)


@pytest.mark.req("R-ACC-07")
def test_a_listed_one_is_refused_with_digits_and_signs_around_it_too() -> None:
    listed = common_passwords()
    for typed in ("password12345!!!", "!!!2024PASSWORD2024!!!", "iloveyou1234567890"):
        refused = refuse_password(typed, listed, ())
        assert refused is not None and refused.code == "password.common", typed
    assert refuse_password("three herons walk past noon", listed, ()) is None


def test_it_tells_where_it_comes_from() -> None:
    head = (RESOURCES / "blocklist" / "common.txt").read_text(encoding="utf-8")[:2000].lower()
    beside = "".join(
        path.read_text(encoding="utf-8").lower()
        for path in (RESOURCES / "blocklist").iterdir()
        if path.name != "common.txt"
    )
    assert "licen" in head + beside and "source" in head + beside
