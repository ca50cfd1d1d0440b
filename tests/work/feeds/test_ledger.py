"""Jobs and postings on their way: each passes its rule before it is asked for."""

from __future__ import annotations

from app.base.ids import PersonId
from app.base.moment import Day
from app.domain.jobs import Post, RegisterJobs
from app.work.feeds.known import KnownPeople
from app.work.feeds.ledger import Ledger
from tests.work.feeds.conftest import random_source

ANN = PersonId("p_ann")


def ledger() -> Ledger:
    made = Ledger(KnownPeople(), random_source())
    made.register("OP", "Operator", "FIL")
    made.register("OP", "Another title", None)
    return made


def test_a_job_is_asked_for_once() -> None:
    assert [(job.code, job.title) for job in ledger().jobs] == [("OP", "Operator")]


def test_a_refused_posting_is_not_asked_for() -> None:
    made = ledger()
    refused = made.post(made.posting(ANN, "OP", Day("2026-02-01"), Day("2026-01-01")))
    assert refused is not None and refused.code == "posting.ends_first"
    assert (made.posts, made.held(ANN)) == ([], ())


def test_a_later_posting_shortens_the_one_held() -> None:
    made = ledger()
    made.register("LEAD", "Lead", "FIL")
    made.post(made.posting(ANN, "OP", Day("2025-01-01"), None))
    made.post(made.posting(ANN, "LEAD", Day("2026-01-01"), None))
    assert made.main_job(ANN, Day("2025-12-31")) == ("OP", made.held(ANN)[0])
    assert made.held(ANN)[0]["valid_to"] == "2025-12-31"


def test_commands_come_in_the_order_to_perform() -> None:
    made = ledger()
    made.post(made.posting(ANN, "OP", Day("2025-01-01"), None))
    assert [type(command) for command in made.commands([])] == [RegisterJobs, Post]
    assert Ledger(KnownPeople(), random_source()).commands([]) == ()
