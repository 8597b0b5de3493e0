"""Sheets beside the patient's own, for the tests of the paper: synthetic people, odd doses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tests.handouts.sheets import (
    CHECKINS,
    mixed,
    one_medicine,
    patch_and_as_needed,
    sheet_of,
    six_medicines,
)
from tracker.handouts.checkin_form import CheckinForm, FormPart, FormQuestion
from tracker.handouts.downtime import (
    DowntimePack,
    ListGroup,
    ListLine,
    PatientNow,
    Someone,
    StepNow,
)
from tracker.handouts.hold_slip import HoldSlip
from tracker.handouts.kinds import Sheet
from tracker.handouts.supervision import ContactRow, StepRow, SupervisionSheet, WorryRow
from tracker.handouts.values import PatientSheet
from tracker.timeline import planned_track

MADE = date(2026, 12, 2)
WHO = Someone("RIVERA, Maria", date(1961, 3, 14), "004512")
NOW = PatientNow(
    who=WHO,
    phone="(303) 555-0117",
    leave_message="no",
    physician="Dr. Dana Lee",
    version=2,
    code="7F3K92QD",
    state="",
    stopped=False,
    waits=True,
    step=StepNow(
        2, date(2026, 12, 1), date(2026, 12, 28), (("oxyCODONE 5 mg tablet", "41 / none"),)
    ),
    following=(3, date(2026, 12, 29)),
    contact=(date(2026, 12, 3), "phone"),
)


def pack(patients: int = 4) -> DowntimePack:
    kinds = (
        NOW,
        replace(NOW, step=None, contact=None, phone="", leave_message="", waits=False),
        replace(NOW, following=None),
        replace(NOW, state="On hold since Mon Nov 30, 2026", stopped=True, leave_message="yes"),
    )
    lines = (ListLine(WHO, "Phone check-in", "Thu Dec 3, 2026"), ListLine(WHO, "Not booked"))
    return DowntimePack(
        clinic="Hillside Spine",
        made_on=MADE,
        made_at="9:42 AM",
        made_by="K. Osei",
        today=(ListGroup("Due today", 2, lines), ListGroup("Overdue", 140, lines[:1])),
        patients=tuple(kinds[number % 4] for number in range(patients)),
    )


def form(patient: PatientNow | None = NOW) -> CheckinForm:
    scale = FormQuestion("What number is your pain?", "whole", low=0, high=10,
                         low_words="none", high_words="the worst")  # fmt: skip
    return CheckinForm(
        clinic="Hillside Spine",
        made_on=MADE,
        made_by="K. Osei",
        parts=(
            FormPart(
                "How it is taken",
                (
                    FormQuestion("How have you been taking it?", "text", hint="In their words."),
                    FormQuestion("Compared", "choice", (("a", "As written"), ("d", "Other"))),
                ),
                beside="Asked openly.",
                core=True,
            ),
            FormPart("Pain", (scale, FormQuestion("Days", "whole", low=0, high=60)), alone=True),
            FormPart("COWS", (FormQuestion("Pupils", "choice", (("0", "Pinned"), ("5", "Wide"))),),
                     scored=True, credit="Free to copy.", note="Seen."),
        ),
        alarms=("Overdose", "A new sedative"),
        patient=patient,
        language="Spanish" if patient else "",
        interpreter=bool(patient),
        supporter="Luis, my brother" if patient else "",
        goal="Walk my dog" if patient else "",
        therapies=("Yoga",) if patient else (),
    )  # fmt: skip


def supervision(**more: object) -> SupervisionSheet:
    sheet = SupervisionSheet(
        clinic="Hillside Spine",
        made_on=MADE,
        made_by="K. Osei",
        patient=NOW,
        signed="Mon Nov 23, 2026, by Dr. Dana Lee",
        language="English",
        state="Step 2 since Tue Dec 1, 2026",
        regimen="As of Mon Nov 2, 2026. Source: the bottles",
        regimen_lines=("oxyCODONE 5 mg tablet: 43 in the morning",),
        reasons=("Version 2: slower", "oxyCODONE 5 mg tablet: after step 3, stop"),
        steps=(
            StepRow(1, "Tue Dec 1, 2026 – Mon Dec 28, 2026", ("oxyCODONE, tablets: 40 / none",),
                    ("Started as written Tue Dec 1, 2026",)),
            StepRow(2, "Tue Dec 29, 2026, until reviewed", ("oxyCODONE, tablets: 41 / none",), ()),
        ),
        events=("Plan held, Mon Nov 30, 2026",),
        drawing=planned_track(one_medicine(3), MADE, width=495),
        contacts=(ContactRow("Thu Dec 3, 2026, phone", "As on the sheet", "6 / 4 / 5, mean 5.0",
                             "None of these", "No", ""),),
        contacts_in_all=14,
        therapies=(("Yoga", "referred, not started"),),
        naloxone="",
        worries=(WorryRow("Tue Dec 1, 2026, K. Osei", "Slept badly", "Dr. Dana Lee", "", ""),),
        paper_lines=("Version 2 printed Tue Nov 24, 2026",),
    )  # fmt: skip
    return replace(sheet, **more)  # type: ignore[arg-type]


def _slip(sheet: PatientSheet, **more: object) -> HoldSlip:
    now = replace(sheet, checkins=CHECKINS, printed_on=MADE, **more)  # type: ignore[arg-type]
    return HoldSlip(now, since=date(2026, 11, 30), review_on=date(2026, 12, 14))


def on(sheet: Sheet, paper: str) -> Sheet:
    """The same sheet for staff on another paper."""
    assert not isinstance(sheet, HoldSlip)
    return replace(sheet, paper=paper)


def slip_of(sheet: PatientSheet) -> HoldSlip:
    """A slip for the step that a sheet shows first."""
    return _slip(sheet, under_way=True)


def hold_slip(medicines: int, **more: object) -> HoldSlip:
    """A slip for step 2 of a plan with one to six medicines of unlike kinds."""
    return _slip(sheet_of(mixed(medicines), current_step=2), **more)


STAFF: dict[str, Callable[[], Sheet]] = {
    "downtime pack": pack,
    "long downtime pack": lambda: pack(60),
    "check-in form": form,
    "check-in form for anybody": lambda: form(None),
    "hold slip": lambda: _slip(sheet_of(one_medicine(3), current_step=2)),
    "hold slip before step 1": lambda: _slip(sheet_of(one_medicine(3))),
    "hold slip, patch": lambda: _slip(sheet_of(patch_and_as_needed(), current_step=2), paper="a4"),
    "hold slip in Spanish": lambda: _slip(
        sheet_of(one_medicine(3), current_step=2), language="es"
    ),
    "large hold slip": lambda: _slip(sheet_of(one_medicine(3), current_step=2), size="large"),
    "hold slip, six medicines": lambda: _slip(sheet_of(six_medicines(), current_step=2)),
    "supervision sheet": supervision,
    "supervision sheet without much": lambda: supervision(
        drawing=None, contacts=(), contacts_in_all=0, therapies=(), worries=(), events=(),
        reasons=(), regimen_lines=(), paper_lines=(), paper="a4",
    ),
}  # fmt: skip
