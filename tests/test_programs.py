"""What reads for a person: a calendar at its own address, a program with a key; until it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from fhir.resources.R4B import get_fhir_model_class
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tests.test_provenance import STEPS, TYPED
from tests.test_provenance import signed as signed_with_odd_doses
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.course import WhyClosed, WhyHeld
from tracker.models import AccessToken, Event, ReadLog, db, utc_now
from tracker.records import checkins, course, patients, staff, tokens

BASE = "/c/{}/programs"


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera, whose physician is Dr. Amara."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], physician_id=cast["amara"].staff_id)
    return patient_id


def made(visitor: Visitor, cast: Cast, kind: str, **more: str) -> Page:
    visitor.get(BASE.format(cast.hillside))
    fields = {"kind": kind, "words": "My phone", "days": "7", **more}
    return visitor.post(BASE.format(cast.hillside), fields, status=200)


def shown(page: Page) -> str:
    """Give what stands on the page this once: an address, or a key."""
    code = next(iter(page.document.all("code")))
    return code.text or ""


def feed(app: Flask, address: str, status: int = 200) -> dict[date, Any]:
    answer = app.test_client().get(address.removeprefix("http://localhost"))
    assert answer.status_code == status
    if status != 200:
        return {}
    found = icalendar.Calendar.from_ical(answer.data)
    assert found.errors == []
    text = answer.data.decode()
    assert "Rivera" not in text and "RIVERA" not in text and "ablet" not in text
    events: list[Any] = list(found.walk("VEVENT"))
    return {event["dtstart"].dt: event for event in events}


def test_a_calendar_follows_at_an_address_of_its_own(
    app: Flask, cast: Cast, amara: Visitor, maria: int
) -> None:
    page = made(amara, cast, "calendar")
    address = shown(page)
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 43
    with app.app_context():
        row = db.session.scalars(select(AccessToken)).one()
        assert token not in (row.token_hash, row.words) and row.ends_at is None
    events = feed(app, address)
    first = events[date(2026, 12, 3)]
    assert str(first["summary"]) == "Check-in by phone"
    assert str(first["url"]).endswith(f"/c/{cast.hillside}/patients/{maria}")
    assert {str(one["status"]) for one in events.values()} == {"CONFIRMED"}
    feed(app, address.replace(token, "x" * 43), 404)
    again = amara.get(BASE.format(cast.hillside))
    assert address not in again.text
    told = amara.follow(again.form("/end").submit("End it"))
    assert "It is ended" in told.text
    feed(app, address, 404)


def test_a_hold_a_move_and_the_end_change_what_the_calendar_shows(
    app: Flask, cast: Cast, amara: Visitor, maria: int, clock: time_machine.Traveller
) -> None:
    address = shown(made(amara, cast, "calendar"))
    before = feed(app, address)
    clock.move_to(datetime(2026, 12, 2, 18, tzinfo=UTC))
    day = date(2026, 12, 2)
    asked: dict[str, Any] = {
        "by": cast["amara"].actor, "clinic_id": cast.hillside, "patient_id": maria,
    }  # fmt: skip

    def seen() -> int:
        return course_of(cast.hillside, maria).seq

    with app.app_context():
        course.start(**asked, seen=seen(), on=day, today=day)
        course.hold(
            **asked, seen=seen(), on=day, today=day, reason=WhyHeld.PAIN, words="",
            review_on=date(2026, 12, 20),
        )  # fmt: skip
    held = feed(app, address)
    assert [str(held[on]["status"]) for on in sorted(held)] == [
        "CONFIRMED", "CANCELLED", "CANCELLED",
    ]  # fmt: skip
    assert all(held[on]["sequence"] > before[on]["sequence"] for on in held)
    with app.app_context():
        course.close(
            **asked, seen=seen(), on=day, today=day, reason=WhyClosed.DECLINED,
            words="Wants no more", takes_now="As on the bottle", no_contact="Wants none",
        )  # fmt: skip
    assert {str(one["status"]) for one in feed(app, address).values()} == {"CANCELLED"}


def test_a_death_withdraws_everything(app: Flask, cast: Cast, amara: Visitor, maria: int) -> None:
    address = shown(made(amara, cast, "calendar"))
    before = feed(app, address)
    with app.app_context():
        patients.edit(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"state": "died", "state_since": date(2026, 11, 24)},
        )  # fmt: skip
    after = feed(app, address)
    assert {str(one["status"]) for one in after.values()} == {"CANCELLED"}
    assert all(after[on]["sequence"] > before[on]["sequence"] for on in after)


def test_who_spoke_last_has_the_check_ins(
    app: Flask, cast: Cast, bo: Visitor, amara: Visitor, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
    of_bo, of_amara = (shown(made(one, cast, "calendar")) for one in (bo, amara))
    assert feed(app, of_bo) == feed(app, of_amara) == {}

    def tried(who: str, minutes: int) -> None:
        clock.move_to(datetime(2026, 12, 3, 18, minutes, tzinfo=UTC))
        with app.app_context():
            first = checkins_of(cast.hillside, patient_id)[0]
            checkins.not_reached(
                by=cast[who].actor, clinic_id=cast.hillside, patient_id=patient_id,
                checkin_id=first.id, seen=first.seq, on=date(2026, 12, 3), mode="phone",
                outcome="no_answer",
            )  # fmt: skip

    tried("bo", 1)
    before = feed(app, of_bo)
    assert {str(one["status"]) for one in before.values()} == {"CONFIRMED"}
    tried("amara", 2)
    assert {str(one["status"]) for one in feed(app, of_bo).values()} == {"CANCELLED"}
    assert {str(one["status"]) for one in feed(app, of_amara).values()} == {"CONFIRMED"}
    assert feed(app, of_bo)[date(2026, 12, 3)]["sequence"] > before[date(2026, 12, 3)]["sequence"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "other"}, "Choose what to make."),
        ({"kind": "calendar", "words": " "}, "Type which program it is for"),
        ({"kind": "fhir", "words": "x" * 101}, "Type which program it is for"),
        ({"kind": "fhir", "words": "Registry", "days": "9999"}, "Choose how long it counts."),
    ],
)
def test_nothing_is_made_without_words_and_an_end(
    app: Flask, cast: Cast, bo: Visitor, fields: dict[str, str], sentence: str
) -> None:
    bo.get(BASE.format(cast.hillside))
    page = bo.post(BASE.format(cast.hillside), fields, status=422)
    assert sentence in page.text
    with app.app_context():
        assert db.session.scalars(select(AccessToken)).all() == []


def asked(app: Flask, cast: Cast, key: str, path: str, status: int = 200) -> dict[str, Any]:
    answer = app.test_client().get(
        f"/c/{cast.hillside}/fhir{path}", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, Any] = json.loads(answer.data)
    get_fhir_model_class(found["resourceType"]).model_validate(found)
    return found


def test_a_program_reads_with_a_key_and_the_record_tells(
    app: Flask, cast: Cast, bo: Visitor, maria: int
) -> None:
    key = shown(made(bo, cast, "fhir", words="Registry"))
    offered = asked(app, cast, key, "/metadata")
    assert offered["rest"][0]["resource"][0]["type"] == "Patient"
    listed = asked(app, cast, key, "/Patient")
    assert [one["resource"]["id"] for one in listed["entry"]] == [str(maria)]
    assert asked(app, cast, key, f"/Patient/{maria}")["birthDate"] == "1961-03-14"
    whole = asked(app, cast, key, f"/Patient/{maria}/$everything")
    assert {"CarePlan", "MedicationRequest", "Task"} <= {
        one["resource"]["resourceType"] for one in whole["entry"]
    }
    with app.app_context():
        log = db.session.execute(select(ReadLog.act, ReadLog.by_id).order_by(ReadLog.id))
        assert [tuple(row) for row in log] == [
            (name, cast["bo"].staff_id)
            for name in ("fhir.search", "fhir.patient", "fhir.everything")
        ]
    told = bo.get(f"/c/{cast.hillside}/patients/{maria}/exports").text
    assert "Bo Lindqvist, RN read the whole record by FHIR" in told


def test_a_list_of_patients_has_pages(app: Flask, cast: Cast, bo: Visitor) -> None:
    with app.app_context():
        ids = [charts.register(cast["amara"], record_no=f"TEST-{n}") for n in range(3)]
    key, found = shown(made(bo, cast, "fhir")), []
    path = "/Patient?_count=2"
    while path:
        page = asked(app, cast, key, path)
        assert page["total"] == 3
        found += [int(one["resource"]["id"]) for one in page["entry"]]
        links = {one["relation"]: one["url"] for one in page["link"]}
        path = "/Patient" + links["next"].split("/Patient")[1] if "next" in links else ""
    assert found == ids


def test_a_key_ends_with_its_day_its_person_and_its_clinic(
    app: Flask, cast: Cast, bo: Visitor, maria: int, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        other = charts.register(cast["eli"])
        by = cast["bo"].actor
        key = tokens.make(by=by, clinic_id=cast.hillside, kind="fhir", words="x", days=7)
        ended = tokens.make(by=by, clinic_id=cast.hillside, kind="fhir", words="y", days=7)
        number = db.session.scalars(select(AccessToken.id).where(AccessToken.words == "y")).one()
        tokens.end(by=by, clinic_id=cast.hillside, token_id=number)
    assert asked(app, cast, key, f"/Patient/{other}", 404)["issue"][0]["code"] == "not-found"
    for wrong in ("", "x" * 43, ended):
        assert asked(app, cast, wrong, f"/Patient/{maria}", 401)["issue"][0]["code"] == "login"
    away = app.test_client().get(
        f"/c/{cast.prairie}/fhir/Patient", headers={"Authorization": f"Bearer {key}"}
    )
    assert away.status_code == 404
    # Without a key there is a fault in the program's own format, and no page to sign in.
    for path in ("", "/Patient", "/Nothing/1"):
        bare = app.test_client().get(f"/c/{cast.hillside}/fhir{path}")
        assert bare.mimetype == "application/fhir+json" and bare.status_code in (401, 404)
    posted = app.test_client().post(f"/c/{cast.hillside}/fhir/Patient", json={})
    assert posted.mimetype == "application/fhir+json" and posted.status_code in (400, 405)
    # A key of FHIR opens nothing else.
    page = app.test_client().get(
        f"/c/{cast.hillside}/patients/{maria}", headers={"Authorization": f"Bearer {key}"}
    )
    assert page.status_code == 302
    clock.move_to(utc_now() + timedelta(days=7, minutes=1))
    asked(app, cast, key, f"/Patient/{maria}", 401)


def test_a_disabled_person_s_key_and_calendar_find_nothing(
    app: Flask, cast: Cast, bo: Visitor, maria: int
) -> None:
    key, address = shown(made(bo, cast, "fhir")), shown(made(bo, cast, "calendar"))
    with app.app_context():
        staff.disable(by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["bo"].staff_id)
    asked(app, cast, key, "/metadata", 401)
    feed(app, address, 404)


def test_one_ends_one_s_own_tokens_alone(
    app: Flask, cast: Cast, bo: Visitor, amara: Visitor
) -> None:
    made(bo, cast, "calendar")
    with app.app_context():
        number = db.session.scalars(select(AccessToken.id)).one()
    amara.get(BASE.format(cast.hillside))
    page = amara.post(BASE.format(cast.hillside) + f"/{number}/end")
    assert "It had ended already" in amara.follow(page).text
    with app.app_context():
        assert db.session.scalars(select(AccessToken.ended_at)).one() is None


def test_doses_leave_by_the_service_as_they_were_typed(app: Flask, cast: Cast, bo: Visitor) -> None:
    with app.app_context():
        patient_id = signed_with_odd_doses(cast, STEPS)
    text = json.dumps(
        asked(app, cast, shown(made(bo, cast, "fhir")), f"/Patient/{patient_id}/$everything"),
        ensure_ascii=False,
    )
    assert all(dose in text for dose in TYPED)
    assert "doseQuantity" not in text and "doseAndRate" not in text


def test_an_administrator_exports_the_clinic_and_everyone_has_it_disclosed(
    app: Flask, cast: Cast, dee: Visitor, amara: Visitor, maria: int,
    sign_in: Callable[[str], Visitor], clock: time_machine.Traveller,
) -> None:  # fmt: skip
    where = f"/c/{cast.hillside}/export"
    page = dee.get(where)
    assert "1 patient" in page.text
    assert "Type for whom" in page.form("/export").submit(None, status=422, whom=" ").text
    left = page.form("/export").submit(None, status=200, whom="Move to another system")
    kinds = [json.loads(line)["resourceType"] for line in left.data.splitlines()]
    assert kinds[0] == "Organization" and kinds.count("Patient") == 1
    assert left.headers["Content-Disposition"] == 'attachment; filename="clinic.fhir.ndjson"'
    told = amara.get(f"/c/{cast.hillside}/patients/{maria}/exports").text
    assert "exported the records of the clinic as FHIR R4, for Move to another system" in told
    with app.app_context():
        assert db.session.scalar(select(Event.by_name).where(Event.act == "export.clinic"))
    clock.move_to(utc_now() + timedelta(minutes=11))
    asked_again = page.form("/export").submit(None, whom="Move")
    assert "/account/confirm" in asked_again.location
