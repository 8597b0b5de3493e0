"""Commands by which records leave and arrive: help, exit codes, nobody's name on the terminal."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import icalendar
import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tests.test_imports import CSV
from tests.test_settings import command
from tracker import exchange_commands
from tracker.charts import reports
from tracker.models import Event, ImportFile, ImportRow, Patient, db
from tracker.records import tokens

CLINIC = ("--clinic", "Hillside Spine")


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.signed_plan(cast["amara"])[0]


OWN = ("install.patient", "install.report", "install.export", "install.import", "install.token_end")


def acts(app: Flask) -> list[str]:
    with app.app_context():
        found = select(Event.act).where(Event.act.in_(OWN)).order_by(Event.at, Event.seq)
        return list(db.session.scalars(found))


ALL = [
    (group.name or "", name)
    for group in exchange_commands.COMMANDS
    for name in sorted(group.commands)
]


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_says_what_it_does_and_refuses_what_it_does_not_know(
    app: Flask, words: tuple[str, str]
) -> None:
    told = command(app, *words, "--help")
    assert told.exit_code == 0 and told.output.startswith("Usage:")
    assert "Exit status 1" in " ".join(told.output.split()) or words == ("programs", "list")
    assert command(app, *words, "--nothing-such").exit_code == 2


@pytest.mark.parametrize("format", ["fhir", "calendar"])
def test_one_patient_leaves_by_their_number(
    app: Flask, cast: Cast, amara: Visitor, maria: int, tmp_path: Path, format: str
) -> None:
    out = tmp_path / "file"
    words = ("export", "patient", "--record-no", "TEST-004512", "--format", format,
             "--out", str(out), "--for", "The court", *CLINIC)  # fmt: skip
    told = command(app, *words)
    assert told.exit_code == 0 and "Rivera" not in told.output and "RIVERA" not in told.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    if format == "fhir":
        bundle = json.loads(out.read_bytes())
        assert [one["resource"]["id"] for one in bundle["entry"]
                if one["resource"]["resourceType"] == "Patient"] == [str(maria)]  # fmt: skip
    else:
        assert len(icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")) == 3
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}/exports")
    assert "The command line exported the record as" in page.text and "The court" in page.text
    before = out.read_bytes()
    again = command(app, *words)
    assert again.exit_code == 1 and "stays as it is" in again.output
    assert out.read_bytes() == before and acts(app) == ["install.patient"]


def test_nobody_leaves_by_a_number_of_another_clinic(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    with app.app_context():
        charts.register(cast["eli"], record_no="TEST-77")
        charts.register(cast["amara"], record_no="")
    for number in ("TEST-77", " ", "nobody"):
        out = tmp_path / "file"
        told = command(app, "export", "patient", "--record-no", number, "--out", str(out),
                       "--for", "x", *CLINIC)  # fmt: skip
        assert told.exit_code == 1 and "No patient of this clinic" in told.output
        assert list(tmp_path.iterdir()) == []
    assert acts(app) == []


def test_a_list_leaves_by_command_and_each_patient_has_it_disclosed(
    app: Flask, cast: Cast, amara: Visitor, maria: int, tmp_path: Path
) -> None:
    out = tmp_path / "plans.csv"
    told = command(app, "export", "report", "plans", "--out", str(out), *CLINIC)
    assert told.exit_code == 0 and "RIVERA" not in told.output
    _, row = csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline=""))
    assert row[1:4] == ["RIVERA, Maria", "1961-03-14", "TEST-004512"]
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}/exports")
    assert "The command line exported the report “Plans by state”" in page.text
    assert command(app, "export", "report", "none", "--out", str(out)).exit_code == 2
    assert {name for name in reports.REPORTS if name in command(
        app, "export", "report", "--help").output}  # fmt: skip


def test_a_file_is_whole_or_not_there(app: Flask, maria: int, tmp_path: Path) -> None:
    def asked(out: Path) -> str:
        told = command(app, "export", "fhir", "--out", str(out), "--for", "x", *CLINIC)
        assert told.exit_code == 1
        return told.output

    assert "cannot be written" in asked(tmp_path / "nowhere" / "file")
    (tmp_path / "file.part").write_text("half")
    assert "one was cut off" in asked(tmp_path / "file")
    assert [one.name for one in tmp_path.iterdir()] == ["file.part"]
    assert (tmp_path / "file.part").read_text() == "half" and acts(app) == []


def test_a_file_too_large_for_the_page_arrives_by_command(
    app: Flask, cast: Cast, dee: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "patients.csv"
    filler = "".join(
        f"Rivera,Ana,19{n % 90 + 10}-01-01,N-{n},{'x' * 150},{'y' * 400}\n" for n in range(3_700)
    )
    file.write_text(CSV + filler)
    assert file.stat().st_size > 2 * 1024 * 1024
    words = ("import", "upload", str(file), "--for", "dee", *CLINIC)
    told = command(app, *words)
    assert told.exit_code == 0 and "Rivera" not in told.output
    assert "line 5: There is no family name." in told.output
    page = dee.get(f"/c/{cast.hillside}/imports")
    assert "0 of 3703 decided, 1 refused" in page.text and "Admin Dee" not in told.output
    assert command(app, *words).exit_code == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ImportFile)) == 1
        assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 3703
        assert db.session.scalar(select(func.count()).select_from(Patient)) == 0
    assert acts(app) == ["install.import"]


@pytest.mark.parametrize("whom", ["bo", "eli", "nobody"])
def test_a_file_is_for_an_administrator_of_the_clinic(
    app: Flask, cast: Cast, tmp_path: Path, whom: str
) -> None:
    file = tmp_path / "patients.csv"
    file.write_text(CSV)
    told = command(app, "import", "upload", str(file), "--for", whom, *CLINIC)
    assert told.exit_code == 1 and "is no administrator" in told.output
    assert acts(app) == []


def test_a_file_of_nothing_but_bad_lines_says_so(app: Flask, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "patients.csv"
    for text, sentence in (("family_name,birth_date\n,1961-03-14\n", "0 patients, 1 refused"),
                           ("a,b\n", "No column is named")):  # fmt: skip
        file.write_text(text)
        told = command(app, "import", "upload", str(file), "--for", "dee", *CLINIC)
        assert told.exit_code == 1 and sentence in told.output


def test_a_calendar_is_ended_by_command(app: Flask, cast: Cast) -> None:
    with app.app_context():
        token = tokens.make(
            by=cast["bo"].actor, clinic_id=cast.hillside, kind="calendar", words="Phone", days=None
        )
    told = command(app, "programs", "list", *CLINIC)
    number = told.output.split()[0]
    assert "Bo Lindqvist, RN  calendar  Phone  until it is ended" in told.output
    assert token not in told.output
    address = f"/feeds/{token}.ics"
    assert app.test_client().get(address).status_code == 200
    assert command(app, "programs", "end", number, *CLINIC).exit_code == 0
    assert app.test_client().get(address).status_code == 404
    assert command(app, "programs", "end", number, *CLINIC).exit_code == 1
    assert command(app, "programs", "list", *CLINIC).output == ""
    assert acts(app) == ["install.token_end"]
