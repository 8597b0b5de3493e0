"""`make bench-paper`: the patient sheet against a bare canvas, against WeasyPrint, and its memory.

Every timed document is another one (name, dates, doses). The ways take turns, garbage is collected
before each, and the median of the runs is compared: ratios hold where absolute times drift.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from bench import bare, html
from bench.lines import Line
from tests.handouts import sheets
from tracker.handouts import PatientSheet, draw
from tracker.handouts.frame import PAPERS
from tracker.plans import Version

RUNS = 15
BATCH, FIRST = 1000, 100
ROWS = {12: (12, 1), 60: (60, 1), 240: (60, 4)}  # table rows: steps, medicines


def made(steps: int, medicines: int, number: int) -> PatientSheet:
    """Make one sheet of so many table rows; each number makes another one."""
    products = (sheets.OXY5, sheets.OXY10, sheets.MORPHINE_ER, sheets.TRAMADOL)
    several = tuple(
        sheets.medicine(f"m{n}", products[n - 1], sheets.times("morning", "bedtime"), steps)
        for n in range(1, medicines + 1)
    )
    rows = [
        {
            f"m{n}": {"morning": f"{100 * n + step + number}", "bedtime": f"{900 - step + number}½"}
            for n in range(1, medicines + 1)
        }
        for step in range(steps)
    ]
    patient = replace(sheets.MARIA, name=f"Maria Rivera {number}")
    return sheets.sheet_of(_moved(sheets.version(several, rows), number), patient=patient)


def _moved(version: Version, days: int) -> Version:
    ahead = timedelta(days=days)
    steps = tuple(replace(one, starts_on=one.starts_on + ahead) for one in version.steps)
    last = version.last_day + ahead if version.last_day else None
    return replace(version, steps=steps, last_day=last)


def timed(work: Callable[[], object]) -> float:
    """Return how many milliseconds of the processor the work took.

    The collector waits for all alike, as it does while a sheet is drawn.
    """
    gc.collect()
    gc.disable()
    start = time.process_time()  # not the clock on the wall: others may use the machine
    work()
    spent = time.process_time() - start
    gc.enable()
    return spent * 1000


def against_bare() -> Iterator[Line]:
    """Compare the tagged sheet with the same strings on a bare canvas, at three sizes."""
    for rows, (steps, medicines) in ROWS.items():
        ours, limit = [], []
        for number in range(RUNS + 2):
            sheet = made(steps, medicines, number)
            calls = bare.recorded(made(steps, medicines, number + 500))
            size = PAPERS[sheet.paper]
            ours.append(timed(lambda sheet=sheet: draw(sheet)))  # type: ignore[misc]
            limit.append(timed(lambda c=calls, s=size: bare.replay(c, s)))  # type: ignore[misc]
        a, b = statistics.median(ours[2:]), statistics.median(limit[2:])
        yield Line(
            f"tagged sheet of {rows} table rows ÷ bare canvas", a / b, 1.6, 1.35,
            told=f"{a:.1f} ms beside {b:.1f} ms",
        )  # fmt: skip


def against_weasyprint() -> Iterator[Line]:
    """Compare with WeasyPrint, PDF/UA-1, on the same words of a 12-row sheet."""
    if html.WHY_NOT:
        print(f"WeasyPrint is not measured: {html.WHY_NOT}", file=sys.stderr)
        return
    ours, theirs = [], []
    for number in range(RUNS // 2 + 2):
        sheet = made(12, 1, number)
        page = html.page(sheet)
        ours.append(timed(lambda s=sheet: draw(s)))  # type: ignore[misc]
        theirs.append(timed(lambda p=page: html.pdf(p)))  # type: ignore[misc]
    a, b = statistics.median(ours[1:]), statistics.median(theirs[1:])
    yield Line(
        "WeasyPrint pdf/ua-1 ÷ tagged sheet of 12 table rows", b / a, 20, at_least=True,
        told=f"{b:.1f} ms beside {a:.1f} ms",
    )  # fmt: skip


def in_one_batch() -> Iterator[Line]:
    """Draw a thousand different sheets in one process, and watch its memory."""
    before, after_first = _memory(), 0.0
    for number in range(BATCH):
        draw(made(12, 1, number))
        if number + 1 == FIRST:
            gc.collect()
            after_first = _memory()
    gc.collect()
    now, peak = _memory(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line(
        f"{BATCH:,} handouts: memory at the end ÷ after {FIRST}", now / after_first, 1.05,
        told=f"{now:.1f} MiB beside {after_first:.1f} MiB",
    )  # fmt: skip
    yield Line(
        f"{BATCH:,} handouts: peak of memory above the bare process", peak - before, 60,
        unit=" MiB", told=f"{peak:.1f} MiB in all",
    )  # fmt: skip


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main(words: list[str]) -> int:
    """Print every row; with `--json`, as another program reads it."""
    gc.freeze()  # as the server does
    for rows in (in_one_batch, against_bare, against_weasyprint):
        for line in rows():
            print(json.dumps(asdict(line)) if "--json" in words else line.row(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
