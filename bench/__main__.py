"""`make bench`: builds or finds the clinic group, measures what is asked for, writes the report."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bench import flat, load, months, pages, report, shards, start, writes
from bench.group.building import FULL, ROOT, SCALES, SMALL, Group, Scale, folder, kept
from bench.group.cases import CASES
from bench.lines import Line


@dataclass(frozen=True, slots=True)
class Setting:
    """What a part measures on."""

    large: Group
    large_url: str  # of its PostgreSQL database; "" where there is none
    small: Group
    small_url: str
    minutes: float


Part = Callable[[Setting], Iterator[Line]]


def _pages(on: Setting) -> Iterator[Line]:
    return pages.run(on.large)


def _postgresql(on: Setting) -> Iterator[Line]:
    if on.large_url:
        yield from pages.on_postgresql(on.large, on.large_url)


def _flat(on: Setting) -> Iterator[Line]:
    yield from flat.run(on.large, on.small)
    if on.large_url:
        yield from flat.run(on.large, on.small, on.large_url, on.small_url)


def _writes(on: Setting) -> Iterator[Line]:
    return writes.run(on.small)


def _start(_on: Setting) -> Iterator[Line]:
    return start.run()


def _paper(_on: Setting) -> Iterator[Line]:
    """Measure the paper in a process of its own: its memory is what counts."""
    words = [sys.executable, "-W", "ignore", "-m", "bench.paper", "--json"]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        yield Line(**json.loads(line))


def _shards(on: Setting) -> Iterator[Line]:
    if on.small_url:
        yield from shards.run(on.small, on.small_url)


def _months(on: Setting) -> Iterator[Line]:
    if on.small_url:
        yield from months.run(on.small, on.small_url)


def _load(on: Setting) -> Iterator[Line]:
    if on.large_url:
        yield from load.run(on.large, on.large_url, on.minutes)


PARTS: dict[str, tuple[str, Part]] = {
    "pages": ("Pages on SQLite, beside limits and peers", _pages),
    "postgresql": ("Pages on PostgreSQL", _postgresql),
    "flat": ("More rows, the same cost", _flat),
    "writes": ("Writers at once", _writes),
    "start": ("Cold start", _start),
    "paper": ("Paper", _paper),
    "shards": ("By clinic, on many machines", _shards),
    "months": ("By month", _months),
    "load": ("A working day", _load),
}


def main(names: list[str]) -> int:
    """Measure the named parts, or all of them; exit 1 where a pass is missed."""
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. There are: {', '.join(PARTS)}.")
        return 2
    scale = SCALES[os.environ.get("SCALE") or FULL.name]
    minutes = float(os.environ.get("MINUTES") or 10)
    found: dict[str, list[Line]] = {}
    print(report.machine(), flush=True)
    with ExitStack() as stack:
        small, small_url = stack.enter_context(kept(SMALL))
        large, large_url = (
            (small, small_url) if scale is SMALL else stack.enter_context(kept(scale))
        )
        setting = Setting(large, large_url, small, small_url, minutes)
        gc.collect()
        gc.freeze()
        for name in names or PARTS:
            title, part = PARTS[name]
            began = time.monotonic()
            print(f"\n{title}", flush=True)
            found[title] = []
            for line in part(setting):
                found[title].append(line)
                print(f"  {line.row()}", flush=True)
            print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    path = report.write(_of_today(scale, found), _size(scale), "" if scale is FULL else "-small")
    print(f"\nWritten to {path.relative_to(ROOT)}")
    return int(any(line.missed for lines in found.values() for line in lines))


def _of_today(scale: Scale, found: dict[str, list[Line]]) -> dict[str, list[Line]]:
    """Keep what was measured, and give all that was measured today: one report for a day."""
    kept_at, today = folder() / f"{scale.name}.json", date.today().isoformat()
    kept: dict[str, Any] = json.loads(kept_at.read_text()) if kept_at.exists() else {}
    for title, lines in found.items():
        kept[title] = {"on": today, "lines": [asdict(line) for line in lines]}
    kept_at.write_text(json.dumps(kept, ensure_ascii=False))
    return {
        title: [Line(**line) for line in kept[title]["lines"]]
        for title, _ in PARTS.values()
        if title in kept and kept[title]["on"] == today
    }


def _size(scale: Scale) -> str:
    return (
        f"{scale.patients:,} patients with signed plans and {scale.checkins:,} check-ins at "
        f"{scale.clinics} clinics, made by seed from {CASES} recorded cases; "
        "the lines of a copied patient's history carry no digests of their facts."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
