"""The staff of a clinic: adding people, their roles, their cover, and their way in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from tracker import auth, dates
from tracker.charts import factors as factor_chart
from tracker.charts import staff as chart
from tracker.charts.staff import Member
from tracker.charts.today import past_due
from tracker.forms.staff import (
    AddForm,
    Cover,
    CoverForm,
    ReassignForm,
    ResetFactorForm,
    ResetForm,
    RolesForm,
    held,
)
from tracker.languages import big, counted, joined, said
from tracker.models import Staff, db
from tracker.page import moment, today
from tracker.policy import Role, does
from tracker.records import factors as factor_records
from tracker.records import reassigning
from tracker.records import staff as records
from tracker.records.acts import Conflict
from tracker.records.staff import LastAdministrator, UsernameTaken, role_words
from tracker.views import conflicts

views = Blueprint("staff", __name__, url_prefix="/c/<int:clinic_id>/staff")

# No letter or digit that is heard or read as another: the password is told by phone.
_SPELLED = "abcdefghjkmnpqrstuvwxyz23456789"
Answer = str | Response | tuple[str, int]


@views.get("")
@does("staff.look")
def index(clinic_id: int) -> str:
    """List everyone at the clinic."""
    everyone = chart.members(clinic_id)
    return render_template(
        "staff/index.html",
        present=[m for m in everyone if m.roles],
        left=[m for m in everyone if not m.roles],
        words=role_words,
        late=len(past_due(clinic_id, today())),
    )


@views.get("/add")
@does("staff.add")
def add(clinic_id: int) -> str:
    """Show the form for a new member of staff."""
    return render_template("staff/add.html", form=AddForm(formdata=None))


@views.post("/add")
@does("staff.add")
def do_add(clinic_id: int) -> Answer:
    """Add a person, and show their one-time password, this once."""
    form = AddForm()
    if form.validate() and _is_own(form):
        password = _new_password()
        try:
            staff_id = records.add(
                by=g.signed_in.actor,
                clinic_id=clinic_id,
                username=form.username.data or "",
                name=(form.name.data or "").strip(),
                roles=held(form),
                password_hash=auth.hasher().hash(password),
            )
        except UsernameTaken as taken:
            form.username.errors = [said("{taken} Type another user name.", taken=str(taken))]
        else:
            member = _the_member(staff_id)
            return _one_time(member, password, said("{name} is added.", name=member.name))
    return render_template("staff/add.html", form=form), 422


@views.get("/<int:staff_id>")
@does("staff.look")
def show(clinic_id: int, staff_id: int) -> str:
    """Show one member of staff, with all that can be changed."""
    return _person(_the_member(staff_id))


@views.post("/<int:staff_id>/roles")
@does("staff.roles")
def roles(clinic_id: int, staff_id: int) -> Answer:
    """Give a person other roles; their sessions end."""
    member, form = _the_member(staff_id), RolesForm()
    if not (form.validate() and _is_own(form)):
        return _person(member, roles=form), 422
    try:
        records.change_roles(
            by=g.signed_in.actor, clinic_id=clinic_id, staff_id=staff_id, roles=held(form),
            seen=_seen(),
        )  # fmt: skip
    except Conflict:
        return _overtaken(staff_id, {said("Roles"): big(role_words(held(form)))}, roles=form)
    except LastAdministrator:
        form.roles.errors = [_last_administrator(member)]
        return _person(member, roles=form), 422
    return _done(
        member,
        said("{name} is now: {roles}.", name=member.name, roles=role_words(held(form)))
        if held(form)
        else said("{name} has no role here any more.", name=member.name),
    )


@views.post("/<int:staff_id>/cover")
@does("staff.cover")
def cover(clinic_id: int, staff_id: int) -> Answer:
    """Record when a person is away and who covers."""
    member = _the_member(staff_id)
    form = _cover_form(member)
    read = form.read(today())
    if read is None:
        return _person(member, cover=form), 422
    words = _cover_words(read, {m.id: m.name for m in chart.members(clinic_id)})
    try:
        records.set_cover(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            staff_id=staff_id,
            away_from=read.away_from,
            away_until=read.away_until,
            covered_by=read.covered_by,
            words=words,
            seen=_seen(),
        )
    except Conflict:
        return _overtaken(staff_id, {said("Away and cover"): big(words)}, cover=form)
    return _done(
        member, said("Cover for {name} is recorded: {words}.", name=member.name, words=words)
    )


@views.post("/<int:staff_id>/disable")
@does("staff.disable")
def disable(clinic_id: int, staff_id: int) -> Answer:
    """Stop a person from signing in, at once."""
    member = _the_member(staff_id)
    try:
        records.disable(by=g.signed_in.actor, clinic_id=clinic_id, staff_id=staff_id)
    except LastAdministrator:
        problem = ("disable", _last_administrator(member))
        return _person(member, problem=problem), 422
    return _done(member, said("{name} is disabled and cannot sign in.", name=member.name))


@views.post("/<int:staff_id>/enable")
@does("staff.enable")
def enable(clinic_id: int, staff_id: int) -> Answer:
    """Let a disabled person sign in again."""
    member = _the_member(staff_id)
    records.enable(by=g.signed_in.actor, clinic_id=clinic_id, staff_id=staff_id)
    return _done(
        member, said("{name} can sign in again, with the password they had.", name=member.name)
    )


@views.post("/<int:staff_id>/reset")
@does("staff.reset")
def reset(clinic_id: int, staff_id: int) -> Answer:
    """Give a person a one-time password, and show it, this once."""
    member, form = _the_member(staff_id), ResetForm()
    if not (form.validate() and _is_own(form)):
        return _person(member, reset=form), 422
    password = _new_password()
    records.reset_password(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        staff_id=staff_id,
        password_hash=auth.hasher().hash(password),
    )
    return _one_time(
        member, password, said("{name} has a new one-time password.", name=member.name)
    )


@views.post("/<int:staff_id>/reset-factor")
@does("staff.reset_factor")
def reset_factor(clinic_id: int, staff_id: int) -> Answer:
    """Take away a person's second factors; the password stays, and they set up anew."""
    member, form = _the_member(staff_id), ResetFactorForm()
    if not (form.validate() and _is_own(form)):
        return _person(member, factor=form), 422
    factor_records.reset(by=g.signed_in.actor, clinic_id=clinic_id, staff_id=staff_id)
    return _done(
        member,
        said(
            "{name} has no second factor now and sets one up at the next sign-in.", name=member.name
        ),
    )


