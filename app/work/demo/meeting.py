"""The demo's second place: a centre on this computer that QA introduces, and that receives and countersigns everything.

- The same centre, courier and verbs as anywhere; only its certificate is made here, for this computer alone.
- What was sent is compared on both sides, and the centre's own check must be clean.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.base.faults import Fault
from app.base.words import Json
from app.proof.vaultfile import replace_file
from app.store import outbox
from app.work.centres import record_centre
from app.work.ceremony import signer_of_session
from app.work.demo.stage import Beside, Stage, must
from app.work.login import sign_out
from app.work.papers import renew_papers

JURISDICTION = "NL"


def meet(stage: Stage) -> Iterator[tuple[str, dict[str, Json]]]:
    """The centre starts, QA introduces it, everything is sent and every receipt filed; then it is stopped again."""
    if stage.start_centre is None:
        raise Fault("demo.stopped", reason="centre")
    centre = stage.start_centre(stage.cast.folder / "centre", stage.cast.clock)
    try:
        yield "centre", _introduced(stage, centre)
        yield "received", _received(stage, centre)
    finally:
        centre.stop()


def _introduced(stage: Stage, centre: Beside) -> dict[str, Json]:
    """QA records the centre under the site's root; the trust bundle then names it, and the centre takes the bundle."""
    cast = stage.cast
    username = cast.plan["founders"][0]["username"]
    office, given = stage.enter(username), cast.typed(username)
    signer, told = must(signer_of_session(office, given)), centre.descriptor(JURISDICTION)
    must(record_centre(office, told, signer, given))
    bundle = must(renew_papers(office, signer.uid, given))
    replace_file(cast.folder / "trust.jws", bundle.encode("ascii"))
    taken = must(centre.take(bundle))
    if not taken["names_us"]:
        raise Fault("demo.stopped", reason="centre")
    where = {"centre": told.name, "region": told.region, "jurisdiction": told.jurisdiction}
    # The port is another one each time.
    return {
        **where,
        "address": centre.address.rpartition(":")[0],
        "site": taken["site"],
        "devices": taken["devices"],
    }


def _received(stage: Stage, centre: Beside) -> dict[str, Json]:
    """QA signs out, so that the session goes as a whole; then one meeting, and the centre looks at what it holds."""
    office = stage.office
    sign_out(office)
    report, checked = must(centre.meet(office)), centre.check()
    with office.store.read() as tx:
        held = sorted(outbox.receipts(tx), key=lambda one: one.pos)
    n = office.tail.n
    stage.close()
    counts = report.counts
    if not checked["ok"] or (counts.here, counts.received, checked["entries"]) != (0, n, n) or not held:
        raise Fault("demo.stopped", reason="centre")
    return {
        "batches": report.batches,
        "receipts": len(held),
        "entries": report.received,
        "on_this_device": counts.here,
        "provisionally": counts.provisional,
        "positions": f"{held[0].pos} to {held[-1].pos}",
        "incarnation": str(held[0].inc),
        "centre_holds": checked["entries"],
        "centre_findings": len(checked["findings"]),
    }
