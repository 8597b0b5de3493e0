"""The hot pages beside hello world, the raw query and Django: processor time of each request.

All servers run at once and take turns in one run, in another order each round; the median of the
rounds is compared. A turn is about half a second's work for each of them: none has its code and
rows swept out of the processor's memory more often than another.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.group.building import ROOT, Group
from bench.lines import Line, median, percentile
from bench.servers import WORKERS, Request, Server, ask, fire, serving
from bench.visits import Visit, visit

ROUNDS = 9
DJANGO = "bench.peers.django_site:application"
OURS = "tracker.serving:application()"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is measured: its server, what is asked, and how often in one round."""

    server: Server
    requests: Sequence[Request]
    count: int


def measured(targets: Mapping[str, Target], rounds: int = ROUNDS) -> dict[str, float]:
    """Give the milliseconds on a processor of one request of each target."""
    found: dict[str, list[float]] = defaultdict(list)
    for target in targets.values():  # nothing is measured cold, in no process
        fire(target.server.port, target.requests, 2 * WORKERS * len(target.requests))
    order = list(targets)
    seeded = random.Random(20261125)
    for _ in range(rounds):
        seeded.shuffle(order)
        for name in order:
            target = targets[name]
            before = target.server.spent()
            fire(target.server.port, target.requests, target.count)
            found[name].append((target.server.spent() - before) * 1000 / target.count)
    return {name: median(values) for name, values in found.items()}


@dataclass(frozen=True, slots=True)
class _Served:
    """The servers of one run, and the person who asks."""

    plain: Server
    ours: Server
    unread: Server
    django: Server | None
    cookie: str  # of the session at Django
    visit: Visit


def environment(group: Group, url: str = "") -> dict[str, str]:
    """Give the settings of a server of ours on one of a group's databases."""
    return {
        "TRACKER_INSTANCE": str(group.instance),
        "TRACKER_HTTPS": "0",
        "DATABASE_URL": url.replace("+psycopg", ""),
    }


@contextlib.contextmanager
def _served(group: Group) -> Iterator[_Served]:
    house = group.houses[-1]
    database = str(group.instance / "tracker.sqlite3")
    peers = {
        "BENCH_SQLITE": database,
        "BENCH_DJANGO": str(group.instance / "django.sqlite3"),
        "BENCH_CLINIC": str(house.clinic_id),
    }
    who = visit(group.app(), house.physicians[0])
    with contextlib.ExitStack() as stack:
        start = stack.enter_context
        cookie = _django_session(peers)
        ours = start(serving(OURS, environment(group)))
        yield _Served(
            plain=start(serving("bench.peers.plain:app", peers)),
            ours=ours,
            unread=start(serving("bench.peers.unread:application()", environment(group))),
            django=start(serving(DJANGO, peers)) if cookie else None,
            cookie=cookie,
            visit=who.at(ours.port),
        )


