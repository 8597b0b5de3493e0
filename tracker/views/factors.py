"""One's own second factors and sessions, on the account pages.

Changing a second factor is a dangerous act in wrong hands: the guard asks for a fresh session.
"""

from __future__ import annotations

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import factors as chart
from tracker.forms.session import CodeForm, PasskeyForm
from tracker.languages import said
from tracker.policy import does
from tracker.records import factors as records
from tracker.records import sessions as session_records
from tracker.records.factors import LastFactor
from tracker.views import second_factor as second
from tracker.views.onward import onward

views = Blueprint("factors", __name__, url_prefix="/account")

Answer = str | Response | tuple[str, int]
LAST = said("This is your only second factor. Add another one first.")


@views.get("/second-factor")
@does("self.factors")
def show() -> str:
    """Show one's own second factors, with all that can be changed."""
    return _page()


@views.get("/second-factor/app")
@does("self.factors")
def app() -> str:
    """Show a new secret for an authenticator app."""
    return render_template(
        "second/app.html", **second.new_app(g.signed_in), form=CodeForm(formdata=None)
    )


@views.post("/second-factor/app")
@does("self.factors")
def set_app() -> Answer:
    """Take a new authenticator app in place of the one before."""
    form = CodeForm()
    second.refuse_if_throttled(g.signed_in)
    if not second.add_app(g.signed_in, form):
        again = second.new_app(g.signed_in, request.form.get("sealed", ""))
        return render_template("second/app.html", **again, form=form), 422
    return _done(said("Your new authenticator app is set up. Codes of an app before are void."))


@views.post("/second-factor/app/remove")
@does("self.factors")
def remove_app() -> Answer:
    """Take the authenticator app away."""
    try:
        records.remove_authenticator(by=g.signed_in.actor)
    except LastFactor:
        return _page(problem=("remove-app", LAST)), 422
    return _done(said("The authenticator app is removed."))


@views.post("/second-factor/passkeys/options")
@does("self.factors")
def passkey_options() -> Response:
    """Say what a new passkey must sign."""
    return second.create_options(g.signed_in)


@views.post("/second-factor/passkeys")
@does("self.factors")
def add_passkey() -> Response | tuple[Response, int]:
    """Keep a new passkey."""
    if not second.add_passkey(g.signed_in):
        return jsonify(sentence=second.WRONG_PASSKEY), 422
    auth.tell(said("The passkey is added."))
    return jsonify(next=url_for("factors.show"))


@views.post("/second-factor/passkeys/<int:passkey_id>/remove")
@does("self.factors")
def remove_passkey(passkey_id: int) -> Answer:
    """Take one passkey away."""
    try:
        records.remove_passkey(by=g.signed_in.actor, passkey_id=passkey_id)
    except NoResultFound:
        abort(404)
    except LastFactor:
        return _page(problem=(f"remove-{passkey_id}", LAST)), 422
    return _done(said("The passkey is removed."))


@views.get("/second-factor/codes")
@does("self.factors")
def codes() -> str:
    """Offer to make recovery codes."""
    held = chart.held_by(g.signed_in.actor.staff_id)
    return render_template("second/offer_codes.html", held=held, onward=onward())


@views.post("/second-factor/codes")
@does("self.factors")
def make_codes() -> str:
    """Make new recovery codes and show them, this once."""
    return render_template(
        "second/codes.html", codes=second.make_codes(g.signed_in), onward=onward()
    )


@views.post("/sessions/end")
@does("self.sessions")
def end_sessions() -> Response:
    """End one of one's other sessions, or all of them."""
    session_records.end_others(
        by=g.signed_in.actor,
        keep=g.signed_in.token_hash,
        only=request.form.get("session", ""),
    )
    auth.tell(
        said("The session is ended.") if request.form.get("session") else said("They are ended.")
    )
    return redirect(url_for("session.account"), 303)


def _page(problem: tuple[str, str] | None = None) -> str:
    return render_template(
        "second/account.html",
        held=chart.held_by(g.signed_in.actor.staff_id),
        passkey=PasskeyForm(formdata=None),
        problem=problem,
        problems=[problem] if problem else [],
        required=auth.second_factor_required(),
    )


def _done(message: str) -> Response:
    auth.tell(message)
    return redirect(url_for("factors.show"), 303)
