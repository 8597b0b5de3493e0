"""The charts of the demo: regimens, signed plans, a draft and a printed handout.

Doses are odd, and no two typed doses of one chart are alike, so that whatever stands on a page can
be told from anything that was worked out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from flask import current_app

from tracker import drafts, handouts
from tracker.catalogue import Catalogue
from tracker.charts import drafts as desk_chart
from tracker.charts import papers as paper_chart
from tracker.charts import patient_of
from tracker.charts import plans as plan_chart
from tracker.charts.drafts import Desk
from tracker.demo.people import Team
from tracker.doses import DoseText
from tracker.models import Clinic, db
from tracker.plans import Cell, Measure, Pattern, Product, Schedule, cell_keys
from tracker.records import drafts as draft_records
from tracker.records import papers, plans, regimens
from tracker.regimens import Line, Source

T = TypeVar("T")


def charts(team: Team, ids: Mapping[str, int]) -> None:
    """Write every chart: signed plans, one still being typed, regimens, one handout."""
    maria, anh, olga = ids["DEMO-001"], ids["DEMO-002"], ids["DEMO-003"]
    _maria(team, maria)
    _anh(team, anh)
    _olga(team, olga)
    _mohammed(team, ids["DEMO-004"])
    _suharto(team, ids["DEMO-005"])
    _print(team, maria)


# ---- charts


def _maria(team: Team, patient_id: int) -> None:
    """Taper one medicine at two times of day in six steps, two of them begun."""
    _regimen(
        team,
        patient_id,
        _line("oxycodone-tablet-5-mg", {"morning": "7¼", "bedtime": "7½"}),
        _line("gabapentin-capsule-300-mg", {"bedtime": "2"}, other_prescriber=True),
    )
    morning = ("6½", "5¾", "5", "4¼", "3½", "2¾")
    bedtime = ("6¾", "6", "5¼", "4½", "3¾", "3")
    _draft(
        team,
        patient_id,
        **_steps(
            team,
            starts_in=-23,
            every=14,
            cells=[
                {"m1": {"morning": m, "bedtime": b}} for m, b in zip(morning, bedtime, strict=True)
            ],
        ),
        medicines=[{"uses": ["morning", "bedtime"], "after": "stay"}],
        therapies=[
            {"id": "physical-therapy", "steps": "all", "note": "Cedar Road gym, Tuesdays"},
            {"id": "yoga", "steps": "2-6", "note": ""},
        ],
        rhythms=[_rhythm("phone", "3", "withdrawal", "pain-flare")],
    )
    _sign(team, patient_id, days_ago=30)


def _anh(team: Team, patient_id: int) -> None:
    """Taper a patch changed every 72 hours, and a liquid taken only when needed."""
    _regimen(
        team,
        patient_id,
        _line(
            "fentanyl-patch-12-mcg-per-hour",
            {"each": "4", "every": "72"},
            Pattern.INTERVAL,
            every_unit="hours",
        ),
        _line(
            "oxycodone-oral-solution-5-mg-per-5-ml",
            {"each": "6.5", "gap": "6", "most": "19"},
            Pattern.AS_NEEDED,
            purpose="breakthrough pain",
        ),
    )
    patch = ("3", "2", "1")
    liquid = (("5.5", "6", "16.5"), ("4.5", "8", "13"), ("3.5", "12", "7"))
    _draft(
        team,
        patient_id,
        **_steps(
            team,
            starts_in=6,
            every=30,
            cells=[
                {
                    "m1": {"each": count, "every": "72"},
                    "m2": {"each": each, "gap": gap, "most": most},
                }
                for count, (each, gap, most) in zip(patch, liquid, strict=True)
            ],
        ),
        medicines=[{"after": "stay"}, {"after": "stay"}],
        therapies=[{"id": "acupuncture", "steps": "all", "note": ""}],
        rhythms=[_rhythm("phone", "2", "withdrawal"), _rhythm("in_person", "15", "withdrawal")],
    )
    _sign(team, patient_id)


def _olga(team: Team, patient_id: int) -> None:
    """Taper long-acting tablets, whole ones only; the patient asked for no calls."""
    _regimen(
        team,
        patient_id,
        _line("morphine-extended-release-tablet-15-mg", {"morning": "8", "evening": "9"}),
    )
    _draft(
        team,
        patient_id,
        **_steps(
            team,
            starts_in=20,
            every=28,
            cells=[
                {"m1": {"morning": "7", "evening": "6"}},
                {"m1": {"morning": "5", "evening": "4"}},
                {"m1": {"morning": "3", "evening": "2"}},
            ],
        ),
        medicines=[{"uses": ["morning", "evening"], "after": "stay"}],
        therapies=[{"id": "massage", "steps": "1, 3", "note": ""}],
        therapy_none_because="She is away in step 2",
        rhythms=[],
        checkin_none_because="She asked for no calls and comes to each visit",
        starts="wait",
    )
    _sign(team, patient_id)


def _mohammed(team: Team, patient_id: int) -> None:
    """Record a regimen and nothing more; one of its medicines is not in the catalogue."""
    valerian = Product(
        catalogue_id=None,
        name="valerian",
        label_name="valerian",
        form="capsule",
        form_plural="capsules",
        strength="450 mg",
        concentration="",
        route="by mouth",
        kinds=(),
        whole_units_only=True,
    )
    _regimen(
        team,
        patient_id,
        _line(
            "tramadol-tablet-50-mg",
            {"morning": "3", "noon": "1½", "evening": "2½"},
            label_says="Take 1-2 tablets every 4-6 hours as needed for pain",
        ),
        Line(
            product=valerian,
            measure=Measure.COUNT,
            unit="capsule",
            unit_plural="capsules",
            schedule=Schedule(Pattern.TIMES, ("bedtime",)),
            cells=(Cell("bedtime", DoseText("1")),),
            note="Bought by the patient for sleep",
        ),
    )


def _suharto(team: Team, patient_id: int) -> None:
    """Leave a draft: dates laid out, the first step typed, the others still empty."""
    _regimen(
        team,
        patient_id,
        _line("oxycodone-tablet-10-mg", {"morning": "3½", "noon": "2½", "bedtime": "4½"}),
    )
    _draft(
        team,
        patient_id,
        **_steps(
            team,
            starts_in=12,
            every=21,
            cells=[{"m1": {"morning": "3", "noon": "2", "bedtime": "4"}}, {}, {}, {}],
        ),
        medicines=[{"uses": ["morning", "noon", "bedtime"]}],
    )


# ---- acts


def _there(found: T | None) -> T:
    """Give what an act before this one has left; the demo cannot go on without it."""
    if found is None:
        raise LookupError("the demo needs something that is not there")
    return found


def _catalogue() -> Catalogue:
    found: Catalogue = current_app.extensions["catalogue"]
    return found


def _line(
    product: str, cells: Mapping[str, str], pattern: Pattern = Pattern.TIMES, *,
    every_unit: str = "", purpose: str = "", **more: Any,
) -> Line:  # fmt: skip
    entry = _there(_catalogue().product(product))
    uses = tuple(cells) if pattern is Pattern.TIMES else ()
    schedule = Schedule(pattern, uses, every_unit=every_unit, purpose=purpose)
    return Line(
        product=entry.product,
        measure=Measure(entry.measure),
        unit=entry.unit,
        unit_plural=entry.unit_plural,
        schedule=schedule,
        cells=tuple(Cell(slot, DoseText(cells[slot])) for slot in cell_keys(schedule)),
        **more,
    )


def _regimen(team: Team, patient_id: int, *lines: Line) -> None:
    by, clinic_id = team.at("bo")
    regimens.record(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        seen=0,
        as_of=team.today - timedelta(days=10),
        source=Source.BOTTLE,
        note="",
        lines=lines,
    )


def _typed(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _steps(
    team: Team, *, starts_in: int, every: int, cells: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Type dates and cells: one step for each entry of `cells`."""
    first = team.today + timedelta(days=starts_in)
    return {
        "first_day": _typed(first),
        "every": str(every),
        "count": str(len(cells)),
        "start_mode": "chained",
        "last_day": _typed(first + timedelta(days=every * len(cells) - 1)),
        "steps": [
            {"start": _typed(first + timedelta(days=every * place)), "cells": typed}
            for place, typed in enumerate(cells)
        ],
    }


