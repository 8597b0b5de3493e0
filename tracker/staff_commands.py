"""Commands about people who sign in: the first administrator, others, and a lost way in.

The last is for the day when nobody can sign in as an administrator. Whoever may run them can read
the database anyway; each leaves its line in the history of every clinic the person belongs to.
"""

from __future__ import annotations

import secrets
from zoneinfo import ZoneInfo, available_timezones

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker import auth
from tracker.models import Clinic, Membership, Staff, db
from tracker.names import fold, why_not_name
from tracker.policy import COMMAND, ROLE_WORDS, Role
from tracker.records import clinics, factors
from tracker.records import staff as records

staff = AppGroup("staff", help="People who sign in.")


@staff.command("add")
@click.option("--first-administrator", is_flag=True, help="Create the clinic and its first person.")
@click.option("--clinic", "clinic_name", help="The clinic's name.")
@click.option("--time-zone", help="The clinic's time zone, such as America/Chicago.")
@click.option("--username", help="What the person types to sign in.")
@click.option("--name", "person", help="The person's name, as on paper: Dr. Dana Lee.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times; the first administrator is one already.",
)
def staff_add(
    first_administrator: bool, clinic_name: str | None, time_zone: str | None,
    username: str | None, person: str | None, roles: tuple[str, ...],
) -> None:  # fmt: skip
    """Add a person and print a one-time password, which they must change at first sign-in."""
    if first_administrator and db.session.scalar(select(Staff.id).limit(1)) is not None:
        raise click.ClickException(
            "There is an administrator already. Add people on the Staff page, or without "
            "--first-administrator."
        )
    clinic_name = clinic_name or click.prompt("Clinic name")
    zone = time_zone or (click.prompt("Time zone") if first_administrator else None)
    person = person or click.prompt("Name of the person")
    username = username or click.prompt("User name to sign in with")
    held = {Role(r) for r in roles} | ({Role.ADMIN} if first_administrator else set())
    if not held:
        raise click.ClickException("Give at least one --role.")
    for words in (clinic_name, person, username):
        if why := why_not_name(words or ""):
            raise click.ClickException(why)
    clinic_id = (
        _new_clinic(clinic_name or "", zone) if first_administrator else _clinic(clinic_name)
    )
    password = secrets.token_urlsafe(12)
    try:
        records.add(
            by=COMMAND,
            clinic_id=clinic_id,
            username=username or "",
            name=person or "",
            roles=held,
            password_hash=auth.hasher().hash(password),
        )
    except records.UsernameTaken as taken:
        raise click.ClickException(str(taken)) from taken
    words = ", ".join(ROLE_WORDS[r] for r in Role if r in held)
    click.echo(f"Added {person} ({words}).")
    click.echo(f"User name: {username}\nOne-time password: {password}")
    click.echo("They choose their own password when they first sign in.")


def _new_clinic(name: str, zone: str | None) -> int:
    if zone not in available_timezones():
        raise click.ClickException(f"{zone} is not a time zone. Type one such as America/Chicago.")
    return clinics.create(name=name, time_zone=ZoneInfo(zone or "UTC").key)


def _clinic(name: str | None) -> int:
    found = list(db.session.scalars(select(Clinic.id).where(Clinic.name == name)))
    if len(found) != 1:
        raise click.ClickException(f"There is no clinic named {name}.")
    return found[0]


@staff.command("reset-password")
@click.option("--username", prompt="User name", help="What the person types to sign in.")
def reset_password(username: str) -> None:
    """Give a person a one-time password; their second factor stays."""
    staff_id, name, clinics = _person(username)
    password = secrets.token_urlsafe(12)
    hashed = auth.hasher().hash(password)
    for clinic_id in clinics:
        records.reset_password(
            by=COMMAND, clinic_id=clinic_id, staff_id=staff_id, password_hash=hashed
        )
    click.echo(f"One-time password of {name}: {password}")
    click.echo("They choose their own when they next sign in, with the second factor they have.")


@staff.command("reset-second-factor")
@click.option("--username", prompt="User name", help="What the person types to sign in.")
def reset_second_factor(username: str) -> None:
    """Take away a person's second factors; the password stays."""
    staff_id, name, clinics = _person(username)
    for clinic_id in clinics:
        factors.reset(by=COMMAND, clinic_id=clinic_id, staff_id=staff_id)
    click.echo(f"{name} has no second factor now and sets one up at the next sign-in.")


def _person(username: str) -> tuple[int, str, list[int]]:
    staff = db.session.scalar(select(Staff).where(Staff.username == fold(username)))
    if staff is None:
        raise click.ClickException(f"Nobody signs in as {username}.")
    clinics = db.session.scalars(
        select(Membership.clinic_id)
        .where(Membership.staff_id == staff.id)
        .order_by(Membership.clinic_id)
    )
    return staff.id, staff.name, list(clinics)
