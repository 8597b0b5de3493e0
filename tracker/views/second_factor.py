"""The second step of signing in: giving the second factor, or setting it up for the first time.

Whoever comes here has typed the right password and may see nothing else yet.
"""

from __future__ import annotations

from flask import Blueprint, abort, g, jsonify, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker import auth, factors, passkeys
from tracker.charts import factors as chart
from tracker.forms.session import CodeForm
from tracker.languages import said
from tracker.models import utc_now
from tracker.policy import does
from tracker.records import factors as records
from tracker.records import sessions as session_records
from tracker.views.onward import back_to, onward, to_next

views = Blueprint("second", __name__, url_prefix="/sign-in")

Answer = str | Response | tuple[str, int]
WRONG = said(
    "This code is not right, was used before, or has just changed. Type the one that is shown now."
)
WRONG_PASSKEY = said("The passkey was not accepted. Try again, or type a code.")


@views.get("/second-factor")
@does("open.second")
def show() -> Answer:
    """Ask for the second factor."""
    if g.half is None:
        return redirect(to_next("session.sign_in"))
    held = chart.held_by(_me())
    if not held.any:
        return redirect(to_next("second.set_up"))
    return _page(CodeForm(formdata=None))


@views.post("/second-factor")
@does("open.second")
def give() -> Answer:
    """Take a code, and make the session whole."""
    if g.half is None:
        return redirect(to_next("session.sign_in"), 303)
    form = CodeForm()
    if not form.validate():
        return _page(form), 422
    refuse_if_throttled(g.half)
    how = auth.accepts_code(g.half, form.code.data or "")
    if how is None:
        auth.count_factor_failure(g.half, address())
        form.code.errors = [WRONG]
        return _page(form), 422
    return _whole(redirect(back_to(_me()), 303), how)


@views.post("/second-factor/options")
@does("open.second")
def options() -> Response:
    """Say what the person's passkey must sign."""
    return sign_options(_half())


@views.post("/second-factor/passkey")
@does("open.second")
def give_passkey() -> Response | tuple[Response, int]:
    """Take what the passkey signed, and make the session whole."""
    refuse_if_throttled(_half())
    if not accepts_passkey(g.half):
        auth.count_factor_failure(g.half, address())
        return jsonify(sentence=WRONG_PASSKEY), 422
    return _whole(jsonify(next=back_to(_me())), "passkey")


@views.post("/leave")
@does("open.second")
def leave() -> Response:
    """Give up half way, so that somebody else can sign in."""
    if g.half is not None:
        auth.end_session(g.half.token_hash)
    auth.fresh_forms()
    response = redirect(to_next("session.sign_in"), 303)
    auth.drop_cookie(response)
    return response


@views.get("/set-up")
@does("open.second")
def set_up() -> Answer:
    """Show a new secret for an authenticator app, as a picture and as text."""
    if g.half is None:
        return redirect(to_next("session.sign_in"))
    if chart.held_by(_me()).any:
        return redirect(to_next("second.show"))
    return render_template("second/set_up.html", **new_app(g.half), form=CodeForm(formdata=None))


@views.post("/set-up")
@does("open.second")
def do_set_up() -> Answer:
    """Confirm the authenticator with its first code; show the recovery codes, this once."""
    if g.half is None or chart.held_by(_me()).any:
        return redirect(to_next("session.sign_in"), 303)
    form = CodeForm()
    refuse_if_throttled(g.half)
    if not add_app(g.half, form):
        again = new_app(g.half, request.form.get("sealed", ""))
        return render_template("second/set_up.html", **again, form=form), 422
    codes = make_codes(g.half)
    token = auth.make_whole(g.half, address(), "authenticator app")
    auth.fresh_forms()
    response = make_response(render_template("second/codes.html", codes=codes, onward=onward()))
    auth.give_cookie(response, token)
    return response


@views.post("/set-up/options")
@does("open.second")
def set_up_options() -> Response:
    """Say what a new passkey must sign."""
    if chart.held_by(_half().actor.staff_id or 0).any:
        abort(403)
    return create_options(g.half)


@views.post("/set-up/passkey")
@does("open.second")
def set_up_passkey() -> Response | tuple[Response, int]:
    """Keep the new passkey, make the session whole, and go on to the recovery codes."""
    if chart.held_by(_half().actor.staff_id or 0).any:
        abort(403)
    if not add_passkey(g.half):
        return jsonify(sentence=WRONG_PASSKEY), 422
    return _whole(jsonify(next=to_next("factors.codes")), "passkey")


# ---- shared with one's own account, where the session is whole already


def address() -> str:
    """Give the address that the request came from."""
    return request.remote_addr or "unknown"


