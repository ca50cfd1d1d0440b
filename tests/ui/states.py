"""Draws states of pages for the eye: `xvfb-run -a -s "-screen 0 1920x1080x24" python -m tests.ui.states DEMO OUT [STATE …]`.

- Each state in light and dark, at 100 % and 150 %, 1280x800 and 1920x1080; with `--contrast` once more in high contrast.
- What `tests.ui.looking` finds there is written to OUT/found.txt.
- Damaged sites are copies: a row changed (`row`), an entry (`chain`), a file (`file`); `held` was verified before.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QDialog

from app.proof import vaultfile
from app.store import history
from app.work.demo.cast import Cast
from app.work.demo.proofs import DAMAGES, _auditor
from app.work.demo.stage import Stage, must
from app.work.opening import open_stores
from app.work.secrets import load_ds
from app.work.unlock import opened_slot
from app.work.verifying import asked as asked_of
from app.work.verifying import keep_verified, verify_beside
from tests.ui.looking import clipped, jumps, mute, rich, small, traps, unnamed
from tests.ui.opened import Opened, opened, scratch
from tests.ui.scenes import ROOMS, asked
from tests.ui.states_pages import QA, STATES, Scene
from tests.ui.waiting import pause
from ui.kit.tokens import set_theme

CHECKS = (unnamed, mute, small, clipped, rich, traps, jumps)

GRADE = b'["grade",null,"A"]'


def main() -> int:
    """Draw them."""
    told = asked()
    QApplication(sys.argv)
    names = told.states or list(STATES)
    for site in dict.fromkeys(STATES[name][0] for name in names):
        draw_site(told.demo, site, [name for name in names if STATES[name][0] == site], told.looks, told.out)
    return 0


def draw_site(demo: Path, site: str, names: list[str], looks: list[tuple[str, str, str]], out: Path) -> None:
    """The states of one site."""
    folder = scratch() / "demo"
    shutil.copytree(demo, folder)
    stage = Stage(Cast.load(folder, os.urandom))
    SITES[site](stage)
    with opened(None, stage, QA) as made:
        for name in names:
            set_theme("light", 1.0)
            made.window.resize(1440, 900)
            again = STATES[name][1](Scene(made, stage))
            for look in looks:
                draw(made, name, look, out, again if callable(again) else None)
    shutil.rmtree(folder.parent)


def draw(
    made: Opened, name: str, how: tuple[str, str, str], out: Path, again: Callable[[], object] | None
) -> None:
    """One picture, with the dialog that stands on the window; `again` opens what the new room shut."""
    look, percent, room = how
    set_theme(look, int(percent) / 100)
    made.window.resize(*ROOMS[room])
    made.settle()
    pause(150)
    if again is not None:
        again()
        made.settle()
    made.window.toast._frame.hide()
    pause(150)
    picture = made.window.grab()
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        painter = QPainter(picture)
        painter.drawPixmap(made.window.mapFromGlobal(dialog.pos()), dialog.grab())
        painter.end()
    picture.save(str(out / f"{name}_{look}_{percent}_{room}.png"))
    page = dialog if isinstance(dialog, QDialog) else made.page()
    with (out / "found.txt").open("a", encoding="utf-8") as found:
        for check in CHECKS:
            found.writelines(f"{name} {look} {percent} {room} {check.__name__}: {one}\n" for one in check(page))


def change_entry(stage: Stage) -> None:
    """Somebody with the store's key and no regard for its fences changes an entry."""
    ds = load_ds(stage.secrets())
    vault = vaultfile.read(stage.site, ds).vault
    slot = opened_slot(vault, ds, _auditor(stage))
    assert slot is not None
    main, persons = open_stores(stage.site, vault, slot)
    persons.close()
    main.site = main.only_site()
    with main.read() as tx:
        (log,) = history.logs(tx)
        seq, b = next((seq, b) for seq, b in history.entries(tx, log, 2_000) if GRADE in b)
    file = main.connection
    file.set_authorizer(None)  # type: ignore[attr-defined]
    cursor = file.cursor()
    for (trigger,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        cursor.execute(f'DROP TRIGGER "{trigger}"')
    cursor.execute("UPDATE entry SET b = ? WHERE seq = ?", (b.replace(GRADE, GRADE.replace(b"A", b"B")), seq))
    main.close()


def change_files(stage: Stage) -> None:
    """Somebody changes a bit of every controlled file."""
    for path in (stage.site / "files").glob("*/*"):
        held = path.read_bytes()
        path.write_bytes(held[:-1] + bytes([held[-1] ^ 1]))


def verified_before(stage: Stage) -> None:
    """An entry is changed, and a verification found it; then everybody went home."""
    change_entry(stage)
    office = stage.enter(QA)
    given = stage.cast.typed(QA)
    keep_verified(office, verify_beside(must(asked_of(office, given)), given))
    stage.leave()


SITES: Mapping[str, Callable[[Stage], None]] = {
    "sound": lambda _stage: None,
    "row": lambda stage: DAMAGES[0][1](stage, stage.site),
    "file": lambda stage: DAMAGES[2][1](stage, stage.site),
    "files": change_files,
    "chain": change_entry,
    "held": verified_before,
}


if __name__ == "__main__":
    sys.exit(main())