def _django_session(peers: Mapping[str, str]) -> str:
    """Give the cookie of a session at Django, "" where it is not installed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.peers.django_site"],
        cwd=ROOT, env={**os.environ, **peers}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        print(f"Django is not measured: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return ""
    return done.stdout.strip()


def run(group: Group) -> Iterator[Line]:
    """Measure the pages on SQLite beside their limits and peers."""
    with _served(group) as served:
        who, ours = served.visit, served.ours
        patients = [who.get(f"/patients/{one}") for one in who.patients]
        targets = {
            "hello": Target(served.plain, [Request("/hello")], 1200),
            "raw": Target(served.plain, [Request(f"/raw/{who.clinic_id}")], 600),
            "today": Target(ours, [who.get("/today")], 200),
            "patient": Target(ours, patients, 20),
            "unread": Target(served.unread, patients, 20),
            "search": Target(ours, who.found(who.names), 100),
            "record": Target(
                ours, [replace(one, wanted=303) for one in who.found(who.records)], 200
            ),
            "checkin": Target(
                ours, [who.get(f"/patients/{a}/checkins/{b}/record") for a, b in who.checkins], 16
            ),
            "handout": Target(
                ours, [who.get(f"/patients/{one}/handout") for one in who.patients], 20
            ),
        }
        if served.django:
            session = {"sessionid": served.cookie}
            rows = "/admin/peers/worklistrow/"
            targets["admin"] = Target(served.django, [Request(rows, session)], 20)
            targets["plain"] = Target(served.django, [Request("/plain/", session)], 20)
        ms = measured(targets)
        yield from _compared(ms)
        yield from _waiting(served)
        yield from weight(ours, who)


def _compared(ms: Mapping[str, float]) -> Iterator[Line]:
    today, hello, raw = ms["today"], ms["hello"], ms["raw"]

    def beside(other: float, name: str) -> str:
        return f"{today:.2f} ms beside {other:.2f} ms {name}"

    yield Line("Today page ÷ hello world", today / hello, 6.5, 5, told=beside(hello, "hello"))
    yield Line("Today page ÷ raw query alone", today / raw, 5, 4, told=beside(raw, "raw"))
    if "admin" in ms:
        yield Line(
            "stock Django admin list ÷ Today page", ms["admin"] / today, 10, at_least=True,
            told=beside(ms["admin"], "Django admin"),
        )  # fmt: skip
        yield Line(
            "plain Django view ÷ Today page", ms["plain"] / today, 4, at_least=True,
            told=beside(ms["plain"], "Django view"),
        )  # fmt: skip
    yield Line(
        "patient page with its read event ÷ without", ms["patient"] / ms["unread"], 1.4,
        told=f"{ms['patient']:.2f} ms beside {ms['unread']:.2f} ms",
    )  # fmt: skip
    for name, words in (
        ("patient", "patient page"), ("search", "search by name"), ("record", "search by number"),
        ("checkin", "check-in form"), ("handout", "handout page"),
    ):  # fmt: skip
        yield Line(f"{words} ÷ hello world", ms[name] / hello, told=f"{ms[name]:.2f} ms")


def _waiting(served: _Served) -> Iterator[Line]:
    """Let four clients wait for the Today page at once."""
    ratios, middle, last = [], [], []
    for _ in range(5):
        seconds = fire(served.ours.port, [served.visit.get("/today")], 1000, clients=4)
        middle.append(percentile(seconds, 50) * 1000)
        last.append(percentile(seconds, 99) * 1000)
        ratios.append(last[-1] / middle[-1])
    yield Line(
        "Today page, 4 clients: p99 ÷ p50", median(ratios), 2.5,
        told=f"p50 {median(middle):.1f} ms, p99 {median(last):.1f} ms on the wall",
    )  # fmt: skip


_LOADED = re.compile(rb'(?:src|href)="(/static/[^"]+)"')


def weight(server: Server, who: Visit) -> Iterator[Line]:
    """Weigh pages with all that they load, as sent: nothing is compressed here."""
    for words, path in (("Today page", "/today"), ("patient page", f"/patients/{who.patients[0]}")):
        _, page = ask(server.port, who.get(path).written())
        other = [one for one in re.findall(rb'(?:src|href)="(https?:)?//', page)]
        files = sorted({one.decode() for one in _LOADED.findall(page)})
        loaded = sum(len(_body(ask(server.port, Request(one).written())[1])) for one in files)
        total = (len(_body(page)) + loaded) / 1000
        yield Line(
            f"{words} with all it loads, other hosts asked: {len(other)}", total, 150, unit=" kB",
            told=f"{len(_body(page)) / 1000:.1f} kB of HTML, {len(files)} files",
        )  # fmt: skip


def _body(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


def on_postgresql(group: Group, url: str) -> Iterator[Line]:
    """Measure the pages again on PostgreSQL, its server's work counted in."""
    who = visit(group.app(url), group.houses[-1].physicians[0])
    with (
        serving(OURS, environment(group, url), beside=postmaster(url)) as ours,
        serving("bench.peers.plain:app", {"BENCH_SQLITE": ""}) as plain,
    ):
        who = who.at(ours.port)
        ms = measured(
            {
                "hello": Target(plain, [Request("/hello")], 1200),
                "Today page": Target(ours, [who.get("/today")], 200),
                "patient page": Target(ours, [who.get(f"/patients/{p}") for p in who.patients], 20),
                "search by name": Target(ours, who.found(who.names), 100),
            }
        )
    for name, spent in ms.items():
        if name != "hello":
            told = f"{spent:.2f} ms, the database’s part included"
            yield Line(f"PostgreSQL: {name} ÷ hello world", spent / ms["hello"], told=told)


def postmaster(url: str) -> int:
    """Give the process of the PostgreSQL server behind an address of ours."""
    home = Path(url.partition("host=")[2])
    lock = next(home.glob(".s.PGSQL.*.lock"))
    return int(lock.read_text().split()[0])
