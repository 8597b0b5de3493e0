"""Builds an invented clinic group on both databases, and finds it again on the next run."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from bench.group import cases
from bench.group.copies import Copy, Recipe
from bench.group.people import House, open_clinic, password_hash, somebody
from bench.group.stores import PostgresqlStore, SqliteStore, Store, Values, adding
from scripts import cluster
from tracker import create_app, database
from tracker.models import Base, WorklistRow, db
from tracker.policy import Actor, Role
from tracker.records import worklist

ROOT = Path(__file__).parent.parent.parent
RECIPE = 2  # another number: what was kept is made anew
AT_ONCE = 250  # patients
CHECKED = 500  # patients whose Today list is compared with their facts
OLDEST = 21  # days: dates are laid around the day of building


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a group is."""

    name: str
    patients: int
    clinics: int

    @property
    def checkins(self) -> int:
        """How many check-ins are planned or held."""
        return self.patients * cases.STEPS


FULL = Scale("full", 100_000, 24)
SMALL = Scale("small", 1_000, 1)
SCALES = {one.name: one for one in (FULL, SMALL)}


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is there: where its databases are, and who works in it."""

    scale: Scale
    instance: Path
    houses: tuple[House, ...]

    @property
    def sqlite_url(self) -> str:
        """The address of its SQLite file."""
        return f"sqlite:///{self.instance / 'tracker.sqlite3'}"

    def app(self, url: str = "") -> Flask:
        """Give the application on one of its databases; on SQLite when none is named."""
        return create_app(
            {
                "INSTANCE": self.instance,
                "DATABASE_URL": url or self.sqlite_url,
                "TRACKER_HTTPS": "0",
            }
        )


def folder() -> Path:
    """Give the folder where groups are kept, which git ignores.

    The server of PostgreSQL runs as a user of its own and must reach it.
    """
    own = ROOT / ".bench"
    if os.geteuid() or all(parent.stat().st_mode & 0o001 for parent in ROOT.parents):
        return own
    return Path("/var/tmp") / "tracker-bench"


@contextlib.contextmanager
def kept(scale: Scale) -> Iterator[tuple[Group, str]]:
    """Lend a group and the address of its PostgreSQL database ("" where none can be made)."""
    home = folder() / scale.name
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_alone(scale))
        if _is_old(home):
            shutil.rmtree(home)
            home.mkdir()
        url = ""
        if cluster.why_not() is None:
            url = stack.enter_context(cluster.started(home / "postgresql", cluster.LASTING))
        if not (home / "built.json").exists():
            _build(scale, home, url)
        group = Group(scale, home / "instance", kept_people(scale))
        for address in (group.sqlite_url, url):
            if address:
                _upgrade(group.app(address))
        yield group, url


@contextlib.contextmanager
def _alone(scale: Scale) -> Iterator[None]:
    """Hold a group for one run: a second one would stop the first one's server."""
    with (folder() / f"{scale.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"Another run measures the {scale.name} group. Wait for it.") from None
        yield


def _is_old(home: Path) -> bool:
    mark = home / "built.json"
    if not mark.exists():
        return any(home.iterdir())
    built = json.loads(mark.read_text())
    age = (date.today() - date.fromisoformat(built["on"])).days
    return built["recipe"] != RECIPE or not 0 <= age <= OLDEST


def _upgrade(app: Flask) -> None:
    with app.app_context():
        stands_at, wanted = database.heads(db.engine)
        if stands_at != wanted:
            upgrade()
        db.session.remove()
        db.engine.dispose()


def _build(scale: Scale, home: Path, url: str) -> None:
    began = time.monotonic()
    instance = home / "instance"
    instance.mkdir(mode=0o700)
    app = Group(scale, instance, ()).app()
    with app.app_context():
        upgrade()
        secret = password_hash()
        houses = [open_clinic(number, secret) for number in range(scale.clinics)]
        recipes = _recorded(houses[0])
        stores: list[Store] = []
        if url:
            stores.append(_same_again(app, url))
        db.session.remove()
        db.engine.dispose()
        stores.append(SqliteStore(instance / "tracker.sqlite3"))
        with adding(stores) as both:
            _copy(scale, houses, recipes, both)
        _check(houses[-1])
        db.session.remove()
        db.engine.dispose()
    _write(home, houses)
    _say(f"{scale.patients:,} patients made in {time.monotonic() - began:.0f} s\n")


def _recorded(house: House) -> list[Recipe]:
    found = []
    for one in cases.record_all(house):
        found.append(one)
        _say(f"case {len(found)} of {cases.CASES} recorded")
    with db.engine.connect() as connection:
        return [Recipe(one, house, connection) for one in found]


def _same_again(app: Flask, url: str) -> PostgresqlStore:
    """Put what the acts made into PostgreSQL too, so that both databases hold the same."""
    instance = Path(app.instance_path)
    other = create_app({"INSTANCE": instance, "DATABASE_URL": url, "TRACKER_HTTPS": "0"})
    with other.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    store = PostgresqlStore(url)
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            store.add(table.name, [tuple(row) for row in connection.execute(select(table))])
    return store


def _copy(
    scale: Scale, houses: list[House], recipes: list[Recipe], stores: tuple[Store, ...] | Any
) -> None:
    """Fill every clinic, one after the other, so that keys are added in their order."""
    ends: dict[int, int] = {house.clinic_id: 0 for house in houses}
    with db.engine.connect() as connection:
        for clinic_id, seq in connection.execute(text("SELECT clinic_id, seq FROM event_head")):
            if clinic_id in ends:
                ends[clinic_id] = seq
    made: dict[str, list[Values]] = defaultdict(list)
    done = len(recipes)  # the cases themselves are patients of the first clinic
    for place, house in enumerate(houses):
        until = max(done, scale.patients * (place + 1) // len(houses))
        for number in range(done, until):
            recipe = _recipe(recipes, number)
            copy = Copy(number, house, somebody(number), ends[house.clinic_id] + 1)
            ends[house.clinic_id] += recipe.events
            for table, rows in recipe.filled(copy):
                made[table] += rows
            if (number + 1) % AT_ONCE == 0 or number + 1 == until:
                _put(made, stores)
                _say(f"{number + 1:,} of {scale.patients:,} patients")
        done = until
    for store in stores:
        store.move_ends(ends)


def _recipe(recipes: list[Recipe], number: int) -> Recipe:
    worried = number % cases.ONE_IN == cases.WORRIED
    usual = number % len(recipes)
    if usual == cases.WORRIED and not worried:
        usual += 1
    return recipes[usual]


def _put(made: dict[str, list[Values]], stores: Any) -> None:
    for store in stores:
        for table, rows in made.items():
            store.add(table, rows)
    made.clear()


def _check(house: House) -> None:
    """See that the Today list of one clinic, or much of it, is what its facts make."""
    ids = db.session.scalars(
        select(WorklistRow.patient_id)
        .where(WorklistRow.clinic_id == house.clinic_id)
        .distinct()
        .order_by(WorklistRow.patient_id.desc())
        .limit(CHECKED)
    ).all()
    differ = 0
    for place, one in enumerate(ids, 1):
        differ += worklist.differ(house.clinic_id, one)
        if place % 50 == 0:
            db.session.rollback()
            db.session.expunge_all()
            _say(f"Today list checked for {place:,} of {len(ids):,} patients, {differ} rows differ")
    if differ:
        raise RuntimeError(f"{differ} rows of the Today list differ from the facts")


def _write(home: Path, houses: list[House]) -> None:
    (home / "built.json").write_text(
        json.dumps(
            {
                "on": date.today().isoformat(),
                "recipe": RECIPE,
                "houses": [
                    [one.clinic_id, [_person(who, one) for who in one.staff]] for one in houses
                ],
            }
        )
    )


def _person(who: Actor, house: House) -> list[Any]:
    return [who.staff_id, who.name, [role.value for role in who.roles_at(house.clinic_id)]]


def kept_people(scale: Scale) -> tuple[House, ...]:
    """Give the clinics of a group that is kept, with their staff."""
    built: Mapping[str, Any] = json.loads((folder() / scale.name / "built.json").read_text())
    return tuple(
        House(
            clinic_id,
            tuple(
                Actor(staff_id, name, {clinic_id: frozenset(map(Role, roles))})
                for staff_id, name, roles in people
            ),
        )
        for clinic_id, people in built["houses"]
    )


def _say(words: str) -> None:
    print(f"\r{words:<76}", end="", file=sys.stderr, flush=True)
