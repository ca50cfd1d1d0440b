"""Every state of the window: who is signed in, and how it is brought about; dialogs and menus that it opens stay open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec.structs import replace

from app.base.ids import RecordId
from app.base.moment import Day, at_local
from app.domain.records import Void
from app.work.demo.stage import Stage, must
from app.work.perform import perform
from tests.ui.scenes import LEARNER, NUMBER, ON_THE_JOB, QA, READING, Act
from tests.ui.states_people import (
    calm_home,
    file,
    file_asking,
    file_drawer,
    file_late,
    file_none,
    file_open,
    file_then,
    file_unknown,
    file_void,
    my_home,
    people,
    people_drawer,
    people_error,
    people_loading,
    people_menu,
    site_home,
)
from tests.ui.states_shell import (
    bell,
    bug,
    failure,
    held,
    helping,
    menu_bar,
    notices,
    person_menu,
    searching,
    toast,
)
from tests.ui.states_signing import (
    adding,
    adding_late,
    adding_wrong,
    cannot,
    correcting,
    going_on,
    signing,
    signing_busy,
    signing_cant,
    signing_exact,
    signing_late,
    signing_missing,
    signing_refused,
    signing_wrong,
    voiding,
)
from tests.work.onstage import again
from tests.work.seeing import entries


def prepare(stage: Stage) -> None:
    """A void record, a late one that waits for QA, and one that waits for its trainer."""
    office = stage.enter(LEARNER)
    reading = stage.command(NUMBER, READING, "READ")
    long_ago = at_local(Day("2026-09-01"), 9, 5, stage.cast.plan["zone"])
    must(perform(office, replace(reading, done=long_ago, why="LATE_DEVICE"), stage.signer()))
    must(perform(office, stage.command(NUMBER, ON_THE_JOB, "TRAINED"), again(stage.signer())))
    stage.leave()
    office = stage.enter(QA)
    done = [one.ent.id for one in entries(office) if one.act == "record.sign"]
    must(perform(office, Void(id=RecordId(done[0]), why="WRONG_DATE"), stage.signer()))
    stage.leave()


HOUSE: Mapping[str, tuple[str, Act]] = {
    "home": (QA, site_home),
    "home-calm": (QA, calm_home),
    "people": (QA, partial(people, row=2)),
    "people-filtered": (QA, partial(people, state="over", row=0)),
    "people-none": (QA, partial(people, text="zzzz", state="over")),
    "people-drawer": (QA, people_drawer),
    "people-loading": (QA, people_loading),
    "people-error": (QA, people_error),
    "people-menu": (QA, people_menu),
    "file": (QA, file),
    "file-drawer": (QA, file_drawer),
    "file-records": (QA, partial(file, tab="records")),
    "file-jobs": (QA, partial(file, tab="jobs")),
    "file-void": (QA, file_void),
    "file-late": (QA, file_late),
    "file-open": (QA, file_open),
    "file-asking": (QA, file_asking),
    "file-then": (QA, file_then),
    "file-known": (QA, partial(file_then, known=True)),
    "file-none": (QA, file_none),
    "file-unknown": (QA, file_unknown),
    "record-add": (QA, adding),
    "record-wrong": (QA, adding_wrong),
    "record-late": (QA, adding_late),
    "record-correct": (QA, correcting),
    "record-next": (QA, going_on),
    "sign-second": (QA, signing),
    "sign-void": (QA, voiding),
    "sign-cannot": (QA, cannot),
    "search-empty": (QA, searching),
    "search": (QA, partial(searching, text="gow")),
    "search-none": (QA, partial(searching, text="zzzz")),
    "help": (QA, helping),
    "notices": (QA, notices),
    "notices-none": (QA, partial(notices, some=False)),
    "bell": (QA, bell),
    "menus": (QA, menu_bar),
    "person-menu": (QA, person_menu),
    "toast": (QA, toast),
    "failure": (QA, failure),
    "bug": (QA, bug),
    "held": (QA, held),
    "my-home": (LEARNER, my_home),
    "my-file": (LEARNER, partial(file, address="countersign:person/me")),
    "my-record": (LEARNER, adding),
    "sign": (LEARNER, signing),
    "sign-missing": (LEARNER, signing_missing),
    "sign-wrong": (LEARNER, signing_wrong),
    "sign-busy": (LEARNER, signing_busy),
    "sign-late": (LEARNER, signing_late),
    "sign-refused": (LEARNER, signing_refused),
    "sign-cant": (LEARNER, signing_cant),
    "sign-exact": (LEARNER, signing_exact),
}
"""Who is signed in, and how a state is brought about."""
