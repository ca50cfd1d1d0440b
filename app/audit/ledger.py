"""What can be asked of tokens only when all are known (formats §5 "Before", §6 "auth", "Sheet").

- A `sid` is used once on a site, over all kinds of tokens.
- Ceremonies of a session count from 1, one more each; the signatures of a sheet share theirs.
- A sheet is complete, in order, of one signer and meaning, under the root of its subjects.
- A later end of a key or a role that a signature could not know of is LATE_REVOCATION; beyond a revoked device's last entry
  a key has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from app.audit.findings import Findings
from app.audit.landmarks import Landmarks
from app.audit.personal import entity_of
from app.audit.signatures import FULL, Used
from app.audit.walk import hlc_of, in_order
from app.base.codec import b64u
from app.base.words import Json
from app.domain.roles import Place
from app.proof.merkle import root_of

OPENED = ""
"""The code of a token that opens a session: it has no meaning."""


def settle(
    used: Iterable[Used], known: Landmarks, receipts: Sequence[Mapping[str, Json]], found: Findings
) -> None:
    """Every finding over all tokens of a site."""
    rows = in_order(used, lambda one: (one.place, one.hlc))
    _once(rows, known, found)
    _ceremonies(rows, found)
    _sheets(rows, found)
    _appointments(rows, known, found)
    for row in rows:
        _ended(row, known, receipts, found)


def _once(rows: Sequence[Used], known: Landmarks, found: Findings) -> None:
    tokens = [((e.log, e.seq), hlc_of(e.ts.hlc), sid, entity_of(e)) for sid, e in known.twos.sids]
    tokens += [(row.place, row.hlc, row.sid, row.entity) for row in rows]
    spent: set[str] = set()
    for place, _, sid, entity in in_order(tokens, lambda token: (token[0], token[1])):
        if sid in spent:
            found.add("SIG_POSITION", *place, entity, "sid used before")
        spent.add(sid)


def _ceremonies(rows: Sequence[Used], found: Findings) -> None:
    last: dict[tuple[str, str], tuple[int, str | None]] = {}
    for row in rows:
        if row.sess is None:
            continue
        session = (row.place[0], row.sess)
        if row.code == OPENED:
            last[session] = (0, None)
            continue
        k, sheet = last.get(session, (None, None))
        mine = None if row.sheet is None else row.sheet.id
        fine = k is not None and row.k == (k if mine is not None and mine == sheet else k + 1)
        if not fine or (row.k <= 1 and row.lvl != FULL and not row.login_first):
            found.add("SIG_ACTOR", *row.place, row.entity, "ceremony")
        if k is not None:
            last[session] = (row.k, mine)


def _sheets(rows: Sequence[Used], found: Findings) -> None:
    sheets: dict[tuple[str, str], list[Used]] = {}
    for row in rows:
        if row.sheet is not None:
            sheets.setdefault((row.place[0], row.sheet.id), []).append(row)
    for members in sheets.values():
        members.sort(key=lambda row: row.place)
        first = _shared(members[0])
        fine = all(
            _shared(row) == first and row.sheet is not None and (row.sheet.i, row.sheet.n) == (i, len(members))
            for i, row in enumerate(members)
        )
        fine = fine and all(row.first == before.place[1] + 1 for before, row in pairwise(members))
        if not fine or b64u(root_of([row.subject for row in members])) != first[-1]:
            found.add("SIG_SUBJECT", *members[-1].place, members[-1].entity, "sheet")


def _shared(row: Used) -> tuple[Json, ...]:
    """What all signatures of a sheet have in common; the root last."""
    return row.utc, row.sess, row.lvl, row.k, row.uid, row.code, None if row.sheet is None else row.sheet.root


def _appointments(rows: Sequence[Used], known: Landmarks, found: Findings) -> None:
    """Initial appointments end with the first COMPETENT signature."""
    told = [(row.place, row.hlc, row.entity, False) for row in rows if row.code == "COMPETENT"]
    told += [(place, hlc, entity, True) for place, hlc, entity in known.appointed]
    over = False
    for place, _, entity, appoints in in_order(told, lambda one: (one[0], one[1])):
        if appoints and over:
            found.add("RBAC", *place, entity, "initial appointment after the first COMPETENT")
        over = over or not appoints


def _ended(row: Used, known: Landmarks, receipts: Sequence[Mapping[str, Json]], found: Findings) -> None:
    standing, (log, seq) = known.standing, row.place
    if seq >= standing.cut.get(log, seq + 1):
        found.add("SIG_KEY_RETIRED", log, seq, row.entity, "beyond last_n of a revoked device")
    ends = [*standing.keys.ends(row.kid), *(end.place for end in standing.roles.ends(row.uid, row.role))]
    if any(_came_late(end, row, known, receipts) for end in ends):
        found.add("LATE_REVOCATION", log, seq, row.entity)


def _came_late(end: Place, row: Used, known: Landmarks, receipts: Sequence[Mapping[str, Json]]) -> bool:
    if end[0] == row.place[0] or known.standing.order.before(end, row.place):
        return False
    ours, theirs = (_received(place, receipts) for place in (row.place, end))
    early = ours is not None and theirs is not None and theirs < ours
    return early or known.moments.get(end, (0, 0)) < row.hlc


def _received(place: Place, receipts: Sequence[Mapping[str, Json]]) -> int | None:
    log, seq = place
    return next((r["pos"] for r in receipts if r["log"] == log and r["from"] <= seq <= r["to"]), None)
