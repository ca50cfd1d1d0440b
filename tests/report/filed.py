"""Training files made up for tests: names, reasons and numbers of rows as strange as one likes."""

from __future__ import annotations

from app.base.codec import b64u
from app.base.moment import Day, instant_at
from app.domain.reports import Course, Duty, Head, Job, PersonFile, Proof, Signed
from app.domain.verdicts import Reason, Verdict
from app.report.frame import Issue

NOON = instant_at(1_795_608_000_000, "Europe/Amsterdam")
LOG = "countersign.local.invalid/kilda/dev1/0"
MARKUP = '<b>Approved by QA</b> <img src="logo.png"/> & Wesson'
BIDI = "Anna \u202egnp.exe \u200bGray"
LONG = ("Wolfeschlegelsteinhausen" * 13)[:300]
MISSING = "Zo\u00eb \U0001f642 \u1e9e \u16a0"
REASON = "The plate of 14 May (0.7 CFU) was read twice, by 2 people, on 3 days; see page 41 of 96. " * 7
QUALIFIED = Verdict(word="Qualified", reasons=(Reason(code="record.valid", about={}),), record="r_1")
OVERDUE = Verdict(word="Overdue", reasons=(Reason(code="record.none", about={}),), due=Day("2022-01-15"))


def signed(meaning="COMPETENT", name="Mara Ito", **told) -> Signed:
    """One signature."""
    told = {
        "sid": f"sid-{meaning}", "uid": "u_trainer", "role": "trainer", "words": "I judge this person competent.",
        "why": "", "utc": NOON.utc, "off": NOON.off, "zone": NOON.zone, "full": True, "late": False,
        "doc": "Document version 3.0, SHA-256 " + "6d" * 32, "place": (LOG, 7), **told,
    }  # fmt: skip
    return Signed(name=name, meaning=meaning, **told)


def proof(number="SOP-0047", **told) -> Proof:
    """One record."""
    told = {
        "id": "r_1", "code": "RQ-0083", "subject": "Isolator", "ver": "3.0", "title": "Decontamination", "sha256": "6d" * 32,
        "done": NOON.utc, "done_off": NOON.off, "done_zone": NOON.zone, "valid_from": Day("2026-11-20"),
        "valid_to": Day("2027-11-20"), "grade": "A", "comment": "", "void": False, "counts": True, "open": (),
        "verdict": QUALIFIED, "post": b64u(bytes(range(32))), "places": ((LOG, 6), (LOG, 7)),
        "signed": (signed("TRAINED", "Ada Okoye", uid="u_learner", role="learner"), signed()), **told,
    }  # fmt: skip
    return Proof(number=number, **told)


def duty(code="RQ-0001", verdict=OVERDUE, **told) -> Duty:
    """One requirement."""
    told = {"subject": "Data Integrity Policy", "number": "POL-002", "curriculum": "CUR-GMP", **told}
    return Duty(code=code, verdict=verdict, **told)


def person_file(name="Ada Okoye", proofs=None, duties=None, **told) -> PersonFile:
    """One training file."""
    told = {
        "site": "kilda", "pid": "p_ada", "native": "", "number": "HB10032", "title": "Operator", "dept": "FIL",
        "hired": "2006-04-01", "gone": "", "at": NOON, "known_at": NOON, "read": NOON,
        "jobs": (Job(code="FIL-OP", title="Filling Operator", dept="FIL", start="2015-01-01", end="", main=True),),
        "courses": (Course(code="CUR-GMP", title="GMP basics", ver="7", jobs=("FIL-OP",)),),
        "heads": (Head(log=LOG, n=12, size=10, root=bytes(range(32)), note="", received=4),), **told,
    }  # fmt: skip
    proofs = (proof(),) if proofs is None else proofs
    duties = (duty("RQ-0083", QUALIFIED), duty()) if duties is None else duties
    return PersonFile(name=name, proofs=tuple(proofs), duties=tuple(duties), **told)


def issue(file: PersonFile, **told) -> Issue:
    """Who issues it."""
    told = {
        "id": b"\1\2\3\4\5\6\7\x08", "number": "RPT-0102-0304-0506-0708", "title": f"Training file: {file.name}",
        "site": file.site, "person": file.name, "number_of_person": file.number, "issuer": "Marta Uphaus",
        "issuer_id": "u_qa", "role": "QA", "device": "dev1", "seal": "ab" * 32, "evidence": "9f3c71ad" * 8, "log": LOG,
        "size": 10, "waiting": 8, "root": bytes(range(32)), "at": NOON, "issued": NOON, **told,
    }  # fmt: skip
    return Issue(**told)
