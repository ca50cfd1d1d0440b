"""The courier goes to the server that was named and to no other, asks again politely, and never believes too much."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from app.base.faults import CannotDecide, Fault
from app.base.moment import as_datetime
from app.base.words import Refused
from app.work.courier import HttpsCourier, Patience
from app.work.post import Greeting, page_of
from tests.work.linked import courier_to
from tests.work.smallcentre import SmallCentre

YEAR = 365 * 86_400_000
LOG = "countersign.example.org/site/dev1/0"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SmallCentre]:
    """A centre that is not open yet."""
    made = SmallCentre(tmp_path)
    yield made
    made.close()


def _expired(ca: trustme.CA) -> trustme.LeafCert:
    return ca.issue_cert("localhost", not_before=as_datetime(YEAR), not_after=as_datetime(2 * YEAR))


def fault_of(centre: SmallCentre, address: str) -> str:
    """The Fault of a greeting; nobody was asked anything."""
    with courier_to(address, centre.ca_file) as courier, pytest.raises(Fault) as caught:
        courier.hello("site", LOG)
    assert caught.value.plain() and caught.value.what_to_do()
    return caught.value.code


@pytest.mark.req("R-SYN-01")
def test_a_centre_under_the_named_authority_is_greeted(centre: SmallCentre) -> None:
    with courier_to(centre.open(), centre.ca_file) as courier:
        told = courier.hello("site", LOG)
    assert told == Greeting(centre="centre.example", region="eu", n=0, h=None, feed=0, inc="i1")


@pytest.mark.req("R-SYN-01")
@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda ca: trustme.CA().issue_cert("localhost"), "centre.untrusted"),
        (lambda ca: ca.issue_cert("elsewhere.example"), "centre.other_host"),
        (_expired, "centre.expired"),
    ],
    ids=["self-signed", "other-host", "expired"],
)
def test_a_certificate_that_is_not_the_centres_is_refused(centre: SmallCentre, made: Any, code: str) -> None:
    assert fault_of(centre, centre.open(made(centre.ca))) == code
    assert centre.asked == []


@pytest.mark.req("R-SYN-01")
def test_a_server_without_tls_is_refused(centre: SmallCentre) -> None:
    assert fault_of(centre, centre.open(plain=True)) == "centre.no_tls"
    assert centre.asked == []


@pytest.mark.req("R-SYN-01")
def test_an_address_without_https_is_no_address(centre: SmallCentre) -> None:
    with pytest.raises(Fault) as caught:
        courier_to("http://localhost:1", centre.ca_file)
    assert caught.value.code == "centre.plain"


def test_a_file_without_an_authority_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("empty.pem", "none.pem"):
        with pytest.raises(CannotDecide) as caught:
            courier_to("https://localhost:1", tmp_path / name)
        assert caught.value.code == "centre.no_ca"


@pytest.mark.req("R-SYN-01")
def test_a_redirect_is_not_followed(centre: SmallCentre) -> None:
    centre.before = lambda _verb, _path: (307, b"", {"Location": "https://localhost:1/"})
    assert fault_of(centre, centre.open()) == "centre.redirect"
    assert len(centre.asked) == 1


@pytest.mark.req("R-SYN-01")
def test_no_proxy_of_the_environment_is_asked(centre: SmallCentre) -> None:
    os.environ["HTTPS_PROXY"] = "http://localhost:1"
    try:
        with courier_to(centre.open(), centre.ca_file) as courier:
            assert isinstance(courier.hello("site", LOG), Greeting)
    finally:
        del os.environ["HTTPS_PROXY"]


def test_nobody_there_is_a_fault_after_the_last_try(centre: SmallCentre) -> None:
    address = centre.open()
    centre.close()
    assert fault_of(centre, address) == "centre.unreachable"


def waits(
    centre: SmallCentre, *answers: tuple[int, dict[str, str]], tries: int = 6
) -> tuple[object, list[float]]:
    """What a greeting came to when the centre first answered so, and how long was waited each time."""
    left, waited = list(answers), list[float]()
    centre.before = lambda _verb, _path: (left[0][0], b"", left.pop(0)[1]) if left else None
    patience = Patience(tries=tries, base=0.5, cap=2.0)
    courier = HttpsCourier(
        centre.open(), centre.ca_file, random=os.urandom, wait=waited.append, patience=patience
    )
    with courier:
        try:
            return courier.hello("site", LOG), waited
        except Fault as fault:
            return fault.code, waited


def test_a_busy_centre_is_asked_again_with_jitter(centre: SmallCentre) -> None:
    told, waited = waits(centre, *[(503, {})] * 4)
    assert isinstance(told, Greeting)
    assert len(waited) == 4
    assert all(0 <= pause <= limit for pause, limit in zip(waited, (1, 2, 2, 2), strict=True))


def test_not_before_the_centre_says(centre: SmallCentre) -> None:
    told, waited = waits(centre, (429, {"Retry-After": "7"}), (503, {"Retry-After": "999999999"}))
    assert isinstance(told, Greeting)
    assert waited == [7.0, 3600.0]


def test_patience_ends(centre: SmallCentre) -> None:
    told, waited = waits(centre, *[(503, {})] * 9, tries=3)
    assert (told, len(waited)) == ("centre.busy", 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"centre":1,"region":"eu","head":{"n":0,"h":null},"feed":0,"inc":1}',
        b"x" * 70_000,
    ],
)
def test_what_is_no_answer_is_a_fault(centre: SmallCentre, answer: bytes) -> None:
    centre.before = lambda _verb, _path: (200, answer, {})
    assert fault_of(centre, centre.open()) == "centre.answer"


def test_a_packed_answer_is_not_unpacked(centre: SmallCentre) -> None:
    centre.before = lambda _verb, _path: (200, b"x", {"Content-Encoding": "gzip"})
    assert fault_of(centre, centre.open()) == "centre.answer"


def test_a_no_of_the_centre_keeps_its_code(centre: SmallCentre) -> None:
    centre.before = lambda _verb, _path: (403, b'{"code":"site_unknown"}', {})
    with courier_to(centre.open(), centre.ca_file) as courier:
        assert courier.hello("site", LOG) == Refused("centre.refused", {"status": 403, "code": "site_unknown"})


@pytest.mark.parametrize(
    "page",
    [
        b"", b"{}\n", b'{"next":1}', b'{"next":1}\nmore', b'{"pos":1,"bytes":-1,"receipt":"r"}\n{"next":1}\n',
        b'{"pos":1,"bytes":99,"receipt":"r"}\n{"next":1}\n', b'{"pos":1,"bytes":true,"receipt":"r"}\nx{"next":1}\n',
    ],
)  # fmt: skip
def test_a_page_that_is_cut_or_made_up_is_no_page(page: bytes) -> None:
    with pytest.raises(Fault, match="not a centre"):
        page_of(page)
