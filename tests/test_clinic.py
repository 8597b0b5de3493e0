"""The clinic's details, its catalogue, and the page that says what is derived and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.catalogue import Catalogue
from tracker.forms.clinic import US_ZONES, time_zones
from tracker.models import Clinic, ClinicRevision, Event, db
from tracker.policy import sentence
from tracker.records import clinics

ALL_FIELDS: dict[str, Any] = {
    "name": "Hillside Spine & Pain",
    "address": "12 Elm Street\nBoulder, CO 80302",
    "hours": "Monday to Friday, 8 AM to 5 PM",
    "closed_days": "July 4, Thanksgiving",
    "day_phone": "(303) 555-0199",
    "night_phone": "(303) 555-0188",
    "emergency_phone": "112",
    "crisis_phone": "(303) 555-0177",
    "poison_phone": "(303) 555-0166",
    "time_zone": "America/Phoenix",
    "paper": "a4",
    "idle_minutes": "20",
    "read_back": "y",
    "flare_text": "Try a warm shower first.",
    "leftover_text": "the pharmacy on Main Street",
    "mood_protocol": "Stay on the line. Ask a colleague to call 988.",
}


def at(cast: Cast, what: str = "clinic") -> str:
    return f"/c/{cast.hillside}/{what}"


def save(dee: Visitor, cast: Cast, *, status: int | None = None, **typed: Any) -> Page:
    return dee.get(at(cast, "clinic/edit")).form("/clinic/edit").submit(status=status, **typed)


def clinic(app: Flask, cast: Cast) -> Clinic:
    with app.app_context():
        return db.session.get_one(Clinic, cast.hillside)


def told(app: Flask) -> list[str]:
    with app.app_context():
        events = db.session.scalars(
            select(Event).where(Event.act == "clinic.edit").order_by(Event.seq)
        )
        return [sentence(e.act, e.by_name, json.loads(e.about)) for e in events]


# ---- the details


def test_every_detail_can_be_changed_and_is_shown(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = dee.follow(save(dee, cast, **ALL_FIELDS))
    assert "The clinic’s details are saved." in page.text
    now = clinic(app, cast)
    kept = {name: getattr(now, name) for name in ALL_FIELDS}
    assert kept == {**ALL_FIELDS, "idle_minutes": 20, "read_back": True}
    for words in ("Hillside Spine & Pain", "12 Elm StreetBoulder", "America/Phoenix", "A4", "20 m"):
        assert words in page.text
    assert "Last changed Tue Nov 24, 2026, 8:42 AM by Dee Novak." in page.text


def test_a_change_leaves_one_event_and_one_revision(app: Flask, dee: Visitor, cast: Cast) -> None:
    save(dee, cast, hours="8 to 5", paper="a4")
    assert told(app) == ["Dee Novak changed hours, paper"]
    with app.app_context():
        body = db.session.scalar(
            select(ClinicRevision.body)
            .where(ClinicRevision.clinic_id == cast.hillside)
            .order_by(ClinicRevision.seq.desc())
        )
    assert json.loads(body or "")["hours"] == "8 to 5"


def test_saving_what_is_there_changes_nothing(app: Flask, dee: Visitor, cast: Cast) -> None:
    before = clinic(app, cast).seq
    save(dee, cast)
    assert told(app) == ["Dee Novak changed nothing"]
    assert clinic(app, cast).seq == before


def test_lines_end_as_they_are_kept_whatever_the_browser_sends(
    app: Flask, dee: Visitor, cast: Cast
) -> None:
    save(dee, cast, address="  12 Elm Street\r\nBoulder \r\n")
    assert clinic(app, cast).address == "12 Elm Street\nBoulder"


@pytest.mark.parametrize(
    ("typed", "sentence_"),
    [
        ({"name": ""}, "Type the clinic’s name."),
        ({"name": "411"}, "The name has no letter."),
        ({"day_phone": "ask at the desk"}, "Type a phone number, such as (555) 010-2233."),
        ({"night_phone": "5" * 41}, "Use at most 40 characters for a phone number."),
        ({"emergency_phone": ""}, "Type the number to be printed."),
        ({"crisis_phone": " "}, "Type the number to be printed."),
        ({"poison_phone": "12"}, "Type a phone number"),
        ({"idle_minutes": "4"}, "Type a whole number of minutes from 5 to 30."),
        ({"idle_minutes": "31"}, "Type a whole number of minutes from 5 to 30."),
        ({"idle_minutes": "١٥"}, "Type a whole number of minutes from 5 to 30."),
        ({"idle_minutes": "7.5"}, "Type a whole number of minutes from 5 to 30."),
        ({"idle_minutes": ""}, "Type a whole number of minutes from 5 to 30."),
        ({"hours": "8" * 121}, "Use at most 120 characters."),
        ({"address": "x" * 301}, "Use at most 300 characters."),
        ({"flare_text": "x" * 10_000}, "Use at most 1,000 characters."),
        ({"night_phone": "", "night_phone_confirmed": "y"}, "Type the number first"),
        ({"day_phone": "", "day_phone_confirmed": "y"}, "Type the number first"),
    ],
)
def test_what_cannot_be_is_refused_with_the_words_kept(
    app: Flask, dee: Visitor, cast: Cast, typed: dict[str, str], sentence_: str
) -> None:
    page = save(dee, cast, status=422, **typed)
    assert sentence_ in page.text and page.title.startswith("Error: ")
    kept = page.form("/clinic/edit").fields
    assert {name: kept[name] for name in typed} == typed
    assert told(app) == []


@pytest.mark.parametrize("minutes", ["5", "30"])
def test_idle_minutes_may_be_from_5_to_30(
    app: Flask, dee: Visitor, cast: Cast, minutes: str
) -> None:
    save(dee, cast, idle_minutes=minutes)
    assert clinic(app, cast).idle_minutes == int(minutes)


def test_a_made_up_zone_is_refused(app: Flask, dee: Visitor, cast: Cast) -> None:
    form = dee.get(at(cast, "clinic/edit")).form("/clinic/edit")
    form.fields["time_zone"] = "Mars/Olympus"
    form.submit(status=422)
    assert clinic(app, cast).time_zone == "America/Denver"


def test_the_zones_of_this_country_come_first() -> None:
    zones = [zone for zone, _ in time_zones()]
    assert tuple(zones[: len(US_ZONES)]) == US_ZONES
    assert len(zones) == len(set(zones)) and "Europe/Berlin" in zones


def test_markup_in_a_detail_is_shown_as_typed(dee: Visitor, cast: Cast) -> None:
    page = dee.follow(save(dee, cast, name="<script>x</script>", hours="<b>never</b>"))
    assert "<script>x</script>" in page.text and "<b>never</b>" in page.text


# ---- phones and their confirmation


def test_a_phone_is_confirmed_by_a_tick(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = dee.follow(save(dee, cast, day_phone_confirmed="y"))
    now = clinic(app, cast)
    assert (now.day_phone_confirmed_on, now.day_phone_confirmed_by) == (
        date(2026, 11, 24),
        "Dee Novak",
    )
    assert now.night_phone_confirmed_on is None
    assert "(303) 555-0141 Confirmed Tue Nov 24, 2026 by Dee Novak" in page.text
    assert "(303) 555-0241 Not confirmed" in page.text


def test_a_changed_number_without_a_tick_loses_its_confirmation(
    app: Flask, dee: Visitor, cast: Cast
) -> None:
    save(dee, cast, day_phone_confirmed="y", night_phone_confirmed="y")
    save(dee, cast, day_phone="(303) 555-0150")
    now = clinic(app, cast)
    assert (now.day_phone_confirmed_on, now.day_phone_confirmed_by) == (None, "")
    assert now.night_phone_confirmed_by == "Dee Novak"


def test_a_changed_number_may_be_confirmed_at_once(app: Flask, dee: Visitor, cast: Cast) -> None:
    save(dee, cast, night_phone="(303) 555-0250", night_phone_confirmed="y")
    assert clinic(app, cast).night_phone_confirmed_on == date(2026, 11, 24)


def test_the_confirmation_is_dated_by_the_clinics_own_day(
    app: Flask, dee: Visitor, cast: Cast, sign_in: Callable[[str], Visitor],
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    clock.move_to("2026-11-25T02:30:00+00:00")  # still Tuesday evening in Denver
    save(sign_in("dee"), cast, day_phone_confirmed="y")
    assert clinic(app, cast).day_phone_confirmed_on == date(2026, 11, 24)


# ---- two people at once


@pytest.fixture
def overtaken(app: Flask, dee: Visitor, cast: Cast) -> Page:
    """Dee opens the form; somebody else changes the hours and the paper; Dee saves."""
    form = dee.get(at(cast, "clinic/edit")).form("/clinic/edit")
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            seen=1,
            changes={"hours": "9 to 6", "paper": "a4", "read_back": True},
        )
    return form.submit(hours="7 to 3", closed_days="July 4", night_phone_confirmed="y", status=409)


def test_who_was_slower_sees_both_and_loses_nothing(
    app: Flask, cast: Cast, overtaken: Page
) -> None:
    assert "Dee Novak saved these details on Tue Nov 24, 2026, 8:42 AM." in overtaken.text
    assert overtaken.table() == [
        ["Field", "When you opened it", "Now", "Yours"],
        ["Opening hours", "", "9 to 6", "7 to 3"],
        ["Paper", "US Letter", "A4", "US Letter"],
        ["A second person reads each plan back before it is signed", "No", "Yes", "No"],
    ]
    kept = overtaken.form("/clinic/edit").fields
    assert (kept["hours"], kept["closed_days"]) == ("7 to 3", "July 4")
    assert (kept["paper"], kept["read_back"]) == ("a4", "y")  # left alone, so theirs
    assert kept["night_phone_confirmed"] == "y"
    now = clinic(app, cast)
    assert (now.hours, now.closed_days, now.night_phone_confirmed_on) == ("9 to 6", "", None)


def test_who_was_slower_may_save_again_after_looking(
    app: Flask, dee: Visitor, cast: Cast, overtaken: Page
) -> None:
    overtaken.form("/clinic/edit").submit()
    now = clinic(app, cast)
    assert (now.hours, now.closed_days, now.paper) == ("7 to 3", "July 4", "a4")


@pytest.mark.parametrize("seen", ["", "0", "x", "99", "9" * 30])
def test_a_form_of_no_known_revision_is_a_conflict(
    app: Flask, dee: Visitor, cast: Cast, seen: str
) -> None:
    form = dee.get(at(cast, "clinic/edit")).form("/clinic/edit")
    page = form.submit(seen=seen, hours="8 to 5", status=409)
    assert page.form("/clinic/edit").fields["hours"] == "8 to 5"
    assert told(app) == []


def test_what_a_form_has_no_field_for_is_not_changed(app: Flask, dee: Visitor, cast: Cast) -> None:
    form = dee.get(at(cast, "clinic/edit")).form("/clinic/edit")
    form.fields["day_phone_confirmed_by"] = "Somebody Else"
    form.fields["id"] = "7"
    form.submit()
    assert clinic(app, cast).day_phone_confirmed_by == ""


# ---- the catalogue


def test_the_catalogue_shows_every_entry_with_its_source_and_review(
    app: Flask, amara: Visitor, cast: Cast
) -> None:
    catalogue: Catalogue = app.extensions["catalogue"]
    page = amara.get(at(cast, "catalogue"))
    for entry in catalogue.entries():
        assert entry.words in page.text
    for reference in catalogue.references:
        assert reference.citation in page.text
    therapy = next(row for row in page.table(0) if row[0].startswith("Physical therapy"))
    assert therapy[1] == "Article“Physical therapy is often at the top”"
    assert therapy[2] == "CDC22, AHRQ227, CPGQA"
    assert therapy[3] == "Tue Nov 24, 2026Review by Tue Nov 23, 2027"
    assert "All reviewed in time" in page.text and "Review overdue" not in page.text
    assert f"Medicines ({len(catalogue.medicine_names)})" in page.text
    assert f"in {len(catalogue.medicines)} forms and strengths" in page.text


def test_a_review_that_is_overdue_wears_a_chip(
    cast: Cast, sign_in: Callable[[str], Visitor], clock: time_machine.Traveller
) -> None:
    clock.move_to("2028-01-03T15:00:00+00:00")
    page = sign_in("dee").get(at(cast, "catalogue"))
    therapy = next(row for row in page.table(0) if row[0].startswith("Physical therapy"))
    assert therapy[3].startswith("Review overdue")
    assert "reviews overdue" in page.text


# ---- help


@pytest.mark.parametrize("who", ["amara", "bo", "cleo", "dee"])
def test_everyone_finds_what_is_derived_and_what_never_is(
    cast: Cast, sign_in: Callable[[str], Visitor], who: str
) -> None:
    visitor = sign_in(who)
    link = visitor.get(at(cast, "catalogue")).links["What it works out, and what it never does"]
    page = visitor.get(link)
    for words in (
        "A total for the day",
        "Morphine equivalents",
        "typed number within its own lane",
    ):
        assert words in page.text
    assert "How this is worked out" in page.text


def test_help_needs_no_clinic(amara: Visitor) -> None:
    link = amara.get("/account").links["What it works out, and what it never does"]
    assert link == "/help"
    assert amara.get(link).status == 200
