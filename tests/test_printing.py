"""Printing for the whole clinic: what is due, a batch to its files, the downtime pack."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.handouts.reading import Reading
from tests.handouts.ua import problems
from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts.course import course_of
from tracker.models import BatchSheet, Event, Handout, ReadLog, db
from tracker.records import clinics, course, patients
from tracker.views import printing

NAMES = ("Abel", "Chu", "Dina")


@pytest.fixture
def three(app: Flask, cast: Cast) -> list[int]:
    """Three patients with signed plans, in the order of their names."""
    with app.app_context():
        return [
            charts.signed_plan(
                cast["amara"],
                family_name=name,
                given_names="Test",
                record_no=f"77{place}",
                birth_date=date(1960, 1, 1 + place),
            )[0]
            for place, name in enumerate(NAMES)
        ]


def printing_page(cast: Cast) -> str:
    return f"/c/{cast.hillside}/printing"


def due(visitor: Visitor, cast: Cast, **days: str) -> dict[str, str]:
    """Return who is due and why, as the page shows it."""
    page = visitor.get(printing_page(cast), query=days)
    rows = page.table()[1:] if page.document.all("table") else []
    return {row[0].split(",")[0]: row[1] for row in rows}


def print_all(visitor: Visitor, cast: Cast) -> Page:
    """Begin a batch of what is due, and go on until it is done."""
    page = visitor.get(printing_page(cast))
    page = visitor.follow(page.form("/batches").submit("Print"))
    while any(form.get("data-goes-on") for form in page.document.all("form")):
        page = visitor.follow(page.form(page.path).submit("Print"))
    return page


def test_all_that_is_due_is_printed_and_kept_like_single_printings(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    assert due(cleo, cast) == {
        n.upper(): "Version 1 was signed, its handout not printed" for n in NAMES
    }
    page = print_all(cleo, cast)
    assert "3 of 3 handouts done" in page.text and "Printed (3)" in page.text
    with app.app_context():
        kept = db.session.scalars(select(Handout).order_by(Handout.id)).all()
        events = db.session.scalars(select(Event).where(Event.act == "handout.print")).all()
    assert [one.patient_id for one in kept] == three
    assert {e.patient_id for e in events} == set(three)
    assert all(hashlib.sha256(one.pdf).hexdigest() == one.sha256 for one in kept)
    assert all(json.loads(one.drawn_with)["template"] for one in kept)
    assert due(cleo, cast) == {}
    assert "No handout is due" in cleo.get(printing_page(cast)).text
    cleo.post(printing_page(cast) + "/batches")  # nothing to begin
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(BatchSheet)) == 3


def test_the_files_hold_the_kept_bytes_and_name_nobody(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    page = print_all(cleo, cast)
    with app.app_context():
        kept = [one.pdf for one in db.session.scalars(select(Handout).order_by(Handout.id))]
        before = db.session.scalar(select(func.count()).select_from(ReadLog))
    packed = cleo.get(page.links["One PDF for each, in a ZIP"])
    with zipfile.ZipFile(BytesIO(packed.data)) as file:
        assert [file.read(name) for name in file.namelist()] == kept
        assert all(name[:5] == f"000{n}-" for n, name in enumerate(file.namelist(), start=1))
        assert not any(name.lower() in " ".join(file.namelist()).lower() for name in NAMES)
    bound = cleo.get(page.links["All in one PDF"]).data
    assert problems(bound) == []
    with pikepdf.open(BytesIO(bound)) as pdf:
        assert len(pdf.pages) == sum(len(Reading(one).sizes) for one in kept)
        assert "Abel" not in str(pdf.docinfo["/Title"])
    reading = Reading(bound)
    assert [t for t in reading.texts() if t.startswith("Test ")] == [f"Test {n}" for n in NAMES]
    assert reading.bookmarks == ["1", "2", "3"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ReadLog)) == (before or 0) + 6


def test_a_batch_goes_on_where_it_was_left(
    cleo: Visitor, bo: Visitor, app: Flask, cast: Cast, three: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(printing, "AT_ONCE", 2)
    page = cleo.get(printing_page(cast))
    begun = cleo.follow(page.form("/batches").submit("Print 3 handouts"))
    assert "0 of 3 handouts done" in begun.text
    assert [
        f.get("data-goes-on") for f in begun.document.all("form") if "data-goes-on" in f.attrib
    ] == ["no"]
    half = cleo.follow(begun.form(begun.path).submit("Print the next 2"))
    assert "2 of 3 handouts done" in half.text and "Under way" in half.text
    assert "2 of 3 done" in bo.get(printing_page(cast)).text
    done = bo.follow(bo.get(half.path).form(half.path).submit("Print the last 1"))
    assert "3 of 3 handouts done" in done.text
    half.form(half.path).submit("Print the last 1")  # nothing is printed twice
    with app.app_context():
        assert len(db.session.scalars(select(Handout)).all()) == 3


def test_what_cannot_be_printed_is_listed_with_its_reason(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[1], seen=1,
            values={"family_name": "Chu王"},
        )  # fmt: skip
    page = print_all(cleo, cast)
    assert "3 of 3 handouts done, 1 not printed" in page.text
    ((who, why),) = page.table()[1:]
    assert who.startswith("CHU王") and "王 (U+738B)" in why and "Latin letters" in why
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.act == "handout.refused")).one()
        assert len(db.session.scalars(select(Handout)).all()) == 2
    assert event.patient_id == three[1]
    assert cleo.get(page.links["CHU王, Test"]).h1.startswith("Handout")


def test_a_batch_of_refusals_alone_has_no_files(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor, clinic_id=cast.hillside, seen=1, changes={"day_phone": ""}
        )
    page = print_all(cleo, cast)
    assert "3 not printed" in page.text and "All in one PDF" not in page.links
    cleo.get(page.path + "/pdf", status=404)


def test_a_date_that_comes_makes_a_handout_due_again(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    print_all(cleo, cast)
    # Step 1 starts on December 1 with a check-in on day 3; step 2 starts on December 29.
    assert due(cleo, cast, first="12/1/2026", last="12/31/2026") == {}  # printed today
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        desk = Visitor(app).arrive("cleo")
        assert set(due(desk, cast).values()) == {"Phone check-in, step 1, Thu Dec 3, 2026"}
        later = due(desk, cast, first="12/20/2026", last="12/31/2026")
        assert set(later.values()) == {"Step 2 starts Tue Dec 29, 2026"}
        assert due(desk, cast, first="12/10/2026", last="12/12/2026") == {}


def test_a_plan_on_hold_gets_its_slip_and_no_sheet_of_steps(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int], clock: time_machine.Traveller
) -> None:
    print_all(cleo, cast)
    clock.shift(60)
    with app.app_context():
        course.hold(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[1],
            seen=course_of(cast.hillside, three[1]).seq, on=charts.TODAY,
            review_on=date(2026, 12, 8), today=charts.TODAY, reason="pain", words="",
        )  # fmt: skip
    assert due(cleo, cast) == {
        "CHU": "The printed sheet is out of date. Plan held, Tue Nov 24, 2026."
    }
    page = print_all(cleo, cast)
    bound = Reading(cleo.get(page.links["All in one PDF"]).data)
    assert "My plan is on hold" in bound.texts() and len(bound.sizes) == 1
    assert cleo.get(page.links["CHU, Test"]).data.startswith(b"%PDF-")
    assert due(cleo, cast) == {}


def test_a_slip_of_this_week_is_not_printed_again_for_a_check_in(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    print_all(cleo, cast)
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        today = date(2026, 12, 2)
        with app.app_context():
            course.hold(
                by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[1],
                seen=course_of(cast.hillside, three[1]).seq, on=today,
                review_on=date(2026, 12, 8), today=today, reason="pain", words="",
            )  # fmt: skip
        desk = Visitor(app).sign_in(cast["cleo"].username, cast["cleo"].password)
        assert "CHU" in due(desk, cast)
        print_all(desk, cast)
        assert due(desk, cast) == {}
    with time_machine.travel(datetime(2026, 12, 9, 17, tzinfo=UTC), tick=False):
        desk = Visitor(app).sign_in(cast["cleo"].username, cast["cleo"].password)
        assert "CHU" in due(desk, cast, first="12/1/2026", last="12/31/2026")


def test_a_plan_closed_meanwhile_is_not_printed(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    page = cleo.get(printing_page(cast))
    begun = cleo.follow(page.form("/batches").submit("Print"))
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[0], seen=1,
            values={"state": "died", "state_since": date(2026, 11, 24)},
        )  # fmt: skip
    done = cleo.follow(begun.form(begun.path).submit("Print"))
    assert "3 of 3 handouts done, 1 not printed" in done.text
    assert "There is no plan any more that goes on." in done.text


def test_a_changed_phone_makes_every_handout_due(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    print_all(cleo, cast)
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor, clinic_id=cast.hillside, seen=1,
            changes={"day_phone": "(303) 555-0199"},
        )  # fmt: skip
    assert set(due(cleo, cast).values()) == {
        "The printed sheet is out of date. A phone number has changed."
    }


def test_days_that_cannot_be_read_are_named(cleo: Visitor, cast: Cast, three: list[int]) -> None:
    page = cleo.get(printing_page(cast), query={"first": "soon", "last": ""}, status=422)
    assert "Type" in page.words_of("first-error") and 'value="soon"' in page.html
    page = cleo.get(
        printing_page(cast), query={"first": "12/9/2026", "last": "12/1/2026"}, status=422
    )
    assert "before the first one" in page.words_of("last-error")
    answer = cleo.post(printing_page(cast) + "/batches", {"first": "soon"}, status=422)
    assert "first-error" in answer.html


def test_another_clinics_batch_is_not_found(
    cleo: Visitor, eli: Visitor, cast: Cast, three: list[int]
) -> None:
    page = print_all(cleo, cast)
    eli.get(page.path, status=404)
    eli.get(page.path.replace(f"/c/{cast.hillside}/", f"/c/{cast.prairie}/"), status=404)
    eli.get(page.path.replace(f"/c/{cast.hillside}/", f"/c/{cast.prairie}/") + "/pdf", status=404)


# -- the downtime pack --------------------------------------------------------------------------


def test_the_downtime_pack_holds_the_list_and_every_active_plan(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        desk = Visitor(app).arrive("cleo")
        made = desk.get(printing_page(cast)).form("/downtime").submit("Make", status=200)
    assert made.headers["Content-Disposition"] == 'inline; filename="downtime-pack.pdf"'
    assert problems(made.data) == []
    reading = Reading(made.data)
    said = "\n".join(reading.texts())
    assert reading.title == "Downtime pack"
    for name in NAMES:
        assert f"{name.upper()}, Test" in said
    # The doses of step 1 as they were typed, the dates that come, and nothing of the record.
    assert "9½ (nine and a half) tablets in the morning" in said
    assert "Step 2 starts Tue," in said and "Contact:" in said and "Dec" in said
    assert "pain_function" not in said and "Not handled" not in said
    with app.app_context():
        event = db.session.scalars(select(Event).where(Event.act == "downtime.print")).one()
        reads = db.session.scalars(select(ReadLog).where(ReadLog.act == "handout.read")).all()
    assert json.loads(event.about) == {
        "patients": "3", "sha256": hashlib.sha256(made.data).hexdigest(),
    }  # fmt: skip
    assert {row.patient_id for row in reads} == set(three)


def test_the_pack_starts_no_step_of_a_plan_on_hold_and_shows_no_closed_plan(
    cleo: Visitor, app: Flask, cast: Cast, three: list[int]
) -> None:
    by, at = cast["amara"].actor, cast.hillside
    with app.app_context():
        for patient_id in three[:2]:
            course.hold(
                by=by, clinic_id=at, patient_id=patient_id, seen=course_of(at, patient_id).seq,
                on=charts.TODAY, review_on=date(2026, 12, 8), today=charts.TODAY, reason="pain",
                words="",
            )  # fmt: skip
        course.close(
            by=by, clinic_id=at, patient_id=three[1], seen=course_of(at, three[1]).seq,
            on=charts.TODAY, today=charts.TODAY, reason="declined", words="Her wish",
            takes_now="As before", no_contact="Her wish",
        )  # fmt: skip
    with time_machine.travel(datetime(2026, 12, 2, 16, tzinfo=UTC), tick=False):
        desk = Visitor(app).arrive("cleo")
        made = desk.get(printing_page(cast)).form("/downtime").submit("Make", status=200)
    rows = next(t for t in Reading(made.data).tables() if t[0][1] == "Current step")[1:]
    told = {row[0].split(",")[0]: row for row in rows}
    assert set(told) == {"ABEL", "DINA"}  # Chu's plan is closed
    assert told["ABEL"][1] == "On hold since Tue Nov 24, 2026"
    assert told["ABEL"][2].startswith("Do not start the next step")
    assert "Step 2 starts" in told["DINA"][2] and "9½" in told["DINA"][1]


def test_the_pack_of_a_clinic_without_plans_says_so(eli: Visitor, cast: Cast) -> None:
    made = eli.get(f"/c/{cast.prairie}/printing").form("/downtime").submit("Make", status=200)
    said = "\n".join(Reading(made.data).texts())
    assert "No active patient has a signed plan." in said
    assert "Nothing stood on today’s list." in said


# -- from the command line ------------------------------------------------------------------------


def command(app: Flask, *more: str) -> Result:
    return app.test_cli_runner().invoke(args=["handouts", "print", "--by", "cleo", *more])


def test_the_command_prints_into_a_folder_and_names_nobody(
    app: Flask, cast: Cast, three: list[int], tmp_path: Path
) -> None:
    out = tmp_path / "paper"
    done = command(app, "--until", "+7", "--out", str(out), "--one-pdf")
    assert done.exit_code == 0 and "Printed 3 of 3 handouts" in done.output
    with app.app_context():
        kept = [one.pdf for one in db.session.scalars(select(Handout).order_by(Handout.id))]
        by = db.session.scalars(select(Event.by_name).where(Event.act == "handout.print")).all()
    files = sorted(out.glob("0*.pdf"))
    assert [file.read_bytes() for file in files] == kept
    assert set(by) == {cast["cleo"].name}
    assert problems((out / "handouts.pdf").read_bytes()) == []
    assert all(file.stat().st_mode & 0o077 == 0 for file in out.iterdir())
    told = done.output + " ".join(file.name for file in out.iterdir())
    assert not any(name.lower() in told.lower() for name in NAMES)
    again = command(app, "--until", "+7", "--out", str(out))
    assert again.exit_code == 0 and "No handout is due" in again.output


def test_the_command_lists_what_could_not_be_printed(
    app: Flask, cast: Cast, three: list[int], tmp_path: Path
) -> None:
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[1], seen=1,
            values={"family_name": "Chu王", "latin_name": "Wang"},
        )  # fmt: skip
    done = command(app, "--until", "+7", "--out", str(tmp_path))
    assert done.exit_code == 1 and "Printed 2 of 3 handouts" in done.output
    assert "Not printed: sheet 2 of the batch. The name has a character that no font here can" in (
        done.output
    )
    assert "U+738B" in done.output and "Wang" not in done.output and "王" not in done.output


def test_names_are_shown_when_asked_for(
    app: Flask, cast: Cast, three: list[int], tmp_path: Path
) -> None:
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=three[1], seen=1,
            values={"family_name": "Chu王"},
        )  # fmt: skip
    done = command(app, "--until", "+7", "--out", str(tmp_path), "--names")
    assert "Not printed: CHU王, Test, born" in done.output
    assert any("ABEL__Test" in file.name for file in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--until", "soon"], "--until: "),
        (["--until", "12/1/2026", "--from", "12/2/2026"], "--until is before --from"),
        (["--until", "+7", "--by", "nobody"], "Nobody here has the user name nobody"),
        (["--until", "+7", "--by", "dee"], "Dee Novak may not print handouts at any clinic"),
        (["--until", "+7", "--clinic", "Elsewhere"], "may not print handouts at Elsewhere"),
        ([], "--until"),
    ],
)
def test_a_wrong_use_is_told_in_a_sentence(
    app: Flask, cast: Cast, tmp_path: Path, more: list[str], told: str
) -> None:
    done = command(app, "--out", str(tmp_path / "paper"), *more)
    assert done.exit_code == 2 and told in done.output
    assert not (tmp_path / "paper").exists()
