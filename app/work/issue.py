"""Handing out a person's training file: view, evidence, pages, seal, file (architecture §5, step 12).

- Whoever may see the person may issue the file; the scope is that of every other question.
- What is about to be printed is checked first, exactly as an outsider will: nothing that fails is ever sealed.
- The file is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from app.base.entry import Entry, read
from app.base.faults import Fault
from app.base.moment import Instant
from app.base.say import say
from app.base.words import Done, Refused, Value
from app.domain.reports import Head, PersonFile
from app.proof import approvals, esign, evidence, witness
from app.proof.chain import leaf
from app.proof.evidence import Contents, Piece, Said
from app.proof.trust import TrustBundle
from app.proof.vaultfile import replace_file
from app.store import history, state
from app.store.tx import Tx
from app.store.views.heads import receipts
from app.store.views.training_file import training_file
from app.work.ask import training_of
from app.work.office import Office
from app.work.papers import Papers, load_papers
from app.work.unread import NotHere, Seen

if TYPE_CHECKING:
    from app.report.frame import Issue

Place = tuple[str, int]
REPORT = 8
PAPERS = ("A4", "Letter")


class Issued(Value, frozen=True):
    """What was handed out: report number, pages are in the file, bytes, and how many records and signatures."""

    number: str
    path: Path
    size: int
    records: int
    signatures: int
    evidence: str


class Drawn(Value, frozen=True):
    """A sealed PDF that lies nowhere yet: its bytes, and what was handed out with it."""

    pdf: bytes
    number: str
    records: int
    signatures: int
    evidence: str
    at: Instant
    issued: Instant


def issue_file(
    office: Office, person: str, out: Path, *, paper: str = "A4", at: Instant | None = None,
    known_at: Instant | None = None,
) -> Done | Refused:  # fmt: skip
    """The training file of `person` (employee number or id) as a sealed PDF in `out`; the result is `Issued`.

    Refused as `draw_file`, `report.no_folder`, `report.is_folder`. Faults `report.unsound`, `disk.*`, `papers.foreign`.
    """
    if paper not in PAPERS:
        return Refused("report.paper", {"paper": paper})
    if not out.parent.is_dir():
        return Refused("report.no_folder", {"folder": str(out.parent)})
    if out.is_dir():
        return Refused("report.is_folder", {"folder": str(out)})
    drawn = draw_file(office, person, paper=paper, at=at, known_at=known_at)
    if isinstance(drawn, Refused):
        return drawn
    replace_file(out, drawn.pdf)
    told = Issued(
        number=drawn.number, path=out, size=out.stat().st_size, records=drawn.records,
        signatures=drawn.signatures, evidence=drawn.evidence,
    )  # fmt: skip
    return Done(nouns=frozenset(), result=told)


def draw_file(
    office: Office,
    person: str,
    *,
    paper: str = "A4",
    at: Instant | None = None,
    known_at: Instant | None = None,
) -> Drawn | Refused:
    """The training file of `person` (employee number or id) as a sealed PDF, in memory only; what is known later than now
    is what is known now.

    Refused as `training_of`, `papers.missing`, `report.paper`, `person.no_key` where something on it can't be read here.
    Faults `report.unsound`, `papers.foreign`.
    """
    if paper not in PAPERS:
        return Refused("report.paper", {"paper": paper})
    seen, papers = training_of(office, person, at, known_at), load_papers(office)
    if isinstance(seen, Refused):
        return seen
    if isinstance(papers, Refused):
        return papers
    now, id = office.clock.now().instant, office.random(REPORT)
    known = now if known_at is None or known_at.ms > now.ms else known_at
    with office.store.read() as tx:
        try:
            file = training_file(tx, seen.pid, Seen(office), at=seen.at, known_at=known, now=now)
        except NotHere as missing:
            return Refused("person.no_key", {"id": missing.pid})
        assert file is not None
        data = evidence_of(office, tx, file, papers, id)
    issue = _issue(office, file, papers, id, data)
    return Drawn(
        pdf=library().sealed_file(file, issue, paper, data, office.device.p256, papers.chain),
        number=issue.number, records=len(file.proofs), evidence=issue.evidence, at=file.at, issued=file.read,
        signatures=sum(len(proof.signed) for proof in file.proofs),
    )  # fmt: skip


def number_of(id: str) -> str:
    """The number of the report `id` (hex), as it is shown and searched for."""
    return "RPT-" + "-".join(id[at : at + 4] for at in range(0, len(id), 4))


def library() -> ModuleType:
    """Everything of paper. Its libraries take half a second to load; nobody else waits for them."""
    from app.report import stamp  # noqa: PLC0415

    return stamp


# ---- evidence


def evidence_of(office: Office, tx: Tx, file: PersonFile, papers: Papers, id: bytes) -> bytes:
    """The evidence file of a training file, checked as an outsider will. Fault `report.unsound`."""
    signers = {one.uid for proof in file.proofs for one in proof.signed}
    enrolled = _enrolments(tx, signers, office.standing.refused)
    pieces = _pieces(tx, [*_places(file), *enrolled], file.heads)
    contents = Contents(
        report={
            "id": id.hex(), "site": office.site, "domain": str(office.standing.genesis["domain"]), "pid": file.pid,
            "at": file.at.utc, "known_at": file.known_at.utc, "issued": file.read.utc,
            "device": office.tail.log.split("/")[2],
        },
        trust=papers.token,
        notes=[(head.log, head.size, head.note) for head in file.heads if head.note],
        pieces=pieces,
        receipts=[
            (head.log, *newest) for head in file.heads for newest in _receipts(tx, head.log, papers.bundle)[:1]
        ],
        said=[
            Said(sid=one.sid, name=one.name, words=one.words) for proof in file.proofs for one in proof.signed
        ],
    )  # fmt: skip
    data = evidence.make(contents, office.device.p256)
    flaws = witness.check(data, papers.bundle).flaws
    if flaws:
        raise Fault("report.unsound", finding=flaws[0].code, entity=flaws[0].entity or "-")
    return data


def _receipts(tx: Tx, log: str, bundle: TrustBundle) -> list[tuple[int, str]]:
    """The receipts of a log, the newest first; of centres that the bundle names, if it names any: of no other is its
    reader able to say whose it is."""
    named = {esign.thumbprint(centre.jwk) for centre in bundle.centres}
    return [(n, token) for n, token in receipts(tx, log) if not named or esign.parse(token).kid in named]


def _places(file: PersonFile) -> list[Place]:
    """Where the records and the signatures over them stand."""
    return [place for proof in file.proofs for place in (*proof.places, *(one.place for one in proof.signed))]


def _enrolments(tx: Tx, signers: Iterable[str], refused: Container[Place]) -> list[Place]:
    """Genesis, and where the keys of the accounts that signed were enrolled, with those of who approved them, and so on.

    What was kept and not believed (`refused`) enrolled nobody.
    """
    by_uid: dict[str, list[Entry]] = {}
    found: list[Place] = []
    believed = (read(b) for log, seq, b in history.landmarks(tx) if (log, seq) not in refused)
    for entry in believed:
        if entry.act == "site.genesis":
            found.append((entry.log, entry.seq))
        elif entry.act == "key.enrol" and entry.body is not None:
            by_uid.setdefault(entry.body["uid"], []).append(entry)
    wanted, seen = set(signers), set[str]()
    while wanted - seen:
        uid = (wanted - seen).pop()
        seen.add(uid)
        for entry in by_uid.get(uid, ()):
            found.append((entry.log, entry.seq))
            wanted |= {_approver(token) for token in (entry.body or {})["appr"]}
    return found


def _approver(token: str) -> str:
    return str(approvals.read_approval(token).signer.uid)


def _pieces(tx: Tx, places: Iterable[Place], heads: Iterable[Head]) -> list[Piece]:
    """The entries with their paths under the newest checkpoint of their log."""
    wanted: dict[str, set[int]] = {}
    for log, seq in places:
        wanted.setdefault(log, set()).add(seq)
    sizes = {head.log: head.size for head in heads}
    pieces: list[Piece] = []
    for log, seqs in wanted.items():
        size = sizes.get(log, 0)
        if max(seqs) >= size:
            raise Fault("report.unsound", finding="CP_MISSING", entity=log)
        leaves: list[bytes] = []
        held: dict[int, bytes] = {}
        for seq, b in history.entries(tx, log, 0, size - 1):
            leaves.append(leaf(b))
            if seq in seqs:
                held[seq] = b
        found = evidence.paths(leaves, held)
        pieces += [Piece(log=log, seq=seq, b=b, path=found[seq]) for seq, b in held.items()]
    return pieces


def _issue(office: Office, file: PersonFile, papers: Papers, id: bytes, data: bytes) -> Issue:
    session = office.session
    assert session is not None
    with office.store.read() as tx:
        issuer = office.ring.opened("person", state.row(tx, "person", session.pid) or {"id": session.pid})
    own = next(head for head in file.heads if head.log == office.tail.log)
    made: Issue = library().Issue(
        id=id, number=number_of(id.hex()),
        title=say("paper.title", {"name": file.name}), site=office.site, person=file.name,
        number_of_person=file.number, issuer=str(issuer.get("name", session.uid)), issuer_id=session.uid,
        role=say(f"role.{session.role}"), device=own.log.split("/")[2],
        seal=sha256(papers.chain.device).hexdigest(), evidence=sha256(data).hexdigest(), log=own.log,
        size=own.size, waiting=sum(head.n - head.received for head in file.heads), root=own.root, at=file.at,
        issued=file.read,
    )  # fmt: skip
    return made
