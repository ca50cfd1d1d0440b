"""Keys from keys, and wraps that open in one place only."""

from __future__ import annotations

import byhand
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.proof import derive
from app.proof.derive import ORDER, WrapBad

KEY = bytes(range(32))


def test_every_label_gives_its_key(vectors):
    vector = vectors("derivations")
    key = bytes.fromhex(vector["key"])
    assert {label: derive.expand(key, label).hex() for label in vector["keys"]} == vector["keys"]
    for label, wide in vector["wide"].items():
        assert derive.expand(key, label, 48).hex() == wide
    assert len(set(vector["keys"].values())) == len(vector["keys"])


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_only_a_key_of_32_bytes_is_expanded(size):
    with pytest.raises(ValueError, match="32 bytes"):
        derive.expand(bytes(size), "cs/pii/v1")


def test_a_label_outside_ascii_is_refused():
    with pytest.raises(ValueError):
        derive.expand(KEY, "cs/pii/v\u00b9")


def test_a_wrap_opens_with_its_key_and_place(random):
    blob = derive.wrap(KEY, b"secret", b"here", random)
    assert derive.unwrap(KEY, blob, b"here") == b"secret"
    assert len(blob) == 12 + 6 + 16
    assert derive.wrap(KEY, b"secret", b"here", random) != blob


def test_nothing_is_wrapped_as_well_as_something(random):
    blob = derive.wrap(KEY, b"", b"here", random)
    assert len(blob) == 28
    assert derive.unwrap(KEY, blob, b"here") == b""


def test_a_wrap_opens_nowhere_else(random):
    blob = derive.wrap(KEY, b"secret", b"here", random)
    for key, place in ((KEY[::-1], b"here"), (KEY, b"there"), (KEY, b"")):
        with pytest.raises(WrapBad):
            derive.unwrap(key, blob, place)


def test_no_byte_of_a_wrap_may_change(random):
    blob = derive.wrap(KEY, b"secret", b"here", random)
    wrong = [blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :] for at in range(len(blob))]
    wrong += [blob[:size] for size in range(len(blob))] + [blob + b"\0"]
    for changed in wrong:
        with pytest.raises(WrapBad):
            derive.unwrap(KEY, changed, b"here")


@given(st.binary(min_size=48, max_size=48))
def test_wide_bytes_become_a_scalar(wide):
    number = int.from_bytes(derive.scalar_from(wide))
    assert 0 < number < ORDER
    assert (number - 1 - int.from_bytes(wide)) % (ORDER - 1) == 0


def test_the_order_is_that_of_the_curve():
    assert ORDER == byhand.N
    assert byhand.times(ORDER, byhand.G) is None


def test_the_ends_of_the_scalars():
    assert derive.scalar_from(bytes(48)) == (1).to_bytes(32)
    assert derive.scalar_from((ORDER - 2).to_bytes(48)) == (ORDER - 1).to_bytes(32)
    assert derive.scalar_from((ORDER - 1).to_bytes(48)) == (1).to_bytes(32)
    for size in (0, 32, 47, 49):
        with pytest.raises(ValueError):
            derive.scalar_from(bytes(size))


@pytest.mark.parametrize(
    "scalar", [bytes(32), ORDER.to_bytes(32), b"\xff" * 32, b"\x01", bytes(31), b"\0" + b"\1" * 32]
)
def test_a_number_outside_the_group_is_no_key(scalar):
    with pytest.raises(ValueError, match="P-256"):
        derive.private_of(scalar)


def test_a_point_is_read_in_one_form_only(vectors):
    point = bytes.fromhex(vectors("grants")["point"])
    assert derive.point_of(derive.public_of(point)) == point
    compressed = bytes([2 + (point[-1] & 1)]) + point[1:33]
    hybrid = bytes([6 + (point[-1] & 1)]) + point[1:]
    off_curve = point[:-1] + bytes([point[-1] ^ 1])
    for wrong in (b"", b"\0", compressed, hybrid, off_curve, point + b"\0", point[:-1], b"\4" + bytes(64)):
        with pytest.raises(ValueError):
            derive.public_of(wrong)


def test_a_scalar_and_its_point(vectors):
    vector = vectors("grants")
    key = derive.private_of(bytes.fromhex(vector["scalar"]))
    assert derive.point_of(key).hex() == vector["point"]


@pytest.mark.req("R-SEC-01")
def test_the_small_files_of_a_folder_are_tagged(vectors):
    vector = vectors("macs")
    for case in vector["tagged"]:
        key = derive.expand(bytes.fromhex(vector["ds"]), case["label"])
        assert derive.tag(key, case["members"]) == case["members"]["mac"]
        assert derive.tag_holds(key, case["members"])


def test_a_tag_covers_every_member_and_its_place(vectors):
    vector = vectors("macs")
    for case in vector["tagged"]:
        key, members = derive.expand(bytes.fromhex(vector["ds"]), case["label"]), case["members"]
        for name in members.keys() - {"mac"}:
            assert not derive.tag_holds(key, {**members, name: None})
            assert not derive.tag_holds(key, {n: v for n, v in members.items() if n != name})
        assert not derive.tag_holds(key, {**members, "more": 1})
        assert not derive.tag_holds(KEY, members)


@pytest.mark.parametrize("mac", [None, "", 5, "0" * 64, "\u00e9", ["a"]])
def test_a_tag_of_another_kind_does_not_hold(mac):
    assert not derive.tag_holds(KEY, {"a": 1, "mac": mac})
    assert not derive.tag_holds(KEY, {"a": 1})
    tag = derive.tag(KEY, {"a": 1})
    assert not derive.tag_holds(KEY, {"a": 1, "mac": tag.upper()})
