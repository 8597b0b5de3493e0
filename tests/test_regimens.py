"""The regimen's form: what is typed is recorded as typed, and what is refused stays on the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.pages import words
from tests.harness.visitor import Page, Visitor
from tracker.charts import regimens as chart
from tracker.models import Event, db
from tracker.policy import sentence
from tracker.regimens import Regimen, Source, taken_words

OXY = {
    "lines.0.product": "oxyCODONE 5 mg tablet",
    "lines.0.pattern": "times",
    "lines.0.times": ["morning", "bedtime"],
    "lines.0.cells.times.morning": "11",
    "lines.0.cells.times.bedtime": "1½",
}
GOOD: Mapping[str, Any] = {"as_of": "today", "source": "bottle", **OXY}


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera, without a regimen."""
    with app.app_context():
        return charts.register(cast["amara"])


@pytest.fixture
def address(cast: Cast, maria: int) -> str:
    """Where her regimen is typed."""
    return f"/c/{cast.hillside}/patients/{maria}/regimen"


def typed(visitor: Visitor, address: str, **more: str | list[str] | None) -> Page:
    """Fill in a good form, changed by `more`, and save it; expect a refusal."""
    form = visitor.get(address, empty_doses=True).form("/regimen").fill({**GOOD, **more})
    return form.submit("Save the regimen", status=422)


def saved(page: Page) -> Page:
    """Save a page's form as it is, and follow to the patient's page."""
    return page._visitor.follow(page.form("/regimen").submit("Save the regimen"))


def now(app: Flask, cast: Cast, patient_id: int) -> Regimen:
    """Give the patient's current regimen."""
    with app.app_context():
        found = chart.current(cast.hillside, patient_id)
    assert found is not None
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("who", ["amara", "bo"])
def test_a_regimen_is_typed_and_stands_on_the_patients_page(
    app: Flask, cast: Cast, maria: int, address: str, sign_in: Callable[[str], Visitor], who: str
) -> None:
    visitor = sign_in(who)
    page = visitor.get(address, empty_doses=True)
    answer = page.form("/regimen").submit(
        "Save the regimen",
        **GOOD,
        **{"lines.0.label_says": "1–2 every 4–6 hours", "lines.0.note": "Rarely asks for more"},
    )
    shown = visitor.follow(answer)
    assert answer.status == 303
    assert "The regimen of RIVERA, Maria as of Tue Nov 24, 2026 is recorded." in shown.text
    row = next(row for row in shown.table() if "oxyCODONE" in row[0])
    assert row == [
        "oxyCODONE 5 mg tablet by mouth",
        "11 (eleven) tablets in the morning, 1½ (one and a half) tablets at bedtime",
        "1–2 every 4–6 hours",
        "Rarely asks for more",
    ]
    kept = now(app, cast, maria)
    assert (kept.source, kept.recorded_by) == (Source.BOTTLE, cast[who].name)
    assert [cell.typed_by for cell in kept.lines[0].cells] == [cast[who].name] * 2
    with app.app_context():
        events = db.session.scalars(select(Event).where(Event.act == "regimen.write")).all()
        assert len(events) == 1
        told = sentence("regimen.write", events[0].by_name, {"as_of": "Tue Nov 24, 2026"})
        assert told == f"{cast[who].name} recorded the regimen as of Tue Nov 24, 2026"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {
                "pattern": "interval",
                "cells.interval.each": "1",
                "cells.interval.every": "72",
                "every_unit": "hours",
                "product": "fentaNYL 25 mcg per hour patch",
            },
            "1 (one) patch every 72 (seventy-two) hours",
        ),
        (
            {
                "pattern": "weekdays",
                "days": ["wednesday", "monday"],
                "at": "evening",
                "cells.weekdays.monday": "3",
                "cells.weekdays.wednesday": "0",
            },
            "3 (three) tablets on Monday in the evening, none on Wednesday in the evening",
        ),
        (
            {
                "pattern": "as_needed",
                "purpose": "back pain",
                "cells.as_needed.each": "2.5",
                "cells.as_needed.gap": "6",
                "cells.as_needed.most": "10",
                "product": "oxyCODONE 5 mg per 5 mL oral solution",
            },
            "only when needed for back pain: 2.5 (two point five) mL, no sooner than 6 (six) hours "
            "after the last, at most 10 (ten) mL in 24 hours",
        ),
        (
            {
                "pattern": "times",
                "times": "noon",
                "cells.times.noon": "7.5",
                "dose": "mg",
                "product": "morphine 15 mg extended-release tablet",
            },
            "7.5 (seven point five) mg at noon",
        ),
    ],
)
def test_each_pattern_and_measure_is_kept_as_typed(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor, said: str,
    more: Mapping[str, str | list[str]],
) -> None:  # fmt: skip
    blank = dict.fromkeys(OXY, "") | {"lines.0.times": None}
    line = {f"lines.0.{name}": value for name, value in more.items()}
    line.setdefault("lines.0.product", "oxyCODONE 5 mg tablet")
    page = amara.get(address).form("/regimen").submit(**{**GOOD, **blank, **line})
    assert page.status == 303
    assert plain(taken_words(now(app, cast, maria).lines[0])) == said


