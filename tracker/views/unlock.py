"""Locking a screen that was left, unlocking it, and giving back what was typed on it."""

from __future__ import annotations

import json

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tracker import auth, dates
from tracker.charts import kept as chart
from tracker.charts import patient_of
from tracker.forms.session import UnlockForm
from tracker.languages import said, say
from tracker.models import Staff, db, utc_now
from tracker.policy import ACTS, does
from tracker.records import kept as records
from tracker.views.onward import back_to
from tracker.views.second_factor import address

views = Blueprint("unlock", __name__)

Answer = str | Response | tuple[str, int]
LONGEST_PATH = 500
MOST_FIELDS = 5_000


@views.post("/lock")
@does("open.lock")
def lock() -> tuple[str, int]:
    """Lock the session, and keep what was typed on the page that the browser has cleared."""
    who: auth.SignedIn | None = g.signed_in or g.locked
    if who is None:
        abort(401)
    path, body = request.form.get("path", ""), request.form.get("body", "")
    if path.startswith("/") and len(path) <= LONGEST_PATH and _is_a_page(body):
        records.keep(
            staff_id=who.actor.staff_id or 0, path=path, body=body, replace=g.locked is None
        )
    auth.lock(who)
    return "", 204


def _is_a_page(body: str) -> bool:
    """Tell whether this is what static/idle.js sends; it comes back to the same script alone."""
    try:
        read = json.loads(body)
    except ValueError:
        return False
    fields = read.get("fields") if isinstance(read, dict) else None
    return isinstance(fields, list) and len(fields) <= MOST_FIELDS


@views.post("/sign-in/unlock")
@does("open.lock")
def unlock() -> Answer:
    """Unlock the session with the password; the second factor was given on this browser."""
    if g.locked is None:
        return redirect(url_for("session.sign_in", next=request.args.get("next")), 303)
    form = UnlockForm()
    if form.validate():
        if auth.throttled(g.locked.username, address()):
            abort(429)
        staff = db.session.get_one(Staff, g.locked.actor.staff_id)
        if auth.matches(staff, form.password.data or ""):
            token = auth.unlock(g.locked)
            auth.fresh_forms()
            response = redirect(back_to(g.locked.actor.staff_id), 303)
            auth.give_cookie(response, token)
            return response
        auth.count_failure(g.locked.username, address())
        form.password.errors = [
            said("This is not the password of {name}.", name=g.locked.actor.name)
        ]
    return render_template("session/unlock.html", form=form, who=g.locked.actor.name), 422


@views.post("/kept-page")
@does("self.kept")
def kept_page() -> Response:
    """Give a page's script what was typed there before the lock, once."""
    body = records.take_page(staff_id=g.signed_in.actor.staff_id, path=request.form.get("path", ""))
    return Response(body or "{}", content_type="application/json")


@views.get("/kept/<int:kept_id>")
@does("self.kept")
def kept(kept_id: int) -> str:
    """Show a form that was sent too late, ready to be sent again."""
    row = chart.form_kept(
        g.signed_in.actor.staff_id, kept_id, utc_now() - records.KEPT_FOR
    ) or abort(404)
    fields: list[tuple[str, str]] = [(name, value) for name, value in json.loads(row.body)]
    return render_template(
        "session/kept.html",
        kept_id=kept_id,
        address=row.address,
        fields=fields,
        does=said(ACTS[row.act].does),
        about=_about(row.path),
    )


@views.post("/kept/<int:kept_id>/discard")
@does("self.kept")
def discard(kept_id: int) -> Response:
    """Throw a kept form away."""
    records.forget(staff_id=g.signed_in.actor.staff_id, kept_id=kept_id)
    auth.tell(said("The form is thrown away. Nothing was saved."))
    return redirect(url_for("session.home"), 303)


def keep_sent(who: auth.SignedIn, act: str) -> int:
    """Keep the form that this request sent, without its passwords and its token."""
    fields = [
        (name, value)
        for name, value in MultiDict(request.form).items(multi=True)
        if name not in ("csrf_token", "kept_id") and "password" not in name
    ]
    return records.keep(
        staff_id=who.actor.staff_id or 0,
        path=request.path,
        address=request.full_path.rstrip("?"),
        act=act,
        body=json.dumps(fields, ensure_ascii=False),
    )


def _about(path: str) -> str:
    """Say whose record an address is about, if the person may know."""
    try:
        _, values = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return ""
    clinic_id, patient_id = values.get("clinic_id"), values.get("patient_id")
    if patient_id is None or clinic_id is None or not g.signed_in.actor.roles_at(clinic_id):
        return ""
    head = patient_of(clinic_id, patient_id)
    return (
        say("{name}, born {born}", name=head.title, born=dates.born(head.birth_date))
        if head
        else ""
    )
