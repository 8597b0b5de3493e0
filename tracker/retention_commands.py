"""Commands about records that the law lets go: which they are, and removing them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.models import Clinic, Patient, db, utc_now
from tracker.records import retention as records

YEARS = 6  # HIPAA keeps its own papers so long; the records' own time is each state's and longer

retention = AppGroup("retention", help="Records that the law lets go, and their removal.")
_clinic = click.option("--clinic", "name", required=True, help="The clinic's name.")
_before = click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Records without any entry since this day, such as 2019-01-01.",
)


@retention.command("due")
@_clinic
@_before
def due(name: str, before: datetime) -> None:
    """List the record numbers of what would be removed; remove nothing."""
    clinic_id = _clinic_named(name)
    ids = records.due(clinic_id, before.date())
    numbers = db.session.scalars(
        select(Patient.record_no)
        .where(Patient.clinic_id == clinic_id, Patient.id.in_(ids))
        .order_by(Patient.record_no)
    )
    for number in numbers:
        click.echo(number or "(no record number)")
    click.echo(f"{len(ids)} records have no entry since {before.date().isoformat()}.")


@retention.command("remove")
@_clinic
@_before
def remove(name: str, before: datetime) -> None:
    """Remove them for good, once the day is typed again. Take a backup first."""
    clinic_id, day = _clinic_named(name), before.date()
    if day > _latest():
        raise click.ClickException(
            f"Nothing of the last {YEARS} years is removed: name {_latest()} or earlier."
        )
    count = len(records.due(clinic_id, day))
    if not count:
        click.echo("No record is that old. Nothing was removed.")
        return
    click.echo(f"{count} records of {name} will be removed, with everything in them, for good.")
    if click.prompt("Type the day again to go on", default="", show_default=False) != str(day):
        raise click.ClickException("That is another day. Nothing was removed.")
    gone, stayed = records.remove(clinic_id, day)
    click.echo(f"{gone} records were removed. The history tells it by count and digest.")
    if stayed:
        click.echo(f"{stayed} records stay: something of another patient hangs on them.")


def _latest() -> date:
    today = utc_now().astimezone(UTC).date()
    return date(today.year - YEARS, today.month, min(today.day, 28))


def _clinic_named(name: str) -> int:
    found = db.session.scalar(select(Clinic.id).where(Clinic.name == name))
    if found is None:
        raise click.ClickException(f"There is no clinic named {name}.")
    return found
