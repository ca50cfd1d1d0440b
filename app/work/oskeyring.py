"""The operating system's keyring as the place of a device's secrets (trust §1.5).

- The keyring class is chosen by platform, never by environment, configuration file or installed plug-in.
- Every write is read back before it counts; a keyring that only pretends is found at once.
- A locked keyring is refused before anything could open a prompt; nothing waits for longer than 5 seconds.
- Only one worker thread talks to the keyring; a hanging one never delays the end of the process.
- Imported where a keyring is used, not where secrets are: its libraries take longer to load than all of unlocking.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringLocked, NoKeyringError

from app.base.faults import Fault
from app.work.secrets import LIMIT, NAMES
from app.work.turns import TooSlow, Turns

T = TypeVar("T")

SERVICE = "org.countersign.v1"
SECONDS = 5.0

if sys.platform == "win32":
    from keyring.backends.Windows import WinVaultKeyring as Backend

    GONE: tuple[type[Exception], ...] = (NoKeyringError, InitError)
    SHUT: tuple[type[Exception], ...] = (KeyringLocked,)

    def _ready(backend: Any) -> None:
        """Windows opens its vault with the account; kept on this machine, never roaming with the profile."""
        backend.persist = "local machine"

elif sys.platform == "darwin":
    from keyring.backends.macOS import Keyring as Backend

    GONE: tuple[type[Exception], ...] = (NoKeyringError, InitError)
    SHUT: tuple[type[Exception], ...] = (KeyringLocked,)

    def _ready(backend: Any) -> None:
        """The account's own keychain, whatever KEYCHAIN_PATH says; a prompt is bounded by the time-out."""
        backend.keychain = None

else:
    from contextlib import closing

    import secretstorage
    from keyring.backends.SecretService import Keyring as Backend
    from secretstorage.collection import SESSION_COLLECTION
    from secretstorage.exceptions import LockedException, SecretStorageException

    GONE: tuple[type[Exception], ...] = (
        NoKeyringError,
        InitError,
        SecretStorageException,
        ConnectionError,
        FileNotFoundError,
    )
    SHUT: tuple[type[Exception], ...] = (KeyringLocked, LockedException)

    def _ready(backend: Any) -> None:
        """The default collection, if it is there, open, and more than memory that ends with the log-in."""
        with closing(secretstorage.dbus_init()) as bus:
            found = secretstorage.get_collection_by_alias(bus, "default")
            locked = found.is_locked()
        if found.collection_path == SESSION_COLLECTION:
            raise Fault("keyring.missing")
        if locked:
            raise Fault("keyring.locked")
        # Named outright, the library neither looks for another collection nor asks to create one.
        backend.preferred_collection = found.collection_path


def _backend() -> KeyringBackend:
    """The platform's keyring, ready to be asked; Fault `keyring.missing`, `keyring.locked`."""
    make: Callable[[], KeyringBackend] = Backend
    backend = make()
    # The library has set attributes from KEYRING_PROPERTY_* of the environment.
    vars(backend).clear()
    _ready(backend)
    return backend


class KeyringSecrets:
    """The four items of one vault in the keyring of this operating-system account."""

    reduced = False

    def __init__(self, vault: str) -> None:
        """For the vault with this id; asks nothing of the keyring yet."""
        self.vault = vault
        self._turns = Turns("keyring", SECONDS)

    def read(self, name: str) -> str | None:
        """The item's text, None if it was never written.

        Fault `keyring.missing`, `.locked`, `.slow`, `.failed`, within 5 seconds.
        """
        user = self._user(name)
        return self._ask(lambda: _backend().get_password(SERVICE, user))

    def write(self, name: str, text: str) -> None:
        """Keep the item and read it back. Faults as `read`, and `keyring.lost` if it does not come back."""
        user = self._user(name)
        if len(text) > LIMIT:
            raise ValueError(f"an item of {len(text)} characters")

        def put_and_look() -> str | None:
            backend = _backend()
            backend.set_password(SERVICE, user, text)
            return backend.get_password(SERVICE, user)

        if self._ask(put_and_look) != text:
            raise Fault("keyring.lost")

    def _user(self, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"not an item of the device secrets: {name!r}")
        return f"{name}:{self.vault}"

    def _ask(self, work: Callable[[], T]) -> T:
        try:
            return self._turns.take(work)
        except Fault:
            raise
        except (TooSlow, TimeoutError):
            raise Fault("keyring.slow", seconds=int(SECONDS)) from None
        except SHUT:
            raise Fault("keyring.locked") from None
        except GONE:
            raise Fault("keyring.missing") from None
        except Exception as error:
            # The three platforms' libraries raise what they like; whatever it is, nothing was kept for sure.
            raise Fault("keyring.failed", reason=type(error).__name__) from error
