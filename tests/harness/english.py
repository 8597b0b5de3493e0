"""Finds English words that are left on a page in Spanish.

An English word is one that the catalogue's English texts have and its Spanish ones do not. What a
person typed is theirs, in whatever language; a medicine's name and strength are as on its label;
what a page marks with `lang="en"` is said to stay English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from sqlalchemy import inspect, text

from tests.harness.visitor import Page
from tracker.catalogue import load
from tracker.day_words import DIAS, MESES
from tracker.models import db

KEY = re.compile(r"(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{4}")  # of an authenticator app, in groups
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
SPOKEN_ATTRIBUTES = ("aria-label", "placeholder", "title", "data-label", "alt")
# The language's own name, codes of references, and what a time zone, a key or a color is called.
NAMES = frozenset({"English", "US", "ARTICLE", "PATCH", "LIQUID", "OPIOIDS", "LABEL"})


class EnglishWords:
    """The English words of the interface, and the texts that may hold them all the same."""

    def __init__(self, app: Flask, spanish: Mapping[str, tuple[str, ...]]) -> None:
        """Read the texts of the interface, and what was typed into the record."""
        self.english = {word for text in spanish for word in _words(text.rpartition("\x04")[2])}
        self.english -= {word for forms in spanish.values() for es in forms for word in _words(es)}
        self.english -= {name[:3] for name in (*MESES, *DIAS)}
        kept = set(_kept(app)) - set(spanish) - {text.lower() for text in spanish}
        self.typed = sorted((text for text in kept if len(text) > 3), key=len, reverse=True)
        shelf = load()
        labels = {name for one in shelf.medicine_names for name in (one.words, one.label_name)}
        labels |= {one.product.strength or one.product.concentration for one in shelf.medicines}
        self.labels = sorted(labels, key=len, reverse=True)

    def on(self, page: Page) -> Iterator[str]:
        """Yield each text of a page that has an English word."""
        for said in _said(page):
            words = self._found(said)
            if words and (words := self._found(self._without(said))):
                yield f"{said} ({', '.join(sorted(words))})"

    def _found(self, said: str) -> set[str]:
        return {word for word in WORD.findall(said) if word.lower() in self.english} - NAMES

    def _without(self, said: str) -> str:
        for own in (*self.labels, *self.typed):
            if own in said:
                said = said.replace(own, " ")
        return said


def _words(said: str) -> set[str]:
    return {word.lower() for word in WORD.findall(re.sub(r"\{\w+\}|<[^>]*>", " ", said))}


def _said(page: Page) -> Iterator[str]:
    document = page.document
    for element in document.elements:
        around = [element, *document.ancestors(element)]
        if any(one.get("lang", "").startswith("en") or one.tag == "script" for one in around):
            continue
        parts = (element.text, *(child.tail for child in element))
        for said in (*parts, *(element.get(name) for name in SPOKEN_ATTRIBUTES)):
            if said and said.strip() and not KEY.fullmatch(said.strip()):
                yield " ".join(said.split())


def _kept(app: Flask) -> Iterator[str]:
    """Yield every text of the record, those inside kept JSON too."""
    with app.app_context():
        for table in inspect(db.engine).get_table_names():
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value[:1] in ("{", "["):
        value = json.loads(value)
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        yield from (found for inner in value.values() for found in _texts(inner))
    elif isinstance(value, list):
        yield from (found for inner in value for found in _texts(inner))