REFUSED = [
    ({"as_of": ""}, "as_of", "This date is empty"),
    ({"as_of": "12/1/26"}, "as_of", "four digits"),
    ({"as_of": "tomorrow"}, "as_of", "Wed Nov 25, 2026 is still to come"),
    ({"as_of": "dec 1"}, "as_of", "Tue Dec 1, 2026 is still to come"),
    ({"as_of": "3/13/1961"}, "as_of", "before the patient was born"),
    ({"source": None}, "source", "Choose where this was read"),
    ({"lines.0.product": ""}, "lines.0.product", "Type the medicine"),
    ({"lines.0.product": "x" * 121}, "lines.0.product", "at most 120 characters"),
    ({"lines.0.product": "oxy 5 tab"}, "lines.0.chosen", "5 products match “oxy 5 tab”"),
    ({"lines.0.product": "fent 25"}, "lines.0.product", "read as fentaNYL 25 mcg per hour patch"),
    ({"lines.0.product": "Qqq"}, "lines.0.product", "Nothing in the catalogue matches “Qqq”"),
    ({"lines.0.pattern": None}, "lines.0.pattern", "Choose how it is taken"),
    ({"lines.0.times": None}, "lines.0.times", "Tick each time of day"),
    ({"lines.0.cells.times.morning": ""}, "lines.0.cells.times.morning", "This cell is empty"),
    ({"lines.0.cells.times.morning": "5.0"}, "lines.0.cells.times.morning", "Type 5"),
    ({"lines.0.cells.times.morning": ".5"}, "lines.0.cells.times.morning", "Type 0.5"),
    ({"lines.0.cells.times.morning": "5-10"}, "lines.0.cells.times.morning", "A range"),
    ({"lines.0.cells.times.morning": "1000"}, "lines.0.cells.times.morning", "1,000"),
    ({"lines.0.cells.times.morning": "1/2"}, "lines.0.cells.times.morning", "Type ½"),
    ({"lines.0.cells.times.morning": "2 tablets"}, "lines.0.cells.times.morning", "The unit"),
    ({"lines.0.cells.times.morning": " 2"}, "lines.0.cells.times.morning", "a blank before"),
    ({"lines.0.cells.times.noon": "2"}, "lines.0.cells.times.noon", "filled in but not ticked"),
    ({"lines.0.cells.interval.each": "2"}, "lines.0.cells.interval.each", "at times of day. Empty"),
    ({"lines.0.every_unit": "hours"}, "lines.0.every_unit", "choose the pattern it belongs to"),
    ({"lines.0.days": "monday"}, "lines.0.days", "choose the pattern it belongs to"),
    ({"lines.0.at": "noon"}, "lines.0.at", "choose the pattern it belongs to"),
    ({"lines.0.purpose": "pain"}, "lines.0.purpose", "choose the pattern it belongs to"),
    (
        {"lines.0.pattern": "interval"},
        "lines.0.cells.interval.every",
        "Type the number of hours or days",
    ),
    ({"lines.0.pattern": "interval"}, "lines.0.every_unit", "Choose hours or days"),
    (
        {"lines.0.pattern": "interval"},
        "lines.0.cells.times.morning",
        "taken every so many hours or days",
    ),
    ({"lines.0.pattern": "weekdays"}, "lines.0.days", "Tick each weekday"),
    ({"lines.0.pattern": "weekdays", "lines.0.days": "monday"}, "lines.0.at", "Choose the time"),
    ({"lines.0.pattern": "as_needed"}, "lines.0.purpose", "Type what it is needed for"),
    (
        {"lines.0.pattern": "as_needed", "lines.0.cells.as_needed.gap": "1½"},
        "lines.0.cells.as_needed.gap",
        "no part of an hour",
    ),
    ({"lines.0.dose": "mL"}, "lines.0.dose", "This form is counted"),
    (
        {"lines.0.dose": "mg"},
        "lines.0.cells.times.bedtime",
        "A fraction is for counted units",
    ),
    (
        {"lines.0.product": "morphine 15 mg extended-release tablet"},
        "lines.0.cells.times.bedtime",
        "whole units only",
    ),
    (
        {"lines.0.product": "oxyCODONE 5 mg per 5 mL oral solution", "lines.0.dose": "count"},
        "lines.0.dose",
        "measured in mL, not counted",
    ),
    ({"lines.0.label_says": "x" * 201}, "lines.0.label_says", "longer than 200 characters"),
    ({"lines.0.note": "x" * 10_000}, "lines.0.note", "longer than 2,000 characters"),
    ({"note": "x" * 10_000}, "note", "longer than 2,000 characters"),
    ({"lines.0.cells.times.morning": "1\ufffd"}, "lines.0.cells.times.morning", "the number alone"),
]


