"""Reading the medicines of a draft: product, unit, pattern, from which step through which, end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from tracker.drafts.notes import Notes
from tracker.drafts.shape import Raw
from tracker.drafts.typed import Unreadable
from tracker.languages import said
from tracker.plans import (
    MOST_MEDICINES,
    AfterLast,
    Measure,
    Pattern,
    PlanMedicine,
    Product,
    Schedule,
    Slot,
    Weekday,
    product_words,
)

COUNTED = {
    "tablet": "tablets",
    "capsule": "capsules",
    "patch": "patches",
    "film": "films",
    "lozenge": "lozenges",
    "packet": "packets",
    "spray": "sprays",
    "drop": "drops",
    "suppository": "suppositories",
}
AMOUNTS = ("mL", "mg", "mcg")

E = TypeVar("E", bound=StrEnum)


def read_medicines(
    raw: Raw, products: Mapping[str, Product], notes: Notes
) -> tuple[PlanMedicine | None, ...]:
    """Read every medicine of a tidy draft; None, with problems noted, for one that cannot be."""
    rows = raw["medicines"]
    if not rows:
        notes.say("medicines", said("Medicines"), said("add the medicine that this plan changes."))
    if len(rows) > MOST_MEDICINES:
        told = said("a plan changes at most {most}. Remove some.", most=MOST_MEDICINES)
        notes.say("medicines", said("Medicines"), told)
    return tuple(
        read_medicine(f"medicines.{index}", row, products.get(row["key"]), len(raw["steps"]), notes)
        for index, row in enumerate(rows)
    )


def medicine_label(index: int, product: Product | None) -> str:
    """Name a medicine in a problem: by its product, or by its place while it has none."""
    return product_words(product) if product else said("Medicine {n}", n=index + 1)


def read_medicine(
    field: str, row: Raw, product: Product | None, steps: int, notes: Notes
) -> PlanMedicine | None:
    """Read one medicine. `steps` is the number of rows, `field` the medicine's dotted path."""
    label = medicine_label(int(field.partition(".")[2]), product)
    if product is None:
        notes.say(f"{field}.line", label, said("choose the product."))
    measure = _one_of(Measure, row["measure"])
    if measure is None:
        told = said("choose whether a dose is a count or an amount.")
        notes.say(f"{field}.measure", label, told)
    units = None
    if measure is not None and product is not None:
        units = notes.attempt(f"{field}.unit", label, _units, measure, row["unit"], product)
    schedule = _schedule(field, label, row, notes)
    span = _span(field, label, row, steps, notes)
    after = _one_of(AfterLast, row["after"])
    if after is None:
        notes.say(f"{field}.after", label, said("choose what comes after its last step."))
    elif after is AfterLast.CHANGE and not row["after_text"]:
        notes.say(f"{field}.after_text", label, said("type what it is changed to."))
    if not (product and measure and units and schedule and span and after):
        return None
    return PlanMedicine(
        key=row["key"],
        product=product,
        measure=measure,
        unit=units[0],
        unit_plural=units[1],
        schedule=schedule,
        from_step=span[0],
        through_step=span[1],
        after_last=after,
        after_last_text=row["after_text"],
    )


def _one_of(kind: type[E], text: str) -> E | None:
    return next((member for member in kind if member.value == text), None)


def _units(measure: Measure, unit: str, product: Product) -> tuple[str, str]:
    """Give the unit's singular and plural; a counted unit left blank is the product's own form."""
    if measure is Measure.AMOUNT:
        if unit not in AMOUNTS:
            raise Unreadable(said("choose the unit of its doses: mL, mg or mcg."))
        return unit, unit
    if product.concentration:
        raise Unreadable(said("a liquid is measured as an amount, not counted."))
    word = product.form.rpartition(" ")[2]
    known = {plural: single for single, plural in COUNTED.items()}.get(unit, unit)
    if not known and word in COUNTED:
        known = word
    if known in COUNTED:
        return known, COUNTED[known]
    if known in ("", product.form):
        return product.form, product.form_plural
    raise Unreadable(said("choose what is counted: {units}.", units=", ".join(COUNTED)))


def _schedule(field: str, label: str, row: Raw, notes: Notes) -> Schedule | None:
    match _one_of(Pattern, row["pattern"]):
        case Pattern.TIMES:
            slots = tuple(slot.value for slot in Slot if slot.value in row["uses"])
            if slots:
                return Schedule(Pattern.TIMES, slots)
            notes.say(f"{field}.uses", label, said("tick at least one time of day."))
        case Pattern.WEEKDAYS:
            days = tuple(day.value for day in Weekday if day.value in row["uses"])
            at = _one_of(Slot, row["at"])
            if not days:
                notes.say(f"{field}.uses", label, said("tick at least one weekday."))
            if at is None:
                notes.say(f"{field}.at", label, said("choose the time of day."))
            if days and at is not None:
                return Schedule(Pattern.WEEKDAYS, days, at=at)
        case Pattern.INTERVAL:
            if row["every_unit"] in ("hours", "days"):
                return Schedule(Pattern.INTERVAL, (), every_unit=row["every_unit"])
            notes.say(f"{field}.every_unit", label, said("choose hours or days for its interval."))
        case Pattern.AS_NEEDED:
            if row["purpose"]:
                return Schedule(Pattern.AS_NEEDED, (), purpose=row["purpose"])
            notes.say(f"{field}.purpose", label, said("type what it is needed for."))
        case None:
            notes.say(f"{field}.pattern", label, said("choose how its doses fall."))
    return None


def _span(field: str, label: str, row: Raw, steps: int, notes: Notes) -> tuple[int, int] | None:
    first = notes.attempt(
        f"{field}.from_step", label, _step, row["from_step"] or "1", said("from"), steps
    )
    last = notes.attempt(
        f"{field}.through_step",
        label,
        _step,
        row["through_step"] or str(max(steps, 1)),
        said("through"),
        steps,
    )
    if first is None or last is None:
        return None
    if first > last:
        told = said(
            "it is from step {first} through step {last}, which runs backward.",
            first=first,
            last=last,
        )
        notes.say(f"{field}.through_step", label, told)
        return None
    return first, last


def _step(text: str, which: str, steps: int) -> int:
    if not re.fullmatch("[1-9][0-9]{0,4}", text):
        raise Unreadable(
            said('type the "{which}" step as a number, or leave it blank.', which=which)
        )
    if int(text) > max(steps, 1):
        raise Unreadable(
            said(
                '"{which}" names step {number}, and the plan has no such step.',
                which=which,
                number=text,
            )
        )
    return int(text)
