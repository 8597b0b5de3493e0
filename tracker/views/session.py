"""Sign-in, sign-out, one's own account, the choice of clinic, and whether the server is alive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import factors as factor_chart
from tracker.charts import sessions as session_chart
from tracker.forms.session import PasswordForm, SignInForm, UnlockForm
from tracker.languages import said
from tracker.models import Clinic, Staff, db, utc_now
from tracker.policy import Role, can, does
from tracker.records import sessions as session_records
from tracker.records import staff as staff_records
from tracker.views.onward import back_to, to_next

views = Blueprint("session", __name__)

REFUSED = said("User name and password do not match, or the account is not active.")


@views.get("/sign-in")
@does("open.sign_in")
def sign_in() -> str | Response:
    """Show the sign-in page; a person who is already signed in, or half so, goes on."""
    if g.signed_in:
        return redirect(back_to(g.signed_in.actor.staff_id))
    if g.half:
        return redirect(to_next("second.show"))
    if g.locked and not request.args.get("another"):
        return render_template(
            "session/unlock.html", form=UnlockForm(formdata=None), who=g.locked.actor.name
        )
    return render_template("session/sign_in.html", form=SignInForm(formdata=None))


@views.post("/sign-in")
@does("open.sign_in")
def do_sign_in() -> str | Response | tuple[str, int]:
    """Sign in, or say what all failures say."""
    form = SignInForm()
    if not form.validate():
        return render_template("session/sign_in.html", form=form), 422
    username, password = form.username.data or "", form.password.data or ""
    address = request.remote_addr or "unknown"
    if auth.throttled(username, address):
        abort(429)
    signed_in = auth.sign_in(username, password, address)
    if signed_in is None:
        form.password.errors = [REFUSED]
        return render_template("session/sign_in.html", form=form), 422
    if g.locked:  # another person, or the same one from the start
        auth.end_session(g.locked.token_hash)
    auth.fresh_forms()
    half = auth.second_factor_required()
    response = redirect(to_next("second.show") if half else back_to(signed_in[1].id), 303)
    auth.give_cookie(response, signed_in[0])
    return response


@views.post("/sign-out")
@does("self.sign_out")
def sign_out() -> Response:
    """End this session on the server, and take the cookie away."""
    session_records.sign_out(by=g.signed_in.actor, token_hash=g.signed_in.token_hash)
    auth.fresh_forms()
    response = redirect(url_for("session.sign_in"), 303)
    auth.drop_cookie(response)
    return response


@views.post("/stay")
@does("self.stay")
def stay() -> tuple[str, int]:
    """Stay signed in: the guard has noted that the person is at work."""
    return "", 204


@views.get("/")
@does("self.home")
def home() -> str | Response:
    """Go to the person's clinic, or let them choose among several."""
    clinics = _clinics()
    if len(clinics) == 1:
        return redirect(_first_page(clinics[0].id))
    return render_template(
        "session/home.html", clinics=[(c.name, _first_page(c.id)) for c in clinics]
    )


def _clinics() -> list[Any]:
    """List the person's clinics, id and name, by name."""
    return list(
        db.session.execute(
            select(Clinic.id, Clinic.name)
            .where(Clinic.id.in_(g.signed_in.actor.clinics))
            .order_by(Clinic.name)
        )
    )


def _first_page(clinic_id: int) -> str:
    roles = g.signed_in.actor.roles_at(clinic_id)
    endpoint = "staff.index" if roles == {Role.ADMIN} else "today.show"
    return url_for(endpoint, clinic_id=clinic_id)


@views.get("/account")
@does("self.account")
def account() -> str:
    """Show one's own account: the way in, and the open sessions."""
    me = g.signed_in.actor.staff_id
    since = utc_now() - current_app.config["SIGN_IN_LIFETIME"]
    return render_template(
        "session/account.html",
        username=g.signed_in.username,
        held=factor_chart.held_by(me),
        required=auth.second_factor_required(),
        readable=[one for one in _clinics() if can(g.signed_in.actor, "token.look", one.id)],
        sessions=session_chart.open_sessions(me, g.signed_in.token_hash, since),
    )


@views.get("/account/password")
@does("self.password")
def password() -> str:
    """Show the form for a new password; a one-time password leads here."""
    return render_template("session/password.html", form=PasswordForm(formdata=None))


@views.post("/account/password")
@does("self.password")
def change_password() -> str | Response | tuple[str, int]:
    """Change one's own password."""
    form = PasswordForm()
    staff = db.session.get_one(Staff, g.signed_in.actor.staff_id)
    if form.validate():
        new = form.new.data or ""
        why = auth.why_not_password(new, staff.username)
        if not auth.matches(staff, form.present.data or ""):
            form.present.errors = [said("This is not your present password.")]
        elif why:
            form.new.errors = [why]
        elif new != form.again.data:
            form.again.errors = [said("The two new passwords differ.")]
        elif new == form.present.data:
            form.new.errors = [said("Choose a password that differs from the present one.")]
        else:
            staff_records.change_own_password(
                by=g.signed_in.actor,
                password_hash=auth.hasher().hash(new),
                keep_session=g.signed_in.token_hash,
            )
            auth.tell(said("Your password is changed. Your other sessions have ended."))
            return redirect(url_for("session.home"), 303)
    return render_template("session/password.html", form=form), 422
