"""Commands about paper: a clinic's own fonts, and printing all handouts that are due.

Nothing here names a patient, on the terminal or in a file's name, unless the person asks for it.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from tracker import codes, dates
from tracker.charts import batches as chart
from tracker.charts import sessions as session_chart
from tracker.charts.batches import Batch, Printed
from tracker.handouts import binder, fontfiles
from tracker.handouts.canvas import About
from tracker.handouts.fonts import BadFont
from tracker.models import Clinic, Staff, db, utc_now
from tracker.policy import COMMAND, Actor, can
from tracker.records import batches, papers
from tracker.records.acts import INSTALLATION

fonts = AppGroup("fonts", help="Fonts for names in scripts that the shipped ones lack.")
handouts = AppGroup("handouts", help="The patients' sheets.")


@handouts.command("print")
@click.option("--until", required=True, help="The last day, such as 2026-12-31 or +7.")
@click.option("--from", "since", default="today", show_default=True, help="The first day.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the PDFs; made where it is missing, readable by you alone.",
)
@click.option("--by", prompt="User name of the person who prints", help="Their user name.")
@click.option("--clinic", "clinic_name", help="The clinic's name, where there are several.")
@click.option("--one-pdf", is_flag=True, help="Bind them all into handouts.pdf as well.")
@click.option("--names", is_flag=True, help="Show patients' names here and in file names.")
def handouts_print(
    until: str, since: str, out: Path, by: str, clinic_name: str | None, one_pdf: bool, names: bool
) -> None:
    """Print every handout that is due, and list those that could not be printed and why.

    A handout of an active patient is due when the version in force was never printed; when what
    was printed is out of date; and when a step starts or the next check-in falls from --from
    through --until, unless a sheet that is still right was printed within 7 days.

    Each sheet is kept like a single printing. Exit status: 0 when all were printed or none was
    due, 1 when some could not be printed, 2 for a wrong use.
    """
    actor, clinic = _person(by, clinic_name)
    today = dates.today_at(clinic.time_zone, utc_now())
    first, last = (_day(name, day, today) for name, day in (("--from", since), ("--until", until)))
    if last < first:
        raise click.UsageError("--until is before --from.")
    wanted = chart.due(clinic.id, first, last, today=today)
    if not wanted:
        click.echo(f"No handout is due from {dates.screen(first)} through {dates.screen(last)}.")
        return
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    batch_id = batches.begin(by=actor, clinic_id=clinic.id, first=first, last=last, wanted=wanted)
    batch = chart.batch_of(clinic.id, batch_id)
    assert batch is not None
    _print(actor, clinic, batch, today)
    sheets = chart.printed_in(batch_id, clinic.id)
    written = _write(sheets, clinic, out, names, today if one_pdf else None)
    click.echo(f"Printed {written} of {len(wanted)} handouts into {out}.")
    refused = [one for one in sheets if one.refused]
    for one in refused:
        click.echo(f"Not printed: {_called(one, names)}. {one.refused if names else one.plainly}")
    if refused and not names:
        click.echo("The Printing page shows for whom these are; so does --names.")
    sys.exit(1 if refused else 0)


def _person(username: str, clinic_name: str | None) -> tuple[Actor, Clinic]:
    person = db.session.scalar(
        select(Staff).where(Staff.username == username.strip().lower(), Staff.disabled_at.is_(None))
    )
    if person is None:
        raise click.UsageError(f"Nobody here has the user name {username}.")
    held = session_chart.memberships(person.id)
    actor = Actor(person.id, person.name, session_chart.roles_of(held))
    found = [
        clinic
        for clinic in db.session.scalars(select(Clinic).order_by(Clinic.name))
        if can(actor, "batch.print", clinic.id) and clinic_name in (None, clinic.name)
    ]
    if not found:
        at = f"at {clinic_name}" if clinic_name else "at any clinic"
        raise click.UsageError(f"{person.name} may not print handouts {at}.")
    if len(found) > 1:
        raise click.UsageError(f"Give --clinic: {', '.join(clinic.name for clinic in found)}.")
    return actor, found[0]


def _day(option: str, typed: str, today: date) -> date:
    try:
        return dates.read_date(typed, today=today)
    except dates.NotADate as refusal:
        raise click.UsageError(f"{option}: {refusal.sentence}") from refusal


def _print(actor: Actor, clinic: Clinic, batch: Batch, today: date) -> None:
    with click.progressbar(length=len(batch.wanted), label="Printing") as bar:
        while done := batches.print_next(
            by=actor,
            clinic=clinic,
            batch=batch,
            today=today,
            fonts=current_app.config["FONTS"],
            at_most=5,
        ):
            bar.update(done)


def _write(
    sheets: tuple[Printed, ...], clinic: Clinic, out: Path, names: bool, bound_on: date | None
) -> int:
    """Write each kept sheet to a file of its own, one at a time; give how many there are."""
    paths = []
    for one, kept in chart.kept_sheets(sheets, clinic.id):
        place = f"{one.place + 1:04}-{codes.shown(one.code)}"
        named = f"{place}-{_in_file_names(one.patient.title)}" if names else place
        paths.append(out / f"{named}.pdf")
        _private(paths[-1], kept)
    if bound_on and paths:
        about = About("Handouts", "en-US", clinic.name, "Opioid taper handouts", bound_on)
        bound = out / "handouts.pdf"
        _private(bound, b"")
        with bound.open("wb") as file:
            binder.bind((path.read_bytes() for path in paths), file, about)
    return len(paths)


def _private(place: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(place, flags, 0o600), "wb") as file:
        file.write(data)


def _in_file_names(name: str) -> str:
    return "".join(char if char.isalnum() else "_" for char in name)


def _called(one: Printed, names: bool) -> str:
    who = f"{one.patient.title}, born {dates.born(one.patient.birth_date)}"
    return who if names else f"sheet {one.place + 1} of the batch"


@fonts.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fonts_add(file: Path) -> None:
    """Add a static TrueType FILE to instance/fonts and keep its SHA-256."""
    try:
        added = fontfiles.add(file, current_app.config["FONTS"])
    except BadFont as refusal:
        raise click.ClickException(str(refusal)) from refusal
    papers.font_added(by=COMMAND, clinic_id=INSTALLATION, file_name=added.name, sha256=added.sha256)
    click.echo(f"Added {_said(added)}.")
    click.echo(f"SHA-256 {added.sha256}, kept in {fontfiles.SUMS} beside it.")
    click.echo("Restart the server: it reads the list of fonts when it starts.")


@fonts.command("list")
def fonts_list() -> None:
    """List the clinic's own fonts; exit status 1 when one is not as it was added."""
    try:
        found = fontfiles.listing(current_app.config["FONTS"])
    except BadFont as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if not found:
        click.echo("No fonts of your own. Add one with: flask --app tracker fonts add FILE")
    changed = [one.name for one in found if one.recorded not in ("", one.sha256)]
    for one in found:
        state = "changed since it was added" if one.name in changed else "as it was added"
        click.echo(f"{_said(one)}: {state if one.recorded else 'put here without the command'}.")
    if changed:
        raise click.ClickException("A font has changed. Names may print differently: add it again.")


def _said(one: fontfiles.FontFile) -> str:
    return f"{one.name} ({one.characters:,} characters, mostly {', '.join(one.scripts)})"