def _last_administrator(member: Member) -> str:
    return said(
        "{name} is the only administrator who can sign in. "
        "Make another person administrator first.",
        name=member.name,
    )


def _new_password() -> str:
    """Make a password that can be told by phone: four groups of four."""
    return "-".join("".join(secrets.choice(_SPELLED) for _ in range(4)) for _ in range(4))


def _the_member(staff_id: int) -> Member:
    member = chart.member(g.clinic.id, staff_id)
    if member is None:
        abort(404)
    return member


def _is_own(form: FlaskForm) -> bool:
    """Check the administrator's own password, throttled as at sign-in."""
    staff = db.session.get_one(Staff, g.signed_in.actor.staff_id)
    address = request.remote_addr or "unknown"
    if auth.throttled(staff.username, address):
        abort(429)
    if auth.matches(staff, form.password.data or ""):
        return True
    auth.count_failure(staff.username, address)
    form.password.errors = [said("This is not your password. Nothing was changed.")]
    return False


def _seen() -> int:
    """Give the revision that the page showed; one that no page shows is always overtaken."""
    typed = request.form.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _overtaken(staff_id: int, mine: dict[str, str], **forms: Any) -> tuple[str, int]:
    """Show roles and cover as they were when the page was opened, as they are now, and yours."""
    member = _the_member(staff_id)
    who = chart.changed_by(staff_id, member.seq)
    rows = conflicts.rows(_side(staff_id, _seen()), _side(staff_id, member.seq), mine)
    quicker = said("{name} changed this on {at}.", name=who[0], at=moment(who[1])) if who else ""
    shown = [row for row in rows if row[0] in mine]
    return _person(member, rows=shown, quicker=quicker, **forms), 409


