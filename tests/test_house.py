"""The house keeps its rooms: who imports whom, how large a file grows, what may never be written.

The table below is the house's own table of imports. `*` stands for every module of a package.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRACKER = ROOT / "tracker"
LONGEST_FILE = 400

WEB = frozenset({"flask", "flask_wtf", "werkzeug", "wtforms", "jinja2"})
DATABASE = frozenset({"sqlalchemy", "flask_sqlalchemy", "flask_migrate", "alembic", "psycopg"})
PAPER = frozenset({"reportlab", "uharfbuzz", "segno", "fpdf"})


@dataclass(frozen=True)
class Room:
    """What one module, or one package, may import of the house, and what it must not import."""

    may: frozenset[str] | None  # None: anything of the house
    never: frozenset[str] = field(default_factory=frozenset)
    stdlib_only: bool = False


def _rules(*may: str) -> Room:
    return Room(frozenset({*may, "languages"}), stdlib_only=True)


_PLAIN = (
    "plans", "doses", "dates", "names", "codes", "sentences", "questions", "readiness",
    "checkins", "drafts", "catalogue", "regimens", "search_keys", "escalations",
    "therapies", "course", "languages", "retold",
)  # fmt: skip

ROOMS = {
    # The rules: downward only, and nothing but the standard library.
    "dose_notation": _rules(),
    "number_words": _rules(),
    "doses": _rules("dose_notation", "number_words"),
    "languages": _rules(),
    "day_words": _rules(),
    "dates": _rules("day_words"),
    "names": _rules(),
    "retold": _rules("dates"),
    "search_keys": _rules("names"),
    "codes": _rules(),
    "plans": _rules("doses", "dates"),
    "sentences": _rules("plans", "doses", "dates"),
    "questions": _rules("plans", "doses", "dates"),
    "readiness": _rules("plans", "doses", "dates", "questions"),
    "checkins": _rules("dates", "doses", "plans", "escalations", "therapies"),
    "escalations": _rules("dates"),
    "therapies": _rules("dates"),
    "worklist": _rules("checkins", "course", "dates", "escalations", "plans"),
    "course": _rules("plans", "doses", "dates", "sentences"),
    "regimens": _rules("plans", "doses", "sentences"),
    "drafts": _rules("plans", "doses", "dates", "questions", "readiness"),
    "catalogue": Room(frozenset({"plans", "doses", "checkins", "languages"}), WEB | DATABASE),
    "policy": Room(frozenset({"languages"}), WEB | DATABASE),
    # The drawings: plain frozen values in, shapes and bytes out.
    "timeline": Room(frozenset(_PLAIN), WEB | DATABASE),
    "handouts": Room(frozenset({*_PLAIN, "timeline"}), WEB | DATABASE),
    "exchange": Room(frozenset({*_PLAIN, "timeline", "policy"}), WEB | DATABASE),
    # Flask-SQLAlchemy gives the models their session; the web itself stays out.
    "models": Room(frozenset({"plans", "policy", "checkins", "languages"}), WEB),
    # Charts read rows into plain values, for pages and records alike.
    "charts": Room(
        frozenset({*_PLAIN, "policy", "models", "handouts", "timeline", "exchange", "worklist"}),
        WEB,
    ),
    # Copies bytes and compares; reads no chart.
    "backups": Room(frozenset({"models"}), WEB),
    "forms": Room(frozenset({*_PLAIN, "policy"}), DATABASE),
    "records": Room(
        frozenset({*_PLAIN, "policy", "models", "charts", "worklist", "timeline", "handouts"}), WEB
    ),
}


# The outer rooms know the web and may import anything; `demo` fills the demo through the records.
OUTER = {
    "__init__",
    "addresses",
    "audit_commands",
    "auth",
    "backup_commands",
    "bilingual",
    "commands",
    "database",
    "demo",
    "exchange_commands",
    "factors",
    "form_cookie",
    "guard",
    "logs",
    "page",
    "paper_commands",
    "retention_commands",
    "passkeys",
    "serving",
    "settings",
    "staff_commands",
    "views",
    "worker",
    "worklist_commands",
}


@dataclass(frozen=True)
class Import:
    """One import statement: the file, the line, and the full name it asks for."""

    path: Path
    line: int
    name: str

    @property
    def top(self) -> str:
        """The package it comes from."""
        return self.name.split(".")[0]

    @property
    def room(self) -> str | None:
        """The room of the house it asks for, or None for a package of others."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "tracker" and len(parts) > 1 else None

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.name}"


