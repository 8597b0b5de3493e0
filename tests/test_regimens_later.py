"""The next regimen: lines that are carried, two people at once, errors, and what records refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import regimens as chart
from tracker.doses import DoseText
from tracker.models import Event, Fact, RegimenCell, db
from tracker.plans import Cell, Pattern
from tracker.policy import NotAllowed
from tracker.records import patients, regimens
from tracker.records.acts import Conflict
from tracker.regimens import MOST_LINES, Line, Regimen, Source

LATER = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera, whose regimen of two medicines was typed by Nurse Bo."""
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(
            cast["bo"],
            patient_id,
            charts.line("oxycodone-tablet-5-mg", {"morning": "11", "bedtime": "13"}),
            charts.line(
                "fentanyl-patch-25-mcg-per-hour",
                {"each": "1", "every": "72"},
                Pattern.INTERVAL,
                every_unit="hours",
            ),
        )
    return patient_id


@pytest.fixture
def address(cast: Cast, maria: int) -> str:
    """Where her regimen is typed."""
    return f"/c/{cast.hillside}/patients/{maria}/regimen"


def now(app: Flask, cast: Cast, patient_id: int) -> Regimen:
    """Give the patient's current regimen."""
    with app.app_context():
        found = chart.current(cast.hillside, patient_id)
    assert found is not None
    return found


def started(visitor: Visitor, address: str) -> Page:
    """Open the form and start from the last regimen."""
    page = visitor.get(address, empty_doses=True)
    assert "The last regimen, as of Tue Nov 24, 2026" in page.text
    return page.form("/regimen").submit("Start from the last regimen", status=200)


# ---- carrying