def _rhythm(mode: str, day: str, *topics: str) -> dict[str, Any]:
    return {"mode": mode, "day": day, "again": "", "steps": "all", "topics": list(topics)}


def _checklist(today: date) -> dict[str, Any]:
    done = {"answer": "done", "on": _typed(today - timedelta(days=10)), "why": ""}
    items = ("naloxone", "pdmp", "toxicology", "mood", "coprescribers", "baseline")
    not_applicable = {"answer": "na", "on": "", "why": ""}
    return {**dict.fromkeys(items, done), "pregnancy": not_applicable}


def _desk(team: Team, patient_id: int) -> Desk:
    by, clinic_id = team.at("amara")
    head = _there(patient_of(clinic_id, patient_id))
    return desk_chart.lay(head, None, catalogue=_catalogue(), today=team.today, by=by.name)


def _draft(team: Team, patient_id: int, **typed: Any) -> None:
    """Keep a plan draft; `medicines` adds to the regimen's own lines, in their order."""
    by, clinic_id = team.at("amara")
    begun = _desk(team, patient_id).raw
    choices = {
        "reason": "pain_function",
        "agreed": "The pace, and that we can pause",
        "target": "lower",
        "starts": "on_date",
        "contact_before": "yes",
        "checklist": _checklist(team.today),
        "psych": {"answer": "in_place", "text": "Group on Thursdays"},
    }
    rows = [
        {**row, **more} for row, more in zip(begun["medicines"], typed["medicines"], strict=True)
    ]
    raw = drafts.tidy({**begun, **choices, **typed, "medicines": rows})
    draft_records.save(
        by=by, clinic_id=clinic_id, patient_id=patient_id, kind="plan", form_version=0, body=raw
    )


