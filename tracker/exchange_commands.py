"""Commands by which records leave, and by which a file is looked at before it arrives."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.charts import exporting
from tracker.dates import today_at
from tracker.exchange import arriving, fhir
from tracker.models import Clinic, db, utc_now
from tracker.policy import COMMAND
from tracker.records import exports
from tracker.views import reports
from tracker.views.exports import instruments

export = AppGroup("export", help="Records of a clinic, for other programs.")


@export.command("fhir")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--clinic", "name", help="The clinic's name, where there are several.")
@click.option("--for", "whom", required=True, help="For whom, and what for: it is disclosed so.")
def export_fhir(out: Path, name: str | None, whom: str) -> None:
    """Write a clinic's records as FHIR R4, one resource a line, with a manifest beside the file.

    Nothing about a patient is written to the terminal. Exit status 1 when the file is there.
    """
    clinic = _clinic(name)
    clinic_id = clinic.id
    exports.export_clinic(by=COMMAND, clinic_id=clinic_id, format="FHIR R4", whom=whom)
    counts: dict[str, int] = {}
    digest = hashlib.sha256()
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise click.ClickException(f"{out.name} is there already, and stays as it is.") from there
    with (
        os.fdopen(handle, "wb") as file,
        click.progressbar(
            exporting.patient_ids(clinic_id),
            length=exporting.how_many(clinic_id),
            label="Exporting patients",
        ) as ids,
    ):
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


@export.command("reports")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--clinic", "name", help="The clinic's name, where there are several.")
def export_reports(out: Path, name: str | None) -> None:
    """Write the counts of a clinic's reports as a table (CSV): they name nobody.

    Exit status 1 when the file is there.
    """
    clinic = _clinic(name)
    day = today_at(clinic.time_zone, utc_now())
    lines = reports.counted_lines(clinic.id, day)
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise click.ClickException(f"{out.name} is there already, and stays as it is.") from there
    exports.export_counts(by=COMMAND, clinic_id=clinic.id)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    click.echo(f"Counts as of {day.isoformat()} written to {out.name}.")


arriving_files = AppGroup("import", help="Files of patients, before they are uploaded.")


@arriving_files.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Read a file as an upload would, and say what would be refused; nothing is kept.

    Tells lines and reasons, and nobody's name. Exit status 1 when a line would be refused.
    """
    try:
        found = arriving.read(file.read_bytes(), today=utc_now().date())
    except arriving.NotReadable as failure:
        raise click.ClickException(failure.sentence) from failure
    for one in found.refused:
        click.echo(f"line {one.line}: {one.reason}")
    click.echo(f"{found.format}: {len(found.rows)} patients, {len(found.refused)} refused.")
    if found.refused:
        raise SystemExit(1)


def _clinic(name: str | None) -> Clinic:
    query = select(Clinic).where(Clinic.name == name) if name else select(Clinic)
    found = list(db.session.scalars(query))
    if len(found) != 1:
        raise click.ClickException(
            f"There is no clinic named {name}." if name else "Name one clinic with --clinic."
        )
    return found[0]


COMMANDS = (export, arriving_files)
