"""From a signed version to the draft of the next: what is carried, and what must be typed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.drafts.medicines import read_medicines
from tracker.drafts.notes import Notes
from tracker.drafts.rhythms import AFTER
from tracker.drafts.shape import Raw, tidy
from tracker.drafts.typed import typed_day
from tracker.plans import (
    Cell,
    PairedCheckIn,
    PlanMedicine,
    Product,
    Version,
    ranges,
)
from tracker.readiness import Preparation

Place = tuple[str, str, str]
"""A cell's place across versions: step key, medicine key, slot."""


def origins(old: Version, medicines: Iterable[PlanMedicine]) -> dict[Place, Cell]:
    """Give the cells of a signed version that the next may carry, by place.

    Only those of medicines that are still the same product in the same unit and pattern: the same
    text under another unit is another dose, and must be typed.
    """
    before = {medicine.key: medicine for medicine in old.medicines}
    same = {
        medicine.key
        for medicine in medicines
        if medicine.key in before and _dosed_as(before[medicine.key]) == _dosed_as(medicine)
    }
    return {
        (step.key, part.medicine, cell.slot): cell
        for step in old.steps
        for part in step.medicines
        if part.medicine in same
        for cell in part.cells
    }


def _dosed_as(medicine: PlanMedicine) -> tuple[object, ...]:
    product, schedule = medicine.product, medicine.schedule
    return (
        (product.name, product.form, product.strength, product.concentration, product.route),
        (medicine.measure, medicine.unit),
        (schedule.pattern, schedule.at, schedule.every_unit),
    )


def carried(old: Version, raw: Raw, products: Mapping[str, Product]) -> dict[Place, Cell]:
    """Tell which cells of a draft are unchanged from an earlier version, each with its origin.

    Unchanged means: same step, same medicine, same slot, same text, even under a moved date. Every
    other cell was typed now.
    """
    raw = tidy(raw)
    medicines = [one for one in read_medicines(raw, products, Notes()) if one is not None]
    places = origins(old, medicines)
    return {
        place: places[place]
        for row in raw["steps"]
        for place, text in _texts(row)
        if place in places and places[place].text.text == text
    }


def _texts(row: Raw) -> Iterator[tuple[Place, str]]:
    for medicine, cells in row["cells"].items():
        for slot, text in cells.items():
            yield (row["key"], medicine, slot), text


def doses_to_clear(before: Raw, after: Raw) -> tuple[str, ...]:
    """Name the medicines whose product, measure or unit was changed in a draft.

    Their cells were typed for something else: pass each to `clear_doses`. Those typed under
    another pattern, or interval unit, are laid aside by `tidy`.
    """
    names = ("line", "measure", "unit")
    was = {row["key"]: [row[name] for name in names] for row in tidy(before)["medicines"]}
    return tuple(
        row["key"]
        for row in tidy(after)["medicines"]
        if row["key"] in was and was[row["key"]] != [row[name] for name in names]
    )


def clear_doses(raw: Raw, medicine: str) -> Raw:
    """Empty the cells of one medicine in every step, and what was laid aside of them."""
    raw = tidy(raw)
    raw["aside"].pop(medicine, None)
    for row in raw["steps"]:
        row["cells"].pop(medicine, None)
    return raw


