"""Exporting a clinic: does time for each patient, or memory, grow with the number of patients?

One invented patient is recorded as care would record it, then copied with other names and ids, so
that a large clinic is made in seconds. Figures are ratios within this run; times are of the CPU.
"""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert, select

from tests.harness import charts
from tests.harness.application import create, migrate
from tests.harness.cast import assemble
from tests.harness.databases import SqliteDatabase
from tracker.charts import exporting
from tracker.models import Base, db
from tracker.views.exports import instruments

FEW, MANY = 100, 10_000
MOST_RATIO, MOST_GROWTH = 1.2, 50  # time a patient, many ÷ few; MiB
AT_ONCE = 500
FAMILIES = ("Rivera", "Nguyễn", "Okoro", "Kowalczyk", "Иванова", "Haile", "O’Connell", "Suharto")


@dataclass(frozen=True)
class Measured:
    """One export of a whole clinic."""

    patients: int
    lines: int
    ms: float  # of CPU, for each patient
    growth: float  # MiB, from the hundredth patient to the highest later


def main() -> int:
    """Print the figures, of 10,000 patients or as many as asked; exit 1 beyond a limit."""
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    few, many = measured(FEW), measured(whole)
    ratio = many.ms / few.ms
    print(f"{platform.node()}, Python {platform.python_version()}, SQLite, {os.cpu_count()} cores")
    for one in (few, many):
        print(
            f"{one.patients:>6,} patients: {one.lines:,} resources, {one.ms:.1f} ms CPU a patient, "
            f"memory + {one.growth:.1f} MiB"
        )
    print(f"time a patient, {whole:,} ÷ {FEW:,}: {ratio:.2f} (at most {MOST_RATIO})")
    print(f"memory growth: {many.growth:.1f} MiB (less than {MOST_GROWTH})")
    return int(ratio > MOST_RATIO or many.growth >= MOST_GROWTH)


def measured(count: int) -> Measured:
    """Make a clinic of so many patients, and export it."""
    with tempfile.TemporaryDirectory() as folder:
        app = create(Path(folder) / "instance", SqliteDatabase(Path(folder)).url)
        migrate(app)
        with app.app_context():
            cast = assemble()
            patient_id, _ = charts.signed_plan(cast["amara"])
            charts.printed_handout(cast["amara"], patient_id)
            copy(cast.hillside, patient_id, range(1, count))
            print(f"made {count:,} patients", file=sys.stderr)
            export(app, cast.hillside, Path(folder) / "warm", most=FEW)
            return export(app, cast.hillside, Path(folder) / "out")


def export(app: Flask, clinic_id: int, out: Path, most: int | None = None) -> Measured:
    """Write the clinic as the command does, watching time and memory."""
    patients, lines, low, high = 0, 0, 0.0, 0.0
    names, began = instruments(), time.process_time()

    def ids() -> Iterator[int]:
        nonlocal patients, low, high
        for one in exporting.patient_ids(clinic_id):
            if patients == most:
                return
            patients += 1
            if patients == FEW:
                low = high = memory()
            elif patients % FEW == 0:
                high = max(high, memory())
            yield one

    with out.open("wb") as file:
        for one in exporting.clinic_resources(clinic_id, ids(), names):
            file.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            lines += 1
    spent = time.process_time() - began
    return Measured(patients, lines, spent * 1000 / patients, high - low)


def memory() -> float:
    """Give the memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def copy(
    clinic_id: int, patient_id: int, numbers: range, *, leaving_out: tuple[str, ...] = ("worklist",)
) -> None:
    """Copy all of a patient's record once for each of these numbers, which no other copy has."""
    rows = dict(of_patient(clinic_id, patient_id, leaving_out))
    own = sorted({row["id"] for table in rows for row in rows[table] if "id" in row})
    seeded = random.Random(20261124)
    engine = db.engine
    db.session.rollback()
    for first in range(numbers.start, numbers.stop, AT_ONCE):
        made: dict[Table, list[Mapping[str, Any]]] = {table: [] for table in rows}
        for number in range(first, min(first + AT_ONCE, numbers.stop)):
            ids = {old: own[-1] + number * 1000 + place for place, old in enumerate(own)}
            family = f"{seeded.choice(FAMILIES)} {number}"
            for table, found in rows.items():
                made[table] += [renamed(row, ids, number, family) for row in found]
        with engine.begin() as connection:
            for table, new in made.items():
                connection.execute(insert(table), new)


def of_patient(
    clinic_id: int, patient_id: int, leaving_out: tuple[str, ...]
) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    """Give every row that belongs to a patient, table by table, parents first."""
    ids: set[int] = {patient_id}
    for table in Base.metadata.sorted_tables:
        columns = table.columns
        if "clinic_id" not in columns or table.name in ("read_log", *leaving_out):
            continue
        found = [
            dict(row)
            for row in db.session.execute(
                select(table).where(columns["clinic_id"] == clinic_id)
            ).mappings()
            if any(
                row[column.name] in ids
                for column in columns
                if column.name == "id" or column.name.endswith("_id")
                if column.name not in ("clinic_id", "staff_id", "by_id", "physician_id")
            )
        ]
        ids |= {row["id"] for row in found if "id" in row}
        if found:
            yield table, found


def renamed(
    row: Mapping[str, Any], ids: Mapping[int, int], number: int, family: str
) -> Mapping[str, Any]:
    """Give a row with the copy's own ids, streams, names and codes."""
    new = {name: ids.get(value, value) for name, value in row.items() if isinstance(value, int)}
    made = {**row, **{name: value for name, value in new.items() if not isinstance(value, bool)}}
    if "stream" in made:
        kind, _, old = made["stream"].partition(":")
        made["stream"] = f"{kind}:{ids.get(int(old), int(old) + number * 1000)}"
    if "code" in made:
        made["code"] = f"{number:08d}"
    if "family_name" in made:
        made |= {"family_name": family, "name_folded": family.casefold(),
                 "record_no": f"B-{number}", "record_no_folded": f"b{number}"}  # fmt: skip
    if "pdf" in made:  # its length is read, and nothing else of it
        made["pdf"] = b"%PDF"
    if "key" in made and "patient_id" in made:
        made["key"] = f"{made['key'][:300]}~{number}"
    if "mac" in made:  # a line of the history: it is read here, and not verified
        made["seq"] += number * 100
    return made


if __name__ == "__main__":
    sys.exit(main())
