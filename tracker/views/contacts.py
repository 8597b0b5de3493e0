"""Recording a check-in, or a contact that nobody planned: the form, and its draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g, jsonify, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from tracker import auth, checkins, dates, page
from tracker.charts import checkin_drafts as draft_chart
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.charts import now as now_chart
from tracker.charts import therapies as therapy_chart
from tracker.checkins import ALARM_WORDS, CORE, RAISES, SPOKE_WITH, Alarm, CheckIn, Part, Reading
from tracker.forms import checkins as forms
from tracker.languages import here, joined, said
from tracker.models import utc_now
from tracker.plans import Problem
from tracker.policy import does
from tracker.records import checkins as day_records
from tracker.records import contacts as records
from tracker.records import drafts as draft_records
from tracker.records import escalations as escalation_records
from tracker.records.acts import Conflict
from tracker.therapies import BARRIERS, KIND_WORDS, Standing
from tracker.views import codes, conflicts
from tracker.views.back import go_back, list_typed
from tracker.views.checkins import (
    ADDRESS,
    Answer,
    merged,
    overtaken,
    seen_typed,
    the_checkin,
    told,
    views,
)
from tracker.views.regimens import catalogue

Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one form is about: a check-in, a contact nobody planned, or a copy to amend."""

    checkin: CheckIn | None
    parts: tuple[Part, ...]
    following: CheckIn | None  # the next contact that is planned already
    amending: bool = False
    escalated: frozenset[Alarm] = frozenset()
    therapies: tuple[Standing, ...] = ()  # in place or planned

    @property
    def title(self) -> str:
        """The page's heading."""
        if self.amending:
            return said("Amend the check-in")
        return said("Record the check-in") if self.checkin else said("Record a contact")

    def read(self, raw: Raw) -> Reading:
        """Read what was typed, for the clinic's day."""
        return checkins.read(
            raw,
            self.parts,
            today=page.today(),
            born=g.patient.birth_date,
            has_next=self.following is not None,
            amending=self.amending,
            escalated=self.escalated,
            therapies=self.therapies,
        )


def lay_sheet(found: CheckIn | None, **more: Any) -> Sheet:
    """Lay the form out; a question that a record holds keeps its place even when closed."""
    shelf = catalogue()
    topics = [(t.id, t.words, t.beside, t.instruments) for t in shelf.topics]
    parts = checkins.parts(topics, shelf.instruments, found.topics if found else ())
    others = [
        one
        for one in chart.checkins_of(g.clinic.id, g.patient.id)
        if found is None or one.id != found.id
    ]
    died = g.patient.state == "died"
    following = None if died else checkins.next_open(others, page.today())
    in_place = therapy_chart.in_place(g.clinic.id, g.patient.id)
    return Sheet(found, parts, following, therapies=in_place, **more)


def _new_raw(found: CheckIn | None) -> dict[str, list[str]]:
    """Begin the form: nothing is preselected but the way of contact and the day."""
    day = page.today()
    on = f"{day.month}/{day.day}/{day.year}"
    return {"mode": [found.mode if found else "phone"], "on": [on]}


def form_page(
    sheet: Sheet, raw: Raw, *, form_version: int, problems: Sequence[Problem] = (),
    trouble: str = "", seen: int | None = None, note: str = "", anew: bool = False,
    conflict: Sequence[conflicts.Row] = (),
    code: tuple[str, str] | None = None,
) -> str:  # fmt: skip
    """Draw the form; `anew` sends it as a contact of its own, for another copy was recorded."""
    found = None if anew else sheet.checkin
    clinic_id, patient_id = g.clinic.id, g.patient.id
    card = now_chart.card(clinic_id, patient_id, page.today(), clinical=True)
    spoken = told(problems)
    if trouble:
        spoken["problems"] = [("", trouble), *spoken["problems"]]
    return render_template(
        "checkins/record.html",
        sheet=sheet,
        heading=sheet.title,
        checkin=found,
        of=sheet.checkin,
        typed=raw,
        seen=(sheet.checkin.seq if sheet.checkin else 0) if seen is None else seen,
        form_version=form_version,
        back=list_typed(),
        note=note,
        anew=anew,
        conflict=conflict,
        code=code,
        late=_late(raw),
        last=next(iter(contact_chart.latest(clinic_id, patient_id)), None),
        card=card,
        therapies=checkins.keyed(sheet.therapies),
        therapy_kinds=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        barriers=BARRIERS.items(),
        others=_others(sheet),
        alarms=_alarms(sheet, raw),
        required={name for one in CORE for name in one.questions},
        alarm_of={
            f"{question}={value}": alarm.value for (question, value), alarm in RAISES.items()
        },
        spoke_with=tuple(SPOKE_WITH.items()),
        **spoken,
    )


