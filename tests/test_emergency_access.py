"""Emergency access: a record of another clinic, to read, for some hours, with its clinic told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import HILLSIDE, PRAIRIE, Cast
from tests.harness.visitor import Page, Visitor
from tests.test_routes import ask, behind_the_guard
from tracker.models import EmergencyAccess, Event, Patient, ReadLog, db
from tracker.policy import NotAllowed, sentence
from tracker.records import audit
from tracker.records import emergencies as records
from tracker.records.acts import Conflict

NOBODY = "No patient of that clinic has this record number and this date of birth."
WHY = "Found drowsy at the station, needs the present doses"


@pytest.fixture
def patient(app: Flask, cast: Cast) -> Patient:
    """A patient of Hillside Spine with a regimen and a signed plan."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        return db.session.get_one(Patient, (cast.hillside, patient_id))


def fill(
    eli: Visitor, cast: Cast, patient: Patient, *, status: int | None = None, **typed: Any
) -> Page:
    form = eli.get(f"/c/{cast.prairie}/emergency").form("/emergency")
    filled: dict[str, Any] = {
        "clinic": str(cast.hillside),
        "record_no": patient.record_no,
        "birth_date": patient.birth_date.strftime("%m/%d/%Y"),
        "reason": WHY,
        "hours": "2",
    }
    return form.submit(status=status, **{**filled, **typed})


def told(app: Flask, clinic_id: int) -> list[str]:
    with app.app_context():
        events = db.session.scalars(
            select(Event)
            .where(Event.clinic_id == clinic_id, Event.act.like("emergency.%"))
            .order_by(Event.seq)
        )
        return [sentence(e.act, e.by_name, json.loads(e.about)) for e in events]


# ---- reading


def test_the_record_is_read_and_every_reading_leaves_its_line(
    app: Flask, cast: Cast, eli: Visitor, patient: Patient
) -> None:
    page = eli.follow(fill(eli, cast, patient))
    assert page.h1 == f"Record of {HILLSIDE}" and WHY in page.text
    assert patient.family_name.upper() in page.text and "Plan" in page.text
    for part in ("Regimen", "Last check-ins", "The sheet the patient should have"):
        assert part in [("".join(e.itertext())).strip() for e in page.document.all("h2")]
    offered = {(f.get("action") or "").rsplit("/", 1)[1] for f in page.document.all("form")}
    assert offered == {"patients", "sign-out"}  # the search of one's own clinic, and the menu
    eli.get(page.path)
    with app.app_context():
        lines = db.session.scalars(select(ReadLog).where(ReadLog.act == "emergency.page")).all()
        assert [(r.clinic_id, r.patient_id, r.by_id) for r in lines] == [
            (cast.hillside, patient.id, cast["eli"].staff_id)
        ] * 2
        assert audit.verify() == ()


def test_both_clinics_histories_tell_it_and_only_the_patients_names_the_patient(
    app: Flask, cast: Cast, eli: Visitor, amara: Visitor, patient: Patient
) -> None:
    fill(eli, cast, patient)
    opened = (
        f"Dr. Eli Stone of {PRAIRIE} opened this record in an emergency, to read for 2 hours: {WHY}"
    )
    assert told(app, cast.hillside) == [opened]
    assert told(app, cast.prairie) == [
        f"Dr. Eli Stone asked for emergency access to a record of {HILLSIDE}: {WHY}"
    ]
    with app.app_context():
        ids = db.session.scalars(
            select(Event.patient_id).where(Event.clinic_id == cast.prairie)
        ).all()
    assert patient.id not in ids
    history = amara.get(f"/c/{cast.hillside}/patients/{patient.id}/history")
    assert opened in history.text


