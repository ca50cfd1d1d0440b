"""A centre's own keys: made once, kept private, read back."""

from __future__ import annotations

import os
import stat

import pytest

from app.base.faults import CannotDecide, Fault
from app.central.keys import FILE, make_keys, read_keys


def test_keys_are_read_back_and_private(tmp_path):
    made = make_keys(tmp_path / "centre", "centre.test/one", "eu", os.urandom)
    read = read_keys(tmp_path / "centre")
    assert (read.name, read.region, read.inc, read.public) == (made.name, made.region, made.inc, made.public)
    assert stat.S_IMODE((tmp_path / "centre" / FILE).stat().st_mode) == 0o600
    assert repr(read).find(read.pair.scalars[0].hex()) < 0


def test_keys_are_never_made_twice(tmp_path):
    make_keys(tmp_path, "centre.test", "eu", os.urandom)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(Fault, match="is a centre already"):
        make_keys(tmp_path, "centre.test", "eu", os.urandom)
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "region"), [("", "eu"), ("Centre", "eu"), ("a b", "eu"), ("a", ""), ("a", "E U"), ("a+b", "eu")]
)
def test_a_name_out_of_form_is_refused(tmp_path, name, region):
    with pytest.raises(Fault) as fault:
        make_keys(tmp_path, name, region, os.urandom)
    assert fault.value.code == "centre.name"
    assert not (tmp_path / FILE).exists()


def test_a_missing_or_damaged_file_can_not_be_decided(tmp_path):
    with pytest.raises(CannotDecide) as fault:
        read_keys(tmp_path)
    assert fault.value.code == "centre.missing"
    make_keys(tmp_path, "centre.test", "eu", os.urandom)
    whole = (tmp_path / FILE).read_bytes()
    for damaged in (b"", whole[:-4], whole.replace(b'"p256"', b'"p257"'), b"[]", b"1"):
        (tmp_path / FILE).write_bytes(damaged)
        with pytest.raises(CannotDecide) as fault:
            read_keys(tmp_path)
        assert fault.value.code == "centre.damaged"
