"""Believing paper: the sound file holds, and every way of changing it is seen for what it is."""

from __future__ import annotations

import copy
import subprocess
from pathlib import Path

import pytest
from msgspec import structs

from app.base.codec import b64u
from app.base.faults import CannotDecide
from app.base.moment import utc_ms, utc_text
from app.proof import cert, derive, seal, trust
from app.proof.seal import Page
from app.report import stamp
from app.report.stamp import open_stamped
from app.work.checking import verify_evidence, verify_pdf, verify_qr
from tests.work.issued import Handed, hand_out

OTHER = derive.private_of(bytes(31) + b"\x09")


@pytest.fixture(scope="module")
def handed(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Handed:
    """One issued file for all tests; nobody changes it."""
    return hand_out(demo_dir, tmp_path_factory.mktemp("handed"))


def codes(checked) -> set[str]:
    return {finding.code for finding in checked.report.findings}


@pytest.mark.req("R-REP-05")
def test_the_issued_file_holds(handed):
    checked = verify_pdf(handed.pdf, handed.trust)
    told = checked.as_json()
    assert (told["ok"], told["exit"], told["trust"], told["findings"]) == (True, 0, {"how": "bundle"}, [])
    assert told["counts"] == {"entries": 6, "signatures": 3, "checkpoints": 1, "receipts": 1}
    assert told["about"]["id"] == handed.told.number.removeprefix("RPT-").replace("-", "")


def test_without_a_bundle_it_says_that_it_trusted_the_file_s_own(handed):
    assert verify_pdf(handed.pdf, None).as_json()["trust"] == {"how": "first-use"}


@pytest.mark.req("R-REP-05")
def test_one_changed_byte_is_refused_wherever_it_is(handed, tmp_path):
    whole = handed.pdf.read_bytes()
    for at in range(9, len(whole), len(whole) // 30):
        changed = bytearray(whole)
        changed[at] ^= 1
        (tmp_path / "a.pdf").write_bytes(changed)
        assert "SIG_BAD" in codes(verify_pdf(tmp_path / "a.pdf", handed.trust)), at


@pytest.mark.req("R-REP-05")
def test_a_look_alike_issuer_is_refused(handed, tmp_path):
    """Same names, same pages, same evidence, another root: sealed by somebody else's key."""
    found = open_stamped(handed.pdf.read_bytes())
    chain = cert.make(OTHER, OTHER.public_key(), site="leiden", id="dev1", now_ms=found.at_ms)
    whole = handed.pdf.read_bytes()
    unsigned = whole[: whole.index(b"%%EOF") + 6]
    (tmp_path / "a.pdf").write_bytes(stamp.seal(unsigned, OTHER, chain, found.at_ms, "seal"))
    assert codes(verify_pdf(tmp_path / "a.pdf", handed.trust)) == {"SIG_KEY_UNREGISTERED"}
    assert codes(verify_pdf(tmp_path / "a.pdf", None)) == {"SIG_KEY_UNREGISTERED"}


def test_a_stripped_seal_is_refused(handed, tmp_path):
    whole = handed.pdf.read_bytes()
    (tmp_path / "a.pdf").write_bytes(whole[: whole.index(b"%%EOF") + 6])
    assert codes(verify_pdf(tmp_path / "a.pdf", handed.trust)) == {"SIG_BAD"}


def bundle_of(handed, tmp_path, key=OTHER, **changed) -> Path:
    """The site's bundle with other members, signed by another root."""
    old = trust.read(handed.trust.read_text().strip())
    told = {
        name: getattr(old, name)
        for name in ("site", "domain", "genesis", "recovery", "devices", "centres", "issued")
    }
    (tmp_path / "other.jws").write_text(trust.make(**{**told, **changed}, key=key))
    return tmp_path / "other.jws"


def test_another_site_s_bundle_contradicts_the_file(handed, tmp_path):
    other = bundle_of(handed, tmp_path, genesis=b64u(bytes(32)))
    assert {"CP_MISMATCH", "SIG_KEY_UNREGISTERED"} <= codes(verify_pdf(handed.pdf, other))


@pytest.mark.parametrize("verify", [verify_pdf, verify_evidence])
def test_a_bundle_that_does_not_name_the_device_leaves_it_open(handed, tmp_path, verify):
    path = handed.pdf
    if verify is verify_evidence:
        path = tmp_path / "evidence.ndjson"
        path.write_bytes(handed.evidence)
    with pytest.raises(CannotDecide, match="does not name"):
        verify(path, bundle_of(handed, tmp_path, devices=[]))


def dated(handed, tmp_path, **ends) -> Path:
    """The site's bundle, by its own root, with other times for the device."""
    devices = trust.read(handed.trust.read_text().strip()).devices
    return bundle_of(
        handed, tmp_path, key=handed.root, devices=[structs.replace(one, **ends) for one in devices]
    )


def paged(handed) -> Page:
    """A page of the report with nothing on it."""
    report = handed.lines()[0]
    return Page(
        site=report["site"], report=bytes.fromhex(report["id"]), page=1, pages=1,
        issued=utc_ms(report["issued"]) // 1000, person=None, signers=(), rows=(), size=1, root=bytes(32),
        device=report["device"],
    )  # fmt: skip


@pytest.mark.req("R-SYN-02", "R-REP-05")
@pytest.mark.parametrize("ends", [{"end": "2020-01-01T00:00:00.000Z"}, {"start": "2099-01-01T00:00:00.000Z"}])
def test_what_a_device_sealed_outside_its_time_is_refused(handed, tmp_path, ends):
    path, text = tmp_path / "evidence.ndjson", seal.seal_page(paged(handed), handed.device.p256)
    path.write_bytes(handed.evidence)
    other = dated(handed, tmp_path, **ends)
    assert codes(verify_pdf(handed.pdf, other)) == {"SIG_KEY_RETIRED"}
    assert codes(verify_evidence(path, other)) == {"SIG_KEY_RETIRED"}
    assert codes(verify_qr(text, other)) == {"SIG_KEY_RETIRED"}
    assert codes(verify_qr(text, handed.trust)) == set()


def test_a_device_s_time_begins_with_its_first_second_and_ends_before_its_last(handed, tmp_path):
    issued = handed.lines()[0]["issued"]
    at = utc_ms(issued)
    (tmp_path / "a.ndjson").write_bytes(handed.evidence)
    for ends, expected in (
        ({"start": issued, "end": utc_text(at + 1000)}, set()),
        ({"end": issued}, {"SIG_KEY_RETIRED"}),
        ({"start": utc_text(at + 1000)}, {"SIG_KEY_RETIRED"}),
    ):
        assert codes(verify_evidence(tmp_path / "a.ndjson", dated(handed, tmp_path, **ends))) == expected


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDE"])
def test_what_is_no_pdf_leaves_it_open(handed, tmp_path, data):
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(CannotDecide):
        verify_pdf(tmp_path / "a.pdf", handed.trust)


# ---- evidence, changed by somebody who holds the device


def entry(lines, act, which=0):
    return [line for line in lines if line["t"] == "entry" and f'"act":"{act}"' in line["b"]][which]


def renamed(lines):
    line = entry(lines, "record.sign", 2)
    line["b"] = line["b"].replace("COMPETENT", "NOT_YET..")


def moved(lines):
    line = entry(lines, "record.sign")
    line["path"][0] = line["path"][1]


def other_note(lines):
    line = next(line for line in lines if line["t"] == "log")
    line["note"] = line["note"].replace("\n", "\n1", 1)


def no_enrolment(lines):
    lines.remove(entry(lines, "key.enrol"))


def other_words(lines):
    next(line for line in lines if line["t"] == "said")["sid"] = "01a1f7e1-c616-7d76-9c1d-000000000000"


def no_history(lines):
    lines.remove(next(line for line in lines if line["t"] == "log"))


def not_an_entry(lines):
    entry(lines, "record.sign")["b"] = "{}"


def other_person(lines):
    lines[0]["pid"] = "p_0000000000000000"


def said_in_two_ways(lines):
    line = next(line for line in lines if line["t"] == "said")
    lines.insert(lines.index(line), {**line, "words": "I approve everything."})


def other_size(lines):
    next(line for line in lines if line["t"] == "log")["n"] = 1


def self_approved(lines):
    """One approval twice in place of two."""
    line = entry(lines, "key.enrol")
    start = line["b"].index('"appr":["') + 9
    one = line["b"][start : line["b"].index('"', start)]
    line["b"] = line["b"].replace(line["b"][start : line["b"].index("]", start)], f'{one}","{one}"')


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (renamed, {"CP_MISMATCH", "SIG_SUBJECT"}), (moved, {"CP_MISMATCH"}), (other_note, {"CP_BADSIG"}),
        (no_enrolment, {"SIG_KEY_UNREGISTERED"}), (other_words, {"SIG_SUBJECT"}), (no_history, {"CP_MISMATCH"}),
        (not_an_entry, {"ENTRY_SCHEMA"}), (self_approved, {"ENROL_APPROVAL"}),
        (other_person, {"SIG_SUBJECT"}), (said_in_two_ways, {"SIG_SUBJECT"}), (other_size, {"CP_MISMATCH"}),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)  # fmt: skip
def test_a_change_under_the_device_s_own_seal_is_still_seen(handed, tmp_path, change, expected):
    lines = copy.deepcopy(handed.lines())
    change(lines)
    found = codes(verify_evidence(handed.resealed(lines, tmp_path / "a.ndjson"), handed.trust))
    assert expected <= found and "SIG_BAD" not in found


def test_a_change_without_the_device_s_seal_breaks_the_seal(handed, tmp_path):
    (tmp_path / "a.ndjson").write_bytes(handed.evidence.replace(b"Omkaar", b"Omkear"))
    assert codes(verify_evidence(tmp_path / "a.ndjson", handed.trust)) == {"SIG_BAD"}


def test_resealing_alone_changes_nothing(handed, tmp_path):
    assert handed.resealed(handed.lines(), tmp_path / "a.ndjson").read_bytes() == handed.evidence


@pytest.mark.parametrize("data", [b"", b"{}\n", b'{"t":"report"}\n', b"\xff\n", b'{"t":"other"}\n'])
def test_what_is_no_evidence_leaves_it_open(handed, tmp_path, data):
    (tmp_path / "a.ndjson").write_bytes(data)
    with pytest.raises(CannotDecide):
        verify_evidence(tmp_path / "a.ndjson", handed.trust)


# ---- codes on paper


@pytest.fixture(scope="module")
def scans(handed, tmp_path_factory) -> list[Path]:
    """The pages at 150 dpi in grey."""
    folder = tmp_path_factory.mktemp("scans")
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", handed.pdf, folder / "page"], check=True)
    return sorted(folder.glob("*.png"))


@pytest.mark.req("R-REP-05")
def test_a_scanned_page_says_what_it_holds(handed, scans):
    one, two = (verify_qr(scan, handed.trust) for scan in scans[:2])
    assert one.report.exit == 0 and one.about["person"] == {"name": "Omkaar Barad", "number": "HB10032"}
    rows = [*one.about["rows"], *two.about["rows"]]
    # The second record goes on on the second page, and stands in the code of both.
    assert [(row["document"], row["version"], row["status"]) for row in rows] == [
        ("SOP-0047", "3.0", "Qualified")
    ] * 3
    assert len({row["seal"] for row in rows}) == 2
    signed = [(one["name"], one["meaning"]) for row in rows for one in row["signatures"]]
    assert signed == [
        ("Omkaar Barad", "READ"),
        ("Omkaar Barad", "TRAINED"),
        ("Jennifer van der Wal", "COMPETENT"),
    ]


def test_a_code_of_another_device_under_the_same_name_is_refused(handed, scans):
    text = stamp.codes_in(scans[0])[0]
    forged = seal.seal_page(seal.open_page(text).page, OTHER)
    assert codes(verify_qr(forged, handed.trust)) == {"SIG_BAD"}
    assert codes(verify_qr(text, handed.trust)) == set()


def test_a_code_needs_a_bundle_that_names_its_device(handed, scans, tmp_path):
    with pytest.raises(CannotDecide, match="only with"):
        verify_qr(scans[0], None)
    with pytest.raises(CannotDecide, match="does not name"):
        verify_qr(scans[0], bundle_of(handed, tmp_path, devices=[]))


def test_a_picture_without_a_code_leaves_it_open(handed):
    with pytest.raises(CannotDecide):
        verify_qr(handed.pdf, handed.trust)
