"""Device secrets against a real keyring daemon: open, locked, absent, hanging, pretending, and shadowed."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from app.base.codec import b64u
from app.base.faults import CannotDecide
from app.work.oskeyring import KeyringSecrets
from app.work.secretfile import FileSecrets
from app.work.secrets import load_anchor, load_device, load_ds, store_new
from tests.work.conftest import DEVICE, DS
from tests.work.keyrings import Home

PLANT = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Plain(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        file = Path.home() / "stolen"
        return file.read_text() if file.exists() else None
    def set_password(self, service, username, password):
        (Path.home() / "stolen").write_text(password)
"""
ITEMS = """
from contextlib import closing
import secretstorage
def items():
    with closing(secretstorage.dbus_init()) as bus:
        found = secretstorage.get_collection_by_alias(bus, "default").get_all_items()
        return sorted([a["service"], a["username"]] for a in (item.get_attributes() for item in found))
"""


@pytest.mark.req("R-SEC-01")
def test_an_item_outlives_its_session(home: Home) -> None:
    first = home.run('told(lambda: secrets.read("ds")); told(lambda: secrets.write("ds", "Zm9v"))')
    second = home.run('told(lambda: secrets.read("ds"))')
    assert first.said == [None, None] and second.said == ["Zm9v"]


def test_service_and_names_are_those_of_the_format(home: Home) -> None:
    program = ITEMS + '[secrets.write(name, "x") for name in ("ds", "dk", "anchor", "lock")]; told(items)'
    names = ["anchor:v-1", "dk:v-1", "ds:v-1", "lock:v-1"]
    assert home.run(program).said == [[["org.countersign.v1", name] for name in names]]


def test_typed_values_come_back(home: Home) -> None:
    program = """
from app.proof.device import Device
from app.work.secrets import load_device, load_ds, store_new
device = Device(bytes(31) + bytes([7]), bytes(range(32)))
store_new(secrets, bytes(range(32)), device)
told(lambda: load_ds(secrets) == bytes(range(32)) and load_device(secrets).scalars == device.scalars)
told(lambda: max(len(secrets.read(name)) for name in ("ds", "dk")))
"""
    alike, longest = home.run(program).said
    assert alike is True and longest <= 1000


@pytest.mark.req("R-SEC-06")
def test_without_a_bus_it_is_refused_in_words_at_once(home: Home) -> None:
    ran = home.run('told(lambda: secrets.write("ds", "x")); told(lambda: secrets.read("ds"))', keyring=None)
    assert ran.said == ["keyring.missing"] * 2 and ran.seconds < 5


def test_without_any_keyring_set_up_none_is_created(home: Home) -> None:
    ran = home.run('told(lambda: secrets.write("ds", "x"))', keyring="locked")
    assert ran.said == ["keyring.missing"] and ran.told[0][1] < 5
    assert not list(home.folder.rglob("*.keyring"))


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize("display", [False, True])
def test_a_locked_keyring_is_refused_and_opens_no_prompt(home: Home, display: bool) -> None:
    home.run('secrets.write("ds", "x")')
    ran = home.run(
        'told(lambda: secrets.read("ds")); told(lambda: secrets.write("ds", "y"))',
        keyring="locked",
        display=display,
    )
    assert ran.said == ["keyring.locked"] * 2 and max(seconds for _, seconds in ran.told) < 1
    assert home.run('told(lambda: secrets.read("ds"))').said == ["x"]


@pytest.mark.req("R-SEC-06")
def test_a_hanging_daemon_is_a_fault_within_five_seconds_and_delays_no_exit(home: Home) -> None:
    ran = home.run('os.kill(daemon(), signal.SIGSTOP); told(lambda: secrets.write("ds", "x"))')
    ((said, seconds),) = ran.told
    assert said == "keyring.slow" and 4.9 < seconds < 5.6 and ran.seconds < 9


def test_what_nobody_waits_for_any_more_never_overtakes(home: Home) -> None:
    program = """
secrets.write("anchor", "first")
os.kill(daemon(), signal.SIGSTOP)
told(lambda: secrets.write("anchor", "second"))
told(lambda: secrets.write("anchor", "third"))
os.kill(daemon(), signal.SIGCONT)
told(lambda: secrets.write("anchor", "fourth"))
told(lambda: secrets.read("anchor"))
"""
    assert home.run(program).said == ["keyring.slow", "keyring.slow", None, "fourth"]


def test_a_daemon_that_died_is_a_fault_and_a_new_one_serves_again(home: Home) -> None:
    ran = home.run('secrets.write("ds", "x"); os.kill(daemon(), 9); told(lambda: secrets.read("ds"))')
    assert ran.said[0] in ("keyring.locked", "keyring.missing") and ran.told[0][1] < 5
    assert home.run('told(lambda: secrets.read("ds"))').said == ["x"]


