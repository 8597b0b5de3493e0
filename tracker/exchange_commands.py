"""Commands by which records leave, and by which a file of patients arrives as drafts.

Nothing about a patient is written to the terminal. A file is whole or not there: it gets its name
once the last line is written, and never takes the place of another one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.charts import calendars, exporting
from tracker.charts import reports as counted
from tracker.charts import tokens as keys
from tracker.dates import today_at
from tracker.exchange import arriving, calendar, fhir
from tracker.languages import kept
from tracker.models import Clinic, Membership, Patient, Staff, db, utc_now
from tracker.names import fold
from tracker.policy import COMMAND, Role
from tracker.records import exports, imports, tokens
from tracker.records.acts import Conflict
from tracker.search_keys import record_key
from tracker.views import reports
from tracker.views.exports import instruments
from tracker.views.imports import as_lines

export = AppGroup("export", help="Records of a clinic, for other programs.")
_OUT = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
    help="The file to write: a new one.",
)  # fmt: skip
_CLINIC = click.option("--clinic", "name", help="The clinic's name, where there are several.")
_WHOM = click.option(
    "--for", "whom", required=True, help="For whom, and what for: it is disclosed so."
)


@export.command("fhir")
@_OUT
@_CLINIC
@_WHOM
def export_fhir(out: Path, name: str | None, whom: str) -> None:
    """Write a clinic's records as FHIR R4, one resource a line, with a manifest beside the file.

    Nothing about a patient is written to the terminal. Exit status 1 when the file is there.
    """
    clinic = _clinic(name)
    clinic_id, counts, digest = clinic.id, dict[str, int](), hashlib.sha256()
    with _new(out) as file:
        exports.export_clinic(by=COMMAND, clinic_id=clinic_id, format="FHIR R4", whom=whom)
        with click.progressbar(
            exporting.patient_ids(clinic_id),
            length=exporting.how_many(clinic_id),
            label="Exporting patients",
        ) as ids:
            for one in exporting.clinic_resources(clinic_id, ids, instruments()):
                line = json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                counts[one["resourceType"]] = counts.get(one["resourceType"], 0) + 1
                digest.update(line)
                file.write(line)
    manifest = {
        "fhirVersion": fhir.VERSION,
        "transactionTime": utc_now().isoformat(timespec="seconds"),
        "file": out.name,
        "sha256": digest.hexdigest(),
        "resources": dict(sorted(counts.items())),
    }
    out.with_name(f"{out.name}.manifest.json").write_text(json.dumps(manifest, indent=1))
    click.echo(f"{sum(counts.values())} resources, SHA-256 {digest.hexdigest()}")


FORMATS = {"fhir": "FHIR R4 Bundle", "calendar": "calendar of check-ins"}


@export.command("patient")
@click.option("--record-no", required=True, help="The patient's record number.")
@click.option("--format", type=click.Choice(list(FORMATS)), default="fhir", show_default=True)
@_OUT
@_CLINIC
@_WHOM
def export_patient(record_no: str, format: str, out: Path, name: str | None, whom: str) -> None:
    """Write one patient's record as FHIR R4, or their check-ins as a calendar (ICS).

    The calendar names no medicine. Exit status 1 when the file is there, or nobody has the number.
    """
    clinic = _clinic(name)
    patient_id = db.session.scalar(
        select(Patient.id).where(
            Patient.clinic_id == clinic.id, Patient.record_no_folded == record_key(record_no)
        )
    )
    record = exporting.record_of(clinic, patient_id, instruments()) if patient_id else None
    if record is None or patient_id is None or not record_key(record_no):
        raise click.ClickException("No patient of this clinic has that record number.")
    if format == "calendar":
        now = utc_now()
        entries = calendars.entries_for_patient(
            clinic, patient_id, today=today_at(clinic.time_zone, now), now=now
        )
        made = calendar.calendar(clinic.name, clinic.time_zone, entries)
    else:
        made = json.dumps(fhir.bundle(record), ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(made).hexdigest()
    with _new(out) as file:
        file.write(made)
        exports.export_patient(
            by=COMMAND, clinic_id=clinic.id, patient_id=patient_id, format=FORMATS[format],
            whom=whom, sha256=digest,
        )  # fmt: skip
    click.echo(f"Written to {out.name}, SHA-256 {digest}")


@export.command("reports")
@_OUT
@_CLINIC
def export_reports(out: Path, name: str | None) -> None:
    """Write the counts of a clinic's reports as a table (CSV): they name nobody.

    Exit status 1 when the file is there.
    """
    clinic = _clinic(name)
    day = today_at(clinic.time_zone, utc_now())
    lines = reports.counted_lines(clinic.id, day)
    with _new(out) as file:
        exports.export_counts(by=COMMAND, clinic_id=clinic.id)
        file.writelines(line.encode() for line in lines)
    click.echo(f"Counts as of {day.isoformat()} written to {out.name}.")


@export.command("report")
@click.argument("report", type=click.Choice(list(counted.REPORTS)))
@_OUT
@_CLINIC
def export_report(report: str, out: Path, name: str | None) -> None:
    """Write the list behind a report's counts as a table (CSV); each patient has it disclosed.

    The file names patients, the terminal does not. Exit status 1 when the file is there.
    """
    clinic, one = _clinic(name), counted.REPORTS[report]
    clinic_id, day = clinic.id, today_at(clinic.time_zone, utc_now())
    with _new(out) as file:
        exports.export_report(
            by=COMMAND, clinic_id=clinic_id, title=one.title,
            patients=counted.patients_in(one, clinic_id, day),
        )  # fmt: skip
        file.writelines(line.encode() for line in reports.listed_lines(one, clinic_id, day))
    click.echo(f"{one.title} as of {day.isoformat()} written to {out.name}.")


@contextmanager
def _new(out: Path) -> Iterator[BinaryIO]:
    """Give a file to write, readable by its owner alone, that gets its name once it is whole."""
    if out.exists():
        raise click.ClickException(f"{out.name} is there already, and stays as it is.")
    half = out.with_name(f"{out.name}.part")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise click.ClickException(
            f"{half.name} is there: another export writes it, or one was cut off. "
            "Remove it, if none is running."
        ) from there
    except OSError as failure:
        raise click.ClickException(f"{out} cannot be written: {failure.strerror}.") from failure
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.link(half, out)
    except FileExistsError as there:
        raise click.ClickException(f"{out.name} is there already, and stays as it is.") from there
    finally:
        half.unlink()


arriving_files = AppGroup("import", help="Files of patients, which arrive as drafts.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@arriving_files.command("check")
@_FILE
def check_file(file: Path) -> None:
    """Read a file as an upload would, and say what would be refused; nothing is kept.

    Tells lines and reasons, and nobody's name. Exit status 1 when a line would be refused.
    """
    found = _told(_read(file))
    if found.refused:
        raise SystemExit(1)


@arriving_files.command("upload")
@_FILE
@_CLINIC
@click.option("--for", "whom", required=True, help="The administrator it is for: a user name.")
def upload_file(file: Path, name: str | None, whom: str) -> None:
    """Take a file of any size as drafts, the whole file or nothing; it registers nobody.

    Physician or nurse then confirm line by line, on the page Import. The same file again changes
    nothing. Tells lines and reasons, and nobody's name. Exit status 1 when nothing could be taken.
    """
    clinic_id = _clinic(name).id
    administrator = _administrator(clinic_id, whom)
    found = _told(_read(file))
    with click.progressbar(as_lines(found), label="Keeping drafts") as lines:
        imports.upload(
            by=COMMAND, clinic_id=clinic_id, sha256=found.sha256, format=found.format,
            lines=lines, refused=[(one.line, kept(one.reason)) for one in found.refused],
            uploaded_by=administrator,
        )  # fmt: skip
    click.echo("The drafts wait on the page Import.")
    if not found.rows:
        raise SystemExit(1)


def _read(file: Path) -> arriving.Arriving:
    try:
        return arriving.read(file.read_bytes(), today=utc_now().date())
    except arriving.NotReadable as failure:
        raise click.ClickException(failure.sentence) from failure


def _told(found: arriving.Arriving) -> arriving.Arriving:
    for one in found.refused:
        click.echo(f"line {one.line}: {one.reason}")
    click.echo(f"{found.format}: {len(found.rows)} patients, {len(found.refused)} refused.")
    return found


def _administrator(clinic_id: int, username: str) -> int:
    held = db.session.execute(
        select(Staff.id, Membership.roles)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(
            Membership.clinic_id == clinic_id,
            Staff.username == fold(username),
            Staff.disabled_at.is_(None),
        )
    ).first()
    if held is None or Role.ADMIN not in held.roles.split(","):
        raise click.ClickException(f"{username} is no administrator of this clinic.")
    return int(held.id)


programs = AppGroup("programs", help="Calendars and programs that read for members of staff.")


@programs.command("list")
@_CLINIC
def list_programs(name: str | None) -> None:
    """List what reads for whom: a number, the person, the kind, its words, and until when."""
    for one in keys.of_clinic(_clinic(name).id, utc_now()):
        end = one.ends_at.isoformat(timespec="minutes") if one.ends_at else "until it is ended"
        click.echo(f"{one.id}  {one.by}  {one.kind}  {one.words}  {end}")


@programs.command("end")
@click.argument("number", type=int)
@_CLINIC
def end_program(number: int, name: str | None) -> None:
    """End one of them: whatever reads with it finds nothing from now on.

    Exit status 1 when none has that number.
    """
    try:
        tokens.end_by_command(clinic_id=_clinic(name).id, token_id=number)
    except Conflict as failure:
        raise click.ClickException("None that still counts has that number.") from failure
    click.echo("It is ended.")


def _clinic(name: str | None) -> Clinic:
    query = select(Clinic).where(Clinic.name == name) if name else select(Clinic)
    found = list(db.session.scalars(query))
    if len(found) != 1:
        raise click.ClickException(
            f"There is no clinic named {name}." if name else "Name one clinic with --clinic."
        )
    return found[0]


COMMANDS = (export, arriving_files, programs)
