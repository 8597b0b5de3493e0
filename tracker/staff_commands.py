"""Commands about the way in of a person: a one-time password, second factors taken away.

For the day when nobody can sign in as an administrator. Whoever may run them can read the database
anyway; each leaves its line in the history of every clinic the person belongs to.
"""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker import auth
from tracker.models import Membership, Staff, db
from tracker.names import fold
from tracker.policy import COMMAND
from tracker.records import factors
from tracker.records import staff as records


def install(group: AppGroup) -> None:
    """Add the commands to the group `staff`."""
    for command in (reset_password, reset_second_factor):
        group.add_command(command)


@click.command("reset-password")
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


@click.command("reset-second-factor")
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
