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
from dataclasses import dataclass

from bench import flat, load, pages, report, start, writes
from bench.group.building import FULL, ROOT, SCALES, SMALL, Group, Scale, kept
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
    whole = scale is FULL and not names
    path = report.write(found, _size(scale), "" if whole else f"-{scale.name}-part")
    print(f"\nWritten to {path.relative_to(ROOT)}")
    return int(any(line.missed for lines in found.values() for line in lines))


def _size(scale: Scale) -> str:
    return (
        f"{scale.patients:,} patients with signed plans and {scale.checkins:,} check-ins at "
        f"{scale.clinics} clinics, made by seed from {CASES} recorded cases; "
        "the lines of a copied patient's history carry no digests of their facts."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
