"""Every file that leaves is opened by a program that nobody here wrote, and says there the same.

FHIR by fhirkit, which knows R4 from its specification; a calendar by khal; a table by Gnumeric; a
picture by librsvg; paper by Poppler. Each is also given something broken, so that its silence
means something.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tests.test_settings import command
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.plans import signed_version
from tracker.course import WhyHeld
from tracker.exchange import table
from tracker.exchange.fhir import service
from tracker.models import Event, db, utc_now
from tracker.records import checkins, course, tokens
from tracker.records.checkins import Day
from tracker.timeline import planned_track, to_svg

DEBIAN = {"khal": "khal", "ssconvert": "gnumeric", "rsvg-convert": "librsvg2-bin",
          "pdfinfo": "poppler-utils", "pdftoppm": "poppler-utils"}  # fmt: skip


def run(program: str, *words: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a program that the suite's set-up installs; without it the test fails and says so."""
    if program in DEBIAN and shutil.which(program) is None:
        pytest.fail(f"{program} is not installed (apt-get install {DEBIAN[program]})")
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, **more)


# --- FHIR -----------------------------------------------------------------------------------------


def refused(resources: Iterable[dict[str, Any]], folder: Path) -> list[str]:
    """Give what fhirkit says of these resources; nothing when it takes each of them."""
    folder.mkdir()
    names = []
    for number, one in enumerate(resources):
        name = folder / f"{one['resourceType']}-{number}.json"
        name.write_text(json.dumps(one, ensure_ascii=False), encoding="utf-8")
        names.append(name)
    assert names
    program = Path(sys.executable).with_name("fhirkit")
    said = run(str(program), "validate", *names).stdout.splitlines()
    assert len([line for line in said if not line.startswith(" ")]) == len(names)
    return [line for line in said if not line.endswith(": ok")]


