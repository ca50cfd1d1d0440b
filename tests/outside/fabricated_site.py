"""A small sound site: `fabricate(DIR)` writes what `countersign demo` would write, without the product.

Genesis by three, keys and roles by two, a document, records read, judged, approved, voided, a second device,
one batch with its receipt; then site/, device-secret (+ .anchor), trust.jws, demo-secrets.json.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fabricated import (
    LOG,
    SITE,
    Members,
    Person,
    b64u,
    jkt,
    jwk,
    jws,
    note_line,
    point,
    sha,
)
from fabricated_folder import FROM, VAULT, Folder, connect

__all__ = ["FROM", "VAULT", "Site", "connect", "fabricate"]


class Site(Folder):
    """The whole story, then the folder."""

    def tell(self, more: Callable[[Site], None] | None) -> None:
        self.genesis()
        self.m.open(self.ada, "s_one")
        self.enrol_others()
        self.work()
        self.other_device()
        self.to_centre()
        self.m.open(self.bea, "s_four", other=self.m.two)
        self.early = {k: dict(v) for k, v in self.m.rows.items()}, dict(self.m.heads)
        self.m.entry(
            "record.sign",
            "record/r_second0000000000",
            self.bea,
            sess="s_four",
            code="APPROVED",
            after={"outcome": "qualified"},
        )
        self.m.entry(
            "record.sign",
            "record/r_third00000000000",
            self.bea,
            sess="s_four",
            code="VOIDED",
            why="R01",
            after={"void": 1},
        )
        if more:
            more(self)
        self.m.close(self.bea, "s_four")

    def genesis(self) -> None:
        m, founders = self.m, [self.ada, self.bea, self.max]
        device = {"id": m.one.ident, "jwk": jwk(m.one.key), "ed25519": m.one.ed_text()}
        body = {
            "site": SITE,
            "domain": "local.invalid",
            "vault": VAULT,
            "root": jwk(self.root),
            "recovery": point(self.recovery),
            "device": device,
            "people": [self.enrolment(who, role=who.role) for who in founders],
        }
        m.entry("site.genesis", f"site/{SITE}", None, body=m.approved("site.genesis", body, founders, None))
        for pid in m.deks:
            commit = b64u(sha(b"cs/dek-commit/v1" + m.deks[pid]))
            m.entry("person.key", f"person/{pid}", None, body={"pid": pid, "ver": 1, "commit": commit})
        m.one.checkpoint()

    @staticmethod
    def enrolment(who: Person, **more: Any) -> Members:
        return {
            "uid": who.uid,
            "pid": who.pid,
            "jwk": jwk(who.key),
            "jkt": jkt(who.key),
            "hpk": point(who.hsk),
            "idv": "known",
            "from": FROM,
            **more,
        }

    def enrol_others(self) -> None:
        m, pair = self.m, [self.ada, self.max]
        for who, dept in ((self.tom, "qc"), (self.lea, None)):
            body = m.approved("key.enrol", self.enrolment(who), pair, who)
            m.entry("key.enrol", f"key/{jkt(who.key)}", self.ada, sess="s_one", body=body)
            grant = {
                "uid": who.uid,
                "role": who.role,
                "scope": {"site": SITE, "dept": dept},
                "from": FROM,
                "to": None,
                "grade": "W",
            }
            m.entry(
                "role.grant",
                f"role/{who.uid}",
                self.ada,
                sess="s_one",
                why="INITIAL",
                body=m.approved("role.grant", grant, pair, None),
            )

    def work(self) -> None:
        m, pdf = self.m, b"%PDF SOP-1 version 1"
        for who in m.people:
            name = m.envelope(who.pid, f"person|{who.pid}|name_j", who.name)
            m.entry("person.add", f"person/{who.pid}", self.ada, sess="s_one", after={"name_j": name})
        file = m.file("p_site", pdf, "SOP-1.pdf")
        m.entry(
            "document.sign",
            "document/d_sop1000000000000",
            self.ada,
            sess="s_one",
            code="APPROVED",
            after={"title": "Weighing", "ver": 1, "sha256": file["sha256"], "file_j": file},
        )
        note = m.envelope(self.lea.pid, "record|r_first00000000000|note_j.text", "wears glasses")
        after = {"pid": self.lea.pid, "dept": "qc", "doc": "d_sop1000000000000", "grade": "A"}
        m.entry("record.add", "record/r_second0000000000", self.ada, sess="s_one", after=after, why="SET_UP")
        m.entry(
            "record.add",
            "record/r_third00000000000",
            self.ada,
            sess="s_one",
            after=after,
            why="SET_UP",
            ts=m.times(0),
        )
        m.entry(
            "record.sign",
            "record/r_first00000000000",
            self.ada,
            sess="s_one",
            code="APPROVED",
            why="SET_UP",
            after={**after, "note_j": {"text": note}},
            covers=2,
            ts=m.times(0),
        )
        m.close(self.ada, "s_one")
        self.training({"id": "d_sop1000000000000", "ver": 1, "sha256": file["sha256"]})

    def training(self, doc: Members) -> None:
        m = self.m
        m.open(self.lea, "s_two")
        m.entry(
            "record.sign",
            "record/r_first00000000000",
            self.lea,
            sess="s_two",
            code="READ",
            doc=doc,
            after={"outcome": "read"},
        )
        m.entry(
            "record.sign",
            "record/r_first00000000000",
            self.tom,
            code="COMPETENT",
            after={"outcome": "competent"},
        )
        m.close(self.lea, "s_two")

    def other_device(self) -> None:
        m = self.m
        m.open(self.bea, "s_three")
        m.entry(
            "device.enrol",
            f"device/{m.two.ident}",
            self.bea,
            sess="s_three",
            code="APPROVED",
            why="NEW",
            body=m.device_body(m.two),
        )
        m.close(self.bea, "s_three")
        m.open(self.tom, "s_far", on=m.two, other=m.one)
        m.entry(
            "record.sign",
            "record/r_second0000000000",
            self.tom,
            sess="s_far",
            code="COMPETENT",
            on=m.two,
            after={"outcome": "competent"},
        )
        m.close(self.tom, "s_far", on=m.two)

    def to_centre(self) -> None:
        m = self.m
        m.open(self.ada, "s_send", other=m.two)
        public = b64u(self.centre_ed.public_key().public_bytes_raw())
        centre = {
            "v": 1,
            "name": "centre.example/one",
            "jwk": jwk(self.centre),
            "ed25519": public,
            "region": "eu",
            "jurisdiction": "IE",
            "urls": [],
        }
        m.entry(
            "centre.descriptor",
            "centre/one",
            self.ada,
            sess="s_send",
            code="APPROVED",
            body={"jws": jws(self.root, "centre", centre)},
        )
        m.close(self.ada, "s_send")
        self.sent(centre)

    def sent(self, centre: Members) -> None:
        m = self.m
        note, last = m.one.checkpoint(), len(m.one.raws) - 1
        lines = b"".join(raw + b"\n" for raw in m.one.raws)
        manifest = jws(
            m.one.key,
            "batch",
            {
                "v": 1,
                "id": "b_1",
                "log": LOG,
                "from": 0,
                "to": last,
                "prev": b64u(bytes(32)),
                "sha256": b64u(sha(lines)),
                "cp": note,
                "rcpt": None,
                "cons": [],
                "ccp": None,
                "region": "eu",
            },
        )
        when, text = 1795412646, note.partition("\n\n")[0] + "\n"
        signed = f"cosignature/v1\ntime {when}\n{text}".encode()
        cosig = note_line(self.centre_ed, centre["name"], 4, when.to_bytes(8, "big"), signed)
        receipt = jws(
            self.centre,
            "receipt",
            {
                "v": 1,
                "site": SITE,
                "log": LOG,
                "from": 0,
                "to": last,
                "tail": b64u(m.one.leaves()[-1]),
                "batch": sha(manifest.encode()).hex(),
                "pos": 1,
                "at": "2026-11-23T06:00:00.000Z",
                "inc": "i1",
                "prov": False,
                "cosig": cosig,
            },
        )
        self.batch, self.receipt = (SITE, LOG, 0, last, manifest), (SITE, LOG, last + 1, receipt)


def fabricate(folder: Path, more: Callable[[Site], None] | None = None) -> Site:
    """Write a small sound demo folder and return what it was made of; `more` adds to its last session."""
    site = Site()
    site.tell(more)
    site.write(folder)
    return site