def from_version(
    version: Version, ready: Preparation | None = None, spent: Iterable[str] = ()
) -> Raw:
    """Make the draft of a change from a signed version, every cell carried as it was typed.

    `ready` gives back the choices and rhythms as they were typed; without it, check-ins come back
    one by one. `spent` names step keys of earlier versions, never to be given again. The reason
    for the change is left blank.
    """
    count = len(version.steps)
    raw: dict[str, Any] = {
        "goal": version.goal,
        "target": version.target.value,
        "target_text": version.target_text,
        "starts": version.starts.value,
        "contact_before": "yes" if version.contact_before_step else "no",
        "medicines": [_medicine(medicine, count) for medicine in version.medicines],
        "first_day": typed_day(version.steps[0].starts_on),
        "start_mode": "typed",
        "last_day": typed_day(version.last_day) if version.last_day else "",
        "steps": [
            {
                "key": step.key,
                "start": typed_day(step.starts_on),
                "instruction": step.instruction,
                "cells": {
                    part.medicine: {cell.slot: cell.text.text for cell in part.cells}
                    for part in step.medicines
                },
            }
            for step in version.steps
        ],
        "therapies": _therapies(version),
        "therapy_none_because": version.therapy_none_because,
        "rhythms": _rhythms(version),
        "checkin_none_because": version.checkin_none_because,
        "new_medicines": [
            {"words": n.words, "directions": n.directions, "starts": n.starts, "until": n.until}
            for n in version.new_medicines
        ],
        "translations": [{"of": one.of, "text": one.text} for one in version.translations],
        "used": {"steps": _highest([*spent, *(step.key for step in version.steps)])},
    }
    return tidy({**raw, **(_choices(ready) if ready else {})})


def _highest(keys: Iterable[str]) -> str:
    numbers = [key.removeprefix("s") for key in keys]
    return max(numbers, key=lambda number: (len(number), number), default="")


def _medicine(medicine: PlanMedicine, count: int) -> dict[str, object]:
    schedule, through = medicine.schedule, medicine.through_step
    return {
        "key": medicine.key,
        "measure": medicine.measure.value,
        "unit": medicine.unit,
        "pattern": schedule.pattern.value,
        "uses": list(schedule.uses),
        "at": schedule.at.value if schedule.at else "",
        "every_unit": schedule.every_unit,
        "purpose": schedule.purpose,
        "from_step": "" if medicine.from_step == 1 else str(medicine.from_step),
        "through_step": "" if through == count else str(through),
        "after": medicine.after_last.value,
        "after_text": medicine.after_last_text,
    }


def _therapies(version: Version) -> list[dict[str, object]]:
    steps: dict[tuple[str, str], list[int]] = {}
    for step in version.steps:
        for one in step.therapies:
            steps.setdefault((one.therapy, one.note), []).append(step.number)
    return [
        {"id": therapy, "note": note, "steps": _which(numbers, version)}
        for (therapy, note), numbers in steps.items()
    ]


def _rhythms(version: Version) -> list[dict[str, object]]:
    """Give the check-ins back one by one, each on its day; those after the taper as well."""
    steps: dict[tuple[PairedCheckIn, int], list[int]] = {}
    for step in version.steps:
        for one in step.checkins:
            day = (one.on - step.starts_on).days + 1
            same = PairedCheckIn(one.mode, version.steps[0].starts_on, one.topics)
            steps.setdefault((same, day), []).append(step.number)
    end = version.last_day or version.steps[-1].starts_on
    beside: list[dict[str, object]] = [
        {
            "mode": one.mode,
            "day": str(day),
            "topics": list(one.topics),
            "steps": _which(numbers, version),
        }
        for (one, day), numbers in steps.items()
    ]
    after: list[dict[str, object]] = [
        {
            "mode": one.mode,
            "when": AFTER,
            "day": str((one.on - end).days),
            "topics": list(one.topics),
        }
        for one in version.follow_up
    ]
    return beside + after


def _which(numbers: list[int], version: Version) -> str:
    return "all" if len(set(numbers)) == len(version.steps) else ranges(numbers)


def _choices(ready: Preparation) -> dict[str, object]:
    return {
        "reason": ready.reason,
        "reason_text": ready.reason_text,
        "agreed": ready.agreed,
        "checklist": {
            one.item: {
                "answer": one.answer,
                "on": typed_day(one.on) if one.on else "",
                "why": one.why,
            }
            for one in ready.checklist
        },
        "psych": {"answer": ready.psych, "text": ready.psych_text},
        "rhythms": [
            {
                "mode": one.mode,
                "day": one.day,
                "when": one.when,
                "again": one.again,
                "unit": one.unit,
                "months": one.months,
                "steps": one.steps,
                "topics": list(one.topics),
            }
            for one in ready.rhythms
        ],
        "answers": {name: {"reason": why, "text": text} for name, why, text in ready.answers},
    }
