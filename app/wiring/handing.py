"""`device keys`: the data keys of persons, from one device of a site to another by a file that somebody carries.

- The password is typed once more: it opens what the keys are sealed with.
- The file is worth as much as the keys in it; it is destroyed once it was taken in.
"""

from __future__ import annotations

from pathlib import Path

from app.base.faults import Fault
from app.base.say import say
from app.base.words import Json, Refused
from app.wiring.calling import Answer, inside, run
from app.wiring.terminal import FOUND, OK
from app.work.handing import HandedOut, Taken, hand_out, take_in
from app.work.office import Office
from app.work.unlock import Given


def keys(*, out: Path | None = None, take: Path | None = None) -> int:
    """Write this device's data keys to --out, or --take them in from such a file. QA or an administrator signs in."""
    if (out is None) == (take is None):
        raise Fault("keys.which")
    return inside(lambda office: _out(office, out) if out is not None else _take(office, take or Path()))


def _typed() -> Given:
    ask = run().terminal.secret
    return Given(ask("user"), ask("password"))


def _out(office: Office, path: Path) -> Answer:
    done = hand_out(office, path, _typed())
    return done if isinstance(done, Refused) else out_members(done.result, path)


def _take(office: Office, path: Path) -> Answer:
    done = take_in(office, path, _typed())
    return done if isinstance(done, Refused) else taken_members(done.result, path)


def out_members(told: HandedOut, path: Path) -> dict[str, Json]:
    """What was handed out."""
    about: dict[str, str | int] = {"keys": told.keys, "persons": told.persons, "path": str(path)}
    return {**about, "text": [say("keys.out", about)]}


def taken_members(told: Taken, path: Path) -> dict[str, Json]:
    """What became of each key; a finding where one contradicts history. A line for each count that is not nought."""
    counts = {name: getattr(told, name) for name in ("taken", "held", "unknown", "erased", "missing")}
    text = [say("keys.taken", counts)]
    text += [say(f"keys.{name}", counts) for name in ("unknown", "erased", "missing") if counts[name]]
    text += [say("keys.refused", {"key": name}) for name in told.refused]
    if not told.refused:
        text.append(say("keys.destroy", {"path": str(path)}))
    return {**counts, "refused": list(told.refused), "exit": FOUND if told.refused else OK, "text": text}
