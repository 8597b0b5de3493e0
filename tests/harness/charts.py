"""Charts for tests: a patient, a regimen, a plan draft as typed, a signed plan.

Everyone is invented. Doses are odd and unlike each other, so that a sum or a product of them
could not pass for one that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app

from tests.harness.cast import Person
from tracker import drafts, handouts
from tracker.catalogue import Catalogue
from tracker.charts import drafts as desk_chart
from tracker.charts import papers as paper_chart
from tracker.charts import patient_of
from tracker.charts import plans as plan_chart
from tracker.charts.drafts import Desk
from tracker.doses import DoseText
from tracker.models import Clinic, db
from tracker.plans import Cell, Measure, Pattern, Schedule, cell_keys
from tracker.records import drafts as draft_records
from tracker.records import papers, patients, plans, regimens
from tracker.regimens import Line, Source

TODAY = date(2026, 11, 24)
RIVERA: Mapping[str, Any] = {
    "family_name": "Rivera",
    "given_names": "Maria",
    "birth_date": date(1961, 3, 14),
    "record_no": "TEST-004512",
    "phone": "(303) 555-0177",
    "goal": "Walk to the lake with my grandson",
}


def catalogue() -> Catalogue:
    """Give the catalogue of the running application."""
    found: Catalogue = current_app.extensions["catalogue"]
    return found


def register(by: Person, **values: Any) -> int:
    """Register Maria Rivera, or whoever `values` make of her."""
    return patients.register(by=by.actor, clinic_id=by.clinic_id, values={**RIVERA, **values})


def line(
    product: str, cells: Mapping[str, str], pattern: Pattern = Pattern.TIMES, **more: Any
) -> Line:
    """Make a regimen line of a catalogue product with these typed cells."""
    entry = catalogue().product(product)
    assert entry is not None, product
    uses = tuple(cells) if pattern in (Pattern.TIMES, Pattern.WEEKDAYS) else ()
    schedule = Schedule(
        pattern,
        uses,
        at=more.pop("at", None),
        every_unit=more.pop("every_unit", ""),
        purpose=more.pop("purpose", ""),
    )
    return Line(
        product=entry.product,
        measure=Measure(entry.measure),
        unit=entry.unit,
        unit_plural=entry.unit_plural,
        schedule=schedule,
        cells=tuple(Cell(slot, DoseText(cells[slot])) for slot in cell_keys(schedule)),
        **more,
    )


def record_regimen(by: Person, patient_id: int, *lines: Line, seen: int = 0) -> int:
    """Record a regimen as of today, read from the bottles."""
    return regimens.record(
        by=by.actor,
        clinic_id=by.clinic_id,
        patient_id=patient_id,
        seen=seen,
        as_of=TODAY,
        source=Source.BOTTLE,
        note="",
        lines=lines or (line("oxycodone-tablet-5-mg", {"morning": "11", "bedtime": "13"}),),
    )


CHOICES: Mapping[str, Any] = {
    "reason": "pain_function",
    "agreed": "The pace, and that we can pause",
    "target": "lower",
    "starts": "on_date",
    "contact_before": "no",
    "checklist": {
        item: {"answer": "done", "on": "11/20/2026", "why": ""}
        for item in (
            "naloxone",
            "pdmp",
            "toxicology",
            "mood",
            "pregnancy",
            "coprescribers",
            "baseline",
        )
    },
    "therapies": [{"id": "physical-therapy", "steps": "all", "note": ""}],
    "psych": {"answer": "in_place", "text": ""},
    "rhythms": [{"mode": "phone", "day": "3", "again": "", "steps": "all", "topics": []}],
    "start_mode": "chained",
}


def desk(by: Person, patient_id: int, raw: Mapping[str, Any] | None = None) -> Desk:
    """Lay the patient's plan draft on the desk."""
    head = patient_of(by.clinic_id, patient_id)
    assert head is not None
    return desk_chart.lay(
        head,
        drafts.tidy(dict(raw)) if raw is not None else None,
        catalogue=catalogue(),
        today=TODAY,
        by=by.actor.name,
    )


def draft(by: Person, patient_id: int, **typed: Any) -> int:
    """Keep a plan draft with three steps typed, or what `typed` makes of it; give its version."""
    begun = desk(by, patient_id)
    raw = {
        **begun.raw,
        **CHOICES,
        "first_day": "12/1/2026",
        "every": "28",
        "count": "3",
        **typed,
    }
    if "medicines" not in typed:
        raw["medicines"] = [
            {**row, "uses": ["morning", "bedtime"], "after": "stay"}
            for row in begun.raw["medicines"]
        ]
    raw = drafts.lay_out(drafts.tidy(raw), TODAY).raw
    if "steps" not in typed:
        for row, (morning, bedtime) in zip(
            raw["steps"], (("9½", "8"), ("7", "6½"), ("4", "3")), strict=False
        ):
            row["cells"] = {"m1": {"morning": morning, "bedtime": bedtime}}
    kept = begun.head.form_version if begun.head else 0
    old = begun.old
    return draft_records.save(
        by=by.actor,
        clinic_id=by.clinic_id,
        patient_id=patient_id,
        kind="plan",
        form_version=kept,
        body=drafts.settle(raw, TODAY),
        plan_id=old.plan_id if old else None,
        stream_seq=begun.course.seq if old else 0,
    )


def sign(by: Person, patient_id: int) -> int:
    """Sign the draft that is kept, and give the version's id."""
    ready = desk(by, patient_id)
    assert ready.head is not None and ready.regimen is not None
    return plans.sign(
        by=by.actor,
        clinic_id=by.clinic_id,
        patient_id=patient_id,
        form_version=ready.head.form_version,
        reading=ready.reading,
        regimen_id=ready.regimen.id,
        today=TODAY,
    )


def signed_plan(by: Person, **values: Any) -> tuple[int, int]:
    """Register, record, draft and sign; give the patient's and the version's id."""
    patient_id = register(by, **values)
    record_regimen(by, patient_id)
    draft(by, patient_id)
    return patient_id, sign(by, patient_id)


def printed_handout(by: Person, patient_id: int) -> int:
    """Print the handout of the version in force, and give its id."""
    head = patient_of(by.clinic_id, patient_id)
    signed = plan_chart.in_force(by.clinic_id, patient_id)
    clinic = db.session.get(Clinic, by.clinic_id)
    assert head is not None and signed is not None and clinic is not None
    sheet = paper_chart.sheet_now(clinic, head, signed, today=TODAY, printed_by=by.name)
    return papers.print_handout(
        by=by.actor,
        clinic_id=by.clinic_id,
        patient_id=patient_id,
        version_id=signed.id,
        sheet=sheet,
        pdf=handouts.draw(sheet),
        drawn_with=handouts.made_with(),
    )
