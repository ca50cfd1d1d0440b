"""The courier goes to the server that was named and to no other, asks again politely, and never believes too much."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.base.faults import CannotDecide, Fault
from app.base.moment import as_datetime
from app.base.words import Refused
from app.work.courier import HttpsCourier, Patience
from app.work.post import Greeting, page_of
from app.work.sync import sync_counts, sync_once
from tests.work.linked import Linked, courier_to
from tests.work.smallcentre import SmallCentre

YEAR = 365 * 86_400_000
NOW = int(time.time() * 1000)
LOG = "countersign.example.org/site/dev1/0"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[SmallCentre]:
    """A centre that is not open yet."""
    made = SmallCentre(tmp_path)
    yield made
    made.close()


def _by_itself(_ca: trustme.CA) -> trustme.LeafCert:
    """A certificate for the right host that its own key signed."""
    key, name = (
        generate_private_key(SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(as_datetime(NOW - YEAR)).not_valid_after(as_datetime(NOW + YEAR))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, SHA256())
    )  # fmt: skip
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return trustme.LeafCert(secret, made.public_bytes(Encoding.PEM), [])


def _not_yet(ca: trustme.CA) -> trustme.LeafCert:
    return ca.issue_cert("localhost", not_before=as_datetime(NOW + YEAR), not_after=as_datetime(NOW + 2 * YEAR))


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


FALSE: dict[str, tuple[Callable[[trustme.CA], trustme.LeafCert], str]] = {
    "self-signed": (_by_itself, "centre.untrusted"),
    "other-authority": (lambda _: trustme.CA().issue_cert("localhost"), "centre.untrusted"),
    "other-host": (lambda ca: ca.issue_cert("elsewhere.example"), "centre.other_host"),
    "other-address": (lambda ca: ca.issue_cert("127.0.0.2"), "centre.other_host"),
    "expired": (_expired, "centre.expired"),
    "not-yet": (_not_yet, "centre.expired"),
}


@pytest.mark.req("R-SYN-01")
@pytest.mark.parametrize("kind", FALSE)
def test_a_certificate_that_is_not_the_centres_is_refused(centre: SmallCentre, kind: str) -> None:
    made, code = FALSE[kind]
    assert fault_of(centre, centre.open(made(centre.ca))) == code
    assert centre.asked == []


@pytest.mark.req("R-SYN-01", "R-SYN-05")
def test_no_false_centre_gets_or_confirms_anything(tmp_path: Path) -> None:
    linked = Linked(tmp_path)
    centre, n = linked.centre, linked.office.tail.n
    for made, code in FALSE.values():
        centre.close()
        assert met(linked, centre.open(made(centre.ca))) == code
    centre.close()
    assert met(linked, centre.open(plain=True)) == "centre.no_tls"
    assert (centre.asked, centre.logs, sync_counts(linked.office).received) == ([], {}, 0)
    centre.close()
    linked.courier.close()
    linked.courier = courier_to(centre.open(), centre.ca_file)
    assert linked.sync().counts.received == n
    linked.close()


@pytest.mark.req("R-SYN-01", "R-SYN-05")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_batch_goes_where_a_redirect_points(centre: SmallCentre, tmp_path: Path, status: int) -> None:
    other = SmallCentre(tmp_path, name="other.example")
    place = {"Location": other.open(other.ca.issue_cert("localhost")) + "/sync/v1/x"}
    centre.before = lambda verb, _path: (status, b"", place) if verb == "PUT" else None
    with courier_to(centre.open(), centre.ca_file) as courier, pytest.raises(Fault) as caught:
        courier.send("site", LOG, "0" * 64, b"line\n" + bytes(4000))
    assert caught.value.code == "centre.redirect"
    assert (other.asked, len(centre.asked)) == ([], 1)
    other.close()


def met(linked: Linked, address: str) -> str:
    """The code of the Fault that a meeting at that address ends with; there are words for it."""
    with courier_to(address, linked.centre.ca_file) as courier, pytest.raises(Fault) as caught:
        sync_once(linked.office, courier)
    assert caught.value.plain() and caught.value.what_to_do()
    return caught.value.code


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


def test_pauses_are_really_waited_and_never_the_same(centre: SmallCentre) -> None:
    """On the machine's own clock and chance: every pause within its bound, no two devices together."""
    centre.before = lambda _verb, _path: (503, b"", {})
    address, pauses = centre.open(), list[float]()

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        threading.Event().wait(seconds)

    began = time.monotonic()
    patience = Patience(tries=4, base=0.05, cap=0.15)
    for _ in range(4):
        courier = HttpsCourier(address, centre.ca_file, random=os.urandom, wait=wait, patience=patience)
        with courier, pytest.raises(Fault, match="too much to do"):
            courier.hello("site", LOG)
    assert sum(pauses) <= time.monotonic() - began < sum(pauses) + 20
    assert len(centre.asked) == 16
    assert len(set(pauses)) == len(pauses) == 12
    assert all(0 <= pause <= limit for pause, limit in zip(pauses, (0.1, 0.15, 0.15) * 4, strict=True))


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
