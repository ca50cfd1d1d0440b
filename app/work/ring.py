"""The person keys in memory: sealing and opening personal values (formats §4 "Envelope"; trust §3).

- A new person's key is kept in pkeys.db, and committed to in history, before the first envelope under it.
- Values are opened when they are asked for; names and numbers of all persons are held for search and sort,
  and end with the process.
- A key that is not held is NoKey with the person's id, whoever asks: destroyed, or not brought here from another device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.base.ids import Random
from app.base.words import Json, Personal
from app.proof.envelope import NoKey, Sealer, commit, is_envelope

NONCE = 12
DEK = 32


class Ring:
    """Every person key held, by person; the newest version seals."""

    def __init__(self, keys: Iterable[tuple[str, int, bytes]], random: Random) -> None:
        self._random = random
        self._keys: dict[str, bytes] = {}
        self._sealers: dict[str, Sealer] = {}
        self._newest: dict[str, str] = {}
        self.learn(keys)

    def learn(self, keys: Iterable[tuple[str, int, bytes]]) -> None:
        """Take more keys in: (pid, version, key)."""
        for pid, ver, key in sorted(keys):
            name = f"{pid}.{ver}"
            self._keys[name] = key
            self._sealers.pop(name, None)
            # An older one that comes later opens what was sealed under it, and seals nothing.
            if ver >= int(self._newest.get(pid, name).rpartition(".")[2]):
                self._newest[pid] = name

    def forget(self, keys: Iterable[tuple[str, int, bytes]]) -> None:
        """Take out keys that were made for something that was never recorded."""
        for pid, ver, _ in keys:
            self._keys.pop(f"{pid}.{ver}", None)
            self._sealers.pop(f"{pid}.{ver}", None)
            self._newest.pop(pid, None)

    def make(self, pid: str) -> tuple[str, int, bytes]:
        """A first key for `pid`, not yet kept anywhere."""
        return pid, 1, self._random(DEK)

    def has(self, pid: str) -> bool:
        """Whether `pid` has a key."""
        return pid in self._newest

    def key(self, k: str) -> bytes:
        """The key named `<pid>.<ver>`; NoKey when it is not held."""
        try:
            return self._keys[k]
        except KeyError:
            raise NoKey(k.rpartition(".")[0]) from None

    def held(self) -> list[tuple[str, int, bytes]]:
        """(pid, version, key) of every key held, sorted."""
        return sorted(
            (pid, int(ver), key) for k, key in self._keys.items() for pid, _, ver in [k.rpartition(".")]
        )

    def newest(self, pid: str) -> tuple[str, bytes]:
        """(name, key) that seals for `pid` now. NoKey."""
        name = self._newest.get(pid)
        if name is None:
            raise NoKey(pid)
        return name, self._keys[name]

    def seal(self, value: Personal, t: str, id: str, column: str) -> Mapping[str, Json]:
        """The envelope of one personal value, bound to its place. NoKey."""
        return self._sealer(self.newest(value.pid)[0]).seal(t, id, column, value.text, self._random(NONCE))

    def open(self, envelope: Mapping[str, Json], t: str, id: str, column: str) -> str:
        """The text of an envelope; EnvelopeBad when it was not made for this place or key; NoKey."""
        return self._sealer(envelope["k"]).open(envelope, t, id, column)

    def opened(self, t: str, row: Mapping[str, Json]) -> dict[str, Json]:
        """A row with every envelope opened under its column's bare name, without those whose key is not held here."""
        return {
            column.removesuffix("_j") if is_envelope(value) else column: self.open(value, t, row["id"], column)
            if is_envelope(value)
            else value
            for column, value in row.items()
            if not is_envelope(value) or value["k"] in self._keys
        }

    def _sealer(self, name: str) -> Sealer:
        sealer = self._sealers.get(name)
        if sealer is None:
            pid, _, ver = name.partition(".")
            sealer = self._sealers[name] = Sealer(self.key(name), pid, int(ver))
        return sealer


def commitment(key: tuple[str, int, bytes]) -> dict[str, Json]:
    """The body of `person.key` for (pid, version, key)."""
    pid, ver, secret = key
    return {"pid": pid, "ver": ver, "commit": commit(secret)}
