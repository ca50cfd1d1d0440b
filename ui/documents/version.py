"""One version of a document beside the list of its versions: instants, what changed hands, the file's fingerprint."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.base.say import say
from app.work.shelf import VersionShown
from ui.documents.words import (
    SHAPES,
    day_or_none,
    file_text,
    fingerprint,
    moment,
    size_text,
    state_text,
)
from ui.kit.badge import Pill
from ui.kit.blocks import Fact, Facts
from ui.kit.layout import STRETCH, column, hline, holder, row
from ui.kit.text import label


def version_body(version: VersionShown, zone: str) -> QWidget:
    """Everything that the register says of a version."""
    pill = row(Pill(SHAPES[version.force], state_text(version)), STRETCH)
    carried = say("ui.document.retrain.yes" if version.retrains else "ui.document.retrain.no")
    facts = [
        Fact(name=say("ui.document.fact.from"), value=moment(version.effective, zone)),
        Fact(name=say("ui.document.fact.until"), value=moment(version.ended, zone)),
        Fact(name=say("ui.document.fact.approved"), value=day_or_none(version.approved)),
        Fact(name=say("ui.document.fact.created"), value=day_or_none(version.created)),
        Fact(name=say("ui.document.fact.review"), value=day_or_none(version.review)),
        Fact(name=say("ui.document.fact.state"), value=version.state),
        Fact(name=say("ui.document.fact.change"), value=version.change or "–"),
    ]
    impact = version.impact or say("ui.documents.impact.unsaid")
    rule = Facts([Fact(name=say("ui.document.fact.impact"), value=impact, sub=carried)])
    return holder(
        column(
            pill,
            Facts(facts),
            hline(),
            rule,
            hline(),
            label(say("ui.document.file"), "strong"),
            Facts(file_facts(version)),
            STRETCH,
            gap=14,
        )
    )


def file_facts(version: VersionShown) -> list[Fact]:
    """What is known of the file of a version."""
    told = file_text(version)
    facts = [Fact(name=say("ui.document.fact.file"), value=told)]
    if version.file_name:
        facts.append(
            Fact(
                name=say("ui.document.fact.file_name"),
                value=version.file_name,
                sub=size_text(version.file_size),
            )
        )
    return [*facts, Fact(name=say("ui.document.fact.print"), value=fingerprint(version.sha256), mono=True)]
