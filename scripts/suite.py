"""Runs the whole suite in parts, two at a time, and ends with one plain line of counts.

The parts: tests of rules and pages on SQLite, the database tests again on PostgreSQL, the browser
tests (each of these in shares, so that no core waits for the other), ruff, mypy, and branch
coverage of the product by the part on SQLite. A part whose program is missing is named as NOT run;
with TRACKER_TEST_EVERY_PART=1 that is a failure. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scripts import cluster

ROOT = Path(__file__).resolve().parent.parent
ROOM = ROOT / ".test"
NOTHING_COLLECTED = 5
SHARES = 2


@dataclass(frozen=True)
class Result:
    """What one part gave: its counts, its output, and a sentence when it did not run."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    output: str = ""
    seconds: float = 0.0
    not_run_because: str | None = None


@dataclass(frozen=True)
class Part:
    """One part of the suite: a command, or the reason why it cannot run here."""

    name: str
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    counts_in: Path | None = None
    not_run_because: str | None = None

    def run(self) -> Result:
        """Run the command and count what it did; a command without counts is one check."""
        if self.not_run_because:
            return Result(self.name, not_run_because=self.not_run_because)
        start = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env={**_own_environment(), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seconds = time.monotonic() - start
        good = done.returncode == 0
        passed, failed, skipped = int(good), int(not good), 0
        if self.counts_in is not None:
            if done.returncode == NOTHING_COLLECTED:
                return Result(self.name, output=done.stdout, not_run_because="no test was found")
            passed, failed, skipped = _counts(self.counts_in)
            if not good and not failed:
                failed = 1
        return Result(self.name, passed, failed, skipped, done.stdout, seconds)


def _own_environment() -> dict[str, str]:
    """Leave out what would lead a test to a clinic's own database or secret."""
    theirs = ("TRACKER_", "DATABASE_URL", "SECRET_KEY", "FLASK_", "PG")
    return {name: value for name, value in os.environ.items() if not name.startswith(theirs)}


def _counts(report: Path) -> tuple[int, int, int]:
    """Read passed, failed and skipped from pytest's own report; no report is one failure."""
    if not report.exists():
        return 0, 1, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites)

    failed = total("failures") + total("errors")
    skipped = total("skipped")
    return total("tests") - failed - skipped, failed, skipped


def _pytest(
    name: str, marks: str, environment: dict[str, str], not_run_because: str | None,
    measured: str = "",
) -> list[Part]:  # fmt: skip
    """Give the shares of one kind of tests; tests/conftest.py deals the tests out.

    `measured` names the folder whose branches are counted; with none, nothing is.
    """
    return [
        _share(f"{name}, {n} of {SHARES}", marks, environment, not_run_because, measured, n)
        for n in range(1, SHARES + 1)
    ]


def _share(
    name: str, marks: str, environment: dict[str, str], not_run_because: str | None,
    measured: str, number: int,
) -> Part:  # fmt: skip
    slug = f"{marks.replace(' ', '-')}-{number}"
    report = ROOM / f"{slug}.xml"
    report.unlink(missing_ok=True)
    measuring = [
        # The bound is for all shares together; a share alone runs only a part of the code.
        "-m", "slipcover", "--json", "--fail-under", "0", "--source", measured,
        "--out", str(ROOM / "coverage" / f"{slug}.json"),
    ]  # fmt: skip
    command = [
        # Without this a pytest whose tests SlipCover cannot measure would pass unnoticed.
        sys.executable, "-W", "error:Unable to activate pytest:RuntimeWarning",
        *(measuring if measured else ()),
        "-m", "pytest", "-q", "--no-header",
        "-m", marks, f"--junitxml={report}", "-o", f"cache_dir={ROOM / 'cache' / slug}",
    ]  # fmt: skip
    share = {"TRACKER_TEST_SHARE": f"{number}/{SHARES}"}
    return Part(name, command, {**environment, **share}, report, not_run_because)


def _chromium() -> str | None:
    """Give the program that the browser tests start: the one without windows where there is one."""
    named = ("chromium-headless-shell", "chromium", "chromium-browser")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, named)), None)


def _parts(postgresql: str | None, no_postgresql: str | None, room: Path) -> list[Part]:
    """Give every part; those that take turns with the browser keep the cores busy meanwhile."""
    quick = {"TMPDIR": str(room)}
    missing_browser = (
        None if _chromium() else "Chromium is not installed (apt-get install chromium)"
    )
    browser = _pytest(
        "Browser tests in Chromium",
        "browser",
        {**quick, "CHROMIUM": _chromium() or ""},
        missing_browser,
    )
    again = _pytest(
        "Database tests on PostgreSQL",
        "postgresql",
        {**quick, "TRACKER_TEST_POSTGRESQL": postgresql or ""},
        no_postgresql,
    )
    pages = _pytest(
        "Rules and pages on SQLite",
        "not browser and not postgresql",
        quick,
        None,
        "tracker",
    )
    tool = [sys.executable, "-m"]
    return [
        *(part for turn in zip(browser, pages, again, strict=True) for part in turn),
        Part("Types (mypy)", [*tool, "mypy"]),
        Part("Style (ruff check)", [*tool, "ruff", "check", "--no-cache", "."]),
        Part("Layout (ruff format)", [*tool, "ruff", "format", "--no-cache", "--check", "."]),
    ]


def _coverage() -> Result:
    """Put the parts' measurements together and hold them against the bound in pyproject.toml."""
    measured = sorted(map(str, (ROOM / "coverage").glob("*.json")))
    merge = ["--merge", *measured, "--out", str(ROOM / "coverage.json")]
    return Part("Branch coverage", [sys.executable, "-m", "slipcover", *merge]).run()


def _show(result: Result, shown: Callable[[str], None] = print) -> None:
    if result.not_run_because:
        shown(f"NOT RUN  {result.name}: {result.not_run_because}")
        return
    counts = f"{result.passed} passed, {result.failed} failed"
    counts += f", {result.skipped} skipped" if result.skipped else ""
    word = "FAILED " if result.failed else "ok     "
    if result.failed:
        shown(f"\n----- {result.name} -----\n{result.output}")
    shown(f"{word}  {result.name}: {counts} ({result.seconds:.0f} s)")


def main() -> int:
    """Run every part and return the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(ROOM / "coverage", ignore_errors=True)
    (ROOM / "coverage").mkdir(parents=True)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with ExitStack() as stack:
        no_postgresql = cluster.why_not()
        url = None if no_postgresql else stack.enter_context(cluster.running())
        # Databases and browser profiles are thrown away: in memory nothing waits for the disk.
        room = tempfile.TemporaryDirectory(prefix="tracker-test-", dir=cluster.in_memory())
        parts = _parts(url, no_postgresql, Path(stack.enter_context(room)))
        with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
            running = [pool.submit(part.run) for part in parts]
            print(f"Running {len(running)} parts. Each is shown when it is done.")
            results = []
            for job in as_completed(running):
                results.append(job.result())
                _show(results[-1])
    results.append(_coverage())
    _show(results[-1])

    not_run = [result for result in results if result.not_run_because]
    every_part = os.environ.get("TRACKER_TEST_EVERY_PART") == "1"
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results) + (len(not_run) if every_part else 0)
    skipped = sum(result.skipped for result in results)
    print()
    if not_run:
        print(f"These parts did NOT run: {'; '.join(result.name for result in not_run)}.")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
