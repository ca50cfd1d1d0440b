"""QA records a centre under the site's root; nobody else does, and a bundle tells it outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.words import Done, Refused
from app.proof import trust
from app.work.care import check_site
from app.work.centres import allow_regions, known_centres, record_centre, site_root, trust_bundle
from app.work.ceremony import signer_of_session
from app.work.login import sign_out
from app.work.sign import Signer
from tests.work.linked import Linked, signer


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site whose centre nobody recorded yet."""
    made = Linked(tmp_path, record=False)
    yield made
    made.close()


@pytest.mark.req("R-SYN-01")
def test_a_recorded_centre_is_known_and_the_site_verifies(linked: Linked) -> None:
    assert known_centres(linked.office) == {}
    linked.record()
    linked.record(region="us")
    allow_regions(linked.office, ("us", "eu"), signer(linked.small, linked.office), "POLICY")
    assert [told.region for told in known_centres(linked.office).values()] == ["us"]
    sign_out(linked.office)
    linked.office.close()
    told = check_site(linked.small.site, linked.small.secrets(), linked.small.typed("carla"), None)
    assert told.findings == ()


@pytest.mark.req("R-SYN-01")
def test_who_is_not_qa_records_no_centre(linked: Linked) -> None:
    given = linked.small.typed("carla")
    manager = linked.small.beside(linked.office, "carla")
    answer = record_centre(linked.office, linked.centre.descriptor(), manager, given)
    assert isinstance(answer, Refused)
    assert (answer.code, known_centres(linked.office)) == ("role.may_not", {})


@pytest.mark.req("R-SYN-01")
def test_the_root_opens_only_with_the_persons_own_password(linked: Linked) -> None:
    made, other = signer(linked.small, linked.office), linked.small.typed("carla")
    assert record_centre(linked.office, linked.centre.descriptor(), made, other) == Refused("login.failed")
    assert known_centres(linked.office) == {}


def test_keys_that_are_none_are_refused(linked: Linked) -> None:
    given = linked.small.typed("anna")
    made = signer_of_session(linked.office, given)
    assert isinstance(made, Signer)
    odd = linked.centre.descriptor(ed25519="AA")
    assert record_centre(linked.office, odd, made, given) == Refused("centre.descriptor", {"name": odd.name})


@pytest.mark.req("R-SIG-01")
def test_a_signer_is_good_for_one_act(linked: Linked) -> None:
    made = signer(linked.small, linked.office)
    assert isinstance(allow_regions(linked.office, ("eu",), made, "POLICY"), Done)
    assert allow_regions(linked.office, ("us",), made, "POLICY") == Refused("signature.again")


@pytest.mark.req("R-SYN-01")
def test_the_bundle_names_devices_and_centres(linked: Linked) -> None:
    linked.record()
    root = site_root(linked.office, linked.office.session.uid, linked.small.typed("anna"))  # type: ignore[union-attr]
    assert not isinstance(root, Refused)
    told = trust.read(trust_bundle(linked.office, root), linked.small.made.root)
    assert [device.id for device in told.devices] == ["dev1"]
    assert told.centres == [linked.centre.descriptor().keys]
    assert told.genesis == linked.small.made.genesis


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"jurisdiction": "ireland"}, "trust.country"),
        ({"region": "EU"}, "trust.no_region"),
        ({"region": "eu,us"}, "trust.no_region"),
        ({"urls": ["https://a.example", "http://b.example"]}, "trust.plain"),
    ],
)
def test_a_centre_out_of_form_is_not_recorded(linked: Linked, change: dict[str, Any], code: str) -> None:
    told = linked.centre.descriptor(**change)
    made = signer(linked.small, linked.office)
    n = linked.office.tail.n
    answer = record_centre(linked.office, told, made, linked.small.typed("anna"))
    assert isinstance(answer, Refused) and answer.code == code
    assert isinstance(allow_regions(linked.office, ("eu", "US"), made, "POLICY"), Refused)
    assert linked.office.tail.n == n
