"""The supervision sheet as values: everything recorded about a plan, read for the chart copy.

Every dose is the text that was typed. Counts and dates are the only numbers made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tracker import dates, plans
from tracker import regimens as regimen_rules
from tracker.charts import contacts, escalations, papers, pictures, regimens, therapies
from tracker.charts.checkins import checkins_of
from tracker.charts.contacts import Recorded
from tracker.charts.course import course_of
from tracker.charts.everyone import patient_now
from tracker.charts.patients import PatientHead
from tracker.charts.plans import SignedVersion, in_force, version_lines
from tracker.checkins import MODES
from tracker.course import Course, Happening, What
from tracker.course.state import of_step
from tracker.course.values import OF_STEPS
from tracker.course.words import (
    AWAY_WORDS,
    SUPPLY_WORDS,
    amounts_by_medicine,
    happening_day,
    happening_reason,
    happening_title,
    state_sentence,
)
from tracker.dates import screen
from tracker.escalations import Escalation, Told
from tracker.handouts.supervision import (
    ContactRow,
    StepRow,
    SupervisionSheet,
    WorryRow,
)
from tracker.languages import ENGLISH, spoken
from tracker.models import Clinic
from tracker.plans import Pattern, PlanMedicine, Slot, Step, Version
from tracker.sentences import after_words, taken_words
from tracker.timeline import Drawing, both_tracks, planned_track

MOST_CONTACTS = 8
_DRAWN = {"letter": 495, "a4": 480}  # units: small letters come out at 12 points
_TALLEST = 560  # units: a drawing that would not fit one page stays on the screen
_TOLD = {Told.TOLD: "Yes", Told.TO_TELL: "Not yet", Told.NOT_NEEDED: "Not needed"}


@spoken(ENGLISH)
def supervision_sheet(
    clinic: Clinic, head: PatientHead, *, today: date, made_by: str
) -> SupervisionSheet | None:
    """Give the supervision sheet of the version in force as of today, or None without a plan."""
    signed = in_force(clinic.id, head.id)
    if signed is None or signed.version.signed_on is None:
        return None
    course = course_of(clinic.id, head.id, signed)
    version = signed.version
    regimen, lines = _regimen(clinic.id, head.id, signed)
    recorded = contacts.latest(clinic.id, head.id, most=MOST_CONTACTS)
    return SupervisionSheet(
        clinic=clinic.name,
        made_on=today,
        made_by=made_by,
        patient=patient_now(head, course, version, today),
        signed=f"{screen(signed.version.signed_on)}, by {version.signed_by}",
        language=head.language + (", with an interpreter" if head.interpreter else ""),
        state=state_sentence(course, today),
        regimen=regimen,
        regimen_lines=lines,
        reasons=tuple(_reasons(clinic.id, head.id, signed)),
        steps=tuple(_step(version, course, step, today) for step in version.steps),
        events=tuple(_events(course)),
        drawing=_drawing(clinic, head.id, course, today),
        contacts=tuple(_contact(one) for one in recorded),
        contacts_in_all=sum(1 for one in checkins_of(clinic.id, head.id) if one.contact),
        therapies=tuple((one.words, one.says) for one in therapies.in_place(clinic.id, head.id)),
        naloxone=_naloxone(recorded),
        worries=tuple(
            _worry(one, clinic.time_zone)
            for one in escalations.all_of(clinic.id, head.id)
            if not one.in_error
        ),
        paper_lines=tuple(_paper(clinic.id, head.id, clinic.time_zone)),
        paper=clinic.paper,
    )


def _regimen(clinic_id: int, patient_id: int, signed: SignedVersion) -> tuple[str, tuple[str, ...]]:
    found = next(
        (one for one in regimens.history(clinic_id, patient_id) if one.id == signed.regimen_id),
        None,
    )
    if found is None:
        return "", ()
    source = regimen_rules.SOURCE_WORDS[found.source]
    said = f"As of {screen(found.as_of)}. Source: {source[:1].lower()}{source[1:]}"
    return said, tuple(regimen_rules.line_words(line) for line in found.lines)


def _reasons(clinic_id: int, patient_id: int, signed: SignedVersion) -> Iterator[str]:
    for line in reversed(version_lines(clinic_id, patient_id)):
        if line.plan_id == signed.plan_id and line.change_reason and not line.in_error:
            yield f"Version {line.number}, {screen(line.signed_on)}: {line.change_reason}"
    for medicine in signed.version.medicines:
        yield f"{plans.product_words(medicine.product)}: {after_words(medicine)}"


def _step(version: Version, course: Course, step: Step, today: date) -> StepRow:
    last = plans.last_day(version, step.number)
    happened = tuple(_happened(one, version) for one in of_step(course, step.key))
    return StepRow(
        number=step.number,
        days=_days(step.starts_on, last),
        written=tuple(_written(one, step) for one in plans.medicines_in(version, step.number)),
        happened=happened or (("To come",) if step.starts_on > today else ()),
    )


def _days(first: date, last: date | None) -> str:
    if last is None:
        return f"{screen(first)}, until reviewed"
    return f"{screen(first)} – {screen(last)}"


def _written(medicine: PlanMedicine, step: Step) -> str:
    """Say what was typed, cell by cell; an unused time of day is "none"."""
    cells = plans.cells_of(step, medicine.key)
    name = plans.product_words(medicine.product)
    if medicine.schedule.pattern is not Pattern.TIMES:
        return f"{name}: {taken_words(medicine, cells)}"
    said = (
        "none" if slot not in cells or cells[slot].is_none else str(cells[slot]) for slot in Slot
    )
    return f"{name}, {medicine.unit_plural}: {' / '.join(said)}"


def _happened(one: Happening, version: Version) -> str:
    day, words = happening_day(one), happening_title(one).partition(" ")[2].partition(" ")[2]
    said = f"{words[:1].upper()}{words[1:]} {day}"
    amounts = "; ".join(f"{name}: {taken}" for name, taken in amounts_by_medicine(one, version))
    return ". ".join(part for part in (said, amounts, happening_reason(one)) if part)


def _events(course: Course) -> Iterator[str]:
    for one in course.happened:
        if one.what not in OF_STEPS:
            reason = happening_reason(one)
            until = f", review {screen(one.until)}" if one.what is What.HELD and one.until else ""
            more = f". {reason}" if reason else ""
            yield f"{happening_title(one)}, {happening_day(one)}{until}{more} ({one.by})"
    for away in course.away:
        back = f", back {screen(away.back_on)}" if away.back_on else ""
        yield f"{AWAY_WORDS[away.where]} from {screen(away.left_on)}{back}: {away.place}"
    for problem in course.supply:
        words = f": {problem.words}" if problem.words else ""
        yield f"Supply, {screen(problem.on)}: {SUPPLY_WORDS[problem.what].lower()}{words}"


def _drawing(clinic: Clinic, patient_id: int, course: Course, today: date) -> Drawing | None:
    """Give the timeline with what happened; without it, or none, where a page has no room."""
    version, width = course.version, _DRAWN[clinic.paper]
    assert version is not None
    both = both_tracks(
        version, pictures.happened(clinic, patient_id, course, today=today), today, width=width
    )
    drawn = both if both.height <= _TALLEST else planned_track(version, today, width=width)
    return drawn if drawn.height <= _TALLEST else None


def _contact(one: Recorded) -> ContactRow:
    contact = one.contact
    mode = MODES.get(contact.mode, contact.mode).lower()
    return ContactRow(
        when=f"{screen(contact.on)}, {mode}",
        taking=_answers(one, ("taking.as", "taking.words")),
        peg=_peg(one),
        withdrawal=_withdrawal(one),
        mood=_answers(one, ("mood.low",)),
        function=_answers(one, ("goal.way",)),
    )


def _answers(one: Recorded, questions: Iterable[str]) -> str:
    found = (one.answer(question) for question in questions)
    return ": ".join(answer.words for answer in found if answer and answer.words)


def _peg(one: Recorded) -> str:
    items = [one.answer(f"peg.{item}") for item in ("pain", "enjoyment", "activity")]
    said = [item.words if item and item.words else "–" for item in items]
    if not any(item and item.words for item in items):
        return ""
    total = _total(one, "peg")
    return " / ".join(said) + (f", mean {total}" if total else ", no mean")


def _withdrawal(one: Recorded) -> str:
    total = _total(one, "cows")
    signs = _answers(one, ("withdrawal-signs.any", "withdrawal-signs.which"))
    return "; ".join(part for part in (signs, f"COWS {total}" if total else "") if part)


def _total(one: Recorded, instrument: str) -> str:
    return next((score.total for score in one.scores if score.instrument == instrument), "")


def _naloxone(recorded: Iterable[Recorded]) -> str:
    for one in recorded:
        answer = one.answer("naloxone.home")
        if answer and answer.words:
            return f"{answer.words}, {screen(one.contact.on)}"
    return ""


def _worry(one: Escalation, zone: str) -> WorryRow:
    decision = one.decision
    return WorryRow(
        raised=f"{screen(dates.today_at(zone, one.raised_at))}, {one.raised_by}",
        about=one.about,
        owner=one.owner,
        decision=decision.text if decision else "",
        told=_told(one),
    )


def _told(one: Escalation) -> str:
    if one.told is not None:
        return _TOLD[Told.TOLD]
    return _TOLD[Told(one.decision.told)] if one.decision else ""


def _paper(clinic_id: int, patient_id: int, zone: str) -> Iterator[str]:
    for line in papers.printed(clinic_id, patient_id)[:4]:
        printed = screen(dates.today_at(zone, line.printed_at))
        yield f"Version {line.version} printed {printed} by {line.printed_by}, " + (
            "; ".join(
                f"given to {one.given_to} {screen(one.given_on)}, {_OLD[one.old_sheet]}"
                for one in line.given
            )
            or "not recorded as given"
        )


_OLD = {
    "gone": "old sheet thrown away",
    "kept": "old sheet still there",
    "unknown": "old sheet unknown",
    "none": "no older sheet",
}