def _late(raw: Raw) -> date | None:
    """Give the day that was typed when it is past; an illegible one is told beside its field."""
    try:
        on = dates.read_date(checkins.one(raw, "on"), today=page.today())
    except dates.NotADate:
        return None
    return on if on < page.today() else None


def _others(sheet: Sheet) -> tuple[tuple[str, datetime], ...]:
    if sheet.checkin is None or sheet.amending:
        return ()
    return draft_chart.drafts_by_others(
        g.clinic.id, g.patient.id, sheet.checkin.id, g.signed_in.actor.staff_id
    )


def _alarms(sheet: Sheet, raw: Raw) -> list[tuple[str, str, bool, bool]]:
    """Give each alarm's id and words, whether it is raised now, and whether it was escalated."""
    raised = checkins.raised_by(raw)
    return [
        (alarm.value, words, alarm in raised, alarm in sheet.escalated)
        for alarm, words in ALARM_WORDS.items()
    ]


def _about(found: CheckIn | None) -> str:
    return records.draft_about(found.id if found else None, g.signed_in.actor.staff_id)


def _draft(found: CheckIn | None) -> draft_chart.CheckInDraft | None:
    return draft_chart.draft_of(g.clinic.id, g.patient.id, _about(found))


def _open(found: CheckIn | None) -> str:
    """Open the form, with what this person had typed before."""
    sheet, kept = lay_sheet(found), _draft(found)
    if kept is None:
        return form_page(sheet, _new_raw(found), form_version=0)
    note = said("This is your draft, saved at {when}.", when=page.moment(kept.saved_at))
    return form_page(sheet, kept.typed, form_version=kept.form_version, note=note)


# --- Recording ------------------------------------------------------------------------------------


