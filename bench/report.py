"""The dated report: every line, what it was measured on, what falls short and what was tried.

It names the kind of machine and the versions, and neither the machine nor a folder of it.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.lines import Line
from scripts import cluster

REPORTS = Path(__file__).parent / "reports"
TRIED = REPORTS / "tried.md"  # by hand: what was tried where a goal is not reached
_PACKAGES = ("Flask", "SQLAlchemy", "psycopg", "gunicorn", "reportlab", "Django", "weasyprint")


def machine() -> str:
    """Say what kind of machine and which versions these are."""
    cores, memory = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    parts = [
        f"{_processor()}, {cores} cores, {memory} GiB of memory, {platform.system()} "
        f"{platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_postgresql()}",
        ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name))),
    ]
    return ". ".join(part for part in parts if part) + "."


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _postgresql() -> str:
    programs = cluster.server_programs()
    if programs is None:
        return "no PostgreSQL"
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True)
    return f"PostgreSQL {said.stdout.split()[2]}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def write(parts: Mapping[str, Sequence[Line]], size: str, name: str = "") -> Path:
    """Write the report of today and give where it stands."""
    told = [f"# Speed and scale, {date.today():%Y-%m-%d}", "", machine(), "", size, "", HOW, ""]
    for title, lines in parts.items():
        told += [f"## {title}", "", "| what | figure | goal | | made of |", "|---|---|---|---|---|"]
        told += [
            f"| {one.what} | {one.said} | {one.goal} | {one.verdict} | {one.told} |"
            for one in lines
        ]
        told.append("")
    told += ["## What falls short", "", *_short(parts), ""]
    if TRIED.exists():
        told += [TRIED.read_text().strip(), ""]
    REPORTS.mkdir(exist_ok=True)
    path = REPORTS / f"{date.today():%Y-%m-%d}{name}.md"
    path.write_text("\n".join(told))
    return path


HOW = """\
Made by `make bench`. Figures are ratios of processor time of the whole tree of server processes
for each request (PostgreSQL's processes included where it is used), measured in turns within one
run, medians of the rounds. All servers are gunicorn as `deploy/gunicorn.conf.py` starts it, with
two processes; each request has a connection of its own, as from a proxy."""


def _short(parts: Mapping[str, Sequence[Line]]) -> list[str]:
    found = [
        f"- {one.what}: {one.said}, goal {one.goal} ({one.verdict})."
        for lines in parts.values()
        for one in lines
        if one.missed or "missed" in one.verdict
    ]
    return found or ["Nothing: every pass and every aim is reached."]
