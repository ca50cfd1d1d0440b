"""How everybody stands, asked the plain way: one person after the other, every requirement, nothing kept."""

from __future__ import annotations

from collections.abc import Iterable

from app.base.moment import Instant
from app.domain.status import StatusFacts, status
from app.domain.verdicts import Verdict, meets
from app.store import state
from app.store.training import grouped, read_rules
from app.store.tx import Tx
from app.work.judged import Member, all_judged, key_of
from app.work.office import Office

EVERY = 12
"""One of so many people is asked the plain way."""
Stands = tuple[dict[str, int], list[str], list[tuple[str, str]]]
"""The words by count, the last days of what counts, what waits for a signature."""


def plainly(tx: Tx, at: Instant, pids: Iterable[str]) -> dict[str, Stands]:
    """The verdicts of these persons, all facts read anew; the rules once, for they are long to read."""
    rules, found = read_rules(tx), {}
    for pid in pids:
        tx.memo.clear()
        person = state.row(tx, "person", pid)
        assert person is not None
        postings, records = (
            [item.row for item in state.held_by(tx, noun, "pid", pid)] for noun in ("posting", "record")
        )
        facts = StatusFacts(
            person=person, postings=postings, assignments=rules.assignments, requirements=rules.requirements,
            versions=rules.versions, records=grouped(records, "req"), rivals=rules.rivals | state.rivals(tx),
            expiring_days=rules.expiring_days,
        )  # fmt: skip
        verdicts = {id: status(facts, id, at) for id in facts.requirements}
        found[pid] = _stands({id: one for id, one in verdicts.items() if one.word != "Not required"})
    return found


def quickly(office: Office) -> dict[str, Stands]:
    """The same from memory, brought up to date."""
    with office.store.read() as tx:
        held, _ = all_judged(office, tx, None)
    return {pid: _kept(one) for pid, one in held.members.items()}


def differing(office: Office, *also: str, every: int = EVERY) -> list[str]:
    """Who of a part of the people stands otherwise in memory than when asked the plain way now; `also` are among them."""
    quick = quickly(office)
    with office.store.read() as tx:
        pids = {*state.ids(tx, "person")[::every], *also}
        plain = plainly(tx, office.clock.now().instant, pids)
    return [pid for pid in pids if plain[pid] != quick.get(pid)]


def _stands(verdicts: dict[str, Verdict]) -> Stands:
    words: dict[str, int] = {}
    for one in verdicts.values():
        words[one.word] = words.get(one.word, 0) + 1
    ends = sorted(one.until for one in verdicts.values() if one.until is not None and meets(one.word))
    waits = sorted((id, one.word) for id, one in verdicts.items() if key_of(one.word) == "sign")
    return words, [str(end) for end in ends], waits


def _kept(one: Member) -> Stands:
    return dict(one.words), sorted(str(end) for end in one.ends), sorted(one.waits)