def _side(staff_id: int, seq: int) -> dict[str, str]:
    place = chart.place_as_of(g.clinic.id, staff_id, seq)
    if not place:
        return {}
    roles = [Role(role) for role in place["roles"].split(",") if role]
    first, last = (
        date.fromisoformat(place[day]) if place[day] else None
        for day in ("away_from", "away_until")
    )
    names = {m.id: m.name for m in chart.members(g.clinic.id)}
    cover = _cover_words(Cover(first, last, place["covered_by"]), names)
    return {said("Roles"): big(role_words(roles)), said("Away and cover"): big(cover)}


def _may_cover(member: Member) -> list[Member]:
    """Find who can stand in: for a physician another physician, for others anyone at work."""
    return [
        other
        for other in chart.members(g.clinic.id)
        if other.id != member.id
        and other.active
        and (Role.PHYSICIAN not in member.roles or Role.PHYSICIAN in other.roles)
    ]


def _cover_form(member: Member, *, filled: bool = False) -> CoverForm:
    form = (
        CoverForm(
            formdata=None,
            away_from=dates.screen(member.away_from) if member.away_from else "",
            away_until=dates.screen(member.away_until) if member.away_until else "",
            covered_by=str(member.covered_by or ""),
        )
        if filled
        else CoverForm()
    )
    may = {str(m.id): m.name for m in _may_cover(member)}
    if filled and member.covered_by:  # keep who covers now, even if they may no longer
        may.setdefault(str(member.covered_by), member.covered_by_name)
    form.offer(may.items())
    return form


def _cover_words(cover: Cover, names: dict[int, str]) -> str:
    if cover.away_from is None:
        return said("not away")
    day, who = dates.screen(cover.away_from), names[cover.covered_by or 0]
    if cover.away_until is None:
        return said("away from {day} until back, covered by {who}", day=day, who=who)
    return said(
        "away from {day} through {last}, covered by {who}",
        day=day, last=dates.screen(cover.away_until), who=who,
    )  # fmt: skip


def _person(
    member: Member, *, roles: RolesForm | None = None, cover: CoverForm | None = None,
    reset: ResetForm | None = None, factor: ResetFactorForm | None = None,
    problem: tuple[str, str] | None = None, reassign: ReassignForm | None = None,
    rows: Sequence[conflicts.Row] = (), quicker: str = "",
) -> str:  # fmt: skip
    return render_template(
        "staff/show.html",
        member=member,
        words=role_words,
        is_me=member.id == g.signed_in.actor.staff_id,
        roles=roles or RolesForm(formdata=None, roles=[role.value for role in member.roles]),
        cover=cover or _cover_form(member, filled=True),
        reset=reset or ResetForm(formdata=None),
        factor=factor or ResetFactorForm(formdata=None),
        reassign=reassign or _reassign_form(member, opening=True),
        patients=len(chart.patients_of_physician(g.clinic.id, member.id)),
        held=factor_chart.held_by(member.id),
        problem=problem,
        rows=rows,
        quicker=quicker,
    )


def _reassign_form(member: Member, *, opening: bool = False) -> ReassignForm:
    form = ReassignForm(formdata=None) if opening else ReassignForm()
    form.offer(
        (str(other.id), other.name)
        for other in chart.members(g.clinic.id)
        if other.id != member.id and other.active and Role.PHYSICIAN in other.roles
    )
    return form


@views.post("/<int:staff_id>/reassign")
@does("patient.reassign")
def reassign(clinic_id: int, staff_id: int) -> Answer:
    """Give this physician's patients to another one, a hundred at a time."""
    member = _the_member(staff_id)
    form = _reassign_form(member)
    if not form.validate():
        return _person(member, reassign=form), 422
    to = _the_member(int(form.to.data))
    moved, left = reassigning.reassign(
        by=g.signed_in.actor, clinic_id=clinic_id, from_id=staff_id, to_id=to.id
    )
    given = counted(
        "{n} patient is given to {name}.", "{n} patients are given to {name}.", moved, name=to.name
    )
    left_over = [said("{left} are left: press again.", left=left)] if left else []
    return _done(member, joined(" ", [given, *left_over]))


def _one_time(member: Member, password: str, what: str) -> str:
    return render_template(
        "staff/one_time.html", member=member, words=role_words, password=password, what=what
    )


def _done(member: Member, message: str) -> Response:
    auth.tell(message)
    return redirect(url_for("staff.show", clinic_id=g.clinic.id, staff_id=member.id), 303)
