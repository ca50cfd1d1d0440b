"""The recovery kit: from shares to the key, and from nothing else."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from app.proof import derive, recovery
from app.proof.recovery import SharesBad, check_share, new_recovery, recover


@pytest.fixture
def vector(vectors):
    return vectors("recovery")


@pytest.mark.req("R-SYN-11")
def test_the_vector_shares_lead_to_the_key(vector):
    scalar = bytes.fromhex(vector["scalar"])
    assert recovery.key_of(bytes.fromhex(vector["seed"])) == scalar
    assert derive.point_of(derive.private_of(scalar)).hex() == vector["point"]
    for kit in vector["kits"]:
        for shares in permutations(kit["shares"], kit["threshold"]):
            assert recover(shares) == scalar
        for share in kit["shares"]:
            assert check_share(share)[1] == kit["threshold"]
            assert len(share.split()) == 33


def test_shares_are_read_as_people_type_them(vector):
    one, two = vector["kits"][0]["shares"][:2]
    assert recover([f"  {one.upper()}\n", two.replace(" ", "\t  ")]).hex() == vector["scalar"]


def test_too_few_too_many_or_repeated_shares_are_refused(vector):
    shares = vector["kits"][0]["shares"]
    for wrong in ([], shares[:1], [shares[0], shares[0]], ["", ""], [*shares[:1], ""]):
        with pytest.raises(SharesBad):
            recover(wrong)


def test_a_typing_error_is_found_in_the_share(vector):
    shares = vector["kits"][0]["shares"]
    words = shares[0].split()
    wrong = [
        [*words[:at], "academic" if words[at] != "academic" else "acid", *words[at + 1 :]] for at in range(33)
    ]
    wrong += [
        words[:-1],
        [*words, "acid"],
        [words[1], words[0], *words[2:]],
        [*words[:5], "zzzz", *words[6:]],
        [],
    ]
    for mistyped in wrong:
        with pytest.raises(SharesBad):
            check_share(" ".join(mistyped))
        with pytest.raises(SharesBad):
            recover([" ".join(mistyped), shares[1]])


def test_shares_of_two_kits_do_not_mix(random):
    _, one = new_recovery(random)
    _, two = new_recovery(random)
    with pytest.raises(SharesBad):
        recover([one[0], two[1]])
    assert check_share(one[0])[0] == check_share(one[1])[0] != check_share(two[0])[0]


def test_shares_of_another_size_are_something_else(vectors):
    """The published vectors have 128 bits and another passphrase; a kit has 256."""
    short = ("duckling enlarge academic academic agency result length solution fridge kidney coal piece deal husband "
             "erode duke ajar critical decision keyboard")  # fmt: skip
    with pytest.raises(SharesBad, match="something else"):
        recover([short])


@pytest.mark.parametrize(("threshold", "count"), [(2, 3), (1, 1), (3, 5), (2, 2)])
def test_any_threshold_of_a_fresh_kit_recovers_its_point(random, threshold, count):
    point, shares = new_recovery(random, threshold, count)
    assert len(shares) == count
    for some in list(combinations(shares, threshold))[:4]:
        assert derive.point_of(derive.private_of(recover(some))) == point


@pytest.mark.parametrize(("threshold", "count"), [(0, 1), (1, 2), (1, 3), (3, 2), (2, 17), (-1, 3), (17, 17)])
def test_a_kit_that_is_none_is_refused(random, threshold, count):
    with pytest.raises(ValueError, match="no kit"):
        new_recovery(random, threshold, count)


def test_one_share_says_nothing_of_the_point(random):
    """Two kits of one seed share no word order: the blinding is the library's."""
    seeds = [bytes(32), bytes(32)]
    one, two = (new_recovery(lambda count, seed=seed: seed)[1] for seed in seeds)
    assert recover(one[:2]) == recover(two[:2]) == recovery.key_of(bytes(32))
    assert one[0] != two[0]


def test_a_seed_of_another_size_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        new_recovery(lambda count: bytes(16))