def test_to_the_stranger_every_address_stays_closed_during_the_access(
    app: Flask, cast: Cast, eli: Visitor, patient: Patient
) -> None:
    fill(eli, cast, patient)
    with_ids = replace(cast, ids={"patient_id": patient.id})
    own = f"/c/{cast.hillside}/"
    answers = {
        f"{method} {address}": ask(eli, method, address)
        for _, method, address in behind_the_guard(app, with_ids)
        if address.startswith(own)
    }
    assert len(answers) > 50
    assert {door: status for door, status in answers.items() if status != 404} == {}


def test_look_alikes_of_the_other_clinic_are_not_named(
    app: Flask, cast: Cast, eli: Visitor, patient: Patient
) -> None:
    with app.app_context():
        charts.register(
            cast["bo"], family_name=patient.family_name, given_names=patient.given_names + "h",
            record_no="LOOK-ALIKE",
        )  # fmt: skip
    page = eli.follow(fill(eli, cast, patient))
    assert "Similar name" not in page.text and "LOOK-ALIKE" not in page.html


# ---- its end


def test_the_access_ends_by_the_clock(
    cast: Cast, eli: Visitor, patient: Patient, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    at = fill(eli, cast, patient, hours="1").location
    clock.shift(timedelta(minutes=59))
    again = sign_in("eli")
    assert again.get(at).status == 200
    assert "Open now" in again.get(f"/c/{cast.prairie}/emergency").text
    clock.shift(timedelta(minutes=1))
    again.get(at, status=404)
    assert "Open now" not in again.get(f"/c/{cast.prairie}/emergency").text


def test_the_access_is_the_persons_own(
    app: Flask, cast: Cast, eli: Visitor, amara: Visitor, patient: Patient
) -> None:
    at = fill(eli, cast, patient).location
    number = at.rsplit("/", 1)[1]
    amara.get(at, status=404)
    amara.get(f"/c/{cast.hillside}/emergency/{number}", status=404)


def test_the_administrator_is_told_and_can_end_it(
    app: Flask, cast: Cast, eli: Visitor, dee: Visitor, patient: Patient
) -> None:
    staff = f"/c/{cast.hillside}/staff"
    assert "opened from another clinic" not in dee.get(staff).text
    at = fill(eli, cast, patient).location
    for path in (staff, f"/c/{cast.hillside}/clinic"):
        assert "opened from another clinic in an emergency" in dee.get(path).text
    page = dee.get(f"/c/{cast.hillside}/emergencies")
    assert ["Dr. Eli Stone, " + PRAIRIE, patient.record_no] in [row[:2] for row in page.table()]
    assert patient.family_name not in page.text and WHY in page.text
    done = page.form(f"/{at.rsplit('/', 1)[1]}").submit("Acknowledge, and end it now")
    after = dee.follow(done)
    assert "The access is ended." in after.text and "Dee Novak" in after.table()[1][5]
    eli.get(at, status=404)
    assert "opened from another clinic" not in dee.get(staff).text
    assert told(app, cast.hillside)[-1] == "Dee Novak ended an emergency access to this record"
    dee.post(f"/c/{cast.hillside}/emergencies/{at.rsplit('/', 1)[1]}", status=409)


def test_an_acknowledged_access_goes_on_until_its_hour(
    cast: Cast, eli: Visitor, dee: Visitor, patient: Patient
) -> None:
    at = fill(eli, cast, patient).location
    dee.get(f"/c/{cast.hillside}/emergencies").form(f"/{at.rsplit('/', 1)[1]}").submit()
    assert eli.get(at).status == 200


# ---- asking


@pytest.mark.parametrize(
    ("typed", "sentence_"),
    [
        ({"record_no": "NOT-THERE"}, NOBODY),
        ({"birth_date": "1/2/1950"}, NOBODY),
        ({"birth_date": "1/2"}, "year"),
        ({"birth_date": "soon"}, "This is not read as a date."),
        ({"clinic": ""}, "Choose the clinic."),
        ({"reason": " "}, "Say why."),
        ({"hours": "13"}, "Type a whole number of hours, 1 to 12."),
        ({"hours": "0"}, "Type a whole number of hours, 1 to 12."),
        ({"hours": "½"}, "Type a whole number of hours, 1 to 12."),
    ],
)
def test_what_names_no_patient_or_lacks_a_reason_opens_nothing(
    app: Flask, cast: Cast, eli: Visitor, patient: Patient, typed: dict[str, str], sentence_: str
) -> None:
    page = fill(eli, cast, patient, status=422, **typed)
    assert sentence_ in page.text
    assert page.form("/emergency").fields["reason"] == typed.get("reason", WHY)
    with app.app_context():
        assert db.session.scalars(select(EmergencyAccess)).all() == []


def test_part_of_a_record_number_names_nobody(cast: Cast, eli: Visitor, patient: Patient) -> None:
    fill(eli, cast, patient, status=422, record_no=patient.record_no[:-1])


def test_guessing_at_patients_is_recorded_and_stopped(
    app: Flask, cast: Cast, eli: Visitor, patient: Patient, clock: time_machine.Traveller
) -> None:
    for number in range(5):
        fill(eli, cast, patient, status=422, record_no=f"GUESS-{number}")
    fill(eli, cast, patient, status=429)
    assert (
        told(app, cast.prairie)
        == ["Dr. Eli Stone asked for emergency access and named no patient"] * 5
    )
    with app.app_context():
        assert "GUESS" not in "".join(db.session.scalars(select(Event.about)))


@pytest.mark.parametrize("who", ["cleo", "dee"])
def test_only_physicians_and_nurses_may_ask(
    app: Flask, cast: Cast, sign_in: Callable[[str], Visitor], who: str
) -> None:
    sign_in(who).get(f"/c/{cast.hillside}/emergency", status=403)
    with app.app_context(), pytest.raises(NotAllowed):
        open_one(cast, who, cast.hillside, cast.prairie, 1)


def open_one(cast: Cast, who: str, from_id: int, at: int, patient_id: int, **more: Any) -> int:
    values: dict[str, Any] = {"reason": WHY, "hours": 1} | more
    return records.open_record(
        by=cast[who].actor, from_clinic_id=from_id, clinic_id=at, patient_id=patient_id, **values
    )


def test_the_record_refuses_ones_own_clinic_and_senseless_hours(
    app: Flask, cast: Cast, patient: Patient
) -> None:
    with app.app_context():
        with pytest.raises(records.OwnClinic):
            open_one(cast, "bo", cast.hillside, cast.hillside, patient.id)
        for wrong in ({"hours": 0}, {"hours": 13}, {"reason": " "}):
            with pytest.raises(ValueError, match="a reason and a number of hours"):
                open_one(cast, "eli", cast.prairie, cast.hillside, patient.id, **wrong)


def test_an_access_is_acknowledged_once(app: Flask, cast: Cast, patient: Patient) -> None:
    with app.app_context():
        access_id = open_one(cast, "eli", cast.prairie, cast.hillside, patient.id)
        values: dict[str, Any] = {
            "by": cast["dee"].actor, "clinic_id": cast.hillside, "access_id": access_id,
        }  # fmt: skip
        records.acknowledge(**values, end=False)
        with pytest.raises(Conflict):
            records.acknowledge(**values, end=True)


def test_an_unknown_access_is_not_there(cast: Cast, dee: Visitor) -> None:
    dee.get(f"/c/{cast.hillside}/emergencies")
    dee.post(f"/c/{cast.hillside}/emergencies/1", status=404)


def test_ones_own_clinic_is_not_among_those_to_ask(app: Flask, cast: Cast, bo: Visitor) -> None:
    page = bo.get(f"/c/{cast.hillside}/patients")
    form = bo.get(page.links["A patient of another clinic, in an emergency"])
    assert [o.get("value") for o in form.document.all("option")] == ["", str(cast.prairie)]
