"""Patients arrive from a file: uploaded whole, confirmed line by line, a dose never in a cell."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tests.test_settings import command
from tracker.charts import exporting
from tracker.charts import imports as chart
from tracker.charts.regimens import current
from tracker.exchange import arriving
from tracker.exchange.values import PatientValue
from tracker.models import Clinic, Event, ImportRow, Patient, db
from tracker.plans import product_words
from tracker.policy import COMMAND, Actor, Role
from tracker.records import clinics, imports, staff
from tracker.records.acts import Conflict
from tracker.regimens import taken_words

CSV = """family_name,given_names,birth_date,record_no,medicine,dose
Rivera,Maria,1961-03-14,TEST-1,oxycodone 5 mg tablet,83½ in the morning
Okoro,Ben,1970-01-01,TEST-2,,
Rivera,Mario,1961-03-14,TEST-1,,
,Nobody,1961-03-14,,,
"""


def home(cast: Cast, more: str = "") -> str:
    return f"/c/{cast.hillside}/imports{more}"


def uploaded(dee: Visitor, cast: Cast, text: str | bytes = CSV, status: int = 303) -> Page:
    dee.get(home(cast))
    data = text.encode() if isinstance(text, str) else text
    return dee.upload(home(cast), "file", data, "patients.csv", status=status)


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return [
            act
            for act in db.session.scalars(select(Event.act).order_by(Event.at, Event.seq))
            if act.startswith("import.")
        ]


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_administrator_uploads_and_sees_no_patient(app: Flask, cast: Cast, dee: Visitor) -> None:
    page = dee.follow(uploaded(dee, cast))
    assert "0 of 3 lines decided" in page.text
    assert page.table() == [["Line", "Why"], ["5", "There is no family name."]]
    assert "RIVERA" not in page.text
    assert count(app, Patient) == 0 and acts(app) == ["import.upload"]
    again = uploaded(dee, cast)
    assert again.location == page.path and count(app, ImportRow) == 3
    assert acts(app) == ["import.upload"]


def test_who_arrived_before_is_not_listed_twice(app: Flask, cast: Cast, dee: Visitor) -> None:
    uploaded(dee, cast)
    more = dee.follow(uploaded(dee, cast, CSV + "Ng,Ana,1980-02-02,TEST-7,,\n"))
    assert "0 of 1 lines decided" in more.text and count(app, ImportRow) == 4
    assert sum("arrived before, in a file of 2026-11-24" in why for _, why in more.table()) == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "Choose a file"), (b"a,b\n", "No column is named"), (b"\xff\xfe", "not in UTF-8")],
)
def test_what_cannot_be_read_changes_nothing(
    app: Flask, cast: Cast, dee: Visitor, data: bytes, sentence: str
) -> None:
    assert sentence in uploaded(dee, cast, data, status=422).text
    assert count(app, ImportRow) == 0 and acts(app) == []


def test_a_nurse_confirms_a_line_and_types_each_dose(
    app: Flask, cast: Cast, dee: Visitor, bo: Visitor
) -> None:
    file = uploaded(dee, cast).location
    page = bo.get(bo.get(file).links["Go on with the next line"])
    assert ["oxycodone 5 mg tablet", "83½ in the morning"] in page.table()
    following = bo.follow(page.form("/confirm").submit("Register RIVERA, Maria"))
    assert "OKORO, Ben" in following.text and "1 of 3 lines" in following.text
    with app.app_context():
        patient = db.session.scalars(select(Patient)).one()
        assert (patient.record_no, patient.given_names) == ("TEST-1", "Maria")
        assert current(cast.hillside, patient.id) is None
        where = f"/c/{cast.hillside}/patients/{patient.id}"
    assert "Imported text, awaiting a person" in bo.get(where).text
    form = bo.get(where + "/regimen")
    assert "Imported text 83½ in the morning" in form.text.replace("“", "").replace("”", "")
    fields = form.form("/regimen").fields
    assert fields["lines.0.product"] == "oxyCODONE 5 mg tablet"
    assert [v for k, v in fields.items() if ".cells." in k and v] == []
    kept = form.form("/regimen").submit("Add a medicine", status=200)
    assert kept.form("/regimen").fields["lines.0.imported"] == "83½ in the morning"
    with app.app_context():
        charts.record_regimen(cast["bo"], patient.id)
    assert "Imported text" not in bo.get(where).text
    assert acts(app) == ["import.upload", "import.confirm"]


def test_who_looks_alike_is_looked_at_first(
    app: Flask, cast: Cast, dee: Visitor, bo: Visitor
) -> None:
    with app.app_context():
        known = charts.register(cast["amara"])  # Maria Rivera, born the same day
        row = 0
    file = uploaded(dee, cast).location
    line = bo.get(file).links["RIVERA, Maria"]
    with app.app_context():
        row = int(line.rsplit("/", 1)[1])
        assert chart.row_of(cast.hillside, row) is not None
    page = bo.post(line + "/confirm", status=422)
    assert "A record looks like this person" in page.text and count(app, Patient) == 1
    assert page.links["RIVERA, Maria"].endswith(str(known))
    page.form("/confirm").submit("Different person", status=303)
    assert count(app, Patient) == 2
    # The other record of that number is refused, and may be left out.
    mario = bo.get(bo.get(file).links["RIVERA, Mario"])
    refused = mario.form("/confirm").submit(None, status=422)
    assert "has this record number" in refused.text
    assert "is left out" in bo.follow(mario.form("/leave-out").submit(None)).text
    late = bo.post(line + "/confirm", status=409)
    assert "Somebody else decided" in late.text and count(app, Patient) == 2
    bo.post(line + "/leave-out", status=409)


def test_another_clinic_sees_no_file(cast: Cast, dee: Visitor, bo: Visitor, eli: Visitor) -> None:
    file = uploaded(dee, cast).location
    line = bo.get(file).links["RIVERA, Maria"]
    number, row = file.rsplit("/", 1)[1], line.rsplit("/", 1)[1]
    for path in (file, line, f"/c/{cast.prairie}/imports/{number}",
                 f"/c/{cast.prairie}/imports/lines/{row}"):  # fmt: skip
        eli.get(path, status=404)
    dee.get(line, status=403)


def _take(by: Actor, clinic_id: int, data: bytes) -> int:
    found = arriving.read(data, today=charts.TODAY)
    assert found.refused == ()
    return imports.upload(
        by=by, clinic_id=clinic_id, sha256=found.sha256, format=found.format, refused=(),
        lines=[
            imports.Line(
                one.line, one.identity, one.values,
                tuple((m.name, m.text) for m in one.medicines),
            )
            for one in found.rows
        ],
    )  # fmt: skip


def _empty_clinic() -> tuple[int, int, dict[Role, Actor]]:
    """Make an empty clinic beside the demo's; give both, and who may act in the empty one."""
    here = db.session.scalars(select(Clinic.id).where(Clinic.name == "Hillside Spine")).one()
    there = clinics.create(name="Elsewhere", time_zone="America/Denver")
    actors = {}
    for role in (Role.ADMIN, Role.NURSE):
        staff_id = staff.add(
            by=COMMAND, clinic_id=there, username=f"new-{role}", name=role.value, roles={role},
            password_hash="x", must_change_password=False,
        )  # fmt: skip
        actors[role] = Actor(staff_id, role.value, {there: frozenset({role})})
    return here, there, actors


