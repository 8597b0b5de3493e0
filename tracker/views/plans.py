"""The plan: building a draft, reviewing it three ways, signing it, and reading what was signed."""

from __future__ import annotations

import json
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from tracker import auth, drafts, sentences
from tracker.catalogue import Catalogue
from tracker.charts import drafts as desk_chart
from tracker.charts import plans as plan_chart
from tracker.charts.course import course_of
from tracker.charts.drafts import Desk
from tracker.charts.patients import record_ids
from tracker.course.words import state_sentence
from tracker.languages import here, said
from tracker.models import Staff, db, utc_now
from tracker.page import moment, today
from tracker.plans import Problem
from tracker.policy import does
from tracker.records import drafts as draft_records
from tracker.records import plans as plan_records
from tracker.views import plan_builder, plan_conflict, plan_review
from tracker.views.plan_translation import translation

views = Blueprint("plans", __name__, url_prefix="/c/<int:clinic_id>/patients/<int:patient_id>/plan")

KEPT = "form_version"
OPENED = "opened"  # the draft that the form was made from, as JSON text


def catalogue() -> Catalogue:
    """Give the catalogue this application was started with."""
    found: Catalogue = current_app.extensions["catalogue"]
    return found


def desk_now(raw: drafts.Raw | None = None) -> Desk:
    return desk_chart.lay(
        g.patient,
        raw,
        catalogue=catalogue(),
        today=today(),
        by=g.signed_in.actor.name,
        at=utc_now(),
    )


def _builder(desk: Desk, problems: tuple[Problem, ...] = (), code: int = 200) -> tuple[str, int]:
    words = plan_builder.build(desk, problems, catalogue=catalogue(), today=today())
    words["opened"] = _as_text(desk.raw) if desk.head else ""
    words["translation"] = translation(desk.raw, g.patient, catalogue())
    return render_template("plans/builder.html", desk=desk, **words), code


@views.get("/draft")
@does("plan.draft")
def draft(clinic_id: int, patient_id: int) -> tuple[str, int] | Response:
    """Show the builder: the draft that is kept, or a new one that nothing was saved of yet."""
    desk = desk_now()
    if desk.regimen is None:
        return render_template("plans/no_regimen.html"), 200
    return _builder(desk)


@views.post("/draft")
@does("plan.draft")
def save(clinic_id: int, patient_id: int) -> tuple[str, int] | Response:
    """Save what was typed and do what the pressed button says: lay out, add, remove, or check."""
    raw = typed_now()
    pressed = request.form.get("do", "save")
    desk = desk_now()
    if desk.regimen is None:
        return render_template("plans/no_regimen.html"), 409
    if pressed == "add-shelf":
        pressed = f"add-medicine.{desk_chart.SHELF}{request.form.get('shelf', '')}"
    edited = plan_builder.edit(raw, pressed, desk, catalogue=catalogue(), today=today())
    try:
        keep(edited.raw, desk)
    except draft_records.Stale:
        return overtaken(raw)
    if edited.problems:
        return _builder(desk_now(), edited.problems, 422)
    if pressed == "check":
        fresh = desk_now()
        if fresh.reading.problems:
            return _builder(fresh, fresh.reading.problems, 422)
        return redirect(_url("plans.review"), 303)
    return redirect(_url("plans.draft", _anchor=edited.focus or None), 303)


@views.post("/draft/autosave")
@does("plan.draft")
def autosave(clinic_id: int, patient_id: int) -> tuple[Response, int]:
    """Save the form while it is typed, and say when; nothing is checked yet."""
    raw = drafts.from_form(_typed_fields())
    try:
        settled = drafts.settle(raw, today())
        version = keep(settled, desk_now())
    except draft_records.Stale:
        return jsonify(
            sentence=here(plan_conflict.who_saved(g.clinic.id, g.patient.id, counted("seen")))
        ), 409
    fields = {KEPT: str(version), OPENED: _as_text(settled)}
    return jsonify(saved=_clock(), fields=fields), 200


def typed_now() -> drafts.Raw:
    """Read the form; a form that was overtaken comes back whole, as the JSON of its draft."""
    whole = request.form.get("typed")
    if whole is None:
        return drafts.from_form(_typed_fields())
    try:
        return drafts.tidy(json.loads(whole))
    except ValueError:
        abort(400)


