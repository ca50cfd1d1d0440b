"""An approval is good for one act, one log and one body, and carries the words that were shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.base.codec import parse, unb64u
from app.work.approve import approved, approver_hand, refuse_approvers
from app.work.office import Office
from app.work.sign import Signer
from tests.work.founded import Small

BODY = {"uid": "u_1", "role": "qa"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Small, Office, list[Signer]]]:
    """A small site with Anna signed in, and Bram and Carla beside her."""
    made = Small(tmp_path_factory.mktemp("approve"))
    office = made.enter()
    yield made, office, [made.beside(office, name) for name in ("bram", "carla")]
    office.close()


def payload(token: str) -> dict[str, object]:
    """What a token says."""
    return dict(parse(unb64u(token.split(".")[1])))


@pytest.mark.req("R-ACC-03")
def test_each_token_names_act_log_body_and_its_own_signer(small: tuple[Small, Office, list[Signer]]) -> None:
    _, office, signers = small
    full = approved(office, BODY, signers, act="role.grant", tpl="approve.grant@1",
                    about={"name": "X", "role": "qa", "scope": "all", "from": "now"})  # fmt: skip
    one, two = map(payload, full["appr"])
    assert one["act"] == "role.grant" and one["log"] == office.tail.log
    assert one["body"] == two["body"] and one["sid"] != two["sid"]
    assert [told["signer"]["uid"] for told in (one, two)] == [signer.uid for signer in signers]  # type: ignore[index]
    assert one["auth"] == {"k": 0, "lvl": "full", "sess": None}


def test_the_hand_is_the_first_approvers(small: tuple[Small, Office, list[Signer]]) -> None:
    _, office, (bram, carla) = small
    assert (approver_hand(office, bram).role, approver_hand(office, carla).role) == ("qa", "manager")
    assert approver_hand(office, bram).sess is None


@pytest.mark.req("R-ACC-03")
def test_qa_and_manager_may_approve_what_is_about_somebody_else(
    small: tuple[Small, Office, list[Signer]],
) -> None:
    _, office, signers = small
    assert refuse_approvers(office, signers, frozenset({"p_other"})) is None
    refused = refuse_approvers(office, signers, frozenset({signers[1].pid}))
    assert refused is not None and refused.code == "approval.own"
