"""Commands by which records leave: the clinic as FHIR."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from tracker.charts import exporting
from tracker.exchange import fhir
from tracker.models import Clinic, db, utc_now
from tracker.policy import COMMAND
from tracker.records import exports
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


def _clinic(name: str | None) -> Clinic:
    query = select(Clinic).where(Clinic.name == name) if name else select(Clinic)
    found = list(db.session.scalars(query))
    if len(found) != 1:
        raise click.ClickException(
            f"There is no clinic named {name}." if name else "Name one clinic with --clinic."
        )
    return found[0]
