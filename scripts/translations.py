"""Keeps the Spanish catalogue equal to the texts: finds them, adds new ones empty, drops old ones.

`make translations` runs it. A text is whatever stands in `_()`, `_n()`, `_c()` in a template, in
`said()`, `say()`, `counted()`, `say_counted()`, `said_as()` in Python, what an act does and says in
the ACTS table, and what staff read of the catalogue's own files. Nothing is guessed: a new text
gets no Spanish that resembles it.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tracker.catalogue.spoken import texts_by_file
from tracker.policy import ACTS

ROOT = Path(__file__).resolve().parent.parent
TRACKER = ROOT / "tracker"
CATALOGUE = TRACKER / "translations/es/LC_MESSAGES/messages.po"

# How many of its first arguments are texts, for each way of saying one; a context comes first.
TEMPLATES = {"_": None, "_n": (1, 2), "_c": ((1, "c"), 2)}
PYTHON = {"said": (0,), "say": (0,), "counted": (0, 1), "say_counted": (0, 1), "said_as": (1,)}
HEADER = """\
# The interface in Spanish, for staff: formal (usted), plain clinical Spanish for clinics in the
# United States. The words to use stand in docs/languages.md.
# No professional translator has read it yet.
#"""


def texts() -> Catalog:
    """Find every text of the interface, in the order of the files."""
    found = _empty()
    for text, context, place in _in_files():
        found.add(text, context=context, locations=[(place, 0)])
    for act in ACTS.values():
        for text in filter(None, (act.does, act.says)):
            found.add(text, locations=[("tracker/policy", 0)])
    for file, text in texts_by_file():
        found.add(text, locations=[(f"tracker/catalogue/{file}", 0)])
    return found


def _in_files() -> Iterator[tuple[Any, str | None, str]]:
    for path in sorted(TRACKER.rglob("*.py")):
        for message, context in _in_python(ast.parse(path.read_text(encoding="utf-8"))):
            yield message, context, str(path.relative_to(ROOT))
    for path in sorted((TRACKER / "templates").rglob("*.html")):
        with path.open("rb") as file:
            for _, message, _, context in extract("jinja2", file, TEMPLATES):
                yield message, context, str(path.relative_to(ROOT))


def _in_python(tree: ast.Module) -> Iterator[tuple[Any, str | None]]:
    """Find the texts that are handed to what the module took from `tracker.languages`."""
    known = {
        name.asname or name.name: PYTHON[name.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tracker.languages"
        for name in node.names
        if name.name in PYTHON
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places = known.get(node.func.id, ())
            words = [_words(node.args[n]) for n in places if n < len(node.args)]
            if words and all(words):
                context = _words(node.args[0]) if places == (1,) else None
                yield (words[0] if len(words) == 1 else tuple(words)), context


def _words(node: ast.expr) -> str:
    """Give a text that stands there as it is; "" for one that is only known when it is said."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def kept() -> Catalog:
    """Read the catalogue as it stands."""
    if not CATALOGUE.exists():
        return _empty()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="es")


def _empty() -> Catalog:
    return Catalog(locale="es", header_comment=HEADER, fuzzy=False, charset="utf-8")


def updated() -> Catalog:
    """Give the texts as found, each with the Spanish that was kept for it."""
    found, before = texts(), kept()
    for message in found:
        old = before.get(message.id, context=message.context) if message.id else None
        if old is not None:
            message.string = old.string
    return found


def write(catalogue: Catalog) -> None:
    """Write the catalogue, sorted by text, with the files where each is used and no dates."""
    out = io.BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    head = (
        HEADER
        + '\nmsgid ""\nmsgstr ""\n"Language: es\\n"\n'
        + (
            '"Content-Type: text/plain; charset=utf-8\\n"\n'
            '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        )
    )
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(head.encode() + out.getvalue())


def without_spanish(catalogue: Catalog) -> list[str]:
    """List the texts that have no Spanish yet."""
    lacking = []
    for message in catalogue:
        es = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and not (es and all(es)):
            lacking.append(str(message.id))
    return lacking


def main() -> int:
    """Bring the catalogue up to date and tell what it lacks."""
    catalogue = updated()
    write(catalogue)
    missing = without_spanish(catalogue)
    print(f"{len(catalogue)} texts, {len(missing)} without Spanish")
    for text in missing:
        print(f"  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