def _typed_fields() -> list[tuple[str, str]]:
    return [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in ("csrf_token", "do", "shelf", "seen", KEPT, OPENED)
    ]


def _as_text(raw: drafts.Raw) -> str:
    return json.dumps(raw, ensure_ascii=False)


def form_version() -> int:
    return counted(KEPT)


def counted(name: str) -> int:
    typed = request.form.get(name, "0")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def keep(raw: drafts.Raw, desk: Desk) -> int:
    return draft_records.save(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_id=g.patient.id,
        kind="plan",
        form_version=form_version(),
        body=raw,
        plan_id=desk.old.plan_id if desk.old else None,
        stream_seq=counted("seen"),
    )


def _url(endpoint: str, **more: Any) -> str:
    return url_for(endpoint, clinic_id=g.clinic.id, patient_id=g.patient.id, **more)


def _clock() -> str:
    return moment(utc_now()).rpartition(", ")[2]


def overtaken(raw: drafts.Raw) -> tuple[str, int]:
    """Show what was typed beside what now stands; nothing is merged and nothing is lost."""
    head = plan_chart.draft_of(g.clinic.id, g.patient.id)
    rows = plan_conflict.differences(
        plan_conflict.opened_as(request.form.get(OPENED, "")),
        drafts.tidy(head.raw) if head else None,
        raw,
        products={**desk_now().products, **desk_now(raw).products},
        catalogue=catalogue(),
    )
    return (
        render_template(
            "plans/overtaken.html",
            sentence=plan_conflict.who_saved(g.clinic.id, g.patient.id, counted("seen")),
            rows=rows,
            typed=_as_text(raw),
            now_typed=_as_text(head.raw) if head else "",
            now=head,
        ),
        409,
    )


@views.get("/draft/review")
@does("plan.draft")
def review(clinic_id: int, patient_id: int) -> Any:
    """Show the draft three ways, with the questions before signing."""
    desk = desk_now()
    if desk.head is None or desk.reading.problems or desk.reading.version is None:
        return redirect(_url("plans.draft"), 303)
    return _review(desk)


def _review(desk: Desk, problems: list[tuple[str, str]] | None = None, code: int = 200) -> Any:
    version = desk.reading.version
    if version is None:
        abort(409)
    words = plan_review.review(desk, catalogue=catalogue())
    return (
        render_template(
            "plans/review.html",
            desk=desk,
            version=version,
            tables=sentences.review_tables(version),
            spoken=[(step, sentences.step_sentences(version, step)) for step in version.steps],
            svg=plan_review.picture_of(version),
            problems=problems or [],
            translation=translation(desk.raw, g.patient, catalogue()),
            **words,
        ),
        code,
    )


@views.post("/draft/sign")
@does("plan.sign")
def sign(clinic_id: int, patient_id: int) -> Any:
    """Sign the reviewed draft: year of birth and password, once, for this patient."""
    desk = desk_now()
    answered = drafts.from_form(
        [(k, v) for k, v in request.form.items(multi=True) if k.startswith("answers.")]
    )["answers"]
    if desk.head is None or desk.head.form_version != form_version():
        return _overtaken_at_signing()
    try:
        if answered and answered != desk.raw["answers"]:
            desk = _with_answers(desk, answered)
    except draft_records.Stale:
        return _overtaken_at_signing()
    problems = _why_not_signed(desk)
    if problems:
        return _review(desk, problems, 422)
    if desk.head is None or desk.regimen is None:
        return _overtaken_at_signing()
    try:
        version_id = plan_records.sign(
            by=g.signed_in.actor,
            clinic_id=g.clinic.id,
            patient_id=g.patient.id,
            form_version=desk.head.form_version,
            reading=desk.reading,
            regimen_id=desk.regimen.id,
            today=today(),
            seen=counted("seen"),
            read_back_name=desk.head.read_back_name if _is_read_back(desk) else "",
        )
    except draft_records.Stale:
        return _overtaken_at_signing()
    except plan_records.NotReady as not_ready:
        return _review(desk, [("", sentence) for sentence in not_ready.sentences], 422)
    version = plan_chart.signed_version(g.clinic.id, version_id)
    number = version.version.number if version else ""
    who = g.patient.title
    auth.tell(said("Version {number} of the plan for {who} is signed.", number=number, who=who))
    return redirect(_url("plans.show", version_id=version_id), 303)


