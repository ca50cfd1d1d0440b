"""Documents and versions as rows of a table."""

from __future__ import annotations

from app.base.say import say
from app.work.shelf import DocumentLine, JobShown, VersionShown
from ui.documents.words import (
    NONE,
    SHAPES,
    file_text,
    local_day,
    state_text,
)
from ui.kit.cells import Cell, Column
from ui.kit.rows import Row

FILE_ICONS = {"here": ("file-check", "ok"), "absent": ("file-warning", "bad"), "locked": ("lock", "warn")}


def columns() -> tuple[Column, ...]:
    """The columns of the list of documents."""
    return (
        Column(key="number", title=say("ui.documents.column.number"), width=112),
        Column(key="title", title=say("ui.documents.column.title"), width=200, stretch=True),
        Column(key="dept", title=say("ui.documents.column.dept"), width=96, spare=True),
        Column(key="state", title=say("ui.documents.column.state"), width=148),
        Column(key="effective", title=say("ui.documents.column.since"), width=106, spare=True),
        Column(key="next", title=say("ui.documents.column.next"), width=176),
        Column(key="file", title=say("ui.documents.column.file"), width=132),
    )


def document_row(line: DocumentLine, zone: str) -> Row:
    """One document."""
    now, after = line.now, line.next
    version = say("ui.documents.version", {"ver": now.ver})
    ahead = Cell(text=NONE, colour="text3")
    if after is not None:
        about = {"ver": after.ver, "day": local_day(after.effective, zone)}
        words = say("ui.documents.next", about)
        ahead = Cell(text=words, status="todo", spoken=words)
    return (
        line.number,
        (
            Cell(text=line.number, mono=True, weight=500),
            Cell(text=line.title, sub=line.type, weight=500),
            Cell(text=line.dept or say("ui.documents.whole_site"), colour="text" if line.dept else "text3"),
            state_cell(version, now),
            Cell(text=local_day(now.effective, zone)),
            ahead,
            file_cell(now),
        ),
    )


def version_columns() -> tuple[Column, ...]:
    """The columns of the versions of one document."""
    return (
        Column(key="ver", title=say("ui.documents.column.version"), width=68, sortable=False),
        Column(key="state", title=say("ui.documents.column.force"), width=162, sortable=False),
        Column(key="effective", title=say("ui.documents.column.from"), width=108, sortable=False),
        Column(key="impact", title=say("ui.documents.column.impact"), width=130, stretch=True, sortable=False),
        Column(key="file", title=say("ui.documents.column.file"), width=140, sortable=False),
    )


def version_row(version: VersionShown, zone: str) -> Row:
    """One version."""
    told = version.impact or say("ui.documents.impact.unsaid")
    return (
        version.id,
        (
            Cell(text=version.ver, weight=600),
            state_cell("", version),
            Cell(text=local_day(version.effective, zone)),
            Cell(text=told, colour="text" if version.impact else "text3"),
            file_cell(version),
        ),
    )


def state_cell(text: str, version: VersionShown) -> Cell:
    """Whether a version is in force, by a shape and a word; under `text` where there is one."""
    state = state_text(version)
    spoken = f"{text}, {state}" if text else state
    return Cell(text=text or state, sub=state if text else "", status=SHAPES[version.force], spoken=spoken)


def file_cell(version: VersionShown) -> Cell:
    """Whether the file is here, by an icon and a word."""
    icon, colour = FILE_ICONS.get(version.file, ("", "text3"))
    quiet = version.file == "none"
    return Cell(text=file_text(version), icon=icon, icon_colour=colour, colour="text3" if quiet else "text")


def job_columns() -> tuple[Column, ...]:
    """The columns of the jobs that ask for a document."""
    return (
        Column(key="job", title=say("ui.document.column.job"), width=240, stretch=True, sortable=False),
        Column(key="code", title=say("ui.document.column.code"), width=110, sortable=False),
        Column(key="people", title=say("ui.document.column.people"), width=80, align="right", sortable=False),
        Column(key="met", title=say("ui.document.column.met"), width=100, align="right", sortable=False),
        Column(key="open", title=say("ui.document.column.open"), width=180, sortable=False),
    )


def job_row(job: JobShown) -> Row:
    """One job: how many people, how many of them are trained, what the worst of the others are."""
    left = job.people - job.met
    worst = next((key for key in ("over", "sign", "prog", "todo", "exp") if job.counts.get(key)), "")
    told = Cell(text=NONE, colour="text3")
    if left:
        words = say("ui.document.left", {"n": f"{left:,}"})
        told = Cell(text=words, status=worst or "todo")
    return (
        job.code,
        (
            Cell(text=job.title, weight=500),
            Cell(text=job.code, mono=True, colour="text2"),
            Cell(text=f"{job.people:,}"),
            Cell(text=f"{job.met:,}", weight=600),
            told,
        ),
    )
