"""The guard: every request passes here before its view, once and centrally.

It finds the view's act, the person, the clinic and the patient, checks the form token, and writes
the read log. A view without an act is 403 for everyone; another clinic's patient is 404.
"""

from __future__ import annotations

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response
from wtforms import ValidationError

from tracker import auth, bilingual, charts, form_cookie
from tracker.charts import emergencies, reading
from tracker.models import Clinic, db
from tracker.policy import Act, Touch, can, does
from tracker.records import acts, kept, refusals
from tracker.records.sessions import home
from tracker.views import presence, tokens, unlock

csrf = CSRFProtect()
POLLED = ("session.state", "today.changes")  # asked by pages alone: they keep no session alive


def install(app: Flask) -> None:
    """Put the guard before every view; the static files are open to anyone."""
    csrf.init_app(app)
    does("open.static")(app.view_functions["static"])
    app.before_request(check)
    app.after_request(sent_again)
    app.after_request(refused)


# What is done to a plan, its paper and its course is done to the record that was kept.
_OF_THE_KEPT = (
    "plan.", "handout.", "sheet.", "hold_slip.", "step.", "course.", "away.", "supply.", "call.",
)  # fmt: skip


def check() -> Response | None:
    """Let the request through, or answer for the view: sign in, 403, 404, or 400."""
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such address: Flask answers 404
    act: Act | None = getattr(current_app.view_functions[endpoint], "act", None)
    if act is None:
        abort(403)
    g.act = act
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _check_form_token()
    if act.name == "open.static":
        return None
    form_cookie.sign_once()
    found = _behind(act)
    bilingual.listen_to(found.language if found else None)
    signed_in = found if found and found.stage is auth.Stage.WHOLE else None
    g.signed_in = signed_in
    g.half = found if found and found.stage is auth.Stage.HALF else None
    g.locked = found if found and found.stage is auth.Stage.LOCKED else None
    if act.touch is Touch.OPEN:
        return None
    if signed_in is None:
        return _to_sign_in(found)
    by_itself = endpoint in POLLED or bool(request.authorization)
    if not by_itself:
        auth.seen(signed_in)
    if signed_in.must_change_password and not act.name.startswith("self."):
        return redirect(url_for("session.password"))
    elsewhere = _check_clinic(act, signed_in) or _check_freshness(act)
    if elsewhere is None and not by_itself:
        presence.note()
    reading.begin()
    return elsewhere


def _behind(act: Act) -> auth.SignedIn | None:
    """Give who asks: by their session, or where programs read, by the key that they sent."""
    if request.authorization is None or not act.name.startswith("fhir."):
        return auth.who()
    found = tokens.by_bearer(request.authorization.token or "")
    if found is None:
        abort(401)
    return found


def sent_again(response: Response) -> Response:
    """Forget a kept form once it was sent again and answered; not when the server failed."""
    signed_in = g.get("signed_in")
    if request.method != "POST" or signed_in is None or response.status_code >= 500:
        return response
    kept_id = request.form.get("kept_id", "")
    if kept_id.isascii() and kept_id.isdigit() and len(kept_id) < 17:
        kept.forget(staff_id=signed_in.actor.staff_id, kept_id=int(kept_id))
    return response


def refused(response: Response) -> Response:
    """Record that a signed-in person was refused; what cannot be written stays refused."""
    signed_in = g.get("signed_in")
    if response.status_code not in (403, 404) or signed_in is None:
        return response
    db.session.rollback()
    values = request.view_args or {}
    actor = signed_in.actor
    clinic_id, patient_id = values.get("clinic_id"), None
    if clinic_id is None or db.session.get(Clinic, clinic_id) is None:
        clinic_id = home(actor)
    elif "patient_id" in values:
        head = charts.patient_of(clinic_id, values["patient_id"])
        patient_id = head.id if head else None
    try:
        refusals.refused(
            by=actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            act_name=g.act.name,
            found=response.status_code == 403,
        )
    except DBAPIError:
        db.session.rollback()
        current_app.logger.error("a refusal could not be written")
    return response


def _check_form_token() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError as failure:
        raise CSRFError(str(failure)) from failure


def _to_sign_in(found: auth.SignedIn | None) -> Response:
    """Send to sign-in; where the password was already right, to what comes after it."""
    if request.headers.get("X-Requested-By") == "script" or g.act.name.startswith("fhir."):
        abort(401)  # no person is there to be led to a page
    late = found if found and not g.half else None
    way = "second.show" if g.half else "session.sign_in"
    return redirect(url_for(way, next=_back_here(late)))


def _back_here(who: auth.SignedIn | None) -> str | None:
    """Give the address to come back to; a form that a known person sent is kept on the way."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    if who is None or g.act.name.startswith("self.") or not request.form:
        return None
    return url_for("unlock.kept", kept_id=unlock.keep_sent(who, g.act.name))


def _check_emergency(act: Act, access_id: int) -> None:
    """Find the emergency access behind an address: the person's own, from this clinic, and open.

    Anything else is 404, like every record of another clinic. The line in the read log of the
    patient's clinic is written before the page is made.
    """
    actor = g.signed_in.actor
    if not can(actor, act.name, g.clinic.id):
        abort(403)
    g.emergency = emergencies.grant(actor.staff_id, g.clinic.id, access_id)
    if g.emergency is None:
        abort(404)
    acts.log_read(
        by=actor,
        clinic_id=g.emergency.clinic_id,
        patient_id=g.emergency.patient_id,
        act_name="emergency.page",
    )


def _check_freshness(act: Act) -> Response | None:
    """Send a person who signed in a while ago to show who they are, before a dangerous act."""
    if not act.fresh or g.signed_in.is_fresh:
        return None
    if request.headers.get("X-Requested-By") == "script":
        abort(401)
    return redirect(url_for("confirm.show", next=_back_here(g.signed_in)), 303)


def _check_clinic(act: Act, signed_in: auth.SignedIn) -> Response | None:
    values = request.view_args or {}
    clinic_id = values.get("clinic_id")
    actor = signed_in.actor
    if clinic_id is None:
        if not any(act.roles & roles for roles in actor.clinics.values()):
            abort(403)
        return None
    if clinic_id not in signed_in.clinics:
        abort(404)
    g.clinic = signed_in.clinics[clinic_id]
    if "access_id" in values:
        _check_emergency(act, values["access_id"])
        return None
    patient_id = values.get("patient_id")
    if patient_id is not None:
        g.patient = charts.patient_of(clinic_id, patient_id)
        if g.patient is None:
            abort(404)
    if not can(actor, act.name, clinic_id):
        abort(403)
    if patient_id is None:
        return None
    if request.method == "GET":
        acts.log_read(by=actor, clinic_id=clinic_id, patient_id=patient_id, act_name=act.name)
    if g.patient.merged_into_id and act.name.startswith(_OF_THE_KEPT):
        # The plan and the paper are those of the record that was kept.
        kept = g.patient.merged_into_id
        return redirect(url_for("patients.show", clinic_id=clinic_id, patient_id=kept), 303)
    return None
