"""What the list of statements in docs/security.md says of passwords and sessions, one test each.

The everyday way in is in `test_sign_in`, second factors in `test_second_factor`; here are the
boundaries, and that the list itself names tests that exist.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from flask import Flask
from sqlalchemy import func, select

from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker import auth, factors
from tracker.models import Staff, db
from tracker.records import staff
from tracker.settings import settings

ROOT = Path(__file__).parent.parent
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


def rows() -> list[tuple[int, str]]:
    """Give each statement's number and where it is held."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    part = text.split("## The statements, and the test that holds each")[1].split("\n## ")[0]
    return [(int(number), held) for number, _, held in ROW.findall(part)]


def test_every_statement_has_its_line() -> None:
    assert [number for number, _ in rows()] == list(range(1, 47))


def test_the_tests_that_statements_name_exist() -> None:
    named = {ref for _, held in rows() for ref in re.findall(r"`([\w/]+)::(\w+)`", held)}
    assert len(named) > 20
    gone = []
    for stem, function in named:
        path = next(ROOT.glob(f"tests/**/{stem}.py"), None)
        tree = ast.parse(path.read_text(encoding="utf-8")) if path else ast.Module([], [])
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if function not in defined:
            gone.append(f"{stem}::{function}")
    assert gone == []


# ---- 5: nobody is there until somebody is added


def test_a_fresh_database_has_nobody_in_it(empty_app: Flask) -> None:
    with empty_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Staff)) == 0


# ---- 6, 7: passwords


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("elevenchars", False),
        ("twelve chars", True),
        ("   spaced   out   ", True),
        ("зимний вечер у реки", True),
        ("🦀🌧🪴🎈🧭🍋🪁🧶🦉🥁🧊🪵", True),
        ("only lower case letters", True),
        ("a quiet lamp " * 20, True),
        ("ab" * 600, False),
    ],
)
def test_a_password_needs_length_and_no_recipe(app: Flask, password: str, good: bool) -> None:
    assert (auth.why_not_password(password, "bo") is None) is good


def test_a_password_is_taken_as_typed(app: Flask) -> None:
    with app.app_context():
        someone = Staff(password_hash=auth.hasher().hash("  Зимний вечер  "))
        assert auth.matches(someone, "  Зимний вечер  ")
        for other in ("Зимний вечер", "  зимний вечер  ", "  Зимний вечер  "[:-1]):
            assert not auth.matches(someone, other)


def test_every_common_password_that_is_long_enough_is_refused(app: Flask) -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    long_enough = [p for p in FREQUENCY_LISTS["passwords"] if len(p) >= auth.SHORTEST_PASSWORD]
    assert len(FREQUENCY_LISTS["passwords"]) >= 3_000 and len(long_enough) > 100
    assert [p for p in long_enough if auth.why_not_password(p, "bo") is None] == []
    assert all(factors.is_common(p.upper()) for p in long_enough)


# ---- 8: how passwords are kept


def test_outside_the_tests_hashes_are_as_slow_as_advised(tmp_path: Path) -> None:
    memory = settings(tmp_path / "instance", {})["HASH_MEMORY_KIB"]
    hashed = PasswordHasher(time_cost=1, memory_cost=memory, parallelism=1).hash("quiet lamp")
    kept = extract_parameters(hashed)
    assert kept.type is Type.ID and kept.memory_cost >= 46 * 1024
    assert (kept.time_cost, kept.parallelism, kept.salt_len) == (1, 1, 16)


# ---- 10: failures do not tell apart who exists


def test_a_disabled_and_an_unknown_person_are_refused_alike(
    app: Flask, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    with app.app_context():
        staff.disable(by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["bo"].staff_id)
    answers = set()
    for name, password in (("bo", cast["bo"].password), ("nobody", "x"), ("amara", "x")):
        page = visitor().get("/sign-in").form("/sign-in").submit(
            username=name, password=password, status=422
        )  # fmt: skip
        answers.add(page.text)
    assert len(answers) == 1


# ---- 19: signing out


def test_after_signing_out_the_old_cookie_opens_nothing(
    amara: Visitor, visitor: Callable[[], Visitor]
) -> None:
    cookie = amara.http.get_cookie("session")
    assert cookie is not None
    amara.get("/account")
    amara.post("/sign-out")
    thief = visitor()
    thief.http.set_cookie("session", cookie.value)
    assert thief.http.get("/account").status_code == 302
    page = thief.get("/sign-in")
    assert page.h1 == "Sign in"