@pytest.mark.parametrize(("more", "field", "said"), REFUSED)
def test_a_refusal_stands_beside_its_field_and_the_words_stay(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor,
    more: Mapping[str, str | None], field: str, said: str,
) -> None:  # fmt: skip
    page = typed(amara, address, **more)
    assert page.title.startswith("Error: Record the regimen")
    assert said in page.words_of(f"{field}-error")
    links = [e for e in page.document.by_id["problems"].iter("a") if e.get("href") == f"#{field}"]
    assert [words(link) in page.words_of(f"{field}-error") for link in links] == [True]
    form = page.form("/regimen")
    for name, value in {**GOOD, **more}.items():
        texts = [value] if isinstance(value, str) else value or []
        if name not in ("lines.0.product",) and texts != [""]:
            assert [text for text in form.fields.getlist(name) if text] == texts, name
    with app.app_context():
        assert chart.history(cast.hillside, maria) == ()


def test_a_character_that_no_page_can_show_is_marked_and_refused(
    address: str, amara: Visitor
) -> None:
    page = typed(amara, address, note="a\x00b\ufdd0")
    assert page.form("/regimen").fields["note"] == "a\ufffdb\ufffd"
    assert "cannot be shown" in page.words_of("note-error")


def test_every_problem_is_named_with_its_medicine_when_there_are_several(
    address: str, amara: Visitor
) -> None:
    page = amara.get(address).form("/regimen").fill(GOOD).submit("Add a medicine", status=200)
    page = (
        page.form("/regimen")
        .fill({"lines.1.product": "gabapentin 300 mg capsule", "lines.1.pattern": "interval"})
        .submit("Save the regimen", status=422)
    )
    assert "Medicine 2, every: This cell is empty" in page.words_of("problems")


# ---- products


def test_a_product_that_was_typed_in_parts_is_shown_before_it_is_recorded(
    address: str, amara: Visitor
) -> None:
    page = typed(amara, address, **{"lines.0.product": "hydromorph 4 tab"})
    assert page.form("/regimen").fields["lines.0.product"] == "HYDROmorphone 4 mg tablet"
    assert "Chosen: HYDROmorphone 4 mg tablet, by mouth" in page.text
    assert "HYDROmorphone 4 mg tablet" in saved(page).text


