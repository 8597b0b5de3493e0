"""Nobody but three functions reads the digits of a dose: held by looking at the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker import dose_notation

TRACKER = Path(dose_notation.__file__).parent
READERS = {"words", "is_more", "lane_heights"}
CONVERTERS = {"int", "float", "complex", "Decimal", "Fraction", "sum", "round", "ord", "eval"}
DIGIT_METHODS = {"isdigit", "isdecimal", "isnumeric", "numeric", "decimal", "digit"}
ORDERING = {"min", "max", "sorted", "sort"}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def functions_in(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def names_used(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} | {
        inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)
    }


def converters_called(node: ast.AST) -> set[str]:
    calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return {called(call) for call in calls} & (CONVERTERS | DIGIT_METHODS)


def test_digits_become_numbers_only_under_the_three_functions() -> None:
    functions = {
        function.name: function for function in functions_in(tree_of(TRACKER / "doses.py"))
    }
    reaching = {name for name, function in functions.items() if converters_called(function)}
    # Follow the private readers up to whoever uses them: they end at the three and nowhere else.
    spoken = {name for name, function in functions.items() if {"_ONES"} & names_used(function)}
    reaching |= spoken
    grown: set[str] = set()
    while grown != reaching:
        grown = set(reaching)
        reaching |= {name for name, body in functions.items() if reaching & names_used(body)}
    assert {name for name in reaching if not name.startswith("_")} == READERS
    assert not any(name.startswith("__") for name in reaching)


def test_the_notation_converts_nothing() -> None:
    tree = tree_of(TRACKER / "dose_notation.py")
    # `isnumeric` there finds digits of other scripts in order to refuse them.
    assert converters_called(tree) <= {"isnumeric"}


def is_a_dose(node: ast.AST) -> bool:
    """Say whether an expression speaks of a dose, as far as its names tell."""
    return any(
        name == "DoseText" or re.search(r"(^|_)doses?($|_)", name) for name in names_used(node)
    )


def offences(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {"tracker.doses", "doses"}:
            names = {alias.name for alias in node.names}
            found += [name for name in names if name.startswith("_") or name == "*"]
        reads = isinstance(node, ast.Call) and called(node) in CONVERTERS | ORDERING | DIGIT_METHODS
        if reads and is_a_dose(node):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TRACKER.rglob("*.py")) if path.name != "doses.py"],
    ids=lambda path: str(path.relative_to(TRACKER)),
)
def test_no_other_module_converts_or_orders_a_dose(path: Path) -> None:
    assert offences(tree_of(path)) == []


@pytest.mark.parametrize(
    "source",
    [
        "int(dose.text)",
        "float(str(dose))",
        "sum(Decimal(d) for d in step.doses)",
        "sorted(cells, key=lambda cell: cell.dose.text)",
        "max(doses)",
        "dose.text.isdigit()",
        "unicodedata.numeric(old_dose.text)",
        "from tracker.doses import _value",
    ],
)
def test_the_structural_test_would_notice(source: str) -> None:
    assert offences(ast.parse(source))
