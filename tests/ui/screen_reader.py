"""A screen reader's hands: finds and uses the widgets of another process by role and name, over AT-SPI.

- Knows nothing of Qt or of the program; what it can't find by role and name, a blind person can't either.
- Speaks D-Bus itself (jeepney), on the session bus that it is given; every question has a time-out.
- Names and roles are asked anew at each search: nothing is remembered of a screen that may have changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from jeepney import DBusAddress, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE, ACTION, TEXT, EDIT, PARTS = (
    f"org.a11y.atspi.{name}" for name in ("Accessible", "Action", "Text", "EditableText", "Component")
)
REGISTRY, DEVICES = "org.a11y.atspi.Registry", "/org/a11y/atspi/registry/deviceeventcontroller"
KEYS = {"\n": 0xFF0D, "\t": 0xFF09}
"""X's symbols of the keys that are no letter."""
SYMBOL = 3
"""Press and let go of the key that carries a symbol."""
ENABLED, SHOWING = 8, 25
"""The bits of an object's state that say that it can be used, and seen."""
BUTTON = "push button"
DEPTH, FEW = 40, 80
ANSWER_S = 10


class Node(NamedTuple):
    """One accessible object: bus name and path."""

    bus: str
    path: str


class Reader:
    """One conversation with the accessibility bus. Close it."""

    def __init__(self) -> None:
        session = open_dbus_connection(bus="SESSION")
        try:
            told = _call(session, DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
        finally:
            session.close()
        self._bus: DBusConnection = open_dbus_connection(bus=told[0])

    def close(self) -> None:
        """Hang up."""
        self._bus.close()

    def applications(self) -> list[Node]:
        """Every program that shows itself to readers."""
        return self.children(Node(REGISTRY, ROOT))

    def children(self, node: Node) -> list[Node]:
        """The objects right below one."""
        return [Node(*found) for found in self._ask(node, ACCESSIBLE, "GetChildren")[0]]

    def name(self, node: Node) -> str:
        """What a reader says for the object."""
        told: str = self._property(node, ACCESSIBLE, "Name")
        return told

    def role(self, node: Node) -> str:
        """`push button`, `text` (passwords too), `cell`, `label`, …"""
        told: str = self._ask(node, ACCESSIBLE, "GetRoleName")[0]
        return told

    def is_shown(self, node: Node) -> bool:
        """Whether the object can be seen, so that a reader tells of it."""
        return self._has(node, SHOWING)

    def is_enabled(self, node: Node) -> bool:
        """Whether the object can be used; a reader says "unavailable" of others."""
        return self._has(node, ENABLED)

    def _has(self, node: Node, state: int) -> bool:
        low: int = self._ask(node, ACCESSIBLE, "GetState")[0][0]
        return bool(low >> state & 1)

    def below(self, node: Node, depth: int = DEPTH) -> Iterator[Node]:
        """The object and everything shown below it, top down; of a table its first cells."""
        if depth < DEPTH and not self.is_shown(node):
            return
        yield node
        if depth:
            few = FEW if self.role(node) == "table" else None
            for child in self.children(node)[:few]:
                yield from self.below(child, depth - 1)

    def find(self, program: str, role: str, name: str | Callable[[str], bool], seconds: float = 20) -> Node:
        """The first showing object of that role and name in the named program; a button once it can be pressed. TimeoutError,
        with what was there."""
        wanted = name if callable(name) else (lambda told: told == name)
        seen: list[str] = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = []
            try:
                for node in self._showing(program):
                    told = self.role(node), self.name(node)
                    seen.append(f"{told[0]}: {told[1]}")
                    if told[0] == role and wanted(told[1]) and (role != BUTTON or self.is_enabled(node)):
                        return node
            except ConnectionError:
                continue  # what was being looked at is gone: look again
            time.sleep(0.1)
        programs = [self.name(one) for one in self.applications()]
        raise TimeoutError(f"no {role} {name!r} in {program!r} of {programs}; there is:\n" + "\n".join(seen))

    def _showing(self, program: str) -> Iterator[Node]:
        for node in self.applications():
            if self.name(node) == program:
                yield from self.below(node)

    def press(self, node: Node) -> None:
        """Do what a click does: the object's first action."""
        self._ask(node, ACTION, "DoAction", "i", (0,))

    def focus(self, node: Node) -> None:
        """Move the keyboard there."""
        self._ask(node, PARTS, "GrabFocus")

    def text(self, node: Node) -> str:
        """The text that the object holds."""
        told: str = self._ask(node, TEXT, "GetText", "ii", (0, -1))[0]
        return told

    def type(self, node: Node, text: str) -> None:
        """Put `text` in place of what the field holds."""
        if not self._ask(node, EDIT, "SetTextContents", "s", (text,))[0]:
            raise ConnectionError(f"{self.name(node)!r} takes no text")

    def keys(self, text: str) -> None:
        """Type where the keyboard is, as a person beside a reader does: key by key through the bus."""
        for letter in text:
            self._key(ord(letter) if " " <= letter <= "~" else KEYS[letter], SYMBOL)

    def _key(self, sym: int, how: int) -> None:
        where = DBusAddress(DEVICES, REGISTRY, "org.a11y.atspi.DeviceEventController")
        _call(self._bus, where, "GenerateKeyboardEvent", "isu", (sym, "", how))

    def _property(self, node: Node, interface: str, name: str) -> Any:
        asked = Properties(DBusAddress(node.path, node.bus, interface)).get(name)
        return _answer(self._bus, asked)[0][1]

    def _ask(
        self, node: Node, interface: str, method: str, signature: str = "", body: tuple[Any, ...] = ()
    ) -> Any:
        return _call(self._bus, DBusAddress(node.path, node.bus, interface), method, signature, body)


def _call(
    bus: DBusConnection, to: DBusAddress, method: str, signature: str = "", body: tuple[Any, ...] = ()
) -> Any:
    return _answer(bus, new_method_call(to, method, signature or None, body))


def _answer(bus: DBusConnection, asked: Any) -> Any:
    reply = bus.send_and_get_reply(asked, timeout=ANSWER_S)
    if reply.header.message_type is MessageType.error:
        raise ConnectionError(reply.body)
    return reply.body