def _with_answers(desk: Desk, answered: dict[str, Any]) -> Desk:
    """Keep the answers in the draft, so that what is signed is what is kept."""
    keep({**desk.raw, "answers": answered}, desk)
    return desk_now()


def _why_not_signed(desk: Desk) -> list[tuple[str, str]]:
    problems = [(p.field, p.sentence) for p in desk.reading.stops]
    if g.clinic.read_back and not _is_read_back(desk):
        problems.append(
            (
                "read-back",
                said("This clinic asks for a second person to read the draft back first."),
            )
        )
    year = request.form.get("birth_year", "").strip()
    if not year:
        problems.append(("birth_year", said("Type the patient’s year of birth.")))
    elif year != str(g.patient.birth_date.year):
        _record_refusal("the year of birth did not match")
        problems.append(
            ("birth_year", said("Year of birth does not match. Check you have the right patient."))
        )
    password = request.form.get("password", "")
    staff = db.session.get_one(Staff, g.signed_in.actor.staff_id)
    if auth.throttled(staff.username, request.remote_addr or "unknown"):
        abort(429)
    if not password:
        problems.append(("password", said("Type your password.")))
    elif not auth.matches(staff, password):
        auth.count_failure(staff.username, request.remote_addr or "unknown")
        _record_refusal("the password did not match")
        problems.append(("password", said("This is not your password.")))
    return problems


def _record_refusal(why: str) -> None:
    plan_records.refused(
        by=g.signed_in.actor, clinic_id=g.clinic.id, patient_id=g.patient.id, why=why
    )


def _is_read_back(desk: Desk) -> bool:
    return bool(
        desk.head
        and desk.head.read_back_by not in (None, g.signed_in.actor.staff_id)
        and desk.head.read_back_digest == plan_review.read_back_digest(desk.raw)
    )


def _overtaken_at_signing() -> tuple[str, int]:
    return (
        render_template(
            "plans/overtaken.html",
            sentence=plan_conflict.who_saved(g.clinic.id, g.patient.id, counted("seen")),
            rows=[],
            typed="",
            now=None,
            kept=plan_chart.draft_of(g.clinic.id, g.patient.id) is not None,
        ),
        409,
    )


@views.post("/draft/read-back")
@does("plan.read_back")
def read_back(clinic_id: int, patient_id: int) -> Any:
    """Record that this person read the draft back to the one who will sign."""
    desk = desk_now()
    try:
        draft_records.read_back(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            form_version=form_version(),
            digest=plan_review.read_back_digest(desk.raw),
        )
    except draft_records.Stale:
        return _overtaken_at_signing()
    who = g.patient.title
    auth.tell(said("You read back the draft for {who}. Any change to it undoes that.", who=who))
    return redirect(_url("plans.review"), 303)


@views.post("/draft/discard")
@does("plan.discard")
def discard(clinic_id: int, patient_id: int) -> Any:
    """Throw the draft away."""
    try:
        draft_records.discard(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            form_version=form_version(),
        )
    except draft_records.Stale:
        return _overtaken_at_signing()
    auth.tell(said("The draft plan for {patient} is discarded.", patient=g.patient.title))
    return redirect(_url("patients.show"), 303)


@views.get("/versions/<int:version_id>")
@does("plan.read")
def show(clinic_id: int, patient_id: int, version_id: int) -> str:
    """Show a signed version: its code, its steps three ways, and what was signed around it."""
    signed = plan_chart.signed_version(clinic_id, version_id)
    if signed is None or signed.patient_id not in record_ids(clinic_id, patient_id):
        abort(404)
    lines = plan_chart.version_lines(clinic_id, patient_id)
    course = course_of(clinic_id, patient_id)
    return render_template(
        "plans/show.html",
        signed=signed,
        version=signed.version,
        line=next(line for line in lines if line.id == version_id),
        lines=lines,
        tables=sentences.review_tables(signed.version),
        spoken=[
            (step, sentences.step_sentences(signed.version, step)) for step in signed.version.steps
        ],
        svg=plan_review.picture_of(signed.version),
        stands=plan_review.stands(signed, course),
        state=state_sentence(course, today()) if course.version_id == version_id else "",
        **plan_review.shown(signed, catalogue()),
    )
