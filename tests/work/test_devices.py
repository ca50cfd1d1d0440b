"""A second device: enrolled by QA, joined with the site's folder, and at the end both hold the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.audit.findings import Finding
from app.base.codec import parse
from app.base.faults import Fault
from app.base.words import Refused
from app.domain.wire import apply
from app.proof.batch import read_batch
from app.proof.chain import leaf
from app.proof.device import new_device
from app.store import history, outbox
from app.store.refold import fold
from app.work.care import check_site
from app.work.devices import apply_with, enrol_device
from app.work.login import sign_in, sign_out
from app.work.office import Office
from app.work.secretfile import FileSecrets
from app.work.sync import seal_next
from tests.work.founded import PASSWORD, ZONE
from tests.work.linked import Linked, Second, signer


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site whose centre is recorded."""
    made = Linked(tmp_path)
    yield made
    made.close()


@pytest.fixture
def second(linked: Linked) -> Iterator[Second]:
    """Its second device; anna is in session on the first, bram on the second."""
    made = Second(linked)
    yield made
    made.close()


def holds(office: Office) -> dict[str, list[bytes]]:
    """Every entry of every log."""
    with office.store.read() as tx:
        return {log: [b for _, b in history.entries(tx, log)] for log in history.logs(tx)}


def folded(office: Office) -> dict[tuple[str, str], object]:
    """What history makes, row by row with its heads."""
    with office.store.read() as tx:
        return {key: (held.row, held.heads) for key, held in fold(tx, leaf, apply).items()}


def findings(second: Second) -> list[tuple[Finding, ...]]:
    """What is found on each device once it is closed."""
    linked, small = second.linked, second.small
    linked.office.close()
    second.office.close()
    places = ((small.site, small.secrets()), (second.folder, second.secrets()))
    return [check_site(folder, own, small.typed("carla"), None).findings for folder, own in places]


def outside(folder: Path, secret_file: Path) -> dict[str, Any]:
    """What the program that was written from the formats alone says of a folder."""
    reader = Path(__file__).parents[1] / "outside" / "reader.py"
    command = [sys.executable, str(reader), "--json", str(folder), "--site", str(folder), "--user", "carla"]
    command += ["--password", PASSWORD.format("carla"), "--device-secret", str(secret_file)]
    told: dict[str, Any] = parse(
        subprocess.run(command, cwd=reader.parent, capture_output=True, timeout=120).stdout
    )
    return told


def settle(second: Second, order: str) -> None:
    """Sign both out, then let them meet the centre in that order, each as often as it is named."""
    offices = {"1": second.linked.office, "2": second.office}
    for office in offices.values():
        sign_out(office)
    for one in order:
        second.linked.sync(offices[one])


@pytest.mark.req("R-SYN-02")
def test_a_device_without_proof_of_its_keys_is_refused(linked: Linked) -> None:
    office = linked.office
    told = apply_with(new_device(os.urandom), "dev2", office.tail.log)
    other = apply_with(new_device(os.urandom), "dev2", office.tail.log)
    made = signer(linked.small, office)
    for forged in (
        replace(told, pop=other.pop),
        replace(told, ed25519=other.ed25519),
        replace(told, jwk=other.jwk),
        apply_with(new_device(os.urandom), "dev2", f"{office.tail.log}9"),
    ):
        assert enrol_device(office, forged, forged.fingerprint, made) == Refused("device.pop")


@pytest.mark.req("R-SYN-02")
def test_a_device_is_enrolled_only_under_the_fingerprint_that_it_showed(linked: Linked) -> None:
    office, made = linked.office, signer(linked.small, linked.office)
    told, other = (apply_with(new_device(os.urandom), "dev2", office.tail.log) for _ in "ab")
    n = office.tail.n
    for typed in (other.fingerprint, told.fingerprint[:-1], "", f"{told.fingerprint}0"):
        assert enrol_device(office, told, typed, made) == Refused("device.fingerprint", {"id": "dev2"})
    odd = replace(told, jwk={"kty": "none"})
    assert enrol_device(office, odd, told.fingerprint, made) == Refused("device.pop")
    assert office.tail.n == n
    assert len(bytes.fromhex(told.fingerprint.replace("-", ""))) == 16


@pytest.mark.req("R-SYN-02")
def test_a_name_stands_for_one_device(linked: Linked) -> None:
    office, made = linked.office, signer(linked.small, linked.office)
    own = apply_with(new_device(os.urandom), "dev1", office.tail.log)
    assert enrol_device(office, own, own.fingerprint, made) == Refused("device.taken", {"id": "dev1"})
    odd = apply_with(new_device(os.urandom), "Dev 2", office.tail.log)
    assert enrol_device(office, odd, odd.fingerprint, made) == Refused("device.id", {"id": "Dev 2"})


@pytest.mark.req("R-SYN-02")
def test_only_qa_enrols_a_device(linked: Linked) -> None:
    office = linked.office
    manager = linked.small.beside(office, "carla")
    told = apply_with(new_device(os.urandom), "dev2", office.tail.log)
    answer = enrol_device(office, told, told.fingerprint, manager)
    assert isinstance(answer, Refused)
    assert answer.code == "role.may_not"


@pytest.mark.req("R-SYN-03")
def test_the_first_device_sees_what_the_second_recorded(second: Second) -> None:
    second.linked.change(second.office, 48, "bram")
    n = second.office.tail.n + 1
    settle(second, "21")
    assert len(holds(second.linked.office)[second.log]) == n
    assert folded(second.linked.office)["setting", "late_h"][0]["value"] == 48  # type: ignore[index]
    assert findings(second) == [(), ()]
    small = second.small
    for folder, file in ((small.site, small.secret_file), (second.folder, second.secret_file)):
        told = outside(folder, file)
        assert (told["ok"], told["findings"]) == (True, [])
        assert told["counts"]["receipts"] > 2