def test_one_of_several_products_is_chosen_from_a_list(address: str, amara: Visitor) -> None:
    page = typed(amara, address, **{"lines.0.product": "oxy 5 tab"})
    form = page.form("/regimen")
    assert form.fields["lines.0.product"] == "oxy 5 tab"
    form.fill({"lines.0.chosen": "oxymorphone-tablet-5-mg"})
    shown = page._visitor.follow(form.submit("Save the regimen"))
    assert "oxymorphone 5 mg tablet by mouth" in shown.text


def test_a_choice_made_for_other_words_does_not_count(address: str, amara: Visitor) -> None:
    page = typed(amara, address, **{"lines.0.product": "oxy 5 tab"})
    form = page.form("/regimen").fill(
        {"lines.0.chosen": "oxymorphone-tablet-5-mg", "lines.0.product": "oxy 10 tab"}
    )
    assert "match “oxy 10 tab”" in form.submit("Save the regimen", status=422).text


def test_a_product_outside_the_catalogue_is_typed_and_marked(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    page = typed(amara, address, **{"lines.0.product": "<b>Dolorin</b> قوي"})
    form = page.form("/regimen")
    assert form.fields["lines.0.free"] == "yes"
    form.fill(
        {
            "lines.0.form": "extended-release tablet",
            "lines.0.strength": "12.5 mg",
            "lines.0.kinds": ["opioid"],
            "lines.0.cells.times.bedtime": "3",
        }
    )
    shown = page._visitor.follow(form.submit("Save the regimen"))
    assert (
        "<b>Dolorin</b> قوي 12.5 mg extended-release tablet by mouth Not in catalogue" in shown.text
    )
    product = now(app, cast, maria).lines[0].product
    assert product.catalogue_id is None
    assert product.label_name == product.name == "<b>Dolorin</b> قوي"
    assert product.kinds == ("opioid", "extended-release")
    assert product.whole_units_only


FREE = {"lines.0.product": "Dolorin", "lines.0.free": "yes", "lines.0.strength": "12 mg"}


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({}, "form", "Choose its form"),
        ({"form": "tablet", "strength": ""}, "strength", "Type its strength"),
        ({"form": "tablet", "strength": "12mg"}, "strength", "a blank between the number"),
        ({"form": "tablet", "strength": "5.0 mg"}, "strength", "A zero at the end"),
        ({"form": "tablet", "strength": "5. mg"}, "strength", "no digit after it"),
        ({"form": "tablet", "strength": ".5 mg"}, "strength", "no zero before it"),
        ({"form": "tablet", "strength": "5000 mg"}, "strength", "From 1,000"),
        ({"form": "tablet", "strength": "12 µg"}, "strength", "µg is read as mg"),
        ({"form": "tablet", "strength": "1 " * 40}, "strength", "at most 60 characters"),
        ({"form": "other"}, "form_other", "Type its form"),
        ({"form": "other", "form_other": "paste"}, "dose", "a count or an amount"),
        ({"form": "other", "form_other": "paste", "dose": "count"}, "counted", "what is counted"),
    ],
)
def test_what_is_not_in_the_catalogue_needs_its_form_and_strength(
    address: str, amara: Visitor, more: Mapping[str, str], field: str, said: str
) -> None:
    free = {**FREE, **{f"lines.0.{name}": value for name, value in more.items()}}
    page = typed(amara, address, **free)
    assert said in page.words_of(f"lines.0.{field}-error")


@pytest.mark.parametrize(
    ("more", "unit"),
    [({"dose": "count", "counted": "lozenge"}, "lozenges"), ({"dose": "mcg"}, "mcg")],
)
def test_a_form_of_its_own_is_counted_or_measured_as_chosen(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor, more: Mapping[str, str],
    unit: str,
) -> None:  # fmt: skip
    more = {**more, "form": "other", "form_other": "paste", "cells.times.bedtime": "3"}
    free = {**FREE, **{f"lines.0.{name}": value for name, value in more.items()}}
    amara.get(address).form("/regimen").submit("Save the regimen", **{**GOOD, **free})
    line = now(app, cast, maria).lines[0]
    assert (line.product.form, line.unit_plural) == ("paste", unit)


