"""The peer of a sign-off: django-simple-history doing one audited update per transaction.

SQLite in WAL with synchronous FULL, as ours; prints updates per second of each round as JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(tempfile.mkdtemp(prefix="countersign-peer-"))
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "simple_history"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(FOLDER / "peer.db"),
            "OPTIONS": {
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                "transaction_mode": "IMMEDIATE",
            },
        }
    },
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.db import connection, models, transaction  # noqa: E402  (Django needs its settings first)
from simple_history.models import HistoricalRecords  # noqa: E402


class Training(models.Model):
    """A training record with as many columns as ours fills."""

    person = models.CharField(max_length=32)
    requirement = models.CharField(max_length=32)
    document = models.CharField(max_length=32)
    done = models.CharField(max_length=32)
    verdict = models.CharField(max_length=32, blank=True)
    taught_by = models.CharField(max_length=32, blank=True)
    history = HistoricalRecords()

    class Meta:
        app_label = "auth"


def main(rounds: int, each: int) -> None:
    """Set up, warm up, then time `rounds` rounds of `each` updates; a line of input starts each round."""
    with connection.schema_editor() as editor:
        for model in (django.apps.apps.get_model("auth", "User"),):
            editor.create_model(model)
        editor.create_model(Training)
        editor.create_model(Training.history.model)
    items = [
        Training.objects.create(person=f"p{i}", requirement="q", document="d", done="2026-11-20")
        for i in range(each)
    ]
    for item in items:
        update(item, "WARM")
    for number in range(rounds):
        sys.stdin.readline()
        start = time.perf_counter()
        for item in items:
            update(item, f"COMPETENT{number}")
        print(json.dumps(each / (time.perf_counter() - start)), flush=True)


def update(item: Training, verdict: str) -> None:
    """One audited update in one durable transaction."""
    with transaction.atomic():
        item.verdict = verdict
        item.taught_by = "u_trainer"
        item.save()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