def test_what_did_not_change_keeps_who_typed_it_and_when(
    app: Flask, cast: Cast, maria: int, address: str,
    clock: time_machine.Traveller, sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    clock.move_to(LATER)
    page = started(sign_in("amara"), address)
    assert page.words_of("lines.0.cells.times.morning-same") == "unchanged since Tue Nov 24, 2026"
    form = page.form("/regimen")
    assert form.fields["lines.0.cells.times.morning"] == "11"
    assert form.fields["lines.1.cells.interval.every"] == "72"
    form.fill({"as_of": "today", "source": "patient", "lines.0.cells.times.bedtime": "12½"})
    page = page._visitor.follow(form.submit("Save the regimen"))
    kept = now(app, cast, maria)
    assert kept.as_of == date(2026, 12, 8)
    told = [
        [(str(cell.text), cell.typed_by, cell.typed_at == LATER) for cell in line.cells]
        for line in kept.lines
    ]
    bo, amara = cast["bo"].name, cast["amara"].name
    assert told == [
        [("11", bo, False), ("12½", amara, True)],
        [("1", bo, False), ("72", bo, False)],
    ]


def test_a_changed_cell_of_a_carried_medicine_must_be_well_typed(
    address: str, amara: Visitor
) -> None:
    form = started(amara, address).form("/regimen")
    form.fill({"as_of": "today", "source": "patient", "lines.1.cells.interval.each": "½"})
    page = form.submit("Save the regimen", status=422)
    assert "whole units only" in page.words_of("lines.1.cells.interval.each-error")
    assert page.form("/regimen").fields["lines.1.cells.interval.each"] == "½"
    assert "lines.1.cells.interval.each-same" not in page.document.by_id


def test_a_carried_medicine_keeps_its_product_and_pattern_whatever_is_posted(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    form = started(amara, address).form("/regimen")
    form.fields["lines.1.every_unit"] = "days"
    form.fields["lines.1.product"] = "morphine 15 mg tablet"
    form.fields["lines.1.pattern"] = "times"
    form.submit("Save the regimen", as_of="today", source="patient")
    line = now(app, cast, maria).lines[1]
    assert (line.product.name, line.schedule.every_unit) == ("fentaNYL", "hours")


def test_a_carried_medicine_can_be_typed_anew_with_empty_cells(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    page = started(amara, address)
    page = page.form("/regimen").submit("Type this medicine anew", status=200)
    form = page.form("/regimen")
    assert form.fields["lines.0.product"] == "oxyCODONE 5 mg tablet"
    assert {form.fields[n] for n in form.names if n.startswith("lines.0.cells.")} == {""}
    form.fill(
        {
            "as_of": "today",
            "source": "patient",
            "lines.0.pattern": "times",
            "lines.0.times": "noon",
            "lines.0.cells.times.noon": "7",
        }
    )
    amara.follow(form.submit("Save the regimen"))
    assert [str(cell.text) for cell in now(app, cast, maria).lines[0].cells] == ["7"]


def test_what_is_not_in_the_catalogue_is_typed_anew_with_its_form_and_strength(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    with app.app_context():
        line = charts.line("oxycodone-tablet-5-mg", {"noon": "3"})
        product = replace(line.product, catalogue_id=None, name="Dolorin", label_name="Dolorin")
        free = replace(line, product=product)
        charts.record_regimen(cast["bo"], maria, free, seen=1)
    page = started(amara, address)
    form = page.form("/regimen").submit("Type this medicine anew", status=200).form("/regimen")
    assert [form.fields[f"lines.0.{n}"] for n in ("product", "form", "strength", "free")] == [
        "Dolorin",
        "tablet",
        "5 mg",
        "yes",
    ]


def test_a_line_of_another_patient_or_of_nobody_is_never_carried(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    with app.app_context():
        other = charts.register(cast["amara"], given_names="Mario", record_no="TEST-77")
        charts.record_regimen(cast["bo"], other)
        stray = chart.current(cast.hillside, other)
    assert stray is not None
    for line_id in (str(stray.lines[0].id), "1", "x"):
        form = started(amara, address).form("/regimen")
        form.fields["lines.0.carried"] = line_id
        page = form.submit("Save the regimen", status=422, as_of="today", source="patient")
        assert "Type this medicine anew" in page.words_of("lines.0.product-error")
        assert page.form("/regimen").fields["lines.0.cells.times.morning"] == "11"


# ---- edits of the form


def test_nothing_typed_is_lost_by_the_buttons_of_the_form(address: str, amara: Visitor) -> None:
    typed: dict[str, str | list[str] | None] = {
        "as_of": "tomorow",
        "source": "pharmacy",
        "note": "two\nlines",
        "lines.0.product": "oxy 5 tab",
        "lines.0.pattern": "interval",
        "lines.0.cells.interval.each": "5.0",
        "lines.0.cells.times.noon": "x",
        "lines.0.times": ["evening"],
        "lines.0.label_says": "1–2 every 4–6 hours",
        "lines.0.other": "yes",
    }
    page = amara.get(address).form("/regimen").fill(typed).submit("Add a medicine", status=200)
    for button in ("Find", "Add a medicine", "Remove medicine 3", "Start from the last regimen"):
        page = page.form("/regimen").submit(button, status=200)
    form = page.form("/regimen")
    moved = {name.replace("lines.0.", "lines.2."): text for name, text in typed.items()}
    for name, text in moved.items():
        assert form.fields.getlist(name) == ([text] if isinstance(text, str) else text), name
    again = page.form("/regimen").submit("Start from the last regimen", status=200)
    assert again.form("/regimen").fields == form.fields


def test_a_medicine_is_removed_and_the_last_one_leaves_an_empty_one(
    address: str, amara: Visitor
) -> None:
    page = started(amara, address).form("/regimen").submit("Remove medicine 1", status=200)
    form = page.form("/regimen")
    assert form.fields["lines.0.cells.interval.every"] == "72"
    assert "Remove medicine 1" not in page.text
    answer = amara.post(f"{address}/form", {**form.fields, "do": "remove.0"}, status=200)
    assert answer.form("/regimen").fields["lines.0.product"] == ""


def test_only_what_is_carried_can_be_typed_anew(address: str, amara: Visitor) -> None:
    amara.get(address)
    page = amara.post(f"{address}/form", {"do": "anew.0", "lines.0.product": "oxy"}, status=200)
    assert page.form("/regimen").fields["lines.0.product"] == "oxy"


@pytest.mark.parametrize("do", ["", "find", "find.7", "steal.0", "remove.x"])
def test_a_button_that_the_form_does_not_have_is_refused(
    app: Flask, address: str, amara: Visitor, do: str
) -> None:
    amara.get(address)
    amara.post(f"{address}/form", {"do": do}, status=400)


@pytest.mark.parametrize(
    ("typed", "focus"),
    [
        ("fent 25", "lines.0.pattern"),
        ("oxy 5 tab", "lines.0.chosen"),
        ("Qqq", "lines.0.form"),
        ("x" * 130, "lines.0.product"),
    ],
)
def test_after_finding_the_focus_is_where_the_next_answer_is(
    address: str, amara: Visitor, typed: str, focus: str
) -> None:
    form = amara.get(address).form("/regimen").fill({"lines.0.product": typed})
    page = form.submit("Find", status=200)
    held = [e.get("id") for e in page.document.elements if e.get("autofocus") is not None]
    assert held[0] == focus


def test_a_regimen_has_an_end(app: Flask, address: str, amara: Visitor) -> None:
    amara.get(address)
    fields = {f"lines.{n}.product": "oxyCODONE 5 mg tablet" for n in range(MOST_LINES + 1)}
    page = amara.post(address, fields, status=422)
    assert f"at most {MOST_LINES} medicines" in page.words_of("problems")
    page = amara.post(f"{address}/form", {**fields, "do": "add"}, status=200)
    assert f"lines.{MOST_LINES + 1}.product" not in page.form("/regimen").names


def test_an_empty_medicine_beside_a_filled_one_is_left_out(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    page = started(amara, address).form("/regimen").submit("Add a medicine", status=200)
    page.form("/regimen").submit("Save the regimen", as_of="today", source="record")
    assert len(now(app, cast, maria).lines) == 2


# ---- two people at once


def test_who_saves_second_is_told_and_keeps_every_word(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor, bo: Visitor
) -> None:
    mine, theirs = started(amara, address), started(bo, address)
    theirs.form("/regimen").submit(
        "Save the regimen", {"lines.0.cells.times.morning": "17"}, as_of="today", source="patient"
    )
    form = mine.form("/regimen").fill(
        {"as_of": "today", "source": "bottle", "note": "Mine", "lines.0.label_says": "as told"}
    )
    page = form.submit("Save the regimen", status=409)
    assert "Bo Lindqvist, RN recorded a regimen at Tue Nov 24, 2026, 8:42 AM" in page.text
    product, before, there, typed = page.table()[-1]
    assert product == "oxyCODONE 5 mg tablet"
    assert [words.partition(" ")[0] for words in (before, there, typed)] == ["11", "17", "11"]
    assert ["Source", "The bottles", "What the patient says", "The bottles"] in page.table()
    assert "as told" in typed
    kept = page.form("/regimen")
    for name in ("as_of", "source", "note", "lines.0.label_says", "lines.0.cells.times.morning"):
        assert kept.fields[name] == form.fields[name]
    with app.app_context():
        assert len(chart.history(cast.hillside, maria)) == 2
    amara.follow(kept.submit("Save the regimen"))
    assert (now(app, cast, maria).note, now(app, cast, maria).seq) == ("Mine", 3)


def test_a_form_without_its_place_is_a_conflict(address: str, amara: Visitor) -> None:
    form = started(amara, address).form("/regimen")
    form.fields["seen"] = "many"
    form.submit("Save the regimen", status=409, as_of="today", source="bottle")


def test_a_record_that_was_merged_meanwhile_takes_nothing_more(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    form = started(amara, address).form("/regimen").fill({"as_of": "today", "source": "bottle"})
    with app.app_context():
        kept = charts.register(cast["amara"], record_no="TEST-88")
        merge(cast, kept, maria)
    page = form.submit("Save the regimen", status=409)
    assert "merged into another one" in page.text
    assert page.form("/regimen").fields["lines.0.cells.times.morning"] == "11"
    answer = amara.get(address, status=302)
    assert answer.location.endswith(f"/patients/{kept}")
    shown = amara.follow(answer)
    assert "11 (eleven) tablets in the morning" in shown.text


def merge(cast: Cast, kept: int, other: int) -> None:
    """Merge one record into another."""
    patients.merge(
        by=cast["amara"].actor,
        clinic_id=cast.hillside,
        kept_id=kept,
        merged_id=other,
        seen=1,
        seen_merged=1,
        reason="One person",
    )


def mark_in_error(cast: Cast, fact_id: int, seen: int) -> None:
    """Mark a regimen as put into the wrong chart."""
    patients.mark_in_error(
        by=cast["amara"].actor,
        clinic_id=cast.hillside,
        fact_id=fact_id,
        seen=seen,
        reason="Wrong chart",
        what="regimen",
    )


# ---- errors


def test_a_regimen_entered_in_error_is_struck_and_the_one_before_is_current(
    app: Flask, cast: Cast, maria: int, amara: Visitor
) -> None:
    with app.app_context():
        wrong = charts.record_regimen(
            cast["amara"], maria, charts.line("gabapentin-capsule-300-mg", {"noon": "3"}), seen=1
        )
        mark_in_error(cast, wrong, seen=2)
        assert [one.in_error for one in chart.history(cast.hillside, maria)] == ["Wrong chart", ""]
        lost = chart.history(cast.hillside, maria)[0].lines[0].id
        assert lost is not None
        assert chart.lines(cast.hillside, maria, [lost]) == {}
    assert now(app, cast, maria).lines[0].product.name == "oxyCODONE"
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}")
    assert "Entered in error: Wrong chart" in page.text
    struck = [e for e in page.document.all("tr") if e.get("class") == "struck"]
    assert len(struck) == 1


def test_a_form_overtaken_by_a_correction_says_so(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    form = amara.get(address).form("/regimen")
    with app.app_context():
        current = chart.current(cast.hillside, maria)
        assert current is not None
        mark_in_error(cast, current.id, seen=1)
    typed = {
        "lines.0.product": "oxyCODONE 5 mg tablet",
        "lines.0.pattern": "times",
        "lines.0.times": "noon",
        "lines.0.cells.times.noon": "3",
    }
    page = form.submit("Save the regimen", typed, status=409, as_of="today", source="bottle")
    assert "A regimen was marked as entered in error, after you opened this form." in page.text
    amara.follow(page.form("/regimen").submit("Save the regimen"))
    assert [str(cell.text) for cell in now(app, cast, maria).lines[0].cells] == ["3"]


# ---- what records refuse


def record(cast: Cast, patient_id: int, *lines: Line, who: str = "amara", seen: int = 1) -> int:
    return charts.record_regimen(cast[who], patient_id, *lines, seen=seen)


def test_records_refuse_what_the_form_should_have_refused(
    app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        good = charts.line("oxycodone-tablet-5-mg", {"noon": "3"})
        bad = replace(good, cells=(Cell("noon", DoseText("3.0")),))
        facts = db.session.scalar(select(func.count()).select_from(Fact))
        with pytest.raises(ValueError, match="1 to 30"):
            record(cast, maria, *[good] * (MOST_LINES + 1))
        with pytest.raises(ValueError, match="1 to 30"):
            regimens.record(
                by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
                as_of=charts.TODAY, source=Source.PATIENT, note="", lines=(),
            )  # fmt: skip
        with pytest.raises(ValueError, match="Type 3"):
            record(cast, maria, bad)
        with pytest.raises(ValueError, match="no such record"):
            record(cast, 1, good, seen=0)
        with pytest.raises(Conflict):
            record(cast, maria, good, seen=0)
        with pytest.raises(Conflict):
            record(cast, maria, good, seen=2)
        for who in ("cleo", "dee"):
            with pytest.raises(NotAllowed):
                record(cast, maria, good, who=who)
        assert db.session.scalar(select(func.count()).select_from(Fact)) == facts
        assert len(db.session.scalars(select(Event).where(Event.act == "regimen.write")).all()) == 1


def test_records_find_the_origin_of_a_carried_cell_themselves(
    app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        before = chart.current(cast.hillside, maria)
        assert before is not None
        forged = replace(
            before.lines[0],
            carried_from=before.lines[0].id,
            cells=tuple(
                replace(cell, typed_by="Nobody", text=DoseText("19") if n else cell.text)
                for n, cell in enumerate(before.lines[0].cells)
            ),
        )
        record(cast, maria, forged)
        told = db.session.execute(select(RegimenCell.text, RegimenCell.typed_by)).all()
        assert sorted(map(tuple, told)) == [
            ("1", cast["bo"].name),
            ("11", cast["bo"].name),
            ("11", cast["bo"].name),
            ("13", cast["bo"].name),
            ("19", cast["amara"].name),
            ("72", cast["bo"].name),
        ]
