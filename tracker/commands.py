"""Commands of `flask --app tracker`: the demo, the first administrator, the audit.

Those for backups are in `backup_commands`. Reserved for what comes next: `handouts print`,
`export fhir`.
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import Migrate
from sqlalchemy import select

from tracker import (
    auth,
    backup_commands,
    database,
    exchange_commands,
    paper_commands,
    retention_commands,
    staff_commands,
    worklist_commands,
)
from tracker.models import Clinic, Staff, db
from tracker.names import why_not_name
from tracker.policy import COMMAND, ROLE_WORDS, Role
from tracker.records import audit, clinics, worklist
from tracker.records import staff as staff_records

demo = AppGroup("demo", help="The demo clinic: synthetic people only.")
staff = AppGroup("staff", help="People who sign in.")


def install(app: Flask) -> None:
    """Give the application its commands, `flask db` among them."""
    Migrate(app, db, directory=str(database.MIGRATIONS), render_as_batch=True)
    ours = (demo, staff, verify_audit, *exchange_commands.COMMANDS, *backup_commands.COMMANDS)
    for command in ours:
        app.cli.add_command(command)
    paper_commands.install(app)
    retention_commands.install(app)
    staff_commands.install(staff)
    worklist_commands.install(app)


@demo.command("load")
def demo_load() -> None:
    """Load the demo clinic into the demo's own database, once."""
    from tracker import demo as demo_clinic  # its plans need the whole rule book: only here

    if not current_app.config["DEMO"]:
        raise click.ClickException("Set TRACKER_DEMO=1: the demo has its own database.")
    if db.session.scalar(select(Staff.id).limit(1)) is None:
        demo_clinic.load()
        click.echo("Demo clinic loaded.")
    click.echo(demo_clinic.SIGN_INS)


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
        staff_records.add(
            by=COMMAND,
            clinic_id=clinic_id,
            username=username or "",
            name=person or "",
            roles=held,
            password_hash=auth.hasher().hash(password),
        )
    except staff_records.UsernameTaken as taken:
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


@click.command("verify-audit")
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file made by --write-anchor, kept outside: finds a history cut off at its end.",
)
@click.option(
    "--write-anchor",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the heads of all chains to this file, to be kept outside.",
)
@with_appcontext
def verify_audit(anchor: Path | None, write_anchor: Path | None) -> None:
    """Check the whole history and name the first broken line; exit status 1 when one is.

    Also checks that the database still protects its facts, and that the Today list is what the
    facts make of it.
    """
    known = (
        {int(c): (seq, mac) for c, (seq, mac) in json.loads(anchor.read_text()).items()}
        if anchor
        else None
    )
    findings = audit.verify(known)
    for finding in findings:
        click.echo(f"clinic {finding.clinic_id}: {finding.sentence}")
    bare = audit.unprotected()
    if bare:
        click.echo(f"The database does not protect: {', '.join(bare)}.")
    *_, (_, _, differ) = ((0, 0, 0), *worklist.differences())
    if differ:
        click.echo(f"{differ} rows of the Today list differ from the facts: worklist rebuild.")
    if findings or bare or differ:
        sys.exit(1)
    heads = audit.heads()
    click.echo(f"The history is whole: {heads.events} events, {heads.facts} facts.")
    if write_anchor:
        write_anchor.write_text(json.dumps({str(c): (seq, mac) for c, seq, mac in heads.heads}))
        click.echo(f"Anchor written to {write_anchor.name}.")
