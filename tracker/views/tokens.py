"""One's own calendar addresses and programs' keys for a clinic; and who is behind a key."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import sessions as session_chart
from tracker.charts import tokens as chart
from tracker.languages import counted, said
from tracker.models import Staff, db, utc_now
from tracker.policy import Actor, does
from tracker.records import tokens as records
from tracker.records.acts import Conflict

views = Blueprint("tokens", __name__, url_prefix="/c/<int:clinic_id>/programs")

DAYS = tuple((str(n), counted("{n} day", "{n} days", n)) for n in (1, 7, 30, 90))
LONGEST = 100


def by_bearer(token: str) -> auth.SignedIn | None:
    """Give the person for whom a program asks, at the one clinic of its key; None for no key."""
    found = chart.behind(token, "fhir", utc_now())
    staff = db.session.get(Staff, found.staff_id) if found else None
    if found is None or staff is None or staff.must_change_password:
        return None
    held = session_chart.memberships(staff.id).get(found.clinic_id)
    here = found.clinic_id
    return auth.SignedIn(
        actor=Actor(staff.id, staff.name, {here: held.roles} if held else {}),
        clinics={here: held.clinic} if held else {},
        username=staff.username,
        token_hash="",
        must_change_password=False,
        last_seen_at=utc_now(),
        proved_at=None,
        stage=auth.Stage.WHOLE,
    )


@views.get("")
@does("token.look")
def index(clinic_id: int) -> str:
    """Show what reads for this person, and how to let one more."""
    return _page()


def _page(problem: tuple[str, str] | None = None, made: str = "", kind: str = "") -> str:
    return render_template(
        "tokens/index.html",
        tokens=chart.own(g.clinic.id, g.signed_in.actor.staff_id, utc_now()),
        days=DAYS,
        problem=dict([problem] if problem else []),
        problems=[problem] if problem else [],
        typed=request.form,
        made=made,
        kind=kind,
        kinds=records.KINDS,
    )


@views.post("")
@does("token.make")
def make(clinic_id: int) -> str | tuple[str, int]:
    """Make a token and show it, this once."""
    kind, words = request.form.get("kind", ""), request.form.get("words", "").strip()
    days = request.form.get("days", "")
    if kind not in records.KINDS:
        return _page(("calendar-words", said("Choose what to make."))), 422
    if not words or len(words) > LONGEST:
        return _page(
            (
                f"{kind}-words",
                said("Type which program it is for: 1 to {longest} letters.", longest=LONGEST),
            )
        ), 422
    if kind == "fhir" and days not in dict(DAYS):
        return _page(("days", said("Choose how long it counts."))), 422
    token = records.make(
        by=g.signed_in.actor, clinic_id=clinic_id, kind=kind, words=words,
        days=int(days) if kind == "fhir" else None,
    )  # fmt: skip
    address = url_for("feeds.show", token=token, _external=True)
    return _page(made=address if kind == "calendar" else token, kind=kind)


@views.post("/<int:token_id>/end")
@does("token.end")
def end(clinic_id: int, token_id: int) -> Response:
    """End a token: what reads with it finds nothing from now on."""
    try:
        records.end(by=g.signed_in.actor, clinic_id=clinic_id, token_id=token_id)
        auth.tell(said("It is ended. What read with it finds nothing from now on."))
    except Conflict:
        auth.tell(said("It had ended already."))
    return redirect(url_for("tokens.index", clinic_id=clinic_id), 303)
