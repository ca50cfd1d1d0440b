"""The lock-out: five tries, fifteen minutes, two copies, and every way around it that was thought of."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.moment import Instant, Reading
from app.work.lockout import Lockout
from app.work.secretfile import FileSecrets
from tests.work.conftest import DS
from tests.work.keyrings import Home

At = Callable[..., Reading]
MINUTE = 60_000


def sid(number: int) -> str:
    """The slot of one typed name."""
    return f"{number:032x}"


ANNA, BRAM = sid(1001), sid(1002)


@pytest.fixture
def lockout(data_folder: Path, file_secrets: FileSecrets) -> Lockout:
    """Nobody has failed yet."""
    return Lockout(data_folder, file_secrets, DS)


@pytest.fixture
def copies(data_folder: Path, file_secrets: FileSecrets) -> tuple[Path, Path]:
    """Where the two copies lie."""
    return data_folder / "vault.lock", file_secrets.path.with_name("device-secret.lock")


def fail(lockout: Lockout, name: str, times: int, reading: Reading) -> list[int]:
    """What `failed` answers, `times` over."""
    return [lockout.failed(name, reading) for _ in range(times)]


@pytest.mark.req("R-ACC-16")
def test_the_fifth_failure_closes_the_name_for_fifteen_minutes(lockout: Lockout, at: At) -> None:
    assert fail(lockout, ANNA, 4, at(10)) == [1, 2, 3, 4] and lockout.wait_ms(ANNA, at(10)) == 0
    assert lockout.failed(ANNA, at(11)) == 5
    assert lockout.wait_ms(ANNA, at(11)) == 15 * MINUTE
    assert lockout.wait_ms(ANNA, at(25.5)) == MINUTE // 2 and lockout.wait_ms(ANNA, at(26)) == 0
    assert lockout.wait_ms(BRAM, at(11)) == 0


@pytest.mark.req("R-ACC-16")
def test_how_many_tries_are_left_is_told(lockout: Lockout, at: At) -> None:
    assert lockout.left(ANNA, at(10)) == 5
    fail(lockout, ANNA, 3, at(10))
    assert lockout.left(ANNA, at(11)) == 2 and lockout.left(BRAM, at(11)) == 5
    fail(lockout, ANNA, 3, at(10))
    assert lockout.left(ANNA, at(11)) == 0 and lockout.left(ANNA, at(26)) == 5


def test_after_the_wait_there_are_five_again(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 5, at(10))
    assert fail(lockout, ANNA, 5, at(25)) == [1, 2, 3, 4, 5] and lockout.wait_ms(ANNA, at(25)) == 15 * MINUTE


@pytest.mark.req("R-ACC-16")
def test_fewer_than_five_count_until_a_success(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 3, at(10))
    assert fail(lockout, ANNA, 2, at(600)) == [4, 5] and lockout.wait_ms(ANNA, at(600)) > 0


@pytest.mark.parametrize("opened", [Lockout.succeeded, Lockout.cleared])
def test_a_success_and_qa_reset_that_name_only(
    lockout: Lockout, at: At, copies: tuple[Path, Path], opened: Callable[[Lockout, str], None]
) -> None:
    fail(lockout, ANNA, 5, at(10))
    fail(lockout, BRAM, 4, at(10))
    opened(lockout, ANNA)
    assert lockout.wait_ms(ANNA, at(10)) == 0 and lockout.failed(ANNA, at(10)) == 1
    assert lockout.failed(BRAM, at(10)) == 5


@pytest.mark.req("R-ACC-16")
@pytest.mark.parametrize("wall", [-86_400_000, 86_400_000, 10 * 365 * 86_400_000])
def test_setting_the_clock_does_not_help(lockout: Lockout, at: At, wall: int) -> None:
    fail(lockout, ANNA, 5, at(10))
    assert lockout.wait_ms(ANNA, at(11, wall=wall)) == 14 * MINUTE


@pytest.mark.req("R-ACC-16")
def test_after_a_restart_the_wait_begins_anew(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 5, at(10))
    assert lockout.wait_ms(ANNA, at(1, boot="two")) == 14 * MINUTE
    assert lockout.wait_ms(ANNA, at(14, boot="three")) == MINUTE
    assert lockout.wait_ms(ANNA, at(15, boot="three")) == 0


def test_a_restart_forgets_no_failure(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 4, at(10))
    assert lockout.failed(ANNA, at(40, boot="two")) == 5


def test_without_boot_ids_less_uptime_is_a_restart(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 5, at(100, boot="unknown"))
    assert lockout.wait_ms(ANNA, at(2, boot="unknown")) == 13 * MINUTE


@pytest.mark.req("R-ACC-16")
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"lock":{},"v":1}', b"\x00\xff"])
def test_a_damaged_or_deleted_copy_resets_nothing(
    lockout: Lockout, at: At, copies: tuple[Path, Path], which: int, content: bytes | None
) -> None:
    fail(lockout, ANNA, 4, at(10))
    copies[which].unlink()
    if content is not None:
        copies[which].write_bytes(content)
        copies[which].chmod(0o600)
    assert lockout.failed(ANNA, at(10)) == 5
    copies[1 - which].unlink()
    assert lockout.wait_ms(ANNA, at(10)) == 15 * MINUTE, "the write healed the other copy"


@pytest.mark.parametrize("which", [0, 1])
def test_an_older_copy_put_back_resets_nothing(
    lockout: Lockout, at: At, copies: tuple[Path, Path], which: int
) -> None:
    lockout.failed(ANNA, at(9))
    old = copies[which].read_bytes()
    fail(lockout, ANNA, 4, at(10))
    copies[which].write_bytes(old)
    assert lockout.wait_ms(ANNA, at(10)) == 15 * MINUTE


def test_a_copy_with_another_mac_counts_for_nothing(
    lockout: Lockout, at: At, copies: tuple[Path, Path]
) -> None:
    lockout.failed(ANNA, at(10))
    forged = json.loads(copies[0].read_bytes())
    forged["lock"][BRAM] = [5, 600_000, "one"]
    copies[0].write_text(json.dumps(forged, separators=(",", ":"), sort_keys=True))
    assert lockout.wait_ms(BRAM, at(10)) == 0


def test_deleting_both_is_the_honest_limit(lockout: Lockout, at: At, copies: tuple[Path, Path]) -> None:
    fail(lockout, ANNA, 5, at(10))
    for path in copies:
        path.unlink()
    assert lockout.wait_ms(ANNA, at(10)) == 0, (
        "both copies in one hand (A5): only Argon2id bounds guessing then"
    )


def test_the_file_is_the_one_of_the_format(lockout: Lockout, at: At, copies: tuple[Path, Path]) -> None:
    lockout.failed(ANNA, at(10))
    members = json.loads(copies[0].read_bytes())
    mac = members.pop("mac")
    assert members == {"v": 1, "lock": {ANNA: [1, 600_000, "one"]}}
    text = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    assert mac == hmac.new(hmac.digest(DS, b"cs/lock-mac/v1\x01", "sha256"), text, hashlib.sha256).hexdigest()
    assert json.loads(copies[1].read_bytes()) == members["lock"]


def test_a_name_pushed_out_still_counts(lockout: Lockout, at: At, copies: tuple[Path, Path]) -> None:
    fail(lockout, ANNA, 4, at(10))
    for number in range(10):
        lockout.failed(sid(number), at(11))
    lock = json.loads(copies[0].read_bytes())["lock"]
    assert ANNA not in lock and len(lock) == 11 and lock["other"] == [4, 600_000, "one"]
    assert lockout.failed(ANNA, at(12)) == 5


def test_other_counts_no_longer_than_a_wait(lockout: Lockout, at: At) -> None:
    fail(lockout, ANNA, 5, at(10))
    for number in range(10):
        lockout.failed(sid(number), at(11))
    assert lockout.wait_ms(BRAM, at(11)) == 14 * MINUTE, "who is not listed shares it"
    assert lockout.wait_ms(BRAM, at(25)) == 0 and lockout.failed(BRAM, at(25)) == 1


def test_other_keeps_the_worst_count_with_the_latest_time(
    lockout: Lockout, at: At, copies: tuple[Path, Path]
) -> None:
    fail(lockout, ANNA, 4, at(10))
    for number in range(10):
        lockout.failed(sid(number), at(11))
    lockout.failed(sid(10), at(12))
    assert json.loads(copies[0].read_bytes())["lock"]["other"] == [4, 11 * MINUTE, "one"]
    for number in range(11, 22):
        lockout.failed(sid(number), at(number / 10, boot="two"))
    assert json.loads(copies[0].read_bytes())["lock"]["other"] == [5, 1.1 * MINUTE, "two"]


def test_a_success_is_not_spoilt_by_other(lockout: Lockout, at: At) -> None:
    fail(lockout, BRAM, 4, at(10))
    for number in range(10):
        lockout.failed(sid(number), at(11))
    assert lockout.failed(ANNA, at(12)) == 5
    lockout.succeeded(ANNA)
    assert lockout.failed(ANNA, at(12)) == 1


@pytest.mark.parametrize("boot", ["3f0c2a52-8f8e-4d2a-9d1b-1b3b9f3f6f5e", "x" * 64])
def test_the_item_fits_into_every_keyring(lockout: Lockout, copies: tuple[Path, Path], boot: str) -> None:
    for number in range(14):
        up = 30 * 365 * 86_400_000 + number
        for _ in range(10):
            lockout.failed(sid(number), Reading(instant=Instant(ms=0), boot=boot, up=up))
        assert len(copies[1].read_text()) <= 1000


def test_only_slots(lockout: Lockout, at: At) -> None:
    for name in ("other", "anna", "", ANNA.upper().replace("0", "A")):
        with pytest.raises(ValueError, match="not a slot"):
            lockout.failed(name, at(0))


def test_it_works_with_a_real_keyring(home: Home) -> None:
    program = """