@pytest.mark.req("R-SYN-03")
def test_nothing_is_taken_in_during_a_session(second: Second) -> None:
    second.linked.change(second.office, 48, "bram")
    second.linked.sync(second.office)
    report = second.linked.sync()
    assert (report.taken, report.later > 0) == (0, True)
    sign_out(second.linked.office)
    assert second.linked.sync().taken == second.office.tail.n


@pytest.mark.req("R-SYN-03", "R-SYN-04")
@pytest.mark.parametrize("order", sorted({"".join(one) for one in permutations("1122")}))
def test_the_order_of_sync_does_not_matter(second: Second, order: str) -> None:
    second.linked.change(second.linked.office, 72)
    second.linked.change(second.office, 48, "bram")
    settle(second, order + "12")
    one, two = second.linked.office, second.office
    assert holds(one) == holds(two)
    assert folded(one) == folded(two)
    # Two changed one setting apart: both stay, the later one is shown, and each device says so.
    row, heads = folded(one)["setting", "late_h"]  # type: ignore[misc]
    assert (row["value"], len(heads)) == (48, 2)
    assert [{found.code for found in each} for each in findings(second)] == [{"CONFLICT"}] * 2


@pytest.mark.req("R-SYN-03", "R-SYN-04")
@pytest.mark.parametrize("order", ["112", "212", "121", "221"])
def test_a_folder_copied_before_everything_was_sent_goes_on_from_there(linked: Linked, order: str) -> None:
    """The first device seals its next batch only after the copy: it begins with entries that the second holds already."""
    second = Second(linked, sent=False)
    copied = len(holds(second.office)[linked.office.tail.log])
    linked.change(linked.office, 72)
    settle(second, order + "1212")
    assert len(holds(second.office)[linked.office.tail.log]) > copied
    assert holds(linked.office) == holds(second.office)
    assert folded(linked.office) == folded(second.office)
    assert [*linked.office.alerts, *second.office.alerts] == []
    assert findings(second) == [(), ()]


@pytest.mark.req("R-SYN-04")
def test_what_is_in_dispute_is_changed_by_nobody_in_passing(second: Second) -> None:
    second.linked.change(second.linked.office, 72)
    second.linked.change(second.office, 48, "bram")
    settle(second, "121")
    second.linked.office.close()
    second.linked.office = second.small.enter()
    with pytest.raises(Fault) as caught:
        second.linked.change(second.linked.office, 100)
    assert caught.value.code == "state.rivals"


@pytest.mark.req("R-SYN-03")
def test_what_came_in_is_before_the_next_session(second: Second) -> None:
    linked = second.linked
    linked.change(second.office, 48, "bram")
    settle(second, "21")
    linked.office.close()
    linked.office = linked.small.enter()
    linked.change(linked.office, 72)
    sign_out(linked.office)
    assert findings(second)[0] == ()


def twin_of(second: Second) -> Office:
    """A copy of the second device's folder and secrets, as it was before bram signed in there; he signs in on the copy."""
    second.office.close()
    shutil.copytree(second.folder.parent, second.linked.folder / "twin")
    second.office = second.enter()
    twin = second.linked.folder / "twin" / "site"
    secrets = FileSecrets.found(twin.parent / "device-secret", twin)
    typed = second.small.typed("bram")
    made = sign_in(twin, secrets, second.small.clock, os.urandom, typed, ZONE)
    assert isinstance(made, Office)
    return made


def smuggled(linked: Linked, office: Office) -> bytes:
    """The last batch of that office, taken by a centre that looks at nothing."""
    while seal_next(office, "eu", {}) is not None:
        pass
    with office.store.read() as tx:
        held = outbox.newest(tx, office.tail.log)
        assert held is not None
        data = outbox.sealed_bytes(tx, held)
    receipt = linked.centre.receipt(read_batch(data), len(linked.centre.feed) + 1)
    linked.centre.feed.append((data, receipt))
    return data


@pytest.mark.req("R-SYN-02", "R-SYN-03")
def test_a_forked_log_is_kept_as_evidence_and_told(second: Second) -> None:
    linked, twin = second.linked, twin_of(second)
    settle(second, "21")
    before = holds(linked.office)
    data = smuggled(linked, twin)
    twin.close()
    report = linked.sync()
    assert [(fork.log, fork.code) for fork in report.forks] == [(second.log, "CENTRE_FORK")]
    assert "CENTRE_FORK" in linked.office.alerts
    assert holds(linked.office) == before
    assert [path.read_bytes() for path in (linked.small.site / "quarantine").glob("*.batch")] == [data]
    # Whoever signs in next is told, and a verification names the evidence.
    linked.office.close()
    linked.office = linked.small.enter()
    assert "CENTRE_FORK" in linked.office.alerts
    sign_out(linked.office)
    one, two = findings(second)
    assert [(found.code, found.log, found.entity) for found in one] == [
        ("CENTRE_FORK", second.log, f"quarantine/{read_batch(data).hash}.batch")
    ]
    assert two == ()


@pytest.mark.req("R-SYN-03")
def test_a_log_in_quarantine_is_taken_no_further(second: Second) -> None:
    linked, twin = second.linked, twin_of(second)
    settle(second, "21")
    smuggled(linked, twin)
    twin.close()
    linked.sync()
    second.office.close()
    second.office = second.enter()
    settle(second, "2")
    report = linked.sync()
    assert (report.taken, len(holds(linked.office)[second.log])) == (0, second.office.tail.n - 2)
