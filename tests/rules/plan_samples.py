"""Synthetic plans for the tests of the rules: products, drafts as typed, and their reading."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from tracker import drafts
from tracker.doses import DoseText
from tracker.drafts import Raw, Reading
from tracker.plans import Product, Version
from tracker.readiness import CHECKLIST

TODAY = date(2026, 11, 24)
THERAPIES = {"physical-therapy": "Physical therapy", "cbt": "Cognitive behavioral therapy"}
TOPICS = ("withdrawal", "pain-flare")
SLOTS = ("morning", "noon", "evening", "bedtime")


def product(name: str = "oxyCODONE", strength: str = "5 mg", form: str = "tablet") -> Product:
    """Make a counted product."""
    return Product(
        catalogue_id=None,
        name=name,
        label_name=name.lower(),
        form=form,
        form_plural=f"{form}es" if form.endswith("ch") else f"{form}s",
        strength=strength,
        concentration="",
        route="by mouth",
        kinds=("opioid",),
        whole_units_only=form != "tablet",
    )


def liquid() -> Product:
    """Make a product that is measured."""
    return Product(
        catalogue_id="morphine-oral-solution",
        name="morphine",
        label_name="morphine",
        form="oral solution",
        form_plural="oral solution",
        strength="",
        concentration="10 mg per 5 mL",
        route="by mouth",
        kinds=("opioid", "liquid"),
        whole_units_only=False,
    )


TABLET, PATCH, LIQUID = product(), product("fentaNYL", "12 mcg per hour", "patch"), liquid()
PRODUCTS = {"m1": TABLET}


def medicine(key: str = "m1", **changed: Any) -> dict[str, Any]:
    """Give the fields of a medicine with times of day, as typed."""
    return {
        "key": key,
        "measure": "count",
        "unit": "tablet",
        "pattern": "times",
        "uses": ["morning", "bedtime"],
        "after": "stop",
        **changed,
    }


PATCH_FIELDS = {"unit": "patch", "pattern": "interval", "uses": [], "every_unit": "hours"}
NEEDED_FIELDS = {"pattern": "as_needed", "uses": [], "purpose": "pain that breaks through"}
WEEKLY_FIELDS = {
    "unit": "patch",
    "pattern": "weekdays",
    "uses": ["thursday", "monday"],
    "at": "morning",
}
LIQUID_FIELDS = {"measure": "amount", "unit": "mL"}


def draft(*doses: dict[str, dict[str, str]], **changed: Any) -> Raw:
    """Give a draft ready to sign, one step of 28 days for each mapping of cells."""
    raw = {
        "reason": "patient_asks",
        "goal": "Walk the dog every day",
        "agreed": "One step at a time",
        "target": "stop",
        "starts": "on_date",
        "contact_before": "no",
        "checklist": {item: {"answer": "done", "on": "11/20/2026"} for item in CHECKLIST},
        "medicines": [medicine()],
        "first_day": "12/1/2026",
        "every": "28",
        "count": str(len(doses)),
        "start_mode": "chained",
        "steps": [{"cells": cells} for cells in doses],
        "therapies": [{"id": "physical-therapy", "steps": "all", "note": "Tuesdays"}],
        "psych": {"answer": "in_place"},
        "rhythms": [{"mode": "phone", "day": "3", "steps": "all", "topics": ["withdrawal"]}],
        **changed,
    }
    if "last_day" in changed:
        return drafts.tidy(raw)
    return drafts.lay_out(raw, TODAY).raw


def two(morning: str, bedtime: str) -> dict[str, dict[str, str]]:
    """Give the cells of one step for the usual medicine."""
    return {"m1": {"morning": morning, "bedtime": bedtime}}


def usual() -> Raw:
    """Give a draft of three steps that ends with none."""
    return draft(two("2", "1½"), two("1", "1"), two("0", "½"))


def reading(raw: Raw, **changed: Any) -> Reading:
    """Read a draft with the usual products, catalogue and day; nothing taken before."""
    given: dict[str, Any] = {
        "products": PRODUCTS,
        "today": TODAY,
        "therapies": THERAPIES,
        "topics": TOPICS,
        "regimen_cells": {"m1": {"morning": DoseText("2"), "bedtime": DoseText("2")}},
        **changed,
    }
    return drafts.read(raw, **given)


def version(raw: Raw, **changed: Any) -> Version:
    """Read a draft that has no problem into its version."""
    read = reading(raw, **changed)
    assert read.problems == ()
    assert read.version is not None
    return read.version


def problems(raw: Raw, **changed: Any) -> dict[str, str]:
    """Read a draft and give its problems by field, the sentences of one field joined."""
    found: dict[str, str] = {}
    for problem in reading(raw, **changed).problems:
        earlier = found.get(problem.field)
        found[problem.field] = f"{earlier} {problem.sentence}" if earlier else problem.sentence
    return found


def with_text(raw: Raw, path: str, value: Any) -> Raw:
    """Put a value at a dotted path of a copy."""
    changed = copy.deepcopy(raw)
    place: Any = changed
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        place = place[part]
    place[last] = value
    return changed
