"""Batches and receipts where they lie: a store's rows, a real centre's answers, and what attackers make of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import handed
import pytest
import reader
from auditing import audit
from bundles import Bundle, read_bundle
from fabricated import LOG, b64u, jws, new_key, sha
from fabricated_site import Site, fabricate
from opening import unb64u

from app.audit.findings import Report
from app.proof import trust
from app.proof.batch import MOST, BatchBad, ReceiptBad, check_receipt, make_batch, read_batch
from app.proof.chain import leaf
from app.work.care import check_site
from app.work.centres import site_root, trust_bundle
from tests.central.world import World
from tests.work.linked import Linked

Members = dict[str, Any]
Change = Callable[[Site], None]


def payload(token: str) -> Members:
    return dict(json.loads(unb64u(token.split(".")[1])))


def places(rows: list[Any]) -> set[tuple[Any, ...]]:
    """What of findings both must say alike."""
    return {(row["code"], row["log"], row["seq"]) for row in rows if row["severity"] != "info"}


def told(report: Report) -> set[tuple[Any, ...]]:
    return places(report.as_json()["findings"])


# --- a store ----------------------------------------------------------------------------------------------


def received(s: Site, key: Any = None, **changed: Any) -> None:
    """The receipt says something else, signed again by its centre or by `key`."""
    s.receipt = (*s.receipt[:3], jws(key or s.centre, "receipt", {**payload(s.receipt[3]), **changed}))


def sealed(s: Site, key: Any = None, **changed: Any) -> None:
    """The same with the batch, by its device."""
    s.batch = (*s.batch[:4], jws(key or s.m.one.key, "batch", {**payload(s.batch[4]), **changed}))


def another_centre(s: Site) -> None:
    received(s, new_key())


def another_device(s: Site) -> None:
    sealed(s, new_key())


def another_tail(s: Site) -> None:
    received(s, tail=b64u(s.m.one.leaves()[-2]))


def of_another_batch(s: Site) -> None:
    """The device seals the entries once more: the receipt is not of this batch."""
    sealed(s, region="us")


def named_by_its_id(s: Site) -> None:
    """The device calls its new batch by the hash of the one that the centre has."""
    old = sha(s.batch[4].encode()).hex()
    sealed(s, id=old, region="us")


def named_in_base64url(s: Site) -> None:
    received(s, batch=b64u(sha(s.batch[4].encode())))


def two_cosignatures(s: Site) -> None:
    received(s, cosig=payload(s.receipt[3])["cosig"] * 2)


def cosigned_before(s: Site) -> None:
    """The cosignature is over this log's checkpoint, but by the device."""
    received(s, cosig=next(iter(s.m.one.notes.values())).partition("\n\n")[2])


def beginning_later(s: Site) -> None:
    sealed(s, **{"from": 1})


DAMAGES: list[tuple[Change, str]] = [
    (another_centre, "RCPT_MISMATCH"),
    (another_device, "SIG_BAD"),
    (another_tail, "RCPT_MISMATCH"),
    (of_another_batch, "RCPT_MISMATCH"),
    (named_by_its_id, "RCPT_MISMATCH"),
    (named_in_base64url, "RCPT_MISMATCH"),
    (two_cosignatures, "RCPT_MISMATCH"),
    (cosigned_before, "RCPT_MISMATCH"),
    (beginning_later, "RCPT_MISMATCH"),
]


