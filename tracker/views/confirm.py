"""Showing again who one is, before an act that is dangerous in wrong hands."""

from __future__ import annotations

from flask import Blueprint, abort, g, jsonify, redirect, render_template
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import factors as chart
from tracker.forms.session import ConfirmForm
from tracker.languages import said
from tracker.models import Staff, db
from tracker.policy import does
from tracker.views import second_factor as second
from tracker.views.onward import onward

views = Blueprint("confirm", __name__, url_prefix="/account/confirm")

Answer = str | Response | tuple[str, int]
NO_CODE = said("Type the code that your authenticator app shows now, or a recovery code.")


@views.get("")
@does("self.confirm")
def show() -> str:
    """Ask for the password and the second factor."""
    return _page(ConfirmForm(formdata=None))


@views.post("")
@does("self.confirm")
def give() -> Answer:
    """Take the password and a code."""
    form = ConfirmForm()
    if form.validate() and _password_is_right(form) and _code_is_right(form):
        return _fresh(redirect(onward(), 303))
    return _page(form), 422


@views.post("/options")
@does("self.confirm")
def options() -> Response:
    """Say what the person's passkey must sign."""
    return second.sign_options(g.signed_in)


@views.post("/passkey")
@does("self.confirm")
def give_passkey() -> Response | tuple[Response, int]:
    """Take the password and what the passkey signed."""
    form = ConfirmForm()
    if not (form.validate() and _password_is_right(form)):
        return jsonify(sentence=form.password.errors[0]), 422
    if not second.accepts_passkey(g.signed_in):
        auth.count_factor_failure(g.signed_in, second.address())
        return jsonify(sentence=second.WRONG_PASSKEY), 422
    return _fresh(jsonify(next=onward()))


def _password_is_right(form: ConfirmForm) -> bool:
    staff = db.session.get_one(Staff, g.signed_in.actor.staff_id)
    if auth.throttled(staff.username, second.address(), factor=True):
        abort(429)
    if auth.matches(staff, form.password.data or ""):
        return True
    auth.count_failure(staff.username, second.address())
    form.password.errors = [said("This is not your password.")]
    return False


def _code_is_right(form: ConfirmForm) -> bool:
    if not auth.second_factor_required():
        return True
    if not (form.code.data or "").strip():
        form.code.errors = [NO_CODE]
        return False
    if auth.accepts_code(g.signed_in, form.code.data or ""):
        return True
    auth.count_factor_failure(g.signed_in, second.address())
    form.code.errors = [second.WRONG]
    return False


def _page(form: ConfirmForm) -> str:
    return render_template(
        "second/confirm.html",
        form=form,
        held=chart.held_by(g.signed_in.actor.staff_id),
        required=auth.second_factor_required(),
    )


def _fresh(response: Response) -> Response:
    token = auth.confirm(g.signed_in)
    auth.fresh_forms()
    auth.give_cookie(response, token)
    return response