@views.get(f"{ADDRESS}/<int:checkin_id>/record")
@does("checkin.read")
def ask(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Show the form of a check-in; one that is not to be held any more shows what became of it."""
    if elsewhere := merged():
        return elsewhere
    found = the_checkin(checkin_id)
    if found.contact or found.cancelled:
        kept = _draft(found)
        if kept is None:
            return redirect(page_of(checkin_id), 303)
        trouble = overtaken(checkin_id, Conflict())
        return form_page(lay_sheet(found), kept.typed, form_version=0, trouble=trouble, anew=True)
    return _open(found)


def page_of(checkin_id: int) -> str:
    """Give the address of what became of a check-in."""
    return url_for(
        "checkins.show", clinic_id=g.clinic.id, patient_id=g.patient.id, checkin_id=checkin_id
    )


@views.post(f"{ADDRESS}/<int:checkin_id>/record")
@does("checkin.record")
def record(clinic_id: int, patient_id: int, checkin_id: int) -> Answer:
    """Record a check-in and go back to the list, or show what stands in the way."""
    return merged() or _record(the_checkin(checkin_id))


@views.get(f"{ADDRESS}/new")
@does("checkin.read")
def ask_new(clinic_id: int, patient_id: int) -> Answer:
    """Show the form of a contact that nobody had planned."""
    return merged() or _open(None)


@views.post(f"{ADDRESS}/new")
@does("checkin.record")
def record_new(clinic_id: int, patient_id: int) -> Answer:
    """Record a contact that nobody had planned."""
    return merged() or _record(None)


def _record(found: CheckIn | None) -> Answer:
    sheet, raw = lay_sheet(found), forms.typed(request.form)
    if request.form.get("do") == "draft":
        return _keep_and_stay(sheet, raw)
    if request.form.get("do") == "code":
        return form_page(
            sheet,
            raw,
            form_version=_form_version(),
            code=codes.on_paper(checkins.one(raw, "plan.code"), log=True),
        )
    reading = sheet.read(raw)
    if reading.problems:
        version = _form_version()
        return form_page(sheet, raw, form_version=version, problems=reading.problems), 422
    try:
        records.record(
            by=g.signed_in.actor,
            clinic_id=g.clinic.id,
            patient_id=g.patient.id,
            checkin_id=found.id if found else None,
            seen=seen_typed(),
            reading=reading,
            today=page.today(),
            code=codes.on_paper(checkins.one(raw, "plan.code")),
        )
    except escalation_records.Refused as refused:
        return form_page(sheet, raw, form_version=_form_version(), trouble=str(refused)), 422
    except (Conflict, day_records.Refused) as refused:
        return _lost(sheet, raw, refused, reading), 409
    auth.tell(_saved(reading))
    return go_back("checkins")


def _short(instrument: str) -> str:
    return catalogue().instruments[instrument].words.partition(":")[0]


def _saved(reading: Reading) -> str:
    assert reading.head is not None
    who, day = g.patient.title, dates.screen(reading.head.on)
    saved = said("The check-in of {who} on {day} is saved.", who=who, day=day)
    totals = [
        f"{_short(score.instrument)} {score.total}"
        if score.complete
        else said("{name} is incomplete", name=_short(score.instrument))
        for score in reading.scores
    ]
    if any(one.question == "taking.as" and one.value == "differently" for one in reading.answers):
        totals.append(said("Record what was taken under “What happened” on the patient’s page"))
    totals += [said("{therapy}: recorded", therapy=one.words) for one in reading.therapies]
    if reading.wish:
        totals.append(said("An escalation is raised"))
    return joined("", (saved, " ", joined(". ", totals), ".")) if totals else saved


def _lost(sheet: Sheet, raw: Raw, refused: Exception, reading: Reading) -> str:
    """Show who was quicker; what was typed stays, and can be saved as a contact of its own."""
    if sheet.checkin is None:
        return form_page(sheet, raw, form_version=_form_version(), trouble=str(refused))
    trouble = overtaken(sheet.checkin.id, refused)
    now = chart.checkin_of(g.clinic.id, g.patient.id, sheet.checkin.id)
    anew = now is None or not now.open
    kept = _draft(sheet.checkin)
    return form_page(
        lay_sheet(now) if now else sheet,
        raw,
        form_version=0 if anew or kept is None else kept.form_version,
        trouble=trouble,
        anew=anew,
        seen=0 if anew or now is None else now.seq,
        conflict=beside(sheet.checkin, reading),
    )


def beside(found: CheckIn, reading: Reading) -> list[conflicts.Row]:
    """Lay a check-in as it was opened, as it is recorded now and as it was typed side by side.

    Empty while nobody recorded it: then what happened is told in a sentence.
    """
    ids = (g.clinic.id, g.patient.id, found.stream)
    now = next(iter(contact_chart.copies_of(*ids)), None)
    if now is None:
        return []
    opened = next(iter(contact_chart.copies_of(*ids, until=seen_typed())), None)
    return conflicts.rows(
        conflicts.of_recorded(opened), conflicts.of_recorded(now), conflicts.of_typed(reading)
    )


# --- The draft ------------------------------------------------------------------------------------


def _form_version() -> int:
    text = request.form.get("form_version", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _keep(found: CheckIn | None, raw: Raw) -> int:
    return draft_records.save(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_id=g.patient.id,
        kind="checkin",
        form_version=_form_version(),
        body={name: list(values) for name, values in raw.items()},
        stream_seq=max(seen_typed(), 0),
        about=_about(found),
    )


_TWO_TABS = said(
    "You saved a draft of this check-in in another tab meanwhile. It is kept there; what you see "
    "here is not saved yet."
)


_MERGED = said(
    "Not saved: this record was merged into another one. Open the patient from the search and type "
    "it there."
)


def _keep_and_stay(sheet: Sheet, raw: Raw) -> Answer:
    """Keep the draft by the form's own button, for a page without scripts."""
    try:
        version = _keep(sheet.checkin, raw)
    except draft_records.Stale:
        kept = _draft(sheet.checkin)
        version = kept.form_version if kept else 0
        return form_page(sheet, raw, form_version=version, trouble=_TWO_TABS), 409
    note = said("Draft saved {clock} – not recorded.", clock=_clock())
    return form_page(sheet, raw, form_version=version, note=note)


def _clock() -> str:
    return dates.time_of_day(utc_now(), g.clinic.time_zone)


def _autosave(checkin_id: int | None) -> tuple[Response, int]:
    if g.patient.merged_into_id is not None:
        return jsonify(sentence=here(_MERGED)), 409
    try:
        found = the_checkin(checkin_id) if checkin_id else None
        version = _keep(found, forms.typed(request.form))
    except draft_records.Stale:
        return jsonify(sentence=here(_TWO_TABS)), 409
    return jsonify(saved=here(_clock()), fields={"form_version": str(version)}), 200


@views.post(f"{ADDRESS}/<int:checkin_id>/record/draft")
@does("checkin.draft")
def autosave(clinic_id: int, patient_id: int, checkin_id: int) -> tuple[Response, int]:
    """Keep the draft of a check-in while it is typed."""
    return _autosave(checkin_id)


@views.post(f"{ADDRESS}/new/draft")
@does("checkin.draft")
def autosave_new(clinic_id: int, patient_id: int) -> tuple[Response, int]:
    """Keep the draft of a contact that nobody had planned."""
    return _autosave(None)
