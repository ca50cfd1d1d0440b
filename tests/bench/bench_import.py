"""Taking an HR export of 20,000 persons in: read, judged, sealed, chained, durable; beside the bare rows.

Floor: the same entries and state rows as finished bytes, written by the driver into the same tables in one transaction.
Target: at least 10,000 entries a second from the first byte read to the commit.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from app.store import vault
from app.store.engines import found_main, sqlcipher_store
from app.work.intake import read_feed, take_feed
from tests.bench.plant import Plant, must
from tests.bench.table import show

PEOPLE = 20_000
TARGET = 10_000
HEAD = (
    "User/Employee ID;Person ID External;Employee Status;Employee Class;First Name;Last Name Prefix;Last Name;"
    "Name (Native Script);Preferred Name;Work Email;Login;Hire Date;Termination Date;Job Code;Job Title;Job Entry Date;"
    "Concurrent Job Code;Concurrent Job Start;Concurrent Job End;Department;Department Name;Building;Shift;"
    "Manager Employee ID;FTE;Language;Badge No;Absence Type;Absence Start;Absence End;Remarks;Last Modified On"
)


def export(path: Path, people: int) -> None:
    """An HR export as the Leiden plant makes them, of invented people."""
    rows = [
        f"B{n:06d};X{n:06d};Active;Employee;Given{n};;Family{n % 977}-{n};;;g{n}@plant.example;login{n};01.03.2020;"
        f"31.12.9999;OP{n % 40};Operator {n % 40};01.03.2020;;;;FIL;Filling;Noord;Early;B000001;1,00;NL;C{n:06d};;;;;"
        "01.11.2026 07:45:05"
        for n in range(1, people + 1)
    ]
    path.write_text("\ufeff" + "\r\n".join([HEAD, *rows]) + "\r\n", encoding="utf-8")


def floor(plant: Plant, folder: Path) -> float:
    """Seconds that the bare rows of what was just written take."""
    con = plant.office.store.connection
    entries = con.cursor().execute("SELECT * FROM entry").fetchall()
    rows = {t: con.cursor().execute(f"SELECT * FROM s_{t}").fetchall() for t in ("person", "posting", "job")}
    bare = vault.connect(folder / "bare.db", os.urandom(32), kind="main", create=True)
    found_main(sqlcipher_store(bare, "plant"))
    began = time.perf_counter()
    bare.execute("BEGIN IMMEDIATE")
    bare.executemany("INSERT OR FAIL INTO entry VALUES (?,?,?,?)", entries)
    for t, held in rows.items():
        bare.executemany(f"INSERT INTO s_{t} VALUES ({','.join('?' * len(held[0]))})", held)
    bare.execute("COMMIT")
    seconds = time.perf_counter() - began
    bare.close()
    return seconds


def main(people: int = PEOPLE) -> int:
    """Measure, print the table; 0 if the target is met."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as name:
        folder = Path(name)
        plant = Plant(folder)
        export(folder / "hr.csv", people)
        began = time.perf_counter()
        feed = read_feed(plant.office, "people", folder / "hr.csv")
        read = time.perf_counter() - began
        entries = must(take_feed(plant.office, feed)).result
        seconds = time.perf_counter() - began
        bare = floor(plant, folder)
        plant.office.close()
    show(
        f"An HR export of {people:,} persons: {entries:,} entries",
        ("side", "seconds", "entries per second"),
        (
            (
                f"ours, first byte to commit (target ≥ {TARGET:,})",
                f"{seconds:.2f}",
                f"{entries / seconds:,.0f}",
            ),
            ("of it reading and judging the feed", f"{read:.2f}", f"{entries / read:,.0f}"),
            ("floor: the same bytes, bare rows", f"{bare:.2f}", f"{entries / bare:,.0f}"),
            ("ours / floor", f"{seconds / bare:.1f}", ""),
        ),
    )
    return 0 if entries / seconds >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
