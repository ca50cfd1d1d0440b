"""A training file that was really issued on a copy of the demo's site, with the device that sealed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from app.base.codec import b64u, pack
from app.base.words import Refused
from app.proof import esign
from app.proof.device import Device
from app.proof.evidence import SEAL
from app.report.stamp import EVIDENCE, open_stamped
from app.work.centres import site_root
from app.work.demo.stage import must
from app.work.issue import Issued, issue_file
from app.work.papers import make_papers
from tests.work.onstage import LEARNER_NUMBER, QA, copied

Line = dict[str, Any]


@dataclass(frozen=True)
class Handed:
    """The sealed PDF, what was told of it, its trust bundle, the device's keys, and the root's of the site."""

    pdf: Path
    told: Issued
    trust: Path
    device: Device
    root: ec.EllipticCurvePrivateKey

    @property
    def evidence(self) -> bytes:
        """The attached file."""
        return open_stamped(self.pdf.read_bytes()).attached[EVIDENCE]

    def lines(self) -> list[Line]:
        """The attached file, line by line."""
        return [json.loads(line) for line in self.evidence.splitlines()]

    def resealed(self, lines: list[Line], into: Path) -> Path:
        """Lines of one's own under the device's own seal, as somebody would make them who holds the device."""
        body = b"".join(pack(line) + b"\n" for line in lines if line["t"] != "seal")
        told = {"v": 1, "report": lines[0]["id"], "sha256": b64u(sha256(body).digest())}
        token = esign.sign(told, SEAL, self.device.p256, self.device.jkt)
        into.write_bytes(body + pack({"t": "seal", "jws": token}) + b"\n")
        return into


def hand_out(demo_dir: Path, folder: Path, paper: str = "A4", number: str = LEARNER_NUMBER) -> Handed:
    """QA gives the device its papers and issues a file, the learner's unless another is asked for."""
    stage = copied(demo_dir, folder)
    office = stage.enter(QA)
    must(make_papers(office, stage.cast.typed(QA)))
    told = must(issue_file(office, number, folder / "file.pdf", paper=paper)).result
    assert office.session is not None
    root = site_root(office, office.session.uid, stage.cast.typed(QA))
    stage.leave()
    assert not isinstance(root, Refused)
    trust = folder / "demo" / "trust.jws"
    return Handed(pdf=folder / "file.pdf", told=told, trust=trust, device=office.device, root=root)