def test_an_item_that_does_not_come_back_is_lost(home: Home) -> None:
    program = """
import secretstorage
bus = secretstorage.dbus_init()
collection = secretstorage.get_collection_by_alias(bus, "default")
told(lambda: secrets.write("lock", "mine"))
for number in range(90):
    collection.create_item("x", {"service": "org.countersign.v1", "username": "lock:v-1", "n": str(number)}, b"foreign")
    if number % 9 == 8:
        told(lambda: secrets.write("lock", "mine again"))
"""
    # Which of several items the keyring gives back is its own choice: once in ten times ours, and then nothing is lost.
    said = home.run(program).said
    assert said[0] is None and "keyring.lost" in said and set(said) == {None, "keyring.lost"}


SHADOWS = {
    "null": {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    "plain": {"PYTHON_KEYRING_BACKEND": "plant.Plain"},
    "configured": {},
    "attributes": {"KEYRING_PROPERTY_SCHEME": "KeePassXC"},
    "memory": {"KEYRING_PROPERTY_PREFERRED_COLLECTION": "/org/freedesktop/secrets/collection/session"},
}


def _plant(home: Home) -> None:
    """A plain-text keyring on the path, named by a configuration file in each place that the library reads."""
    (home.folder / "plant.py").write_text(PLANT)
    for place in (".config/python_keyring", ".local/share/python_keyring"):
        (home.folder / place).mkdir(parents=True)
        text = f"[backend]\ndefault-keyring=plant.Plain\nkeyring-path={home.folder}\n"
        (home.folder / place / "keyringrc.cfg").write_text(text)


@pytest.mark.req("R-SEC-01", "R-SEC-06")
@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_planted_keyring_gets_nothing(home: Home, shadow: str) -> None:
    _plant(home)
    assert home.run('told(lambda: secrets.write("ds", "Zm9v"))', **SHADOWS[shadow]).said == [None]
    assert home.run('told(lambda: secrets.read("ds"))').said == ["Zm9v"]
    assert not (home.folder / "stolen").exists()


@pytest.mark.req("R-SEC-06")
@pytest.mark.parametrize("shadow", ["null", "plain", "configured"])
def test_a_planted_keyring_does_not_stand_in_for_a_missing_one(home: Home, shadow: str) -> None:
    _plant(home)
    ran = home.run('told(lambda: secrets.write("ds", "x"))', keyring=None, **SHADOWS[shadow])
    assert ran.said == ["keyring.missing"] and ran.seconds < 5
    assert not (home.folder / "stolen").exists()


@pytest.mark.parametrize("shadow", ["null", "plain", "configured"])
def test_the_plants_would_have_taken_the_library_in(home: Home, shadow: str) -> None:
    _plant(home)
    program = "import keyring; told(lambda: type(keyring.get_keyring()).__module__)"
    chosen = home.run(program, **SHADOWS[shadow]).said
    assert chosen == ["keyring.backends.null" if shadow == "null" else "plant"]


def test_only_the_four_items_and_only_short_ones() -> None:
    secrets = KeyringSecrets("v-1")
    with pytest.raises(ValueError, match="not an item"):
        secrets.read("password")
    with pytest.raises(ValueError, match="1001 characters"):
        secrets.write("lock", "x" * 1001)


def test_the_other_platforms_classes_are_where_they_are_named() -> None:
    assert importlib.import_module("keyring.backends.macOS").Keyring
    assert importlib.import_module("keyring.backends.Windows").WinVaultKeyring


def test_helpers_work_on_a_file_alike(file_secrets: FileSecrets) -> None:
    store_new(file_secrets, DS[::-1], DEVICE)
    assert load_ds(file_secrets) == DS[::-1] and load_device(file_secrets).scalars == DEVICE.scalars
    assert (
        file_secrets.read("dk")
        == f'{{"ed25519":"{b64u(bytes(range(32, 64)))}","p256":"{b64u(bytes(31) + bytes([7]))}"}}'
    )
    assert file_secrets.reduced and not KeyringSecrets("v-1").reduced


@pytest.mark.parametrize("text", ["[1]", "{", "é", "1"])
def test_a_damaged_anchor_is_told_and_never_passed_on(
    file_secrets: FileSecrets, tmp_path: Path, text: str
) -> None:
    assert load_anchor(file_secrets) is None
    file_secrets.write("anchor", text)
    with pytest.raises(CannotDecide) as caught:
        load_anchor(file_secrets)
    assert caught.value.code == "secrets.damaged"


@pytest.mark.parametrize(
    ("ds", "dk"), [("short", "{}"), ("AAAA", '{"p256":"AA","ed25519":"AA"}'), ("AAAA", "[]")]
)
def test_damaged_items_of_a_keyring_are_told(home: Home, ds: str, dk: str) -> None:
    program = f"""
from app.work.secrets import load_device, load_ds
told(lambda: load_ds(secrets))
secrets.write("ds", {ds!r}); secrets.write("dk", {dk!r})
told(lambda: load_ds(secrets)); told(lambda: load_device(secrets))
"""
    assert home.run(program).said == ["secrets.missing", "secrets.damaged", "secrets.damaged"]