DEMOGRAPHICS = tuple(
    field.name
    for field in fields(PatientValue)
    if field.name not in ("id", "seq", "physician_id")  # keys of the one database
)


def _demographics(clinic_id: int) -> list[tuple[object, ...]]:
    found = db.session.scalars(
        select(Patient)
        .where(Patient.clinic_id == clinic_id, Patient.merged_into_id.is_(None))
        .order_by(Patient.record_no, Patient.family_name)
    )
    return [tuple(getattr(one, name) for name in DEMOGRAPHICS) for one in found]


def _texts(clinic_id: int, *, imported: bool) -> dict[str, list[tuple[str, str]]]:
    """Give each patient's medicines with how they are taken: as typed here, or as arrived."""
    found = {}
    for patient_id in exporting.patient_ids(clinic_id):
        number = db.session.get_one(Patient, (clinic_id, patient_id)).record_no
        if imported:
            found[number] = list(chart.imported_texts(clinic_id, patient_id))
        else:
            regimen = current(clinic_id, patient_id)
            lines = regimen.lines if regimen else ()
            found[number] = [(product_words(one.product), taken_words(one)) for one in lines]
    return found


def test_a_clinic_goes_out_as_fhir_and_comes_back_equal(demo_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "clinic.ndjson"
    words = ("export", "fhir", "--out", str(out), "--clinic", "Hillside Spine", "--for", "A move")
    assert command(demo_app, *words).exit_code == 0
    with demo_app.app_context():
        here, there, actors = _empty_clinic()
        import_id = _take(actors[Role.ADMIN], there, out.read_bytes())
        rows = chart.rows(there, import_id)
        known: list[int] = []
        for row in rows:  # nobody here is the same person: the demo's namesakes are two people
            known.append(
                imports.confirm(
                    by=actors[Role.NURSE], clinic_id=there, row_id=row.id, different=known
                )
            )
        assert len(rows) > 5
        assert _demographics(there) == _demographics(here)
        assert _texts(there, imported=True) == _texts(here, imported=False)
        assert [one for one in known if current(there, one)] == []
        with pytest.raises(Conflict):
            imports.confirm(by=actors[Role.NURSE], clinic_id=there, row_id=rows[0].id)
        assert _take(actors[Role.ADMIN], there, out.read_bytes()) == import_id


def test_a_file_is_looked_at_by_command_and_nobody_is_named(
    demo_app: Flask, tmp_path: Path
) -> None:
    file, out = tmp_path / "patients.csv", tmp_path / "counts.csv"
    file.write_text(CSV)
    said = command(demo_app, "import", "check", str(file))
    assert said.exit_code == 1
    assert said.output == "line 5: There is no family name.\nCSV: 3 patients, 1 refused.\n"
    file.write_text("x")
    assert "No column is named" in command(demo_app, "import", "check", str(file)).output
    words = ("export", "reports", "--out", str(out), "--clinic", "Hillside Spine")
    assert command(demo_app, *words).exit_code == 0
    assert "Plans by state,Active,1" in out.read_text()
    assert command(demo_app, *words).exit_code == 1