def test_a_clinic_is_read_as_fhir_r4(demo_app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "clinic.ndjson"
    words = ("export", "fhir", "--out", str(out), "--clinic", "Hillside Spine", "--for", "A move")
    assert command(demo_app, *words).exit_code == 0
    resources = [json.loads(line) for line in out.read_text().splitlines()]
    assert len({one["resourceType"] for one in resources}) == 15
    assert refused(resources, tmp_path / "found") == []
    broken = [{**one, "unknown": 1} for one in resources[:3]]
    assert len([one for one in refused(broken, tmp_path / "broken") if "unknown" in one]) == 3


def test_what_a_program_is_answered_is_fhir_r4(
    app: Flask, cast: Cast, bo: Visitor, tmp_path: Path
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        key = tokens.make(
            by=cast["bo"].actor, clinic_id=cast.hillside, kind="fhir", words="x", days=1
        )
    given = bo.get(f"/c/{cast.hillside}/patients/{patient_id}/exports").form("/exports")
    answers = [json.loads(given.submit(None, {"format": "fhir"}, status=200, whom="Self").data)]
    client, sent = app.test_client(), {"Authorization": f"Bearer {key}"}
    for path in ("metadata", "Patient", f"Patient/{patient_id}", "Patient/1",
                 f"Patient/{patient_id}/$everything"):  # fmt: skip
        answers.append(client.get(f"/c/{cast.hillside}/fhir/{path}", headers=sent).get_json())
    assert refused(answers, tmp_path / "answers") == []
    broken = service.capabilities("Hillside Spine", "4.0.1", utc_now())
    del broken["kind"]
    assert refused([broken], tmp_path / "broken") != []


# --- Calendars ------------------------------------------------------------------------------------

_KHAL = """
[calendars]
[[taper]]
path = {0}/days
type = calendar
[sqlite]
path = {0}/khal.db
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = America/New_York
default_timezone = America/New_York
"""


def in_khal(files: Iterable[bytes], folder: Path) -> list[list[str]]:
    """Give what khal shows in New York once it has taken each file: start, state, title."""
    folder.mkdir()
    (folder / "days").mkdir()
    (folder / "config").write_text(_KHAL.format(folder))
    own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    for file in files:
        (folder / "given.ics").write_bytes(file)
        done = run("khal", "-c", folder / "config", "import", "--batch", "-a", "taper",
                   folder / "given.ics", env=own)  # fmt: skip
        assert done.returncode == 0, done.stderr
    shown = run("khal", "-c", folder / "config", "list", "-a", "taper", "--day-format", "",
                "--format", "{start}|{status}|{title}", "2026-11-25", "300d", env=own)  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    lines = sorted(line for line in shown.stdout.splitlines() if line.strip())
    return [[part.strip() for part in line.split("|")] for line in lines]


def test_a_calendar_takes_the_days_and_what_becomes_of_them(
    app: Flask, cast: Cast, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], physician_id=cast["amara"].staff_id)
        token = tokens.make(
            by=cast["amara"].actor, clinic_id=cast.hillside, kind="calendar", words="x", days=None
        )
    asked: dict[str, Any] = {
        "by": cast["amara"].actor, "clinic_id": cast.hillside, "patient_id": patient_id,
    }  # fmt: skip
    before = app.test_client().get(f"/feeds/{token}.ics").data
    with app.app_context():
        first = checkins_of(cast.hillside, patient_id)[0]
        checkins.move(
            **asked, checkin_id=first.id, seen=first.seq, reason="Works that day",
            day=Day(date(2026, 12, 4), "14:30", first.mode, (), 1),
        )  # fmt: skip
    clock.move_to(datetime(2026, 12, 2, 18, tzinfo=UTC))
    with app.app_context():
        day = date(2026, 12, 2)
        course.start(**asked, seen=course_of(cast.hillside, patient_id).seq, on=day, today=day)
        course.hold(
            **asked, seen=course_of(cast.hillside, patient_id).seq, on=day, today=day,
            reason=WhyHeld.PAIN, words="", review_on=date(2026, 12, 20),
        )  # fmt: skip
    after = app.test_client().get(f"/feeds/{token}.ics").data
    shown = in_khal([before], tmp_path / "before")
    assert shown[0] == ["2026-12-03", "CONFIRMED", "Check-in by phone"] and len(shown) == 3
    again = in_khal([before, after], tmp_path / "after")
    # Half past two in Boulder; nothing stands twice, and what a hold withdraws is told so.
    assert again[0] == ["2026-12-04 16:30", "CONFIRMED", "Check-in by phone"] and len(again) == 3
    assert {state for _, state, _ in again[1:]} == {"CANCELLED"}


# --- Tables ---------------------------------------------------------------------------------------

_NAMES = {"g": "http://www.gnumeric.org/v10.dtd"}
_NUMBER, _TEXT = "40", "60"


def in_gnumeric(data: bytes, folder: Path) -> list[dict[int, tuple[str, str]]]:
    """Give the rows as Gnumeric holds them: for each column the kind of cell, and what is in it."""
    folder.mkdir()
    given, made = folder / "given.csv", folder / "made.gnumeric"
    given.write_bytes(data)
    done = run("ssconvert", given, made)
    assert done.returncode == 0, done.stderr
    rows: dict[int, dict[int, tuple[str, str]]] = {}
    for cell in ElementTree.fromstring(gzip.decompress(made.read_bytes())).iterfind(
        ".//g:Cell", _NAMES
    ):
        kind = cell.get("ValueType", "formula")
        rows.setdefault(int(cell.attrib["Row"]), {})[int(cell.attrib["Col"])] = (
            kind,
            cell.text or "",
        )
    return [rows[number] for number in sorted(rows)]


def test_a_spreadsheet_finds_days_numbers_and_no_formula(
    app: Flask, cast: Cast, bo: Visitor, dee: Visitor, tmp_path: Path,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    name = '=HYPERLINK("http://elsewhere.example")'
    with app.app_context():
        charts.signed_plan(cast["amara"], family_name=name, given_names="@SUM(A1)")
    where = f"/c/{cast.hillside}/reports"
    listed = bo.get(f"{where}/plans").form("/csv").submit(None, status=200).data
    rows = in_gnumeric(listed, tmp_path / "listed")
    assert rows[1][1] == (_TEXT, f"{name.upper()}, @SUM(A1)")
    assert rows[1][2][0] == _NUMBER and rows[1][4][0] == _NUMBER  # days, as days
    counts = dee.get(where).form("/reports/csv").submit(None, status=200).data
    of_plans = [row for row in in_gnumeric(counts, tmp_path / "counts") if "Plans" in row[1][1]]
    assert [row[3] for row in of_plans] == [(_NUMBER, "1")]
    audit = dee.get(f"/c/{cast.hillside}/audit").form("/audit")
    taken = audit.submit("Take it along", status=200, first="", last="").data
    with app.app_context():
        events = len(
            db.session.scalars(select(Event).where(Event.clinic_id == cast.hillside)).all()
        )
    told = in_gnumeric(taken, tmp_path / "audit")
    assert len(told) > events
    for row in (*rows, *told):
        assert not [kind for kind, _ in row.values() if kind == "formula"]
    bare = b"a,b\n=1+1,2\n"
    assert in_gnumeric(bare, tmp_path / "bare")[1][0][0] == "formula"
    safe = "".join(table.lines(("a", "b"), [("=1+1", 2)])).encode()
    assert in_gnumeric(safe, tmp_path / "safe")[1][0] == (_TEXT, "=1+1")


# --- Pictures and paper ---------------------------------------------------------------------------


def test_the_timeline_is_a_picture_to_others(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with app.app_context():
        _, version_id = charts.signed_plan(cast["amara"])
        signed = signed_version(cast.hillside, version_id)
        assert signed is not None
        drawn = to_svg(planned_track(signed.version, charts.TODAY))
    alone = str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    (tmp_path / "a.svg").write_text(alone, encoding="utf-8")
    done = run("rsvg-convert", "-o", tmp_path / "a.png", tmp_path / "a.svg")
    assert done.returncode == 0 and done.stderr == ""
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.width > 200 and len(picture.getcolors(1 << 20) or ()) > 10
    (tmp_path / "b.svg").write_text(alone[:-20], encoding="utf-8")
    assert run("rsvg-convert", "-o", tmp_path / "b.png", tmp_path / "b.svg").returncode != 0


def test_every_kind_of_paper_opens_without_complaint(
    app: Flask, cast: Cast, bo: Visitor, tmp_path: Path
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    home = f"/c/{cast.hillside}/patients/{patient_id}"
    printed = bo.follow(bo.get(f"{home}/handout").form("/handout").submit("Print handout"))
    papers = {"handout": bo.get(printed.links["Open the PDF"]).data}
    locked = bo.get(printed.links["Password-protected copy"]).form("/locked")
    word = "amber lake seven"
    typed = {"password": word, "again": word, "where": "portal"}
    papers["locked"] = locked.submit("Make the copy", typed, status=200).data
    for name, data in papers.items():
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(data)
        key = ("-upw", word) if name == "locked" else ()
        told = run("pdfinfo", *key, file)
        assert told.returncode == 0 and told.stderr == "", (name, told.stderr)
        assert "Pages:" in told.stdout and "Rivera" not in told.stdout
        drawn = run("pdftoppm", *key, "-r", "40", "-png", file, tmp_path / name)
        assert drawn.returncode == 0 and drawn.stderr == "", (name, drawn.stderr)
        assert list(tmp_path.glob(f"{name}-*.png"))
    assert run("pdfinfo", tmp_path / "locked.pdf").returncode != 0
