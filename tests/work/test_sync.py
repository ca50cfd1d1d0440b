"""One meeting with a centre: what is sent, what counts as received, and what is refused and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.base.entry import read
from app.base.faults import Fault
from app.base.say import say
from app.base.words import Refused
from app.proof.batch import Batch, make_batch, read_batch, read_receipt
from app.proof.esign import low, twin
from app.store import history, outbox
from app.store.append import append_batch
from app.work.care import check_site
from app.work.centres import allow_regions
from app.work.login import sign_out
from app.work.office import check_anchor
from app.work.secrets import load_anchor
from app.work.sync import entry_state, seal_next, sync_counts, sync_once
from tests.work.linked import Linked, courier_to, signer
from tests.work.smallcentre import Lie, SmallCentre


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    """A site whose centre is recorded; nothing was sent yet."""
    made = Linked(tmp_path)
    yield made
    made.close()


def refused(linked: Linked) -> str:
    """Why nothing came of a meeting; there is a sentence for it."""
    answer = sync_once(linked.office, linked.courier)
    assert isinstance(answer, Refused), answer
    assert say(f"refused.{answer.code}", answer.about)
    return answer.code


def blocked(linked: Linked) -> list[str]:
    """The codes of the blocked attempts in history."""
    with linked.office.store.read() as tx:
        acts = [read(b) for _, b in history.entries(tx, linked.office.tail.log)]
    return [str((e.body or {})["code"]) for e in acts if e.act == "sync.blocked"]


@pytest.mark.req("R-SYN-03", "R-SYN-05")
def test_everything_is_sent_and_every_receipt_filed(linked: Linked) -> None:
    report, n = linked.sync(), linked.office.tail.n
    assert (report.received, report.counts.received, report.counts.here) == (n, n, 0)
    assert len(linked.centre.logs[linked.office.tail.log]) == n
    assert linked.sync().batches == 0


@pytest.mark.req("R-SYN-03", "R-AUD-07")
def test_a_site_that_was_sent_verifies(linked: Linked) -> None:
    linked.sync()
    linked.change()
    linked.again()
    linked.office.close()
    told = check_site(linked.small.site, linked.small.secrets(), linked.small.typed("carla"), None)
    assert told.findings == ()
    assert told.counts.receipts == len(linked.centre.feed)


def test_a_batch_ends_at_a_signature_and_its_checkpoint_travels(linked: Linked) -> None:
    linked.change()
    linked.sync()
    for data, _ in linked.centre.feed:
        entries = [read(b) for b in read_batch(data).entries]
        assert not any(entry.sig for entry in entries[:-1])


@pytest.mark.req("R-SYN-05")
def test_an_entry_is_here_then_received(linked: Linked) -> None:
    seq = linked.office.tail.n - 1
    assert entry_state(linked.office, seq) == "here"
    linked.sync()
    assert entry_state(linked.office, seq) == "received"
    linked.change()
    assert sync_counts(linked.office).here == linked.office.tail.n - seq - 1


@pytest.mark.req("R-SYN-05")
def test_a_provisional_receipt_is_told_as_such(tmp_path: Path) -> None:
    linked = Linked(tmp_path, prov=True)
    report = linked.sync()
    assert (report.counts.provisional, report.counts.received) == (linked.office.tail.n, 0)
    assert entry_state(linked.office, 0) == "provisional"
    assert (load_anchor(linked.small.secrets()) or {})["w"] == 0
    linked.close()


@pytest.mark.req("R-SYN-03")
def test_the_anchor_remembers_what_was_witnessed(linked: Linked) -> None:
    linked.sync()
    assert (load_anchor(linked.small.secrets()) or {})["w"] == linked.office.tail.n
    linked.office.witnessed = 0
    assert check_anchor(linked.office) == ["ANCHOR_ROLLBACK"]


LIES: dict[str, Lie] = {
    "another-key": lambda c, b, _: c.receipt(b, 1, key=generate_private_key(SECP256R1())),
    "another-cosignature": lambda c, b, _: c.receipt(b, 1, notes=Ed25519PrivateKey.generate()),
    "another-site": lambda c, b, _: c.receipt(b, 1, site="elsewhere"),
    "another-name": lambda c, b, _: c.receipt(b, 1, name="other.example"),
    "no-position": lambda c, b, _: c.receipt(b, 0),
    "another-tail": lambda c, b, _: c.receipt(_shorter(b), 1),
    "another-batch": lambda c, b, _: c.receipt(_resealed(b), 1),
    "no-receipt": lambda _c, _b, _r: "thanks",
    "nothing": lambda _c, _b, _r: "",
}


def _shorter(batch: Batch) -> Batch:
    return Batch(
        line=batch.line, token=batch.token, manifest=batch.manifest, entries=(*batch.entries[:-1], b"another")
    )


def _resealed(batch: Batch) -> Batch:
    m = batch.manifest
    data = make_batch(
        batch.entries, id="b_other", log=m.log, first=m.first, prev=bytes(32), cp=m.cp, region=m.region,
        key=generate_private_key(SECP256R1()),
    )  # fmt: skip
    return read_batch(data)


@pytest.mark.req("R-SYN-03", "R-SYN-05")
@pytest.mark.parametrize("lie", LIES)
def test_a_receipt_that_lies_is_refused_and_told(linked: Linked, lie: str) -> None:
    linked.centre.lie = LIES[lie]
    assert refused(linked) == "sync.receipt_false"
    assert sync_counts(linked.office).received == 0
    assert blocked(linked) == ["receipt"]
    # The truth is welcome afterwards, and the same attempt is not told twice a day.
    refused(linked)
    assert blocked(linked) == ["receipt"]
    linked.centre.lie = None
    assert linked.sync().counts.here == 0


@pytest.mark.req("R-SYN-03")
def test_a_receipt_of_the_batch_before_is_refused(linked: Linked) -> None:
    linked.sync()
    old = linked.centre.feed[0][1]
    linked.change()
    linked.centre.lie = lambda _c, _b, _r: old
    assert refused(linked) == "sync.receipt_false"


@pytest.mark.req("R-PRV-09")
def test_nothing_goes_to_a_region_that_is_not_allowed(linked: Linked) -> None:
    office = linked.office
    allow_regions(office, ("us",), signer(linked.small, office), "POLICY")
    assert refused(linked) == "sync.region"
    assert refused(linked) == "sync.region"
    assert linked.centre.asked == []
    assert blocked(linked) == ["region"]
    allow_regions(office, ("us", "eu"), signer(linked.small, office), "POLICY")
    assert linked.sync().counts.here == 0


@pytest.mark.req("R-PRV-09")
def test_a_centre_that_moved_elsewhere_gets_nothing(linked: Linked) -> None:
    linked.centre.region = "us"
    assert refused(linked) == "sync.other_region"
    assert linked.centre.logs == {}


def test_a_centre_of_another_name_gets_nothing(linked: Linked) -> None:
    linked.centre.name = "other.example"
    assert refused(linked) == "sync.other_centre"
    assert linked.centre.logs == {}


@pytest.mark.req("R-SYN-01")
def test_no_centre_is_recorded_no_centre_is_asked(tmp_path: Path) -> None:
    linked = Linked(tmp_path, record=False)
    assert refused(linked) == "sync.no_centre"
    assert linked.centre.asked == []
    linked.close()


@pytest.mark.req("R-SYN-01")
def test_only_the_recorded_address_is_asked(tmp_path: Path) -> None:
    linked = Linked(tmp_path, record=False)
    linked.record(urls=["https://localhost:1"])
    assert refused(linked) == "sync.other_address"
    linked.record(urls=[linked.address])
    assert linked.sync().counts.here == 0
    linked.close()


@pytest.mark.req("R-SYN-05")
def test_without_a_network_nothing_is_lost_or_counted(linked: Linked) -> None:
    linked.centre.close()
    with pytest.raises(Fault) as caught:
        sync_once(linked.office, linked.courier)
    assert caught.value.code == "centre.unreachable"
    assert sync_counts(linked.office).received == 0
    with courier_to(linked.centre.open(), linked.centre.ca_file) as courier:
        sync_once(linked.office, courier)
    assert sync_counts(linked.office).here == 0


def sealed(linked: Linked) -> bytes:
    """The batch that waits for its receipt."""
    with linked.office.store.read() as tx:
        held = outbox.unsent(tx, linked.office.tail.log)
        assert held is not None
        return outbox.sealed_bytes(tx, held)


@pytest.mark.req("R-SYN-05")
def test_a_sealed_batch_stays_as_it_is_until_its_receipt_is_filed(linked: Linked) -> None:
    seal_next(linked.office, "eu", {})
    before = sealed(linked)
    linked.change()
    sign_out(linked.office)
    assert sealed(linked) == before
    linked.sync()
    assert linked.centre.feed[0][0] == before


def lost(n: int) -> Callable[[SmallCentre], None]:
    """A centre that was put back to when it had received `n` batches."""

    def forget(centre: SmallCentre) -> None:
        centre.feed = centre.feed[:n]
        kept = [read_receipt(receipt) for _, receipt in centre.feed]
        centre.by_hash = {told.batch: receipt for told, (_, receipt) in zip(kept, centre.feed, strict=True)}
        size = kept[-1].last + 1 if kept else 0
        centre.logs = {log: entries[:size] for log, entries in centre.logs.items()}
        centre.inc = "i2"

    return forget


@pytest.mark.req("R-SYN-05")
@pytest.mark.parametrize("n", [0, 1])
def test_a_centre_that_lost_something_gets_it_again(linked: Linked, n: int) -> None:
    linked.change()
    linked.sync()
    receipts, sent = len(linked.centre.feed), [data for data, _ in linked.centre.feed]
    lost(n)(linked.centre)
    report = linked.sync()
    assert (report.rolled_back, report.received) == (True, 0)
    assert [data for data, _ in linked.centre.feed] == sent
    with linked.office.store.read() as tx:
        assert len(list(outbox.receipts(tx))) == receipts


@pytest.mark.req("R-SYN-02")
def test_a_device_that_lost_something_sends_nothing(linked: Linked) -> None:
    linked.sync()
    linked.centre.logs[linked.office.tail.log].append(b"what this device has forgotten")
    assert refused(linked) == "sync.ahead"


@pytest.mark.req("R-SYN-02")
def test_a_centre_with_another_past_gets_nothing(linked: Linked) -> None:
    linked.sync()
    linked.centre.logs[linked.office.tail.log][-1] = b"another"
    linked.change()
    before = len(linked.centre.feed)
    assert refused(linked) == "sync.fork"
    assert len(linked.centre.feed) == before


@pytest.mark.req("R-SYN-04")
def test_a_batch_that_was_sealed_with_the_higher_s_is_sent_with_the_lower_one(linked: Linked) -> None:
    office, log = linked.office, linked.office.tail.log
    with office.store.write() as tx:
        entries = outbox.next_run(tx, log, 0)
        note = outbox.note_at(tx, log, len(entries))
        assert note is not None
        data = make_batch(
            entries, id="b_old", log=log, first=0, prev=bytes(32), cp=note, region="eu", key=office.device.p256
        )
        line = data.partition(b"\n")[0].decode()
        append_batch(tx, log, 0, len(entries) - 1, twin(line))
    assert low(line) == line
    assert linked.sync().counts.here == 0
    assert linked.centre.feed[0][0] == data
    with office.store.read() as tx:
        kept = outbox.batch_at(tx, log, 0)
    assert kept is not None and kept.manifest == twin(line)
    sign_out(office)
    office.close()
    told = check_site(linked.small.site, linked.small.secrets(), linked.small.typed("carla"), None)
    assert (told.findings, told.counts.receipts) == ((), len(linked.centre.feed))
