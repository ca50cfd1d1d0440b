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
from app.central.serve import Listen, Serving, json_log
from app.proof.descriptor import Descriptor
from app.proof.tls import make_server
from app.proof.vaultfile import replace_file
from app.wiring.service import import_site, init_centre, open_centre, public_of, start_centre
from app.work.centres import record_centre, site_root, trust_bundle
from app.work.clocks import SystemClock
from app.work.office import Office
from app.work.sign import Signer
from app.work.unlock import Given

CA, CHAIN, KEY, LOG = "ca.pem", "chain.pem", "key.pem", "centre.log"
HOST = "localhost"


class Embedded(Value, frozen=True):
    """A centre that answers: where, whom to believe, what the site's root is to vouch for, and how it ends."""

    address: str
    ca: Path
    public: dict[str, Json]
    take: Callable[[str], dict[str, Json] | Refused]
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
    if not (folder / CA).is_file():
        public = init_centre(folder, name, region)
        # A certificate is held against the computer's real time, whatever the site's clock says.
        files = make_server([HOST, "127.0.0.1"], SystemClock("UTC").now().instant.ms)
        for file, data in ((KEY, files.key), (CHAIN, files.chain), (CA, files.ca)):
            replace_file(folder / file, data)
    centre = open_centre(folder, clock)
    public = public_of(centre.keys)
    listen = Listen(host="127.0.0.1", port=0, chain=folder / CHAIN, key=folder / KEY)
    told = (folder / LOG).open("a", encoding="utf-8")
    serving: Serving = start_centre(centre, listen, limits, json_log(told))

    def stop() -> None:
        serving.stop()
        centre.pool.close()
        told.close()

    return Embedded(
        address=f"https://{HOST}:{serving.port}",
        ca=folder / CA,
        public=public,
        take=lambda bundle: import_site(centre, bundle),
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
    root = site_root(office, signer.uid, given)
    if isinstance(root, Refused):
        return root
    bundle = trust_bundle(office, root)
    taken = centre.take(bundle)
    return taken if isinstance(taken, Refused) else bundle
