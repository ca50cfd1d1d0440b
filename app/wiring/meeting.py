"""`sync` and `carry`: meeting a centre over the network, or by a folder that somebody carries.

- The person signs in and out first: what others recorded is taken in between sessions, and the session goes along.
- Address and authority are looked at before anything is asked; there is no way around either.
- Stopped anywhere, every receipt that was filed stays, and a batch that was sealed goes again as the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.faults import CannotDecide, Fault
from app.base.say import say
from app.base.words import Json, Refused
from app.proof.descriptor import Descriptor
from app.store import history, outbox
from app.store.outbox import Counts
from app.wiring.calling import Answer, inside, run, told
from app.wiring.sending import carry_to
from app.wiring.terminal import FOUND, OK
from app.work.centres import known_centres
from app.work.courier import HttpsCourier, Patience
from app.work.folderpost import FolderCourier
from app.work.login import sign_out
from app.work.office import Office
from app.work.post import Courier
from app.work.quarantine import held_logs
from app.work.sync import SyncReport, sync_counts, sync_once

TRIES = Patience().tries


def sync(
    *,
    to: str | None = None,
    ca: Path | None = None,
    folder: Path | None = None,
    centre: str | None = None,
    tries: int = TRIES,
    state: bool = False,
) -> int:
    """Send what was recorded here, file the receipts, take in what other devices recorded.

    --to is the centre's https address and --ca the PEM file of the authority behind it; or --folder is what somebody
    carries to the centre (`carry`). --centre names one of several. --state only tells how far everything has come.
    """
    if state:
        return inside(_state)
    with _courier(to, ca, folder, tries) as courier:
        office = run().open()
        if isinstance(office, Refused):
            return told(office)
        try:
            sign_out(office)
            return _meet(office, courier, centre)
        finally:
            office.close()


def carry(folder: Path, *, to: str, ca: Path, tries: int = TRIES) -> int:
    """Take what lies in a carried FOLDER to the centre, and bring its receipts and everybody's batches back into it.

    Needs no site and no person: everything in it is sealed.
    """
    if not folder.is_dir():
        raise CannotDecide("sync.no_folder", folder=str(folder))
    brought = carry_to(folder, to, ca, Patience(tries=tries))
    if isinstance(brought, Refused):
        return told(brought)
    batches = sum(brought.values())
    return told({"batches": batches, "sites": brought, "text": [say("carry.done", {"batches": batches})]})


@contextmanager
def _courier(to: str | None, ca: Path | None, folder: Path | None, tries: int) -> Iterator[Courier]:
    """The way to the centre. Faults `terminal.no_way`, `centre.plain`; CannotDecide `centre.no_ca`, `sync.no_folder`."""
    if folder is not None and to is None and ca is None:
        if not folder.is_dir():
            raise CannotDecide("sync.no_folder", folder=str(folder))
        yield FolderCourier(folder)
    elif folder is None and to is not None and ca is not None:
        with HttpsCourier(to, ca, random=os.urandom, patience=Patience(tries=tries)) as courier:
            yield courier
    else:
        raise Fault("terminal.no_way")


def _meet(office: Office, courier: Courier, centre: str | None) -> int:
    try:
        with run().terminal.progress(say("sync.progress")) as tick:
            answer = sync_once(office, courier, centre, tick)
        return told(answer if isinstance(answer, Refused) else report_members(answer))
    except KeyboardInterrupt:
        counts = counted(sync_counts(office))
        words = say("sync.stopped", counts)
        run().terminal.warn(words)
        return told({"exit": FOUND, "stopped": True, **counts, "say": words, "text": []})


def counted(counts: Counts) -> dict[str, int]:
    """The three states of this device's entries as members."""
    return {"here": counts.here, "received": counts.received, "provisional": counts.provisional}


def report_members(report: SyncReport) -> dict[str, Json]:
    """What one meeting came to; `exit` is 1 when a log was forked."""
    counts = counted(report.counts)
    forks: list[dict[str, str | int]] = [
        {"log": one.log, "seq": one.seq, "code": one.code, "say": say(f"finding.{one.code}")}
        for one in report.forks
    ]
    told: dict[str, str | int] = {
        "centre": report.centre, "sent": report.received, "batches": report.batches, "on_way": report.on_way,
        "taken": report.taken, "later": report.later, "rolled_back": report.rolled_back,
        "forged": report.forged, "doubted": report.doubted, "hidden": report.hidden,
    }  # fmt: skip
    text = [say("sync.sent", told), say("sync.counts", counts)]
    text += [
        say(f"sync.{name}", told)
        for name in ("taken", "later", "on_way", "rolled_back", "forged", "doubted", "hidden")
        if told[name]
    ]
    text += [say("sync.fork_found", one) for one in forks]
    return {**told, **counts, "forks": forks, "exit": FOUND if forks else OK, "text": text}


def _state(office: Office) -> Answer:
    """How far everything has come, as far as it is known here."""
    log, counts, apart = office.tail.log, counted(sync_counts(office)), held_logs(office.folder)
    with office.store.read() as tx:
        first, newest = outbox.witnessed(tx, log).some, outbox.newest(tx, log)
        others = {one: history.size(tx, one) for one in history.logs(tx) if one != log}
    sealed = None if newest is None or newest.last < first else {"first": first, "last": newest.last}
    known = known_centres(office).values()
    centres = [
        {"name": one.name, "region": one.region, "jurisdiction": one.jurisdiction, "urls": one.urls}
        for one in known
    ]
    text = [say("sync.own_log", {"log": log}), say("sync.counts", counts)]
    text += [say("sync.sealed", sealed)] if sealed is not None else []
    text += [say("sync.centre", _place(one)) for one in known] or [say("refused.sync.no_centre")]
    text += [say("sync.other_log", {"log": one, "entries": n}) for one, n in others.items()]
    text += [say("sync.apart", {"log": one}) for one in sorted(apart)]
    return {
        "log": log, "entries": office.tail.n, **counts,
        "sealed": sealed,
        "centres": centres, "others": [{"log": one, "entries": n} for one, n in others.items()],
        "quarantine": sorted(apart), "exit": FOUND if apart else OK, "text": text,
    }  # fmt: skip


def _place(centre: Descriptor) -> dict[str, str]:
    about = {"name": centre.name, "region": centre.region, "jurisdiction": centre.jurisdiction}
    return {**about, "urls": " ".join(centre.urls) or "-"}
