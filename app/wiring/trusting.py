"""`trust centre | bundle | regions`: what a site's root vouches for, in QA's name.

- A centre is believed once QA recorded it: signed by the person, and inside by the site's root.
- The root's key opens with QA's password, typed for that act.
- The bundle is written into a file for the centre and for whoever verifies, and renewed in the data folder.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.base.codec import NotCanonical, parse
from app.base.faults import CannotDecide
from app.base.say import say
from app.base.words import Refused
from app.proof import esign
from app.proof.descriptor import Descriptor
from app.proof.esign import thumbprint
from app.proof.vaultfile import replace_file
from app.wiring.calling import Answer, inside, refuse_out, run, told
from app.work.centres import allow_regions, record_centre, refuse_descriptor, refuse_regions
from app.work.ceremony import signer_of_session
from app.work.office import Office
from app.work.papers import renew_papers
from app.work.unlock import Given


def centre(file: Path, *, jurisdiction: str, out: Path, url: tuple[str, ...] = ()) -> int:
    """QA records the centre that FILE describes (`centre init --out`), and writes the trust bundle that names it.

    --url is an address it may be reached at, as often as there are several; without one any address may be.
    """
    described = _described(file, jurisdiction, url)
    refused = refuse_descriptor(described) or _refuse_out(out)
    return told(refused) if refused else inside(lambda office: _record(office, described, out))


def bundle(*, out: Path) -> int:
    """Write the site's trust bundle as it is now; also gives this device its certificate for reports. Only QA."""
    refused = _refuse_out(out)
    return told(refused) if refused else inside(lambda office: _bundle(office, _typed("password"), out))


def regions(*region: str, why: str) -> int:
    """QA names the regions that records may go to; with none, nothing goes anywhere. --why is a code such as POLICY."""
    refused = refuse_regions(region)
    return told(refused) if refused else inside(lambda office: _regions(office, region, why))


def _record(office: Office, described: Descriptor, out: Path) -> Answer:
    given = _typed("password", "sign-code")
    signer = signer_of_session(office, given)
    if isinstance(signer, Refused):
        return signer
    done = record_centre(office, described, signer, given)
    if isinstance(done, Refused):
        return done
    answer = _bundle(office, given, out)
    if isinstance(answer, Refused):
        return answer
    about = {"name": described.name, "region": described.region, "jurisdiction": described.jurisdiction}
    return {**answer, "centre": {**about, "urls": described.urls},
            "text": [say("trust.recorded", about), *answer["text"]]}  # fmt: skip


def _bundle(office: Office, given: Given, out: Path) -> Answer:
    session = office.session
    token = Refused("session.none") if session is None else renew_papers(office, session.uid, given)
    if isinstance(token, Refused):
        return token
    replace_file(out, token.encode("ascii") + b"\n")
    about = {"file": str(out), "root": thumbprint(office.standing.genesis["root"])}
    return {"out": str(out), "root": about["root"], "text": [say("trust.written", about)]}


def _regions(office: Office, named: tuple[str, ...], why: str) -> Answer:
    signer = signer_of_session(office, _typed("password", "sign-code"))
    if isinstance(signer, Refused):
        return signer
    done = allow_regions(office, named, signer, why)
    if isinstance(done, Refused):
        return done
    shown = ", ".join(sorted(named)) or "-"
    return {
        "regions": sorted(named),
        "entries": done.result,
        "text": [say("trust.regions", {"regions": shown})],
    }


def _typed(*names: str) -> Given:
    """What is typed for this act: the user name, and what is named."""
    ask = run().terminal.secret
    return Given(ask("user"), ask("password"), ask("sign-code") if "sign-code" in names else "")


def _described(file: Path, jurisdiction: str, urls: tuple[str, ...]) -> Descriptor:
    """What a centre said of itself. CannotDecide `centre.no_public`."""
    try:
        members = {**parse(file.read_bytes()), "v": 1, "jurisdiction": jurisdiction}
        return msgspec.convert({**members, "urls": [one.rstrip("/") for one in urls]}, Descriptor, strict=True)
    except (OSError, NotCanonical, TypeError, msgspec.ValidationError):
        raise CannotDecide("centre.no_public", file=file.name) from None


def _refuse_out(out: Path) -> Refused | None:
    """Why no bundle is written there. An older bundle may be renewed where it lies, nothing else."""
    refused = refuse_out(out)
    return refused if out.is_dir() or not _is_bundle(out) else None


def _is_bundle(file: Path) -> bool:
    try:
        return esign.parse(file.read_text(encoding="ascii").strip()).typ == esign.TRUST
    except (OSError, ValueError, esign.SigBad):
        return False
