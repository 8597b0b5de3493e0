"""The shape of a draft: its fields, their names in a form, and what is done to unexpected input.

Every other module here may rely on `tidy`: all fields present, all values text, lists bounded, keys
of medicines and steps unique. Nothing here judges a text; that is `reading`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.drafts.aside import lay_aside
from tracker.readiness import CHECKLIST

Raw = dict[str, Any]
"""A draft: nested dicts and lists of strings as typed. See `SHAPE`."""

MOST_ROWS = 200  # above every limit that has a sentence of its own
MOST_KEYS = 400
MOST_FIELDS = 20_000
LONGEST_VALUE = 50_000  # far above the limits that have a sentence; bounds a hostile post

_ANY = "*"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

# A text is "", a list has one element that is each item's shape, "*" stands for any key.
SHAPE: Mapping[str, Any] = {
    "reason": "",
    "reason_text": "",
    "goal": "",
    "agreed": "",
    "target": "",
    "target_text": "",
    "starts": "",
    "contact_before": "",
    "change_reason": "",
    "resume_on": "",  # a held plan is resumed on this day when the version is signed
    "pasted": "",  # says which steps were pasted from a table, by whom and when
    "checklist": {item: {"answer": "", "on": "", "why": ""} for item in CHECKLIST},
    "medicines": [
        {
            "key": "",
            "line": "",
            "measure": "",
            "unit": "",
            "pattern": "",
            "typed_as": "",  # what its cells were typed under, see `aside`
            "uses": [""],
            "at": "",
            "every_unit": "",
            "purpose": "",
            "from_step": "",
            "through_step": "",
            "after": "",
            "after_text": "",
        }
    ],
    "first_day": "",
    "every": "",
    "count": "",
    "start_mode": "",
    "last_day": "",
    "steps": [{"key": "", "start": "", "cells": {_ANY: {_ANY: ""}}, "instruction": ""}],
    # Cells typed under another pattern: medicine, what they were typed under, step, cell.
    "aside": {_ANY: {_ANY: {_ANY: {_ANY: ""}}}},
    "therapies": [{"id": "", "steps": "", "note": ""}],
    "therapy_none_because": "",
    "psych": {"answer": "", "text": ""},
    "rhythms": [
        {
            "mode": "",
            "day": "",
            "when": "",
            "again": "",
            "unit": "",
            "months": "",
            "steps": "",
            "topics": [""],
        }
    ],
    "checkin_none_because": "",
    "new_medicines": [{"words": "", "directions": "", "starts": "", "until": ""}],
    # A text as typed above, and the same in the patient's language: where the text changes, the
    # old translation no longer stands for it.
    "translations": [{"of": "", "text": ""}],
    "answers": {_ANY: {"reason": "", "text": ""}},
    # The highest number ever given to a key, so that a removed step's key is never given again.
    "used": {"steps": "", "medicines": ""},
}


def blank() -> Raw:
    """Give an empty draft: every field there and blank, no medicines, no steps."""
    return tidy({})


def tidy(raw: object) -> Raw:
    """Fit anything into the shape of a draft, on a copy.

    Unknown fields and values that are not text are left out, blanks around a text are stripped,
    control characters made blanks; medicines and steps without a key of their own get the next one,
    and cells typed under a pattern that their medicine has no more are laid aside.
    """
    tidied = _with_keys(_fit(SHAPE, raw))
    lay_aside(tidied)
    return tidied


def from_form(pairs: Iterable[tuple[str, str]], base: Raw | None = None) -> Raw:
    """Make a draft of a form's fields, named by dotted paths ("steps.3.cells.m1.morning").

    List indexes only order the rows: gaps close up. Where `base` is given, the sections (first
    parts of names) that the form does not name are kept from it; a form that shows a list which
    may be empty names the section alone ("therapies" with no value). Unknown names are ignored.
    """
    root = _Node()
    for _, (name, value) in zip(range(MOST_FIELDS), pairs, strict=False):
        root.put(name.split(".", 6), value)
    typed = {
        name: _from_node(SHAPE[name], node) for name, node in root.children.items() if name in SHAPE
    }
    return tidy({**(base or {}), **typed})


def to_form(raw: Raw) -> list[tuple[str, str]]:
    """Name every field of a draft as a form does: the inverse of `from_form`."""
    return list(_flatten("", raw))


def digest(raw: Raw) -> str:
    """Give the SHA-256 (hex) of a draft in one canonical spelling, for a second person's read-back.

    Two drafts have the same digest when all their texts are the same.
    """
    told = json.dumps(tidy(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()


class _Node:
    """A place in the tree of a form's names: its values, and what is named below it."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.children: dict[str, _Node] = {}

    def put(self, names: list[str], value: str) -> None:
        node = self
        for name in names:
            node = node.children.setdefault(name, _Node())
        node.values.append(value)

    def in_order(self) -> list[_Node]:
        """List the children that are named by a list index, by index."""
        numbered = [name for name in self.children if re.fullmatch(r"[0-9]{1,4}", name)]
        return [self.children[name] for name in sorted(numbered, key=lambda n: (len(n), n))]


def _from_node(shape: Any, node: _Node) -> Any:
    if isinstance(shape, str):
        return node.values[-1] if node.values else ""
    if isinstance(shape, list):
        if isinstance(shape[0], str):
            return node.values
        return [_from_node(shape[0], child) for child in node.in_order()]
    return {
        name: _from_node(shape[name] if name in shape else shape[_ANY], child)
        for name, child in node.children.items()
        if name in shape or _ANY in shape
    }


def _fit(shape: Any, value: object) -> Any:
    if isinstance(shape, str):
        return _clean(value) if isinstance(value, str) else ""
    if isinstance(shape, list):
        items = list(value)[:MOST_ROWS] if isinstance(value, (list, tuple)) else []
        fitted = [_fit(shape[0], item) for item in items]
        return [item for item in fitted if item] if isinstance(shape[0], str) else fitted
    given = value if isinstance(value, Mapping) else {}
    if _ANY in shape:
        names = [name for name in given if isinstance(name, str) and _KEY.fullmatch(name)]
        return {name: _fit(shape[_ANY], given[name]) for name in names[:MOST_KEYS]}
    return {name: _fit(inner, given.get(name)) for name, inner in shape.items()}


def _clean(text: str) -> str:
    lines = text[:LONGEST_VALUE].replace("\r\n", "\n").replace("\r", "\n")
    # A blank, never nothing: joining "2" and "5" would make a dose that nobody typed.
    return _UNPRINTABLE.sub(" ", lines).strip()


def _with_keys(raw: Raw) -> Raw:
    for section, letter in (("medicines", "m"), ("steps", "s")):
        rows = raw[section]
        numbers = [_key_number(row["key"], letter) for row in rows]
        highest = max([_key_number(letter + raw["used"][section], letter), *numbers])
        seen: set[str] = set()
        for row, number in zip(rows, numbers, strict=True):
            if not number or row["key"] in seen:
                highest += 1
                row["key"] = f"{letter}{highest}"
            seen.add(row["key"])
        raw["used"][section] = str(highest) if highest else ""
    return raw


def _key_number(key: str, letter: str) -> int:
    """Read the number of a key such as "s12"; 0 when it is no key of ours."""
    found = re.fullmatch(letter + r"([1-9][0-9]{0,5})", key)
    return int(found[1]) if found else 0


def _flatten(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flatten(path if isinstance(item, str) else f"{path}.{index}", item)
    else:
        for name, inner in value.items():
            yield from _flatten(f"{path}.{name}" if path else name, inner)
