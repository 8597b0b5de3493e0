"""A record leaves: to another program, to a calendar; and each time stands in the disclosures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tests.test_settings import command
from tracker.charts import exporting
from tracker.models import Clinic, Event, Patient, db

BASE = "/c/{}/patients/{}/exports"


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"])


def asked(visitor: Visitor, cast: Cast, patient: int, format: str, status: int = 200) -> Page:
    return visitor.post(
        BASE.format(cast.hillside, patient),
        {"format": format, "whom": "Dr. Cho, second opinion"},
        status=status,
    )


def told(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Event.act).order_by(Event.at, Event.seq)))


def test_a_physician_gives_the_record_and_the_record_tells(
    app: Flask, cast: Cast, amara: Visitor, maria: int
) -> None:
    page = amara.get(BASE.format(cast.hillside, maria))
    assert "Nothing has left this record yet" in page.text
    given = asked(amara, cast, maria, "fhir")
    assert given.headers["Content-Disposition"] == 'attachment; filename="record.fhir.json"'
    bundle = json.loads(given.data)
    assert bundle["entry"][0]["resource"]["resourceType"] == "Organization"
    with app.app_context():
        about = db.session.scalar(select(Event.about).where(Event.act == "export.patient"))
    assert json.loads(about or "{}")["sha256"] == hashlib.sha256(given.data).hexdigest()
    page = amara.get(BASE.format(cast.hillside, maria))
    assert (
        "Dr. Amara Okafor exported the record as FHIR R4 Bundle, for Dr. Cho, second opinion"
        in page.text
    )


def test_a_patient_gets_a_calendar_without_medicines(cast: Cast, bo: Visitor, maria: int) -> None:
    bo.get(BASE.format(cast.hillside, maria))
    given = asked(bo, cast, maria, "calendar")
    assert given.headers["Content-Type"].startswith("text/calendar")
    assert icalendar.Calendar.from_ical(given.data).errors == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"format": "fhir", "whom": " "}, "Type for whom the record is"),
        ({"whom": "Dr. Cho"}, "Choose what to export"),
        ({"format": "fhir", "whom": "x" * 201}, "at most 200 characters"),
    ],
)
def test_nothing_leaves_without_saying_for_whom(
    app: Flask, cast: Cast, amara: Visitor, maria: int, fields: dict[str, Any], sentence: str
) -> None:
    amara.get(BASE.format(cast.hillside, maria))
    page = amara.post(BASE.format(cast.hillside, maria), fields, status=422)
    assert sentence in page.text
    assert "export.patient" not in told(app)


def test_others_export_nothing(
    cleo: Visitor, dee: Visitor, eli: Visitor, cast: Cast, maria: int
) -> None:
    for visitor, status in ((cleo, 403), (dee, 403), (eli, 404)):
        visitor.get(BASE.format(cast.hillside, maria), status=status)
        asked(visitor, cast, maria, "fhir", status=status)


def test_a_clinic_leaves_by_command_line_by_line(demo_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "clinic.ndjson"
    with demo_app.app_context():
        clinic = db.session.scalars(select(Clinic).order_by(Clinic.id)).first()
        assert clinic is not None
        name, clinic_id = clinic.name, clinic.id
        patients = set(
            db.session.scalars(
                select(Patient.id).where(
                    Patient.clinic_id == clinic_id, Patient.merged_into_id.is_(None)
                )
            )
        )
        names = list(db.session.scalars(select(Patient.family_name)))
    words = (
        "export",
        "fhir",
        "--out",
        str(out),
        "--clinic",
        name,
        "--for",
        "Move to another system",
    )
    said = command(demo_app, *words)
    assert said.exit_code == 0, said.output
    assert not [one for one in names if one in said.output]
    found = [json.loads(line) for line in out.read_text().splitlines()]
    assert {int(one["id"]) for one in found if one["resourceType"] == "Patient"} == patients
    keys = [(one["resourceType"], one["id"]) for one in found]
    assert len(keys) == len(set(keys))
    from fhir.resources.R4B import get_fhir_model_class

    for one in found:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    manifest = json.loads((tmp_path / "clinic.ndjson.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert sum(manifest["resources"].values()) == len(found)
    assert command(demo_app, *words).exit_code == 1
    assert "install.export" in told(demo_app)


def test_records_gathered_together_are_as_each_by_itself(demo_app: Flask) -> None:
    with demo_app.app_context():
        clinic = db.session.scalars(select(Clinic).order_by(Clinic.id)).first()
        assert clinic is not None
        ids = list(exporting.patient_ids(clinic.id))
        together = exporting.records_of(clinic, ids, {})
        assert len(together) > 5
        assert together == [exporting.record_of(clinic, one, {}) for one in ids]


def test_a_command_names_its_clinic(demo_app: Flask, tmp_path: Path) -> None:
    out = str(tmp_path / "x.ndjson")
    for more, sentence in (((), "Name one clinic"), (("--clinic", "Nowhere"), "no clinic named")):
        said = command(demo_app, "export", "fhir", "--out", out, "--for", "x", *more)
        assert said.exit_code == 1 and sentence in said.output
