"""A centre on this very computer, and a site's first meeting with it (decision 5): what the demo shows.

- The folder holds the centre, its certificate and the authority that the site is told to believe.
- QA records the centre in the site's history, the centre takes the site's trust bundle, then the first batches go.
- It listens on loopback; the site reaches it as it would reach any other: over TLS, by name, under its own authority.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.base.moment import Clock
from app.base.words import Json, Refused, Value
from app.central.gates import Limits
from app.central.keys import FILE as KEYS
from app.central.serve import Serving, json_log
from app.proof.descriptor import Descriptor
from app.wiring.service import (
    HOST,
    check_centre,
    import_site,
    init_centre,
    open_centre,
    own_files,
    public_of,
    start_centre,
)
from app.work.centres import record_centre
from app.work.office import Office
from app.work.papers import renew_papers
from app.work.sign import Signer
from app.work.unlock import Given

LOG = "centre.log"


class Embedded(Value, frozen=True):
    """A centre that answers: where, whom to believe, what the site's root is to vouch for, and how it ends."""

    address: str
    ca: Path
    public: dict[str, Json]
    take: Callable[[str], dict[str, Json] | Refused]
    check: Callable[[], dict[str, Json]]
    stop: Callable[[], None]

    def descriptor(self, jurisdiction: str) -> Descriptor:
        """What QA records. The address stays open: a centre on this computer gets another port each time."""
        return Descriptor(v=1, jurisdiction=jurisdiction, urls=[], **self.public)


def start_embedded(
    folder: Path, name: str, region: str, clock: Clock, limits: Limits | None = None
) -> Embedded:
    """Start the centre in `folder`, made first where there is none; `clock` dates its receipts.

    Faults `centre.*`, `disk.*`.
    """
    if not (folder / KEYS).is_file():
        init_centre(folder, name, region)
    ca, listen = own_files(folder, 0)
    centre = open_centre(folder, clock)
    public = public_of(centre.keys)
    told = (folder / LOG).open("a", encoding="utf-8")
    serving: Serving = start_centre(centre, listen, limits, json_log(told))

    def stop() -> None:
        serving.stop()
        centre.pool.close()
        told.close()

    return Embedded(
        address=f"https://{HOST}:{serving.port}",
        ca=ca,
        public=public,
        take=lambda bundle: import_site(centre, bundle),
        check=lambda: check_centre(centre),
        stop=stop,
    )


def introduce(
    office: Office, centre: Embedded, jurisdiction: str, signer: Signer, given: Given
) -> str | Refused:
    """Record the centre in QA's name and give it the site's trust bundle; the bundle, for `trust.jws`.

    Refusals of `record_centre` and of the centre. `given` is what QA typed for `signer`.
    """
    recorded = record_centre(office, centre.descriptor(jurisdiction), signer, given)
    if isinstance(recorded, Refused):
        return recorded
    bundle = renew_papers(office, signer.uid, given)
    if isinstance(bundle, Refused):
        return bundle
    taken = centre.take(bundle)
    return taken if isinstance(taken, Refused) else bundle
