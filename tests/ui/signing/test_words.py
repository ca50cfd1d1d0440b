"""The sentences of the sign dialog: one for each meaning and refusal, with names in words and no code in them."""

from __future__ import annotations

import pytest

from app.base.faults import Fault
from app.base.moment import Instant
from app.base.words import Refused
from app.domain.records import SignOff
from app.domain.signatures import MEANINGS
from app.domain.verdicts import WORDS
from app.work.signing import SignedNow
from ui.signing.reading import VERDICTS, meant, options_of
from ui.signing.words import button_text, done_text, fault_text, fingerprint_lines, refused_text, size_text

AT = Instant(ms=1_795_160_364_686, off="+01:00", zone="Europe/Amsterdam")


def told(**more: object) -> SignedNow:
    """What was signed."""
    facts = {
        "meaning": "COMPETENT", "at": AT, "record": "r_1", "name": "Kwame Mensah", "code": "OJT-0230", "word": "Qualified",
        "until": "2028-11-17", "nouns": frozenset({"record"}), **more,
    }  # fmt: skip
    return SignedNow(**facts)  # type: ignore[arg-type]


def test_the_done_sentence_is_that_of_the_design() -> None:
    assert done_text(told()) == (
        "Signed as Assessed, 20 Nov 2026, 08:39:24 CET (UTC+01:00). "
        "Kwame Mensah is now qualified for OJT-0230 until 17 Nov 2028."
    )
    assert done_text(told(until=None)).endswith("is now qualified for OJT-0230.")
    assert done_text(told(word="", until=None)) == "Signed as Assessed, 20 Nov 2026, 08:39:24 CET (UTC+01:00)."


@pytest.mark.parametrize("word", WORDS)
def test_every_verdict_has_its_words(word: str) -> None:
    assert "{" not in done_text(told(word=word))


@pytest.mark.req("R-SIG-08")
@pytest.mark.parametrize("meaning", MEANINGS)
def test_every_meaning_has_its_button_and_never_ok(meaning: str) -> None:
    assert button_text(meaning).startswith("Sign ") and button_text("") == "Sign"
    assert done_text(told(meaning=meaning)).startswith("Signed as ")


@pytest.mark.parametrize(
    ("refused", "part"),
    [
        (Refused("record.out_of_order", {"step": "trainer", "missing": "learner"}), '"trainee" comes first'),
        (Refused("why.missing", {"meaning": "VOIDED"}), "Declared void needs a reason"),
        (Refused("signer.not_qualified", {"reason": "trainer.no_record"}), "No record of the trainer's own"),
        (Refused("role.may_not", {"act": "SignOff"}), "Nothing was changed or recorded."),
        (Refused("scope.outside", {"dept": "FIL"}), "Department FIL"),
        (Refused("signing.locked", {"minutes": 15}), "15 minutes"),
    ],
)
def test_a_refusal_is_told_in_words(refused: Refused, part: str) -> None:
    assert part in refused_text(refused) and "attempt was recorded" not in refused_text(refused)


def test_a_fault_says_what_was_kept_and_what_to_do() -> None:
    assert fault_text(Fault("disk.full")).endswith("Free some space, then do the step again.")


def test_a_fingerprint_stands_in_groups_of_eight() -> None:
    assert fingerprint_lines("0123456789abcdef") == "01234567  89abcdef"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (25_700, "25.1 KiB"), (3 << 20, "3.0 MiB")]
)
def test_sizes_are_told_for_people(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.req("R-SIG-08")
def test_a_verdict_is_a_choice_and_any_other_meaning_is_none() -> None:
    command = SignOff(id="r_1", pid="p_1", req="q_1", meaning="COMPETENT")  # type: ignore[arg-type]
    assert options_of(command) == VERDICTS["NOT_YET"] == ("COMPETENT", "NOT_YET")
    changed = meant(command, "NOT_YET")
    assert isinstance(changed, SignOff) and changed.meaning == "NOT_YET" and meant(command, "") == command
