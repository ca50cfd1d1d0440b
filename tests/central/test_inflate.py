"""Packed bodies: whole ones come out, cut ones and bombs don't."""

from __future__ import annotations

import gzip
from contextlib import suppress

import pytest
import zstandard

from app.central.inflate import CAP, WIRE, Cut, TooLarge, unpacked, wire_limit

DATA = b"".join(f"line {n}\n".encode() for n in range(20_000))
PACKS = {"zstd": zstandard.ZstdCompressor(3).compress, "gzip": gzip.compress}


@pytest.mark.parametrize("encoding", sorted(PACKS))
def test_what_was_packed_comes_out(encoding):
    assert unpacked(PACKS[encoding](DATA), encoding) == DATA
    assert unpacked(DATA, "") is DATA


@pytest.mark.parametrize("encoding", sorted(PACKS))
def test_a_cut_or_changed_body_is_noticed_or_shorter(encoding):
    packed = PACKS[encoding](DATA)
    for at in (1, len(packed) // 3, len(packed) - 1):
        with suppress(Cut):
            assert unpacked(packed[:at], encoding) != DATA
    with pytest.raises(Cut):
        unpacked(DATA, encoding)


@pytest.mark.parametrize("encoding", sorted(PACKS))
def test_one_byte_over_the_cap_is_too_large(encoding):
    assert len(unpacked(PACKS[encoding](bytes(CAP)), encoding)) == CAP
    with pytest.raises(TooLarge):
        unpacked(PACKS[encoding](bytes(CAP + 1)), encoding)


def test_a_window_beyond_bounds_is_refused():
    wide = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=27))
    with pytest.raises(Cut):
        unpacked(wide_frame(wide), "zstd")


def wide_frame(packer):
    """A frame that says it needs a window of 128 MiB."""
    stream = packer.compressobj()
    return stream.compress(DATA) + stream.flush()


def test_packed_bodies_may_be_half_as_long():
    assert (wire_limit(""), wire_limit("identity"), wire_limit("zstd"), wire_limit("gzip")) == (
        CAP,
        CAP,
        WIRE,
        WIRE,
    )
