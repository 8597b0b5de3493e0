"""The page on which it is typed how a step was taken: its steps, its dose cells, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from tracker import course as rules
from tracker import doses, plans
from tracker.course import Amount, Course, StepState
from tracker.course.refusals import why_ended
from tracker.doses import DoseText
from tracker.forms.course import DifferentlyForm
from tracker.languages import said
from tracker.page import today
from tracker.plans import Measure, PlanMedicine, Step, Version
from tracker.sentences import taken_words
from tracker.views.happening import Sheet, SheetOf, may


def doses_of(version: Version, step: Step) -> tuple[tuple[str, str], ...]:
    """Say what a step has been written as: each medicine, and what is taken of it."""
    return tuple(
        (
            plans.product_words(medicine.product),
            taken_words(medicine, plans.cells_of(step, medicine.key)),
        )
        for medicine in plans.medicines_in(version, step.number)
    )


def steps_begun(course: Course) -> tuple[Step, ...]:
    """List the steps that were begun, on record or on paper; the newest first."""
    steps = course.version.steps if course.version else ()
    paper = rules.on_paper(course, today())
    begun = [
        step
        for step in steps
        if rules.step_state(course, step.key) not in (StepState.PLANNED, StepState.SKIPPED)
        or (paper is not None and step.number <= paper.step.number)
    ]
    return tuple(reversed(begun))


def form_for(course: Course, *, opening: bool = False) -> DifferentlyForm:
    """Make the form: its steps offered, the one of now chosen on opening."""
    steps = steps_begun(course)
    form = (
        DifferentlyForm(today(), formdata=None, data={"key": steps[0].key if steps else ""})
        if opening
        else DifferentlyForm(today())
    )
    form.offer((step.key, said("Step {number}", number=step.number)) for step in steps)
    if may("plan.hold"):
        form.without_worry()
    return form


def _dose_keys(medicine: PlanMedicine) -> tuple[str, ...]:
    return plans.dose_keys(medicine.schedule)


def amounts_typed(course: Course) -> tuple[list[Amount], dict[str, str]]:
    """Read the dose cells: those typed into, and a sentence for each that is no dose."""
    amounts, wrong = [], {}
    for medicine in course.version.medicines if course.version else ():
        for slot in _dose_keys(medicine):
            name = f"cells.{medicine.key}.{slot}"
            text = request.form.get(name, "").strip()
            if not text:
                continue
            whole = medicine.measure is Measure.COUNT and medicine.product.whole_units_only
            refusal = doses.why_not(text, measure=medicine.measure.value, whole_units_only=whole)
            if refusal:
                wrong[name] = refusal
            else:
                amounts.append(Amount(medicine.key, slot, DoseText(text)))
    return amounts, wrong


def sheet_of(form: DifferentlyForm, wrong: Mapping[str, str] | None = None) -> SheetOf:
    """Give the page's words for a course: what was written, and the cells as they were typed."""

    def sheet(course: Course) -> Sheet:
        step = next((s for s in steps_begun(course) if s.key == form.key.data), None)
        stop = why_ended(course) or ("" if steps_begun(course) else said("No step has begun yet."))
        return Sheet(
            said("Taken differently"),
            said("Record how it was taken"),
            lead=(
                said("The plan stays as it is; this is what really happened."),
                *(() if may("plan.hold") else (said("This raises an escalation."),)),
            ),
            picture=doses_of(course.version, step) if course.version and step else (),
            cells=tuple(_cells(course, wrong or {})),
            stop=stop,
        )

    return sheet


def _cells(course: Course, wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": plans.product_words(medicine.product),
            "unit": said(medicine.unit_plural),
            "count": medicine.measure is Measure.COUNT and not medicine.product.whole_units_only,
            "cells": [
                {
                    "name": f"cells.{medicine.key}.{slot}",
                    "label": plans.cell_label(slot).capitalize(),
                    "value": request.form.get(f"cells.{medicine.key}.{slot}", ""),
                    "error": wrong.get(f"cells.{medicine.key}.{slot}", ""),
                }
                for slot in _dose_keys(medicine)
            ],
        }
        for medicine in (course.version.medicines if course.version else ())
    ]