from app.base.moment import Instant, Reading
from app.work.lockout import Lockout
lockout = Lockout(Path("."), secrets, bytes(32))
reading = Reading(instant=Instant(ms=0), boot="one", up=1000)
told(lambda: [lockout.failed("0" * 32, reading) for _ in range(5)])
Path("vault.lock").unlink()
told(lambda: lockout.wait_ms("0" * 32, reading))
lockout.succeeded("0" * 32)
told(lambda: [lockout.wait_ms("0" * 32, reading), secrets.read("lock")])
"""
    assert home.run(program).said == [[1, 2, 3, 4, 5], 15 * MINUTE, [0, "{}"]]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("try"), st.integers(0, 13), st.integers(1, 8)),
        st.tuples(st.just("pass"), st.integers(0, 20 * MINUTE), st.just(0)),
        st.tuples(st.just("lose"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("restart"), st.integers(0, MINUTE), st.just(0)),
    ),
    max_size=60,
)


@pytest.mark.req("R-ACC-16")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_name_ever_gets_more_than_five_tries_in_fifteen_minutes(
    lockout: Lockout, copies: tuple[Path, Path], steps: list[tuple[str, int, int]]
) -> None:
    """Whatever names are tried between, whichever copy is lost, however often the machine restarts."""
    for path in copies:
        path.unlink(missing_ok=True)
    now, up, boot, lost = 0, 10 * MINUTE, 0, False
    tries: dict[int, list[int]] = {}
    for step, number, times in steps:
        if step == "pass":
            now, up = now + number, up + number
        elif step == "restart":
            now, up, boot = now + number, number, boot + 1
        elif step == "lose" and not lost:
            copies[number].unlink(missing_ok=True)
            lost = True
        for _ in range(times):
            reading = Reading(instant=Instant(ms=0), boot=str(boot), up=up)
            if lockout.wait_ms(sid(number), reading) == 0:
                lockout.failed(sid(number), reading)
                tries.setdefault(number, []).append(now)
                lost = False
    for made in tries.values():
        assert all(later - first >= 15 * MINUTE for first, later in zip(made, made[5:], strict=False))