def place() -> passkeys.Place:
    """Give the host and the origin that a passkey is bound to."""
    return passkeys.Place(request.host.split(":")[0], f"{request.scheme}://{request.host}")


def refuse_if_throttled(who: auth.SignedIn) -> None:
    """Answer 429 when too many factors were wrong lately."""
    if auth.throttled(who.username, address(), factor=True):
        abort(429)


def new_app(who: auth.SignedIn, sealed: str = "") -> dict[str, object]:
    """Give what the page of a new authenticator shows; `sealed` shows the same secret again.

    The secret travels in the form, sealed for this person, so that looking changes nothing.
    """
    owner = who.actor.staff_id or 0
    try:
        secret = factors.unseal(sealed, owner=owner) if sealed else factors.new_secret()
    except factors.Unreadable:
        sealed, secret = "", factors.new_secret()
    return {
        "sealed": sealed or factors.seal(secret, owner=owner),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": Markup(factors.picture_of(factors.address_of(secret, who.username))),
    }


def add_app(who: auth.SignedIn, form: CodeForm) -> bool:
    """Keep an authenticator whose first code is right; else put the sentence into the form."""
    if not form.validate():
        return False
    owner = who.actor.staff_id or 0
    try:
        secret = factors.unseal(request.form.get("sealed", ""), owner=owner)
    except factors.Unreadable:
        form.code.errors = [said("This page was made anew. Scan the picture again.")]
        return False
    step = factors.step_of(secret, form.code.data or "", utc_now())
    if step is None:
        auth.count_factor_failure(who, address())
        form.code.errors = [WRONG]
        return False
    records.add_authenticator(by=who.actor, secret=request.form["sealed"], step=step)
    return True


def make_codes(who: auth.SignedIn) -> tuple[str, ...]:
    """Make a person's recovery codes and give them, to be shown once."""
    codes = factors.new_codes()
    records.new_codes(by=who.actor, hashed=factors.hashed_codes(codes, auth.hasher()))
    return codes


def sign_options(who: auth.SignedIn) -> Response:
    """Ask one of the person's passkeys to sign; 404 when they have none."""
    held = chart.held_by(who.actor.staff_id or 0)
    if not held.passkeys:
        abort(404)
    challenge = _new_challenge(who)
    known = [key.credential_id for key in held.passkeys]
    return _json(passkeys.to_sign(challenge, place(), known=known))


def accepts_passkey(who: auth.SignedIn) -> bool:
    """Tell whether the form holds what one of the person's passkeys signed just now."""
    answer = request.form.get("credential", "")
    challenge = session_records.take_challenge(token_hash=who.token_hash)
    try:
        key = chart.passkey_of(who.actor.staff_id or 0, passkeys.credential_id_of(answer))
        if key is None or challenge is None:
            return False
        known = passkeys.NewKey(key.credential_id, key.public_key, key.sign_count)
        count = passkeys.signed(answer, challenge, place(), known)
    except passkeys.NotGood:
        return False
    records.use_passkey(passkey_id=key.id, sign_count=count)
    return True


def create_options(who: auth.SignedIn) -> Response:
    """Ask for a new passkey."""
    held = chart.held_by(who.actor.staff_id or 0)
    return _json(
        passkeys.to_create(
            _new_challenge(who),
            place(),
            owner=who.actor.staff_id or 0,
            username=who.username,
            name=who.actor.name,
            known=[key.credential_id for key in held.passkeys],
        )
    )


def add_passkey(who: auth.SignedIn) -> bool:
    """Keep a new passkey, when the form holds what was asked for."""
    challenge = session_records.take_challenge(token_hash=who.token_hash)
    if challenge is None:
        return False
    try:
        key = passkeys.created(request.form.get("credential", ""), challenge, place())
    except passkeys.NotGood:
        return False
    name = " ".join(request.form.get("name", "").split())[:60]
    records.add_passkey(
        by=who.actor,
        name=name or "Passkey",
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
    )
    return True


def _new_challenge(who: auth.SignedIn) -> str:
    challenge = passkeys.new_challenge()
    session_records.note(token_hash=who.token_hash, challenge=challenge)
    return challenge


def _json(text: str) -> Response:
    return Response(text, content_type="application/json")


def _half() -> auth.SignedIn:
    found: auth.SignedIn | None = g.half
    return found or abort(401)


def _me() -> int:
    return g.half.actor.staff_id or 0


def _page(form: CodeForm) -> str:
    return render_template(
        "second/show.html", form=form, held=chart.held_by(_me()), who=g.half.actor.name
    )


def _whole(response: Response, how: str) -> Response:
    token = auth.make_whole(g.half, address(), how)
    auth.fresh_forms()
    auth.give_cookie(response, token)
    return response
