"""The patient's page: its sections, each with who may see it, and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, render_template, url_for

from tracker import course as rules
from tracker.charts import checkins as checkin_chart
from tracker.charts import contacts as contact_chart
from tracker.charts import escalations as escalation_chart
from tracker.charts import history as history_chart
from tracker.charts import now as now_chart
from tracker.charts import papers as paper_chart
from tracker.charts import patients as chart
from tracker.charts import plans as plan_chart
from tracker.charts import therapies as therapy_chart
from tracker.charts.course import course_of
from tracker.course.refusals import why_ended
from tracker.languages import said
from tracker.page import today
from tracker.policy import does
from tracker.sentences import review_tables
from tracker.views import regimens
from tracker.views.patients import may, views
from tracker.views.pictures import both_tracks
from tracker.views.whathappened import story

__all__ = ["views"]

Reader = Callable[[int, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the patient's page: who may see it, what it reads, and how it is drawn."""

    name: str
    title: str
    act: str
    read: Reader
    template: str


def _now(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    card = now_chart.card(clinic_id, patient_id, today(), clinical=may("plan.read"))
    term = card.standing.term if card.standing else ""
    return {
        "card": card,
        "plan_stopped": term in ("On hold", "Next step paused"),
        "plan_ended": term == "Plan ended",
    }


def _regimen(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    return {"regimens": regimens.section(clinic_id, patient_id)}


def _plan(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    signed = plan_chart.in_force(clinic_id, patient_id)
    return {
        "versions": plan_chart.version_lines(clinic_id, patient_id),
        "draft": plan_chart.draft_of(clinic_id, patient_id),
        **both_tracks(course_of(clinic_id, patient_id)),
        "tables": review_tables(signed.version) if signed else (),
    }


def _course(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    return story(course_of(clinic_id, patient_id))


def _checkins(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    found = checkin_chart.checkins_of(clinic_id, patient_id)
    day = today()
    return {
        "checkins_open": [(one, one.standing(day).value) for one in found if one.open],
        "checkins_past": [(one, one.standing(day).value) for one in found if not one.open][::-1],
        "checkin_scores": contact_chart.scores_over_time(clinic_id, patient_id)
        if may("checkin.read")
        else (),
    }


def _therapies(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    known = therapy_chart.all_of(clinic_id, patient_id)
    version = course_of(clinic_id, patient_id).version
    return {
        "therapies": therapy_chart.now(known, version),
        "stopped": [one for one in known if one.state == "stopped"],
    }


def _escalations(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    threads = escalation_chart.all_of(clinic_id, patient_id)
    return {"threads": sorted(threads, key=lambda one: (not one.is_open, -one.id))}


def _paper(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    return {"printed": paper_chart.printed(clinic_id, patient_id)}


def _details(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    return {"merged": chart.merged_into(clinic_id, patient_id)}


def _history(clinic_id: int, patient_id: int) -> Mapping[str, Any]:
    return {
        "page_of_history": history_chart.page_of(clinic_id, patient_id, most=5),
        "strays": history_chart.strays(clinic_id, patient_id),
    }


# The order of the page. A room that fills its part puts its own reader and template here.
SECTIONS: tuple[Section, ...] = (
    Section("now", said("Now"), "patient.read", _now, "patients/_now.html"),
    Section("course", said("What happened"), "course.read", _course, "patients/_course.html"),
    Section("regimen", said("Regimen"), "regimen.read", _regimen, "patients/_regimen.html"),
    Section("plan", said("Plan"), "plan.read", _plan, "patients/_plan.html"),
    Section("checkins", said("Check-ins"), "checkin.dates", _checkins, "patients/_checkins.html"),
    Section("therapies", said("Therapies"), "therapy.read", _therapies, "patients/_therapies.html"),
    Section(
        "escalations", said("Escalations"), "escalation.read", _escalations,
        "patients/_escalations.html",
    ),
    Section("paper", said("Paper"), "handout.read", _paper, "patients/_paper.html"),
    Section("details", said("Details"), "patient.read", _details, "patients/_details.html"),
    Section("history", said("History"), "history.read", _history, "patients/_history.html"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the patient's page; `key` is its access key."""

    label: str
    href: str
    key: str


def action_address(*endpoints: str) -> str:
    """Give the address of the first of these endpoints that exists, for this patient; else ""."""
    for endpoint in endpoints:
        if endpoint in current_app.view_functions:
            return url_for(endpoint, clinic_id=g.clinic.id, patient_id=g.patient.id)
    return ""


@views.get("/<int:patient_id>")
@does("patient.read")
def show(clinic_id: int, patient_id: int) -> str:
    """Show the patient's page, or where the record was merged into."""
    if g.patient.merged_into_id:
        merge = chart.merge_of(g.patient)
        into = chart.patient_of(clinic_id, g.patient.merged_into_id)
        return render_template("patients/merged.html", merge=merge, into=into)
    sections = [section for section in SECTIONS if may(section.act)]
    words: dict[str, Any] = {}
    for section in sections:
        words |= section.read(clinic_id, patient_id)
    return render_template(
        "patients/show.html",
        sections=sections,
        parts=[(section.name, section.title) for section in sections[1:]],
        actions=_actions(words["card"]),
        address=action_address,
        **words,
    )


def _actions(card: now_chart.Card) -> list[Action]:
    """List the buttons that this person has here; the first is what is most likely wanted."""
    died = card.course.patient_state == "died"
    goes_on = card.signed is not None and why_ended(card.course) is None
    regimen = Action(said("Record the regimen"), _if("regimen.write", "regimens.new"), "r")
    plan = Action(
        said("Go on with the draft plan") if card.has_draft else
        said("Change the plan") if goes_on else said("New plan"),
        _to_first_tick(_if("plan.draft", "plans.draft")) if not died else "", "n",
    )  # fmt: skip
    starting = rules.can_start_now(card.course, today=today())
    begin = Action(
        said("Start step {number}", number=starting.number) if starting else "",
        _if("step.start", "course.start") if starting else "",
        "g",
    )
    sheet = Action(said("Print handout"), _if("handout.print", "handouts.show"), "p")
    contact = Action(said("Record a contact"), _if("checkin.record", "checkins.ask_new"), "o")
    details = Action(said("Edit details"), _if("patient.edit", "patients.edit"), "e")
    if goes_on:
        order = [begin, sheet, contact, plan, regimen, details]
    elif card.has_draft or card.has_regimen:
        order = [plan, regimen, contact, details]
    else:
        order = [regimen, plan, contact, details]
    return [action for action in order if action.href]


def _to_first_tick(address: str) -> str:
    """Point into the builder, where the first thing to answer is which times of day are used."""
    return f"{address}#medicines.0.uses" if address else ""


def _if(act: str, *endpoints: str) -> str:
    return action_address(*endpoints) if may(act) else ""
