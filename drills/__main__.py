"""Runs the drills that are asked for, prints their figures, and ends with one plain line."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable

from drills import failover, faults, history, kill, malformed, pooler, proxy, race, restore

DRILLS: dict[str, tuple[str, Callable[[], dict[str, object]], Callable[[], str | None]]] = {
    "kill": ("kill -9 during writes, SQLite", kill.run, lambda: None),
    "failover": ("PostgreSQL: primary killed, standby promoted", failover.run, failover.why_not),
    "pooler": ("pgbouncer in front, reports from a replica", pooler.run, pooler.why_not),
    "restore": ("backup during writes, restored elsewhere", restore.run, lambda: None),
    "race": ("fifty people change one thing", race.run, lambda: None),
    "history": ("verify-audit over a long history", history.run, lambda: None),
    "malformed": ("malformed posts over every form", malformed.run, lambda: None),
    "proxy": ("gunicorn behind nginx and Caddy, as shipped", proxy.run, proxy.why_not),
    "faults": ("disk full, database away", faults.run, faults.why_not),
}


def main(names: list[str]) -> int:
    """Run the named drills, or all; give the exit status."""
    unknown = set(names) - set(DRILLS)
    if unknown:
        print(f"No such drill: {', '.join(sorted(unknown))}. There are: {', '.join(DRILLS)}.")
        return 2
    print(f"On {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    passed = failed = skipped = 0
    for name in names or DRILLS:
        title, run, why_not = DRILLS[name]
        if why := why_not():
            print(f"\nNOT RUN  {title}: {why}")
            skipped += 1
            continue
        began = time.monotonic()
        found = run()
        good = bool(found.pop("good"))
        passed, failed = passed + good, failed + (not good)
        print(f"\n{'ok     ' if good else 'FAILED '}  {title} ({time.monotonic() - began:.0f} s)")
        for what, figure in found.items():
            print(f"         {what}: {figure}")
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
