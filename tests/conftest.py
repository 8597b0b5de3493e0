"""Fixtures of the whole suite: the clock, the databases, the application, visitors and windows.

Only the harness is set up here. A fixture that serves one room's tests lives beside those tests.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from flask import Flask
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.harness import browser as browsers
from tests.harness.databases import CLUSTER
from tests.harness.visitor import Visitor

if TYPE_CHECKING:  # a test of pure rules does not load the application
    from tests.harness.application import House
    from tests.harness.cast import Cast

NOW = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
IN_BROWSER = "chromium"

# The same examples on every run: what is red once is red until it is mended.
settings.register_profile("same", derandomize=True, database=None)
settings.load_profile("same")

# A test makes many objects and drops most of them at once: looking for cycles so often is a waste.
gc.set_threshold(20_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for a database on every database there is; a browser needs one."""
    if "database_kind" not in metafunc.fixturenames:
        return
    kinds: list[Any] = ["sqlite"]
    if CLUSTER and IN_BROWSER not in metafunc.fixturenames:
        kinds.append(pytest.param("postgresql", marks=pytest.mark.postgresql))
    metafunc.parametrize("database_kind", kinds, scope="session")


LONGEST_NAME = 200


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long value by its length: a file of 40 MB in a test's name takes minutes to report."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_NAME:
        return f"{argname} of {len(val)}"
    return None


# Whoever needs a part's fixtures names one of them, so a part need not load the other files.
NAMED = {
    "browser": re.compile(r"\b(open_window|open_demo|chromium)\b"),
    "postgresql": re.compile(
        r"\b(database_kind|house|app|empty_app|demo_app|cast|visitor|sign_in|amara|bo|cleo|dee|eli)\b"
    ),
}
ASKED_FOR = {"browser": IN_BROWSER, "postgresql": "house"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the files that have nothing for the part that runs; None asks the others."""
    is_tests = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if not is_tests or _has_something_for(config.option.markexpr, collection_path):
        return None
    return True


def _has_something_for(part: str, path: Path) -> bool:
    return part not in NAMED or NAMED[part].search(path.read_text("utf-8")) is not None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Mark what drives a browser, so that the suite can run it apart, and keep this run's share."""
    for item in items:
        if IN_BROWSER in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    asked = {
        (part, item.path)
        for item in items
        for part, fixture in ASKED_FOR.items()
        if fixture in getattr(item, "fixturenames", ())
    }
    # The part that loads every file watches over those that leave some out.
    if unnamed := [str(path) for part, path in asked if not _has_something_for(part, path)]:
        raise pytest.UsageError(f"they name no fixture that they ask for: {unnamed}")
    yield
    # The marks have chosen by now. Tests are dealt like cards, so that each share takes as long.
    number, shares = (int(part) for part in os.environ.get("TRACKER_TEST_SHARE", "1/1").split("/"))
    dealt = [items[at::shares] for at in range(shares)]
    items[:] = dealt[number - 1]
    others = [item for at, share in enumerate(dealt) if at != number - 1 for item in share]
    config.hook.pytest_deselected(items=others)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at 15:42 UTC on Tuesday, November 24, 2026; `clock.move_to` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def house(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The migrated application with the cast in it, once per database."""
    from tests.harness.application import build

    folder: Path = tmp_path_factory.mktemp(database_kind)
    with time_machine.travel(NOW, tick=False):
        built = build(folder, CLUSTER if database_kind == "postgresql" else "")
    yield built
    built.close()


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The application on a database as the cast left it."""
    with house.as_cast_left_it() as application:
        yield application


@pytest.fixture
def empty_app(house: House) -> Iterator[Flask]:
    """The application on a migrated database with nobody in it."""
    with house.empty() as application:
        yield application


@pytest.fixture
def demo_app(house: House) -> Iterator[Flask]:
    """The application with the demo clinics in it."""
    with house.with_demo() as application:
        yield application


@pytest.fixture
def cast(house: House, app: Flask) -> Cast:
    """Who is in the database: people, clinics, passwords."""
    return house.cast


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """Make a visitor who is not signed in."""
    return lambda: Visitor(app)


@pytest.fixture
def sign_in(app: Flask, cast: Cast) -> Callable[[str], Visitor]:
    """Give one of the cast by their short name, signed in, in a browser of their own."""
    return lambda who: Visitor(app).arrive(cast[who].username)


@pytest.fixture
def amara(sign_in: Callable[[str], Visitor]) -> Visitor:
    """Dr Amara, physician, signed in."""
    return sign_in("amara")


@pytest.fixture
def bo(sign_in: Callable[[str], Visitor]) -> Visitor:
    """Nurse Bo, signed in."""
    return sign_in("bo")


@pytest.fixture
def cleo(sign_in: Callable[[str], Visitor]) -> Visitor:
    """Desk Cleo, signed in."""
    return sign_in("cleo")


@pytest.fixture
def dee(sign_in: Callable[[str], Visitor]) -> Visitor:
    """Admin Dee, signed in."""
    return sign_in("dee")


@pytest.fixture
def eli(sign_in: Callable[[str], Visitor]) -> Visitor:
    """Stranger Eli, physician of another clinic, signed in."""
    return sign_in("eli")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_window(chromium: Browser, app: Flask) -> Iterator[Callable[..., browsers.Window]]:
    """Open windows on the cast's clinics; fail the test for what went wrong in any of them."""
    yield from _windows_on(chromium, app)


@pytest.fixture
def open_demo(chromium: Browser, demo_app: Flask) -> Iterator[Callable[..., browsers.Window]]:
    """Open windows on the demo; fail the test for what went wrong in any of them."""
    yield from _windows_on(chromium, demo_app)


def _windows_on(chromium: Browser, app: Flask) -> Iterator[Callable[..., browsers.Window]]:
    opened: list[browsers.Window] = []
    with browsers.served(app) as address:

        def open_one(**options: Any) -> browsers.Window:
            opened.append(browsers.window(chromium, address, app=app, **options))
            opened[-1].context.clock.set_fixed_time(NOW)
            return opened[-1]

        yield open_one
        for one in opened:
            one.context.close()
    assert [fault for one in opened for fault in one.faults] == []
