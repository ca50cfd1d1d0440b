"""The recovery kit: a key on paper (formats §1 "cs/recovery-key/v1"; trust §1.8).

- The seed's 32 bytes are injected; the key is expand(seed, 48 bytes) mod (n − 1) + 1 on P-256.
- The seed is written as SLIP-39 shares: one group, no passphrase, iteration exponent 1, extendable; 2 of 3 unless
  said, 1 of 1 possible. A share has 33 words; a typing error fails its checksum.
- The shares' own blinding is drawn by the library from the system: the same seed never gives the same shares.
- The key opens data, never anybody's signing key.
"""

from __future__ import annotations

from collections.abc import Sequence

from shamir_mnemonic import (  # type: ignore[import-untyped]
    MnemonicError,
    combine_mnemonics,
    generate_mnemonics,
)
from shamir_mnemonic.share import Share  # type: ignore[import-untyped]

from app.base.ids import Random
from app.proof.derive import KEY, WIDE, expand, point_of, private_of, scalar_from

LABEL = "cs/recovery-key/v1"
THRESHOLD = 2
COUNT = 3
EXPONENT = 1


class SharesBad(ValueError):
    """The shares are mistyped, too few, too many, or of different kits. The message is the library's, in words."""


def new_recovery(random: Random, threshold: int = THRESHOLD, count: int = COUNT) -> tuple[bytes, list[str]]:
    """(65-byte point, shares) of a fresh kit; any `threshold` of the `count` shares recover it.

    ValueError for 1 of several (a single share would be the key) or more than 16.
    """
    if not 1 <= threshold <= count <= 16 or (threshold == 1 and count > 1):
        raise ValueError(f"no kit of {threshold} of {count}")
    seed = random(KEY)
    if len(seed) != KEY:
        raise ValueError("a seed has 32 bytes")
    groups = generate_mnemonics(1, [(threshold, count)], seed, extendable=True, iteration_exponent=EXPONENT)
    shares: list[str] = groups[0]
    point = point_of(private_of(key_of(seed)))
    # Paper can't be checked later: the first and the last shares must lead back before anybody prints them.
    for some in (shares[:threshold], shares[-threshold:]):
        if recover(some) != key_of(seed):
            raise SharesBad("the shares do not lead back to the seed")
    return point, shares


def recover(shares: Sequence[str]) -> bytes:
    """The 32-byte recovery scalar from exactly as many different shares as the kit asks; SharesBad."""
    try:
        seed = combine_mnemonics([_tidy(share) for share in shares])
    except MnemonicError as error:
        raise SharesBad(str(error)) from None
    if len(seed) != KEY:
        raise SharesBad("these shares belong to something else")
    return key_of(seed)


def check_share(text: str) -> tuple[str, int]:
    """(kit, how many shares it asks) of one share as typed; SharesBad for a typing error."""
    try:
        share = Share.from_mnemonic(_tidy(text))
    except MnemonicError as error:
        raise SharesBad(str(error)) from None
    return f"{share.identifier:04x}", int(share.member_threshold)


def key_of(seed: bytes) -> bytes:
    """The P-256 scalar of a 32-byte seed."""
    return scalar_from(expand(seed, LABEL, WIDE))


def _tidy(share: str) -> str:
    return " ".join(share.lower().split())
