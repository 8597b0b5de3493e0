"""The staff page: who works here, what they may do, who covers, and their way in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker import auth
from tracker.charts import patient_of
from tracker.charts.staff import Member
from tracker.models import Event, Membership, Staff, StaffRevision, db
from tracker.policy import COMMAND, Role, sentence
from tracker.records import staff as records

OWN = "marble-otter"  # Admin Dee's password
ONLY = "Dee Novak is the only administrator who can sign in. Make another person administrator"


def at(cast: Cast, who: str = "", what: str = "") -> str:
    """Give the address of the staff page, of one person, or of one thing done to them."""
    parts = [str(cast[who].staff_id)] if who else []
    return "/".join([f"/c/{cast.hillside}/staff", *parts, *([what] if what else [])])


def add(dee: Visitor, cast: Cast, *, status: int = 200, **typed: Any) -> Page:
    form = dee.get(at(cast, what="add")).form("/staff/add")
    filled: dict[str, Any] = {
        "name": "Fay Ito", "username": "fay", "roles": ["nurse"], "password": OWN,
    }  # fmt: skip
    return form.submit(status=status, **{**filled, **typed})


def change(dee: Visitor, cast: Cast, who: str, what: str, **more: Any) -> Page:
    return dee.get(at(cast, who)).form(f"/{what}").submit(**more)


def told(app: Flask) -> list[str]:
    """Give the sentences of the history about staff, oldest first."""
    with app.app_context():
        events = db.session.scalars(
            select(Event).where(Event.act.like("staff.%")).order_by(Event.seq)
        )
        return [sentence(e.act, e.by_name, json.loads(e.about)) for e in events]


def membership(app: Flask, cast: Cast, who: str) -> Membership:
    with app.app_context():
        return db.session.get_one(Membership, (cast.hillside, cast[who].staff_id))


# ---- the list


def test_the_list_names_everyone_of_this_clinic_and_nobody_else(dee: Visitor, cast: Cast) -> None:
    rows = dee.get(at(cast)).table()
    assert [row[0] for row in rows] == [
        "Name", "Bo Lindqvist, RN", "Cleo Marsh", "Dee Novak", "Dr. Amara Okafor",
    ]  # fmt: skip
    assert rows[4] == [
        "Dr. Amara Okafor", "amara", "Physician", "Active", "None recorded", "Never",
    ]  # fmt: skip
    assert rows[3][5] == "Tue Nov 24, 2026, 8:42 AM"


def test_the_list_tells_who_is_disabled_away_or_new(
    app: Flask, dee: Visitor, cast: Cast, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        by, clinic = cast["dee"].actor, cast.hillside
        records.disable(by=by, clinic_id=clinic, staff_id=cast["cleo"].staff_id)
        records.set_cover(
            by=by,
            clinic_id=clinic,
            staff_id=cast["bo"].staff_id,
            away_from=date(2026, 11, 23),
            away_until=None,
            covered_by=cast["amara"].staff_id,
            words="away",
        )
        records.reset_password(
            by=by, clinic_id=clinic, staff_id=cast["amara"].staff_id, password_hash="x"
        )
    states = {row[0]: (row[3], row[4]) for row in dee.get(at(cast)).table()}
    assert states["Cleo Marsh"] == ("Disabled", "None recorded")
    assert states["Bo Lindqvist, RN"] == (
        "Away",
        "Mon Nov 23, 2026 until back: Dr. Amara Okafor",
    )
    assert states["Dr. Amara Okafor"][0] == "Has not signed in yet"


def test_two_administrators_change_one_persons_roles_and_the_second_is_told(
    app: Flask, dee: Visitor, cast: Cast
) -> None:
    page = dee.get(at(cast, "bo"))
    with app.app_context():
        records.change_roles(
            by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["bo"].staff_id or 0,
            roles={Role.NURSE, Role.DESK},
        )  # fmt: skip
    own = cast["dee"].password
    told = page.form("/roles").submit(roles=["physician"], password=own, status=409)
    assert "Dee Novak changed this on Tue Nov 24, 2026, 8:42 AM" in told.text
    assert told.table()[1] == ["Roles", "Nurse", "Nurse, Front desk", "Physician"]
    done = dee.follow(told.form("/roles").submit(password=own))
    assert "Bo Lindqvist, RN is now: Physician." in done.text


def test_two_record_one_persons_cover_and_the_second_keeps_what_was_typed(
    app: Flask, dee: Visitor, cast: Cast
) -> None:
    page = dee.get(at(cast, "bo"))
    amara = str(cast["amara"].staff_id)
    with app.app_context():
        records.reset_password(  # makes a revision, and changes nothing that is shown
            by=cast["dee"].actor, clinic_id=cast.hillside, staff_id=cast["bo"].staff_id or 0,
            password_hash="x",
        )  # fmt: skip
    page.form("/cover").submit(away_from="12/1/2026", covered_by=amara, status=303)
    told = page.form("/cover").submit(away_from="12/3/2026", covered_by=amara, status=409)
    assert [cell.partition(",")[0] for cell in told.table()[1]] == [
        "Away and cover", "Not away", "Away from Tue Dec 1", "Away from Thu Dec 3",
    ]  # fmt: skip
    assert told.form("/cover").fields["away_from"] == "12/3/2026"


def test_who_has_left_stands_apart(app: Flask, dee: Visitor, cast: Cast) -> None:
    with app.app_context():
        records.change_roles(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            staff_id=cast["bo"].staff_id,
            roles=frozenset(),
        )
    page = dee.get(at(cast))
    assert "Bo Lindqvist, RN" not in [row[0] for row in page.table(0)]
    assert page.table(1)[1] == ["Bo Lindqvist, RN", "bo", "Never"]
    assert "No role here" in dee.get(at(cast, "bo")).text


@pytest.mark.parametrize("who", ["eli"])
@pytest.mark.parametrize("what", ["", "roles", "cover", "disable", "enable", "reset"])
def test_a_person_of_another_clinic_is_not_there(
    app: Flask, dee: Visitor, cast: Cast, who: str, what: str
) -> None:
    path = at(cast, who, what)
    dee.get(at(cast))
    before = told(app)
    if what:
        dee.post(path, {"reset_password": OWN, "password": OWN}, status=404)
    else:
        dee.get(path, status=404)
    assert told(app) == before


@pytest.mark.parametrize(
    ("away_from", "away_until", "is_away"),
    [
        (None, None, False),
        (date(2026, 11, 25), None, False),
        (date(2026, 11, 24), None, True),
        (date(2026, 11, 20), date(2026, 11, 24), True),
        (date(2026, 11, 20), date(2026, 11, 23), False),
    ],
)
def test_an_absence_covers_its_first_and_its_last_day(
    away_from: date | None, away_until: date | None, is_away: bool
) -> None:
    who = Member(
        id=1,
        name="Fay Ito",
        username="fay",
        roles=frozenset({Role.NURSE}),
        disabled=False,
        one_time_password=False,
        away_from=away_from,
        away_until=away_until,
        covered_by=None,
        covered_by_name="",
        last_signed_in=None,
    )
    assert who.is_away(date(2026, 11, 24)) is is_away
    assert who.active


# ---- adding a person


def test_a_new_person_gets_a_one_time_password_that_is_shown_once(
    app: Flask, dee: Visitor, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    page = add(dee, cast, name="Fay Ito", username="Fay", roles=["nurse", "desk"])
    assert page.h1 == "One-time password for Fay Ito"
    facts = ["".join(e.itertext()).strip() for e in page.document.all("dd") if len(e.attrib) == 0]
    assert "fay" in facts and "Nurse, Front desk" in facts
    password = facts[facts.index("fay") + 1]
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", password)
    new = visitor().sign_in("fay", password)
    assert new.http.get("/", follow_redirects=True).request.path == "/account/password"
    assert told(app) == ["Dee Novak added Fay Ito as Nurse, Front desk"]
    with app.app_context():
        fay = db.session.scalars(select(Staff).where(Staff.username == "fay")).one()
        bodies = "".join(db.session.scalars(select(StaffRevision.body)))
        events = "".join(db.session.scalars(select(Event.about)))
    assert fay.must_change_password and password not in fay.password_hash
    assert password not in bodies + events
    assert password not in dee.get(at(cast)).text


def test_a_physician_in_practice_alone_is_the_administrator_too(dee: Visitor, cast: Cast) -> None:
    add(dee, cast, roles=["physician", "admin"])
    rows = {row[0]: row[2] for row in dee.get(at(cast)).table()}
    assert rows["Fay Ito"] == "Physician, Administrator"


@pytest.mark.parametrize(
    ("typed", "sentence_"),
    [
        ({"name": " "}, "Type the name."),
        ({"name": "12"}, "The name has no letter."),
        ({"name": "Fay\u202eIto"}, "hidden character that turns text around"),
        ({"username": ""}, "Type a user name."),
        ({"username": "fay ito"}, "A user name is one word of letters and digits."),
        ({"username": "!"}, "A user name is one word of letters and digits."),
        ({"username": "f" * 61}, "Use at most 60 characters."),
        ({"username": "AMARA"}, "Somebody already signs in as AMARA. Type another user name."),
        ({"username": "eli"}, "Somebody already signs in as eli."),
        ({"roles": None}, "Tick at least one role."),
        ({"password": ""}, "Type your own password."),
        ({"password": "copper-birch"}, "This is not your password. Nothing was changed."),
    ],
)
def test_a_person_who_cannot_be_added_is_refused_with_the_words_kept(
    app: Flask, dee: Visitor, cast: Cast, typed: dict[str, Any], sentence_: str
) -> None:
    page = add(dee, cast, status=422, **typed)
    assert sentence_ in page.text and page.title.startswith("Error: ")
    kept = page.form("/staff/add").fields
    assert kept["name"] == typed.get("name", "Fay Ito")
    assert kept["username"] == typed.get("username", "fay")
    assert kept["password"] == ""
    assert told(app) == []


def test_names_with_markup_are_shown_as_typed(dee: Visitor, cast: Cast) -> None:
    page = add(dee, cast, name="<b>Fay</b> & 'Ito'")
    assert page.h1 == "One-time password for <b>Fay</b> & 'Ito'"


# ---- roles


def test_roles_change_and_sessions_end(app: Flask, dee: Visitor, bo: Visitor, cast: Cast) -> None:
    page = change(dee, cast, "bo", "roles", roles=["nurse", "admin"], password=OWN)
    assert "Bo Lindqvist, RN is now: Nurse, Administrator." in dee.follow(page).text
    assert membership(app, cast, "bo").roles == "nurse,admin"
    assert bo.http.get("/account").status_code == 302
    assert told(app) == ["Dee Novak changed the roles of Bo Lindqvist, RN to Nurse, Administrator"]


def test_without_a_role_a_person_has_left(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = change(dee, cast, "bo", "roles", roles=None, password=OWN)
    assert "Bo Lindqvist, RN has no role here any more." in dee.follow(page).text
    assert membership(app, cast, "bo").roles == ""


@pytest.mark.parametrize(
    ("typed", "sentence_"),
    [
        ({"password": ""}, "Type your own password."),
        ({"password": "wrong horse"}, "This is not your password. Nothing was changed."),
    ],
)
def test_roles_are_not_changed_without_ones_own_password(
    app: Flask, dee: Visitor, cast: Cast, typed: dict[str, str], sentence_: str
) -> None:
    page = change(dee, cast, "bo", "roles", status=422, roles=["admin"], **typed)
    assert sentence_ in page.text
    assert page.form("/roles").fields.getlist("roles") == ["admin"]
    assert membership(app, cast, "bo").roles == "nurse"


def test_a_role_that_is_none_is_refused(app: Flask, dee: Visitor, cast: Cast) -> None:
    dee.get(at(cast, "bo"))
    dee.post(at(cast, "bo", "roles"), {"roles": "owner", "password": OWN}, status=422)
    assert membership(app, cast, "bo").roles == "nurse"


def test_guessing_ones_own_password_is_throttled(
    dee: Visitor, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(auth.TRIES["account"]):
        change(dee, cast, "bo", "roles", status=422, roles=["admin"], password="not this one")
    hashed: list[str] = []
    monkeypatch.setattr(auth, "matches", lambda _staff, password: hashed.append(password))
    change(dee, cast, "bo", "roles", status=429, roles=["admin"], password=OWN)
    assert hashed == []


# ---- the last administrator


def test_the_last_administrator_keeps_the_role(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = change(dee, cast, "dee", "roles", status=422, roles=["nurse"], password=OWN)
    assert ONLY in page.text
    assert membership(app, cast, "dee").roles == "admin"


def test_the_last_administrator_stays_enabled(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = change(dee, cast, "dee", "disable", status=422)
    assert ONLY in page.text
    assert dee.get(at(cast)).status == 200
    assert told(app) == []


def test_a_disabled_administrator_does_not_count(app: Flask, dee: Visitor, cast: Cast) -> None:
    change(dee, cast, "bo", "roles", roles=["admin"], password=OWN)
    change(dee, cast, "bo", "disable")
    assert ONLY in change(dee, cast, "dee", "disable", status=422).text
    change(dee, cast, "bo", "enable")
    change(dee, cast, "dee", "disable")
    assert dee.http.get("/account").status_code == 302


# ---- disabling, enabling


def test_disabling_ends_the_session_and_enabling_lets_in_again(
    app: Flask, dee: Visitor, bo: Visitor, cast: Cast, sign_in: Callable[[str], Visitor]
) -> None:
    page = change(dee, cast, "bo", "disable")
    assert "Bo Lindqvist, RN is disabled and cannot sign in." in dee.follow(page).text
    assert bo.http.get("/account").status_code == 302
    page = change(dee, cast, "bo", "enable")
    assert "Bo Lindqvist, RN can sign in again" in dee.follow(page).text
    assert sign_in("bo").get("/account").status == 200
    assert told(app) == [
        "Dee Novak disabled Bo Lindqvist, RN",
        "Dee Novak enabled Bo Lindqvist, RN",
    ]


# ---- a new one-time password


def test_a_one_time_password_replaces_the_old_one_and_ends_sessions(
    app: Flask, dee: Visitor, bo: Visitor, cast: Cast, visitor: Callable[[], Visitor]
) -> None:
    page = change(dee, cast, "bo", "reset", status=200, reset_password=OWN)
    assert page.h1 == "One-time password for Bo Lindqvist, RN"
    facts = ["".join(e.itertext()).strip() for e in page.document.all("dd") if not e.attrib]
    password = facts[facts.index("bo") + 1]
    assert bo.http.get("/account").status_code == 302
    old = visitor().get("/sign-in").form("/sign-in")
    old.submit(username="bo", password=cast["bo"].password, status=422)
    new = visitor().sign_in("bo", password)
    assert new.http.get("/", follow_redirects=True).request.path == "/account/password"
    assert told(app) == ["Dee Novak gave Bo Lindqvist, RN a one-time password"]
    assert "One-time, to be changed at the next sign-in" in dee.get(at(cast, "bo")).text


def test_a_one_time_password_needs_ones_own(app: Flask, dee: Visitor, cast: Cast) -> None:
    page = change(dee, cast, "bo", "reset", status=422, reset_password="copper-birch")
    assert "This is not your password. Nothing was changed." in page.text
    assert told(app) == []


def test_nobody_resets_their_own_here(dee: Visitor, cast: Cast) -> None:
    page = dee.get(at(cast, "dee"))
    assert "/reset" not in page.html
    assert page.links["Change your own password"] == "/account/password"


# ---- cover


def second_physician(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return records.add(
            by=COMMAND,
            clinic_id=cast.hillside,
            username="gil",
            name="Dr. Gil Roy",
            roles={Role.PHYSICIAN},
            password_hash="x",
        )


def test_cover_is_recorded_and_taken_back(app: Flask, dee: Visitor, cast: Cast) -> None:
    gil = second_physician(app, cast)
    page = change(
        dee, cast, "amara", "cover",
        away_from="dec 1", away_until="12/14/2026", covered_by=str(gil),
    )  # fmt: skip
    words = "away from Tue Dec 1, 2026 through Mon Dec 14, 2026, covered by Dr. Gil Roy"
    page = dee.follow(page)
    assert f"Cover for Dr. Amara Okafor is recorded: {words}." in page.text
    fields = page.form("/cover").fields
    assert (fields["away_from"], fields["away_until"]) == ("Tue Dec 1, 2026", "Mon Dec 14, 2026")
    kept = membership(app, cast, "amara")
    assert (kept.away_from, kept.away_until) == (date(2026, 12, 1), date(2026, 12, 14))
    assert kept.covered_by == gil
    change(dee, cast, "amara", "cover", away_from="", away_until="", covered_by="")
    assert membership(app, cast, "amara").away_from is None
    assert told(app) == [
        f"Dee Novak recorded cover for Dr. Amara Okafor: {words}",
        "Dee Novak recorded cover for Dr. Amara Okafor: not away",
    ]


def test_an_absence_may_have_no_end_yet(app: Flask, dee: Visitor, cast: Cast) -> None:
    cover = str(cast["cleo"].staff_id)
    page = change(dee, cast, "bo", "cover", away_from="today", covered_by=cover)
    assert "away from Tue Nov 24, 2026 until back, covered by Cleo Marsh" in dee.follow(page).text
    assert membership(app, cast, "bo").away_until is None


@pytest.mark.parametrize(
    ("typed", "sentence_"),
    [
        ({"away_from": "soon", "covered_by": "bo"}, "This is not read as a date."),
        ({"away_until": "dec 1"}, "Type the first day away, or leave all three blank."),
        ({"covered_by": "bo"}, "Type the first day away, or leave all three blank."),
        ({"away_from": "dec 1"}, "Choose who covers."),
        (
            {"away_from": "dec 5", "away_until": "dec 4", "covered_by": "bo"},
            "This is before Sat Dec 5, 2026. Type the last day, on or after the first.",
        ),
        ({"away_from": "dec 1", "away_until": "12/14/26", "covered_by": "bo"}, "four digits"),
    ],
)
def test_a_cover_that_cannot_be_is_refused_with_the_words_kept(
    app: Flask, dee: Visitor, cast: Cast, typed: dict[str, str], sentence_: str
) -> None:
    if "covered_by" in typed:
        typed = {**typed, "covered_by": str(cast["bo"].staff_id)}
    page = change(dee, cast, "cleo", "cover", status=422, **typed)
    assert sentence_ in page.text
    kept = page.form("/cover").fields
    assert {name: kept[name] for name in typed} == typed
    assert membership(app, cast, "cleo").away_from is None
    assert told(app) == []


def test_only_a_physician_covers_for_a_physician(app: Flask, dee: Visitor, cast: Cast) -> None:
    gil = second_physician(app, cast)
    offered = dee.get(at(cast, "amara"))
    select_ = next(e for e in offered.document.all("select"))
    assert [o.get("value") for o in select_.iter("option")] == ["", str(gil)]
    data = {"away_from": "today", "covered_by": str(cast["bo"].staff_id)}
    dee.post(at(cast, "amara", "cover"), data, status=422)
    assert membership(app, cast, "amara").covered_by is None


def test_who_covers_now_stays_on_the_form_after_being_disabled(
    app: Flask, dee: Visitor, cast: Cast
) -> None:
    cleo = cast["cleo"].staff_id
    change(dee, cast, "bo", "cover", away_from="today", covered_by=str(cleo))
    change(dee, cast, "cleo", "disable")
    assert dee.get(at(cast, "bo")).form("/cover").fields["covered_by"] == str(cleo)


# ---- time


def test_the_last_sign_in_is_told_in_the_clinics_time(
    dee: Visitor, cast: Cast, clock: time_machine.Traveller, sign_in: Callable[[str], Visitor]
) -> None:
    clock.shift(timedelta(minutes=5))
    sign_in("bo")
    rows = {row[0]: row[5] for row in dee.get(at(cast)).table()}
    assert rows["Bo Lindqvist, RN"] == "Tue Nov 24, 2026, 8:47 AM"


# ---- a physician leaves


def test_the_patients_of_a_leaving_physician_are_given_to_another(
    app: Flask, dee: Visitor, amara: Visitor, cast: Cast
) -> None:
    with app.app_context():
        leaving = cast["amara"]
        mine = [
            charts.register(leaving, record_no=f"T-{n}", physician_id=leaving.staff_id, **more)
            for n, more in enumerate((dict[str, str](), {"given_names": "Ana"}, {"state": "died"}))
        ]
    change(dee, cast, "bo", "roles", roles=["nurse", "physician"], password=OWN)
    address = f"{at(cast)}/{leaving.staff_id}"
    page = dee.get(address)
    assert "2 patients have Dr. Amara Okafor as responsible physician." in page.text
    assert "Choose a physician." in page.form("/reassign").submit(status=422).text
    done = dee.follow(page.form("/reassign").submit(to=str(cast["bo"].staff_id)))
    assert "2 patients are given to Bo Lindqvist, RN." in done.text
    with app.app_context():
        heads = [patient_of(cast.hillside, one) for one in mine]
    assert [head.physician_id for head in heads if head] == [
        cast["bo"].staff_id, cast["bo"].staff_id, leaving.staff_id,
    ]  # fmt: skip
    history = amara.get(f"/c/{cast.hillside}/patients/{mine[0]}/history").text
    assert "gave the patient from Dr. Amara Okafor to Bo Lindqvist, RN" in history