def files_of(room: str) -> list[Path]:
    """Return the files of a module or package of the house."""
    one = TRACKER / f"{room}.py"
    return [*([one] if one.exists() else []), *sorted((TRACKER / room).glob("**/*.py"))]


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse one file, once."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[Import]:
    """Yield every import of a file, those inside functions included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports by a relative name"
            module = node.module or ""
            if module == "tracker":  # `from tracker import plans` asks for the room plans
                yield from (Import(path, node.lineno, f"tracker.{a.name}") for a in node.names)
            else:
                yield Import(path, node.lineno, module)


def _is_standard(top: str) -> bool:
    import sys

    return top in sys.stdlib_module_names or top == "__future__"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_house_allows(room: str) -> None:
    rule = ROOMS[room]
    wrong = []
    for path in files_of(room):
        for found in imports_of(path):
            if found.room is not None:
                if rule.may is not None and found.room not in {*rule.may, room}:
                    wrong.append(str(found))
            elif found.top in rule.never or (rule.stdlib_only and not _is_standard(found.top)):
                wrong.append(str(found))
    assert wrong == []


def test_every_room_has_its_line_in_the_table() -> None:
    found = {p.relative_to(TRACKER).parts[0].removesuffix(".py") for p in python_files()}
    assert found - set(ROOMS) - OUTER == set()


def test_only_the_paper_draws_on_paper() -> None:
    rooms = ("plans", "doses", "drafts", "policy", "models", "forms", "records", "timeline")
    wrong = [
        str(found)
        for room in rooms
        for path in files_of(room)
        for found in imports_of(path)
        if found.top in PAPER
    ]
    assert wrong == []


WRITES = {"add", "add_all", "commit", "delete", "flush", "merge", "bulk_save_objects"}


def _session_calls(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        owner_name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        if node.func.attr in names and owner_name == "session":
            yield f"{path.relative_to(ROOT)}:{node.lineno} session.{node.func.attr}()"


def test_views_and_forms_write_only_through_records() -> None:
    wrong = [
        found
        for room in ("views", "forms", "charts", "handouts", "timeline", "exchange")
        for path in files_of(room)
        for found in _session_calls(path, WRITES)
    ]
    statements = [
        str(found) + f" {alias.name}"
        for path in files_of("views")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
        for found in [Import(path, node.lineno, "sqlalchemy")]
        if alias.name in {"insert", "update", "delete", "text"}
    ]
    assert wrong + statements == []


def python_files() -> list[Path]:
    return sorted(TRACKER.glob("**/*.py"))


def test_no_file_is_crowded() -> None:
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in python_files()}
    assert [f"{p.relative_to(ROOT)}: {n}" for p, n in lengths.items() if n > LONGEST_FILE] == []


def test_no_room_is_named_for_nothing() -> None:
    vague = {"utils", "helpers", "services", "managers", "constants", "common", "misc"}
    assert [str(p.relative_to(ROOT)) for p in TRACKER.glob("**/*") if p.stem in vague] == []


def test_every_module_says_what_belongs_in_it() -> None:
    silent = [p for p in python_files() if not ast.get_docstring(tree_of(p))]
    assert [str(p.relative_to(ROOT)) for p in silent] == []


DOCUMENTED = (
    "plans", "doses", "dates", "names", "codes", "drafts", "checkins", "regimens", "timeline",
    "escalations", "therapies", "course",
    "records", "policy", "catalogue", "handouts",
)  # fmt: skip


def test_every_public_function_of_the_heart_says_what_it_does() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for room in DOCUMENTED
        for path in files_of(room)
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def tracked(*patterns: str) -> list[Path]:
    """Return the files under version control that match."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


FORBIDDEN_IN_PAGES = {
    "a data: address": re.compile(r"""(["'(=\s])data:(?!\s)"""),
    "another host": re.compile(
        r"""(?:src|href|action|url\(|@import)\s*=?\s*["'(]?\s*(?:https?:)?//"""
    ),
    "an inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a number input": re.compile(r"""type=["']?number""", re.IGNORECASE),
    "unescaped text": re.compile(r"(?<!['\"])\|\s*safe\b|autoescape\s+false"),
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_PAGES)
def test_templates_and_assets_hold_nothing_the_policy_forbids(what: str) -> None:
    pattern = FORBIDDEN_IN_PAGES[what]
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}"
        for path in tracked(
            "tracker/templates/*.html", "tracker/static/*.css", "tracker/static/*.js"
        )
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


def test_scripts_keep_nothing_in_the_browser() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked("tracker/static/*.js")
        for word in (
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "eval(",
            "innerHTML",
        )
        if word in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


# `sum(1 for ...)` and `sum(map(len, ...))` count rows.
NUMBER_READERS = re.compile(r"\b(?:Decimal|Fraction|float|round|sum)\((?!1 for |map\(len,)")


def test_nothing_near_a_dose_turns_text_into_a_number() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for room in ("plans", "drafts", "records", "models", "forms", "exchange")
        for path in files_of(room)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NUMBER_READERS.search(line)
    ]
    assert wrong == []


def test_every_pinned_package_gives_its_reason() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                assert re.fullmatch(r"[A-Za-z0-9_.\[\]-]+==[\w.]+\s+#\s\S.*", line), (
                    f"{name}: {line}"
                )


def test_no_test_sleeps_or_is_left_out() -> None:
    pattern = re.compile(r"\btime\.sleep\(|wait_for_timeout\(|mark\.(?:skip|xfail)|pytest\.skip\(")
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("tests/*.py")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


def test_no_helper_of_the_tests_is_left_over() -> None:
    defined: dict[str, Path] = {}
    named: set[str] = set()
    for path in tracked("tests/*.py") + tracked("scripts/*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined |= {
            node.name: path
            for node in tree.body
            if path.is_relative_to(ROOT / "tests")
            and isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith(("test_", "pytest_"))
        }
        for node in ast.walk(tree):
            # A fixture is named as an argument, or in a text.
            for attribute in ("id", "attr", "arg", "value"):
                if isinstance(found := getattr(node, attribute, None), str):
                    named.add(found)
    assert defined
    assert {name: path for name, path in defined.items() if name not in named} == {}


def test_every_dependency_that_is_imported_is_pinned() -> None:
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower().replace("-", "_")
    known = {
        "mako": "",
        "markupsafe": "",
        "click": "",
        "jinja2": "",
    }  # come with Flask and Alembic, and only so
    wrong = {
        found.top
        for path in python_files()
        for found in imports_of(path)
        if found.room is None
        and found.top != "tracker"
        and not _is_standard(found.top)
        and found.top not in known
        and f"\n{ {'fpdf': 'fpdf2', 'argon2': 'argon2_cffi'}.get(found.top, found.top) }"
        not in pinned
    }
    assert wrong == set()