def test_none_of_the_list_means_not_in_the_catalogue(address: str, amara: Visitor) -> None:
    page = typed(amara, address, **{"lines.0.product": "oxy 5 tab"})
    form = page.form("/regimen").fill({"lines.0.chosen": "none"})
    page = form.submit("Save the regimen", status=422)
    assert "Choose its form" in page.words_of("lines.0.form-error")
    form = page.form("/regimen").fill({"lines.0.form": "oral solution", "lines.0.strength": "2 mg"})
    page = form.fill({"lines.0.cells.times.bedtime": "1.5"}).submit("Save the regimen")
    assert "oxy 5 tab 2 mg oral solution" in page._visitor.follow(page).text


def test_the_list_for_typing_holds_no_patient(cast: Cast, bo: Visitor) -> None:
    answer = bo.http.get(f"/c/{cast.hillside}/products")
    found = {one["id"]: one for one in answer.get_json()["products"]}
    assert found["oxycodone-tablet-5-mg"] == {
        "id": "oxycodone-tablet-5-mg",
        "words": "oxyCODONE 5 mg tablet",
        "shown": "oxyCODONE 5\xa0mg tablet",
        "search": found["oxycodone-tablet-5-mg"]["search"],
        "unit": "tablets",
        "fractions": True,
    }
    assert not found["fentanyl-patch-25-mcg-per-hour"]["fractions"]


# ---- what comes of it


def test_a_caution_that_may_not_be_dismissed_stands_in_sight(address: str, amara: Visitor) -> None:
    page = amara.get(address).form("/regimen").fill(GOOD).submit("Add a medicine", status=200)
    form = page.form("/regimen").fill({"lines.1.product": "diazepam 5 mg tablet"})
    page = form.submit("Find", status=200)
    assert "slow or stop breathing" in words(page.document.all("form")[-1])
    form = page.form("/regimen").fill(
        {
            "lines.1.pattern": "times",
            "lines.1.times": "bedtime",
            "lines.1.cells.times.bedtime": "1",
            "lines.1.other": "yes",
        }
    )
    shown = amara.follow(form.submit("Save the regimen"))
    cautions = [words(e) for e in shown.document.all("div") if "caution" in (e.get("class") or "")]
    assert any("Caution: diazepam 5 mg tablet" in said for said in cautions)
    assert "Supplied by another prescriber: not changed here" in shown.text


NUMBER = re.compile(r"[0-9][0-9.,]*[½¼¾]?|[½¼¾]")


def test_every_number_on_the_page_was_typed_or_names_a_product_or_a_date(
    address: str, amara: Visitor
) -> None:
    shown = amara.follow(amara.get(address).form("/regimen").submit("Save the regimen", **GOOD))
    part = next(
        words(e) for e in shown.document.all("section") if e.get("aria-labelledby") == "regimen"
    )
    for known in ("Tue Nov 24, 2026, 8:42 AM", "Tue Nov 24, 2026", "oxyCODONE 5 mg tablet"):
        part = part.replace(known, "")
    assert NUMBER.findall(part) == ["11", "1½"]


def test_the_front_desk_sees_no_regimen(app: Flask, cast: Cast, maria: int, cleo: Visitor) -> None:
    with app.app_context():
        charts.record_regimen(cast["amara"], maria)
    page = cleo.get(f"/c/{cast.hillside}/patients/{maria}")
    assert "oxyCODONE" not in page.html
    assert cleo.http.get(f"/c/{cast.hillside}/patients/{maria}/regimen").status_code == 403


def test_an_older_regimen_does_not_become_the_current_one(
    app: Flask, cast: Cast, maria: int, address: str, amara: Visitor
) -> None:
    with app.app_context():
        charts.record_regimen(cast["bo"], maria)
    older = {**GOOD, "as_of": "11/2/2026", "lines.0.cells.times.morning": "17"}
    shown = amara.follow(amara.get(address).form("/regimen").submit("Save the regimen", **older))
    assert "The one as of Tue Nov 24, 2026 is later and stays the current one." in shown.text
    assert str(now(app, cast, maria).lines[0].cells[0].text) == "11"
    assert "Other regimens (1)" in shown.text