@pytest.mark.req("R-SYN-03")
@pytest.mark.parametrize(("damage", "code"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_both_see_it_in_the_store(tmp_path: Path, damage: Change, code: str) -> None:
    fabricate(tmp_path, damage)
    outside = places(reader.verify_demo(tmp_path)["findings"])
    assert code in {one[0] for one in outside}
    assert told(audit(tmp_path)) == outside


def bundled(folder: Path, s: Site, **changed: Any) -> None:
    """The trust bundle beside the site says something else, by the site's own root."""
    old = payload((folder / "trust.jws").read_text())
    (folder / "trust.jws").write_text(jws(s.root, "trust", {**old, **changed}))


def test_the_bundle_s_centre_wins_over_the_chain_s(tmp_path: Path) -> None:
    """A descriptor in the chain is no centre where the bundle gives that name to another key."""
    s = fabricate(tmp_path)
    known = payload(
        next(d["body"]["jws"] for d in map(json.loads, s.m.one.raws) if d["act"] == "centre.descriptor")
    )
    centre = {name: known[name] for name in ("name", "jwk", "ed25519")}
    bundled(tmp_path, s, centres=[centre])
    assert told(audit(tmp_path)) == places(reader.verify_demo(tmp_path)["findings"]) == set()
    other = new_key().public_key().public_numbers()
    jwk = {**centre["jwk"], "x": b64u(other.x.to_bytes(32, "big")), "y": b64u(other.y.to_bytes(32, "big"))}
    bundled(tmp_path, s, centres=[{**centre, "jwk": jwk}])
    expected = {("RCPT_MISMATCH", LOG, s.receipt[2] - 1)}
    assert told(audit(tmp_path)) == places(reader.verify_demo(tmp_path)["findings"]) == expected


# --- a site that a centre has answered --------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[Linked]:
    made = Linked(tmp_path)
    yield made
    made.close()


def bundle_of(linked: Linked, folder: Path) -> Path:
    root = site_root(linked.office, linked.office.session.uid, linked.small.typed("anna"))  # type: ignore[union-attr]
    (folder / "trust.jws").write_text(trust_bundle(linked.office, root))  # type: ignore[arg-type]
    return folder / "trust.jws"


@pytest.mark.req("R-SYN-03")
def test_both_believe_a_site_with_receipts(linked: Linked, tmp_path: Path) -> None:
    linked.change()
    linked.again()
    linked.change(hours=24)
    bundle = bundle_of(linked, tmp_path)
    linked.again().close()
    given, small = linked.small.typed("anna"), linked.small
    mine = check_site(small.site, small.secrets(), given, bundle).as_json()
    outside = reader.verify(small.site, small.secret_file, given.user, given.password, bundle)
    linked.office = small.enter()
    assert (mine["findings"], outside["findings"]) == ([], [])
    assert mine["counts"] == outside["counts"]
    assert outside["counts"]["receipts"] == len(linked.centre.feed) > 1


def test_what_went_over_the_wire_holds_outside(linked: Linked, tmp_path: Path) -> None:
    """The bytes that a centre got and the receipts that it gave, with nothing else than the bundle."""
    linked.change()
    linked.again()
    linked.again()
    bundle = read_bundle(bundle_of(linked, tmp_path).read_text())
    batches, receipts = [data for data, _ in linked.centre.feed], [text for _, text in linked.centre.feed]
    told = handed.check_batches(batches, receipts, bundle)
    assert (told["exit"], told["findings"]) == (0, [])
    assert told["counts"]["receipts"] == len(batches) > 1
    assert any(payload(data.partition(b"\n")[0].decode())["cons"] for data in batches)


# --- a real centre ----------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "world").start()
    yield made
    made.close()


def bundle_in(world: World) -> Bundle:
    return read_bundle(world.site.bundle([world.keys.public]))


@pytest.mark.req("R-SYN-03")
def test_the_centre_takes_what_the_reader_takes(world: World, tmp_path: Path) -> None:
    world.one.write(9)
    batches = [world.one.batch(0, 4), world.one.batch(4, 9)]
    receipts = [world.put(data).text for data in batches]
    told = handed.check_batches(batches, receipts, bundle_in(world))
    assert (told["exit"], told["counts"]["entries"], told["counts"]["receipts"]) == (0, 9, 2)
    names = [tmp_path / f"{n}" for n in range(5)]
    for path, data in zip(names, [*batches, *(text.encode() for text in receipts)], strict=False):
        path.write_bytes(data)
    names[4].write_text(world.site.bundle([world.keys.public]))
    words = ["batch", *map(str, names[:2]), "--receipt", str(names[2]), "--receipt", str(names[3])]
    assert reader.main([*words, "--trust", str(names[4])]) == 0


@pytest.mark.req("R-SYN-03")
def test_a_receipt_is_of_one_batch_only(world: World) -> None:
    world.one.write(9)
    batches = [world.one.batch(0, 4), world.one.batch(4, 9)]
    first, second = (world.put(data).text for data in batches)
    line, tail = batches[1].partition(b"\n")[0].decode(), leaf(world.one.entries[8])
    with pytest.raises(ReceiptBad):
        check_receipt(first.strip(), site="kilda", line=line, tail=tail, centre=world.keys.public)
    again = handed.check_batches([batches[0], world.one.batch(4, 9, id="b_again")], [second], bundle_in(world))
    assert {row["code"] for row in again["findings"]} == {"RCPT_MISMATCH"}
    told = handed.check_batches(batches, [second], read_bundle(world.site.bundle([])))
    assert {row["code"] for row in told["findings"]} == {"RCPT_MISMATCH"}


def test_the_centre_refuses_what_the_reader_refuses(world: World) -> None:
    """A device that nobody registered, a forged past, a cut: refused there, told here."""
    world.one.write(6)
    sound, stranger = world.one.batch(0, 3), world.site.devices["dev2"].keys.p256
    assert world.put(sound).status_code == 201
    for bad in (
        world.one.batch(3, 6, key=stranger),
        world.one.batch(3, 6, cp=world.one.note(5)),
        world.one.batch(3, 6, prev=bytes(32)),
        world.one.batch(3, 6, rcpt=6),
        world.one.batch(3, 6)[:-1],
    ):
        assert world.put(bad).status_code >= 400
        assert handed.check_batches([sound, bad], [], bundle_in(world))["exit"] == 1


def test_the_bundle_that_the_product_makes_is_read_outside(world: World) -> None:
    text = world.site.bundle([world.keys.public])
    assert read_bundle(text) == payload(text)
    assert trust.read(text).fingerprint == trust.read(text + "\n").fingerprint
    assert read_batch(world.one.write(1).batch(0, 1)).manifest.rcpt is None
    for damage in (text[:-2] + "AA", text.replace(".", "..", 1), jws(new_key(), "trust", payload(text)), ""):
        with pytest.raises(ValueError, match=r"."):
            read_bundle(damage)


@pytest.mark.req("R-SYN-03")
def test_a_batch_of_too_many_entries_is_none(world: World) -> None:
    """Both count before they take anything apart, and say nothing of the entries."""
    data = make_batch(
        [b"{}"] * (MOST + 1), id="b", log=world.one.log, first=0, prev=bytes(32), cp="-", region=None,
        key=world.one.keys.p256,
    )  # fmt: skip
    with pytest.raises(BatchBad) as caught:
        read_batch(data)
    assert caught.value.code == "count"
    told = handed.check_batches([data], [], bundle_in(world))
    assert [row["code"] for row in told["findings"]] == ["RCPT_MISMATCH"]
