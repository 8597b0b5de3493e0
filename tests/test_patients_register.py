"""Registering and changing a patient: every field, every refusal, and who it could be already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.models import Event, Patient, PatientRevision, db
from tracker.policy import COMMAND, NotAllowed, Role
from tracker.records import patients as records
from tracker.records import staff
from tracker.records.acts import Conflict

EVERYTHING: dict[str, Any] = {
    "family_name": "Rivera",
    "given_names": "Maria",
    "preferred_name": "Mari",
    "latin_name": "Maria Rivera",
    "birth_date": "3/14/1961",
    "record_no": "TEST-004512",
    "phone": "(303) 555-0177",
    "leave_message": "yes",
    "other_phone": "(303) 555-0178",
    "address": "12 Elm Street\r\nBoulder, CO 80301",
    "emergency_name": "Luis Rivera",
    "emergency_phone": "(303) 555-0179",
    "supporter_name": "Ana Rivera",
    "supporter_phone": "(303) 555-0180",
    "supporter_permission": "no",
    "language": "Spanish",
    "interpreter": "y",
    "large_print": "y",
    "allergies_state": "recorded",
    "allergies": "penicillin (rash)",
    "goal": "Walk to the lake with my grandson",
}


def at(cast: Cast, *parts: object) -> str:
    return "/".join([f"/c/{cast.hillside}/patients", *map(str, parts)])


def blank(visitor: Visitor, cast: Cast, searched: str = "Rivera") -> Page:
    """Search for nobody, and open the form that the search then offers."""
    visitor.get(at(cast))
    page = visitor.post(at(cast), {"q": searched}, status=200)
    return page.form("/patients/new").submit("New patient", status=200)


def register(visitor: Visitor, cast: Cast, status: int = 303, **typed: Any) -> Page:
    form = blank(visitor, cast).form("/patients/register")
    return form.submit("Register patient", status=status, **typed)


def edit(visitor: Visitor, cast: Cast, patient_id: int, status: int = 303, **typed: Any) -> Page:
    form = visitor.get(at(cast, patient_id, "edit")).form("/edit")
    return form.submit("Save details", status=status, **typed)


def patient(app: Flask, cast: Cast, family_name: str = "Rivera") -> Patient:
    with app.app_context():
        return db.session.scalars(
            select(Patient).where(
                Patient.clinic_id == cast.hillside, Patient.family_name == family_name
            )
        ).one()


def events(app: Flask, act: str) -> list[Event]:
    with app.app_context():
        return list(db.session.scalars(select(Event).where(Event.act == act)))


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"])


# ---- registering


def test_every_field_is_kept_as_typed(bo: Visitor, app: Flask, cast: Cast) -> None:
    typed = {**EVERYTHING, "physician_id": str(cast["amara"].staff_id)}
    answer = register(bo, cast, **typed)
    kept = patient(app, cast)
    assert answer.location == at(cast, kept.id)
    page = bo.follow(answer)
    assert "RIVERA, Maria, born Mar 14, 1961, is registered." in page.text
    for name, text in EVERYTHING.items():
        if name not in ("birth_date", "address", "interpreter", "large_print"):
            assert getattr(kept, name) == text
    assert kept.birth_date == date(1961, 3, 14)
    assert kept.address == "12 Elm Street\nBoulder, CO 80301"
    assert (kept.interpreter, kept.large_print) == (True, True)
    assert (kept.physician_id, kept.state) == (cast["amara"].staff_id, "active")
    assert len(events(app, "patient.register")) == 1
    for words in (
        "12 Elm Street, Boulder", "Ana Rivera, (303) 555-0180 – may we talk to them: no",
        "Spanish, interpreter needed", "Large print", "penicillin (rash)", "Walk to the lake",
    ):  # fmt: skip
        assert words in page.text


def test_a_patient_is_registered_only_after_a_search(bo: Visitor, cast: Cast) -> None:
    assert bo.get(at(cast, "new"), status=302).location == at(cast)
    page = blank(bo, cast, "zzz 3/14/1961")
    assert page.form("/patients/register").fields["birth_date"] == "Mar 14, 1961"
    assert blank(bo, cast).form("/patients/register").fields["birth_date"] == ""


@pytest.mark.parametrize("name", ["Sukarno", "李", "O'Neil <b>x</b>", "بن علي", "Zo\u0308e"])
def test_one_name_in_any_script_is_enough(bo: Visitor, app: Flask, cast: Cast, name: str) -> None:
    register(bo, cast, family_name=name, birth_date="1970-01-30")
    kept = patient(app, cast, name)
    assert (kept.family_name, kept.given_names, kept.language) == (name, "", "English")
    page = bo.get(at(cast, kept.id))
    assert name.upper() in page.text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("family_name", "", "Type the family name, or the only name the person has."),
        ("family_name", "123", "The family name has no letter."),
        ("family_name", "x" * 201, "has 201 characters. Type at most 200."),
        ("given_names", "a\u202eb", "The given name has a hidden character"),
        ("preferred_name", "a\x00b", "Preferred name has a hidden character"),
        ("birth_date", "", "This date is empty."),
        ("birth_date", "mar 14", "Type the year as well"),
        ("birth_date", "2/30/1961", "February has 28 days"),
        ("birth_date", "12/1/2026", "Dec 1, 2026 is in the future."),
        ("phone", "x", "There are too few digits for a phone number."),
        ("phone", "5" * 61, "Phone has 61 characters. Type at most 60."),
        ("record_no", "7" * 61, "Record number has 61 characters."),
        ("goal", "g" * 10_000, "The goal has 10,000 characters. Type at most 2,000."),
        ("address", "a\x07", "The address has a hidden character."),
        ("language", "Klingon", "Choose a language from the list"),
        ("leave_message", "perhaps", "May we leave a message?: choose one of the answers."),
        ("physician_id", "17", "Choose a physician of this clinic from the list."),
        ("allergies", "latex", "the answer above is not “Recorded below”"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    bo: Visitor, app: Flask, cast: Cast, field: str, typed: str, sentence: str
) -> None:
    good = {"family_name": "Rivera", "given_names": "Maria", "birth_date": "3/14/1961"}
    blank(bo, cast)
    page = bo.post(at(cast, "register"), {**good, field: typed}, status=422)
    assert sentence in page.words_of(f"{field}-error")
    assert sentence in page.words_of("problems")
    kept = page.form("/patients/register").fields
    if field not in ("language", "leave_message", "physician_id"):
        assert kept[field] == typed.replace("\x00", "\ufffd").replace("\x07", "\ufffd")
    assert {kept[name] for name in good if name != field} <= set(good.values())
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Patient)) == 0


def test_the_list_of_allergies_is_asked_for(bo: Visitor, cast: Cast) -> None:
    page = register(
        bo, cast, 422, family_name="Rivera", birth_date="3/14/1961", allergies_state="recorded"
    )
    assert "Type which allergies" in page.words_of("allergies-error")


def test_another_language_is_typed(bo: Visitor, app: Flask, cast: Cast) -> None:
    told: dict[str, Any] = {
        "family_name": "Rivera", "birth_date": "3/14/1961", "language": "other",
    }  # fmt: skip
    page = register(bo, cast, 422, **told)
    assert "Type the language" in page.words_of("other_language-error")
    register(bo, cast, **told, other_language="Quechua")
    kept = patient(app, cast)
    assert kept.language == "Quechua"
    form = bo.get(at(cast, kept.id, "edit")).form("/edit")
    assert (form.fields["language"], form.fields["other_language"]) == ("other", "Quechua")


@pytest.mark.parametrize(("typed", "years"), [("3/14/2012", 14), ("3/14/1861", 165)])
def test_an_unlikely_age_is_asked_about_once_and_never_refused(
    bo: Visitor, app: Flask, cast: Cast, typed: str, years: int
) -> None:
    page = register(bo, cast, 422, family_name="Rivera", birth_date=typed)
    assert f"the patient is {years} years old" in page.words_of("birth_date-error")
    form = page.form("/patients/register")
    assert form.fields["birth_date"] == typed
    again = form.submit(
        "Register patient", status=422, birth_date_right="yes", birth_date="3/14/2013"
    )
    assert "the patient is 13 years old" in again.words_of("birth_date-error")
    assert again.form("/patients/register").fields.get("birth_date_right") is None
    page = again.form("/patients/register").submit(
        "Register patient", status=422, birth_date=typed, birth_date_right="yes"
    )
    page.form("/patients/register").submit("Register patient", birth_date_right="yes")
    kept = patient(app, cast)
    assert kept.birth_date.month == 3
    edit(bo, cast, kept.id, phone="303 555 0177")  # the age is not asked about again


def test_a_record_number_belongs_to_one_patient(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = register(
        bo, cast, 422, family_name="Ortega", birth_date="1/2/1970", record_no="test 004512"
    )
    assert "belongs to RIVERA, Maria, born Mar 14, 1961" in page.words_of("record_no-error")
    assert page.form("/patients/register").fields["record_no"] == "test 004512"
    with app.app_context():  # another clinic may use the same number
        charts.register(cast["eli"])
        other = charts.register(cast["amara"], family_name="Ortega", record_no="")
    page = edit(bo, cast, other, 422, record_no="TEST-004512")
    assert "belongs to RIVERA, Maria" in page.words_of("record_no-error")


def test_two_who_register_one_number_at_once_meet_in_the_index(
    app: Flask, cast: Cast, maria: int, monkeypatch: pytest.MonkeyPatch, bo: Visitor
) -> None:
    monkeypatch.setattr(records, "_refuse_number", lambda *_: None)
    with app.app_context(), pytest.raises(records.RecordNumberTaken) as taken:
        charts.register(cast["bo"], family_name="Ortega")
    assert taken.value.patient_id is None
    page = register(
        bo, cast, 422, family_name="Ortega", birth_date="1/2/1970", record_no="TEST-004512"
    )
    assert "belongs to another patient" in page.words_of("record_no-error")
    with app.app_context():
        other = charts.register(cast["bo"], family_name="Ortega", record_no="")
    page = edit(bo, cast, other, 422, record_no="TEST-004512")
    assert "belongs to another patient" in page.words_of("record_no-error")


def test_any_other_collision_is_not_called_a_record_number() -> None:
    failure = IntegrityError("insert", {}, Exception("some other constraint"))
    assert records._number_taken(failure) is failure


# ---- who it could be already


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"given_names": "Mario", "birth_date": "5/5/1955"}, ["Similar name"]),
        ({"given_names": "Marya", "birth_date": "5/5/1955"}, ["Similar name"]),
        ({"family_name": "Maria", "given_names": "Rivera", "birth_date": "5/5/1955"},
         ["Similar name"]),
        ({"family_name": "Oak", "given_names": "Tom"}, ["Same date of birth"]),
        ({}, ["Similar name", "Same date of birth"]),
    ],
)  # fmt: skip
def test_somebody_alike_is_shown_beside_what_was_typed(
    bo: Visitor, app: Flask, cast: Cast, maria: int, typed: dict[str, str], why: list[str]
) -> None:
    told = {"family_name": "Rivera", "given_names": "Maria", "birth_date": "3/14/1961", **typed}
    page = register(bo, cast, 200, **told, goal="a\nb")
    assert page.h1 == "Is this the same person?"
    chips = [c for c in ("Similar name", "Same date of birth") if c in page.text]
    assert chips == why
    rows = {row[0]: row[1:] for row in page.table()}
    assert rows["Field"] == ["As you typed it", "This record"]
    assert rows["Record number"] == ["not recorded", "TEST-004512"]
    assert rows["Phone"] == ["not recorded", "(303) 555-0177"]
    assert page.links["Use this record"] == at(cast, maria)
    text = page.text
    assert text.index("Use this record") < text.index("Different person – register")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Patient)) == 1
    answer = page.form("/patients/register").submit("Different person", status=303)
    assert "is registered" in bo.follow(answer).text
    with app.app_context():
        newest = db.session.scalars(select(Patient).order_by(Patient.id.desc())).first()
        assert newest is not None and newest.goal == "a\nb"
        assert newest.family_name == told["family_name"]


def test_going_back_keeps_everything_typed(bo: Visitor, cast: Cast, maria: int) -> None:
    told = {name: text for name, text in EVERYTHING.items() if name != "record_no"}
    page = register(bo, cast, 200, **told)
    back = page.form("/patients/register").submit("Go back", status=200)
    fields = back.form("/patients/register").fields
    assert fields["goal"] == EVERYTHING["goal"] and fields["interpreter"] == "y"
    assert fields["address"].split() == EVERYTHING["address"].split()
    page = back.form("/patients/register").submit("Register patient", status=200)
    assert page.h1 == "Is this the same person?"


def test_somebody_alike_who_came_meanwhile_is_asked_about_too(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = register(
        bo, cast, 200, family_name="Rivera", given_names="Maria", birth_date="3/14/1961"
    )
    with app.app_context():
        charts.register(cast["amara"], given_names="Marie", record_no="")
    page = page.form("/patients/register").submit("Different person", status=200)
    assert "RIVERA, Marie" in page.text and "RIVERA, Maria, born" not in page.text
    page.form("/patients/register").submit("Different person", status=303)


def test_nobody_alike_is_no_question(bo: Visitor, cast: Cast, maria: int) -> None:
    register(bo, cast, family_name="Smith", given_names="John", birth_date="1/2/1970")
    register(bo, cast, 200, family_name="Smyth", given_names="Jon", birth_date="1/3/1970")


# ---- changing


def test_a_change_is_kept_with_the_one_before(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = bo.follow(
        edit(bo, cast, maria, phone="(303) 555-0999", state="moved", state_since="11/1/2026")
    )
    assert "The details of RIVERA, Maria, born Mar 14, 1961, are saved." in page.text
    assert "Moved away Sun Nov 1, 2026" in page.text
    kept = patient(app, cast)
    assert (kept.phone, kept.state, kept.state_since, kept.seq) == (
        "(303) 555-0999", "moved", date(2026, 11, 1), 2,
    )  # fmt: skip
    assert kept.goal == charts.RIVERA["goal"]
    with app.app_context():
        revisions = db.session.scalars(select(PatientRevision.seq)).all()
    assert list(revisions) == [1, 2]
    assert len(events(app, "patient.edit")) == 1
    page = bo.follow(edit(bo, cast, maria, state="active", state_since=""))
    assert patient(app, cast).state_since is None


def test_saving_without_a_change_leaves_no_event(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = bo.follow(edit(bo, cast, maria))
    assert "Nothing was changed in the record of RIVERA, Maria." in page.text
    assert events(app, "patient.edit") == []


@pytest.mark.parametrize(
    ("state", "since", "sentence"),
    [
        ("died", "", "This date is empty."),
        ("moved", "12/1/2026", "Tue Dec 1, 2026 is in the future."),
        ("died", "1/1/1950", "Sun Jan 1, 1950 is before the date of birth."),
        ("active", "1/1/2026", "There is a date, but the patient is active."),
    ],
)
def test_since_when_has_to_fit_the_state(
    bo: Visitor, cast: Cast, maria: int, state: str, since: str, sentence: str
) -> None:
    page = edit(bo, cast, maria, 422, state=state, state_since=since)
    assert sentence in page.words_of("state_since-error")
    assert page.form("/edit").fields["state_since"] == since


def test_of_two_who_change_at_once_the_second_is_shown_both(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    form = bo.get(at(cast, maria, "edit")).form("/edit")
    with app.app_context():
        records.edit(
            by=cast["cleo"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"phone": "(303) 555-0888", "address": "9 Oak Street"},
        )  # fmt: skip
    page = form.submit("Save details", status=409, phone="(303) 555-0999", goal="Garden again")
    assert "Nothing of yours is lost" in page.words_of("problems")
    assert "Cleo Marsh saved it on Tue Nov 24, 2026, 8:42 AM." in page.text
    assert page.table() == [
        ["Field", "When you opened it", "Now", "Yours"],
        ["Phone", "(303) 555-0177", "(303) 555-0888", "(303) 555-0999"],
        ["Address", "not recorded", "9 Oak Street", "not recorded"],
    ]
    fields = page.form("/edit").fields
    assert (fields["phone"], fields["goal"]) == ("(303) 555-0999", "Garden again")
    assert patient(app, cast).phone == "(303) 555-0888"
    page.form("/edit").submit("Save details", status=303)
    assert patient(app, cast).phone == "(303) 555-0999"


def test_a_form_from_no_known_revision_conflicts_too(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    form = bo.get(at(cast, maria, "edit")).form("/edit")
    page = form.submit("Save details", status=409, seen="none", phone="(303) 555-0999")
    assert page.form("/edit").fields["seen"] == "1"
    assert patient(app, cast).phone == "(303) 555-0177"


def test_the_front_desk_sees_and_changes_nothing_clinical(
    cleo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = cleo.get(at(cast, maria, "edit"))
    assert not {"goal", "allergies", "allergies_state"} & page.form("/edit").names
    assert charts.RIVERA["goal"] not in page.text
    edit(cleo, cast, maria, phone="(303) 555-0999")
    kept = patient(app, cast)
    assert (kept.phone, kept.goal) == ("(303) 555-0999", charts.RIVERA["goal"])
    with app.app_context(), pytest.raises(NotAllowed):
        records.edit(
            by=cast["cleo"].actor, clinic_id=cast.hillside, patient_id=maria, seen=2,
            values={"goal": "Other"},
        )  # fmt: skip
    with app.app_context(), pytest.raises(NotAllowed):
        charts.register(cast["cleo"], record_no="")
    register(cleo, cast, family_name="Ortega", birth_date="1/2/1970")


def test_a_physician_who_left_stays_recorded(
    bo: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    edit(bo, cast, maria, physician_id=str(cast["amara"].staff_id))
    with app.app_context():
        staff.add(
            by=COMMAND, clinic_id=cast.hillside, username="fay", name="Dr. Fay Ito",
            roles={Role.PHYSICIAN}, password_hash="x",
        )  # fmt: skip
        staff.change_roles(
            by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["amara"].staff_id, roles=()
        )
    edit(bo, cast, maria, phone="(303) 555-0999")
    assert patient(app, cast).physician_id == cast["amara"].staff_id


def test_the_records_refuse_what_no_form_would_send(app: Flask, cast: Cast, maria: int) -> None:
    bo = cast["bo"]

    def change(patient_id: int = maria, seen: int = 1, **values: Any) -> None:
        records.edit(
            by=bo.actor, clinic_id=cast.hillside, patient_id=patient_id, seen=seen, values=values
        )

    with app.app_context():
        for wrong in ({"family_name": " "}, {"physician_id": bo.staff_id}, {"nose": "long"}):
            with pytest.raises((ValueError, AttributeError)):
                change(**wrong)
        with pytest.raises(ValueError, match="has no"):
            charts.register(bo, nose="long", record_no="")
        with pytest.raises(records.Refused):
            change(patient_id=17, phone="1")
        with pytest.raises(Conflict):
            change(seen=5, phone="1")
    assert patient(app, cast).seq == 1


@pytest.mark.parametrize("who", ["dee", "eli"])
def test_others_register_and_change_nobody(
    sign_in: Callable[[str], Visitor], cast: Cast, maria: int, who: str
) -> None:
    visitor = sign_in(who)
    visitor.get("/account")
    status = 403 if who == "dee" else 404
    visitor.get(at(cast, maria, "edit"), status=status)
    visitor.post(at(cast, maria, "edit"), {"phone": "1"}, status=status)
    visitor.post(at(cast, "register"), {"family_name": "X"}, status=status)