def _sign(team: Team, patient_id: int, days_ago: int = 0) -> None:
    by, clinic_id = team.at("amara")
    desk = _desk(team, patient_id)
    plans.sign(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        form_version=_there(desk.head).form_version,
        reading=desk.reading,
        regimen_id=_there(desk.regimen).id,
        today=team.today - timedelta(days=days_ago),
    )


def taper(
    team: Team, patient_id: int, *, product: str, before: Mapping[str, str],
    steps: Sequence[Mapping[str, str]], starts_in: int, every: int, **typed: Any,
) -> None:  # fmt: skip
    """Record a regimen of one medicine and sign a plan for it, a week before its first step."""
    _regimen(team, patient_id, _line(product, before))
    _draft(
        team,
        patient_id,
        **_steps(team, starts_in=starts_in, every=every, cells=[{"m1": one} for one in steps]),
        **{
            "medicines": [{"uses": list(before), "after": "stay"}],
            "therapies": [{"id": "physical-therapy", "steps": "all", "note": ""}],
            "rhythms": [_rhythm("phone", "3", "withdrawal")],
            **typed,
        },
    )
    _sign(team, patient_id, days_ago=7 - starts_in)


def _print(team: Team, patient_id: int) -> None:
    """Print the sheet of the version in force, and hand it over."""
    by, clinic_id = team.at("bo")
    clinic = db.session.get_one(Clinic, clinic_id)
    patient = _there(patient_of(clinic_id, patient_id))
    signed = _there(plan_chart.in_force(clinic_id, patient_id))
    fonts = current_app.config["FONTS"]
    sheet = paper_chart.sheet_now(clinic, patient, signed, today=team.today, printed_by=by.name)
    handout_id = papers.print_handout(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        version_id=signed.id,
        sheet=sheet,
        pdf=handouts.draw(sheet, fonts),
        drawn_with=handouts.made_with(fonts, sheet.language),
    )
    papers.give(
        by=by,
        clinic_id=clinic_id,
        patient_id=patient_id,
        handout_id=handout_id,
        number=signed.version.number,
        seen=0,
        given_on=team.today,
        given_to="Maria Rivera",
        explained_by=by.name,
        old_sheet="none",
    )
