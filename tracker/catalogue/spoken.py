"""The catalogue's texts that have a Spanish: those that staff read, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from tracker.catalogue.reader import LISTS, SHIPPED, Catalogue, load
from tracker.languages import Said

_FORM = ("form", "form_plural", "route")  # of a product; kept with a line as plain words
_FILES = {
    "therapies": "therapies.toml", "categories": "therapies.toml", "topics": "checkins.toml",
    "scales": "instruments.toml", "cautions": "cautions.toml", "checklist": "checklist.toml",
    "reasons": "reasons.toml", "kinds": "medicines.toml", "medicines": "medicines.toml",
}  # fmt: skip


def texts_by_file(folder: Path = SHIPPED) -> Iterator[tuple[str, str]]:
    """Give each text that staff read, with the name of its file; a text may come more than once."""
    catalogue = load(folder)
    assert set(_FILES.values()) | {"references.toml"} == set(LISTS)
    for field, file in _FILES.items():
        yield from ((file, text) for text in _said_in(getattr(catalogue, field)))
    yield from (("medicines.toml", text) for text in _forms_of(catalogue))


def _said_in(value: Any) -> Iterator[str]:
    if isinstance(value, Said):
        yield value.template
    elif isinstance(value, dict):
        yield from _said_in(tuple(value.values()))
    elif isinstance(value, tuple):
        for one in value:
            yield from _said_in(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _said_in(getattr(value, field.name))


def _forms_of(catalogue: Catalogue) -> Iterator[str]:
    for choice in (*catalogue.medicines, *catalogue.retired_medicines):
        yield from (getattr(choice.product, name) for name in _FORM)
        yield from (choice.unit, choice.unit_plural)
