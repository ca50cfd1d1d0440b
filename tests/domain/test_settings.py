"""Settings: known names, values within limits, a reason for every change."""

import pytest

from app.base.moment import Instant
from app.base.words import Refused
from app.domain.settings import SETTINGS, ChangeSetting, Facts, SettingChanged, decide, value_of
from app.domain.who import Who

NOW = Instant(ms=1_795_000_000_000)
WHO = Who(uid="u_qa", pid="p_qa", role="qa", lvl="full", sess="s_1")


def ask(name: str, value: int, why: str | None = "POLICY", row=None):
    return decide(ChangeSetting(name=name, value=value, why=why), Facts(row=row), WHO, NOW)


def test_a_setting_without_a_row_has_its_default():
    assert value_of({}, "late_h") == 24
    assert value_of({"late_h": {"id": "late_h", "value": 12}}, "late_h") == 12


def test_every_default_lies_within_its_limits():
    assert all(limits.least <= limits.default <= limits.greatest for limits in SETTINGS.values())


def test_a_change_within_limits_is_made():
    assert ask("idle_min", 5) == (SettingChanged(id="idle_min", value=5),)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ask("coffee", 1), "setting.unknown"),
        (ask("idle_min", 0), "setting.out_of_limits"),
        (ask("idle_min", 16), "setting.out_of_limits"),
        (ask("idle_min", 10), "setting.same"),
        (ask("idle_min", 5, row={"id": "idle_min", "value": 5}), "setting.same"),
        (ask("idle_min", 5, why=None), "why.missing"),
    ],
)
def test_other_changes_are_refused(answer, code):
    assert isinstance(answer, Refused) and answer.code == code
