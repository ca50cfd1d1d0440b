"""Sites and devices as their trust bundles name them (formats §6 "Trust bundle").

- The first bundle of a site is believed for its fingerprint, which a person compares; each later one must have the
  same root and genesis and be issued later.
- A bundle that names this centre with other keys is refused: its receipts would convince nobody.
- A device is found by its log's origin; its site, domain and identifier must be the bundle's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.base.faults import CannotDecide
from app.base.moment import utc_ms
from app.base.words import Done, Refused, Value
from app.central.keys import CentreKeys
from app.proof import trust
from app.proof.esign import SigBad
from app.proof.trust import TrustBundle, TrustedDevice
from app.store import sites
from app.store.tx import Store, Tx

PART = r"[a-z0-9][a-z0-9._-]{0,254}"
SITE = re.compile(PART)
"""The form of a site's name (formats §5)."""
LOG = re.compile(
    rf"countersign\.(?P<domain>{PART})/(?P<site>{PART})/(?P<device>{PART})/(?P<epoch>[0-9]{{1,15}})"
)


class Origin(Value, frozen=True):
    """A log's name taken apart (formats §5)."""

    domain: str
    site: str
    device: str
    epoch: str


def origin_of(log: str) -> Origin | None:
    """The parts of `countersign.<domain>/<site>/<device>/<epoch>`, or None for another form."""
    parts = LOG.fullmatch(log)
    return None if parts is None else Origin(**parts.groupdict())


def device_of(bundle: TrustBundle, log: str) -> TrustedDevice | None:
    """The device whose log this is, or None when the bundle knows none such."""
    origin = origin_of(log)
    if origin is None or (origin.site, origin.domain) != (bundle.site, bundle.domain):
        return None
    return bundle.device(origin.device)


def revoked(device: TrustedDevice, ms: int) -> bool:
    """Whether the bundle ends the device before `ms`."""
    return device.end is not None and utc_ms(device.end) <= ms


@lru_cache(maxsize=256)
def read_bundle(token: str) -> TrustBundle:
    """The bundle of a token, verified against its own root. Raises SigBad."""
    return trust.read(token)


def bundle_in(tx: Tx) -> TrustBundle | None:
    """The newest bundle of the transaction's site, or None for a site that this centre doesn't serve.

    CannotDecide `store.damaged` for one that somebody edited: what is kept here was verified before.
    """
    token = sites.bundle_token(tx)
    try:
        return None if token is None else read_bundle(token)
    except SigBad:
        raise CannotDecide("store.damaged") from None


def site_named(token: str) -> str | Refused:
    """Which site a bundle is of; refuses `centre.bundle` for what is no bundle."""
    try:
        return read_bundle(token.strip()).site
    except SigBad:
        return Refused("centre.bundle")


def import_bundle(store: Store, token: str, keys: CentreKeys, root: str | None = None) -> Done | Refused:
    """Take a site's trust bundle in, into the `store` of that site.

    `root` is the fingerprint from the Site Trust Sheet, where somebody has it at hand. Answers Done with the
    bundle. Refuses `centre.bundle` (none), `centre.root` (of another root than `root`), `centre.other_root`, `centre.older`,
    `centre.other_keys`. The same bundle again changes nothing.
    """
    token = token.strip()
    try:
        bundle = read_bundle(token)
    except SigBad:
        return Refused("centre.bundle")
    if root is not None and bundle.fingerprint != root:
        return Refused("centre.root", {"site": bundle.site, "root": bundle.fingerprint, "named": root})
    with store.write() as tx:
        refused = _refuse(bundle, bundle_in(tx), keys)
        if refused is not None:
            return refused
        held = sites.bundle_token(tx)
        if held is None:
            sites.begin_site(tx, keys.inc)
        if held != token:
            sites.keep_bundle(tx, bundle.issued, token)
    return Done(frozenset({"site"}), bundle)


def _refuse(new: TrustBundle, held: TrustBundle | None, keys: CentreKeys) -> Refused | None:
    about = {"site": new.site}
    named = [centre for centre in new.centres if centre.name == keys.name]
    if named and named[0] != keys.public:
        return Refused("centre.other_keys", about)
    if held is None:
        return None
    if (held.fingerprint, held.genesis, held.domain) != (new.fingerprint, new.genesis, new.domain):
        return Refused("centre.other_root", about)
    if utc_ms(new.issued) < utc_ms(held.issued) or (new.issued == held.issued and new != held):
        return Refused("centre.older", about)
    return None
