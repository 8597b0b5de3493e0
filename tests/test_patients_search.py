"""Finding a patient: by every identifier, in any form, and by nobody of another clinic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.harness import charts
from tests.harness.browser import Window
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import PatientHead, patient_of
from tracker.charts import search as finder
from tracker.models import PatientSearch, db
from tracker.records import patients as records
from tracker.search_keys import after, all_keys, phone_digits, record_key, sound_keys

TODAY = charts.TODAY


def at(cast: Cast, *parts: object) -> str:
    return "/".join([f"/c/{cast.hillside}/patients", *map(str, parts)])


@pytest.fixture
def people(app: Flask, cast: Cast) -> dict[str, int]:
    """Six patients of Hillside, and one of the other clinic with the same name."""
    by = cast["amara"]
    rows: dict[str, dict[str, Any]] = {
        "maria": {"preferred_name": "Mari", "physician_id": by.staff_id},
        "mario": {
            "given_names": "Mario", "birth_date": date(1961, 3, 2), "record_no": "TEST-004513",
            "phone": "+1 303 555 0122 ext. 9",
        },
        "nguyen": {
            "family_name": "Nguyễn", "given_names": "Văn An", "birth_date": date(1958, 7, 9),
            "record_no": "0077", "phone": "", "other_phone": "720 555 0199",
        },
        "wang": {
            "family_name": "王", "given_names": "小明", "latin_name": "Wang Xiaoming",
            "birth_date": date(1970, 1, 30), "record_no": "", "phone": "",
        },
        "gone": {
            "family_name": "Rivers", "given_names": "Anna", "birth_date": date(1950, 5, 5),
            "record_no": "OLD-1", "phone": "", "state": "died", "state_since": date(2026, 3, 1),
        },
        "cruz": {
            "family_name": "de la Cruz", "given_names": "Ana", "birth_date": date(1980, 2, 29),
            "record_no": "A17", "phone": "",
        },
    }  # fmt: skip
    with app.app_context():
        found = {name: charts.register(by, **values) for name, values in rows.items()}
        found["stranger"] = charts.register(cast["eli"])
    return found


def search(
    visitor: Visitor, cast: Cast, typed: str, *, status: int = 200, everyone: bool = False
) -> Page:
    visitor.get(at(cast))
    ticked = {"everyone": "yes"} if everyone else {}
    return visitor.post(at(cast), {"q": typed, **ticked}, status=status)


def kept(page: Page) -> str:
    return page.document.by_id["q"].get("value") or ""


def found_names(page: Page) -> list[str]:
    return [row[0] for row in page.table()[1:]] if page.document.all("table") else []


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("riv", ["RIVERA, Maria “Mari”", "RIVERA, Mario"]),
        ("RIVERA maria", ["RIVERA, Maria “Mari”"]),
        ("mario riv", ["RIVERA, Mario"]),
        ("mari 3/14/1961", ["RIVERA, Maria “Mari”"]),
        ("1961-03-02", ["RIVERA, Mario"]),
        ("March 14, 1961", ["RIVERA, Maria “Mari”"]),
        ("tue mar 14 1961 riv", ["RIVERA, Maria “Mari”"]),
        ("riv 1961", ["RIVERA, Maria “Mari”", "RIVERA, Mario"]),
        ("test-0045", ["RIVERA, Maria “Mari”", "RIVERA, Mario"]),
        ("nguyen", ["NGUYỄN, Văn An"]),
        ("NGUYỄN an", ["NGUYỄN, Văn An"]),
        ("77", ["NGUYỄN, Văn An"]),
        ("王", ["王, 小明 Wang Xiaoming"]),
        ("xiaoming", ["王, 小明 Wang Xiaoming"]),
        ("de la cruz", ["DE LA CRUZ, Ana"]),
        ("delacruz", ["DE LA CRUZ, Ana"]),
        ("555-0122", ["RIVERA, Mario"]),
        ("(303) 555 0122", ["RIVERA, Mario"]),
        ("1-303-555-0122", ["RIVERA, Mario"]),
        ("0199", ["NGUYỄN, Văn An"]),
        ("7205550199 ng", ["NGUYỄN, Văn An"]),
        ("rivers", ["RIVERS, Anna"]),
        ("rivera anna", []),
        ("riv\x00era", []),
        ("% _ '", None),
    ],
)
def test_what_is_typed_finds_who_fits(
    bo: Visitor, cast: Cast, people: dict[str, int], typed: str, names: list[str] | None
) -> None:
    page = search(bo, cast, typed, status=422 if names is None else 200)
    assert found_names(page) == (names or [])
    assert kept(page) == typed.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type a name, a date of birth, a record number or a phone number."),
        ("  ", "Type a name, a date of birth, a record number or a phone number."),
        ("!!", "There is no letter and no digit in this."),
        ("riv 1/2/61", "1/2/61: This year could mean two centuries or more."),
        ("13/1/1961", "13/1/1961: Dates are read as month/day/year, and there is no month 13."),
        ("r" * 201, "This is longer than 200 characters."),
    ],
)
def test_what_cannot_be_searched_for_is_said_and_kept(
    bo: Visitor, cast: Cast, typed: str, sentence: str
) -> None:
    page = search(bo, cast, typed, status=422)
    assert sentence in page.words_of("q-error")
    assert kept(page) == typed
    assert page.title.startswith("Error: Patients")


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("TEST-004512", "maria"),
        ("test 004512", "maria"),
        ("  test004512 ", "maria"),
        ("0077", "nguyen"),
        ("old-1", "gone"),
        ("a17", "cruz"),
    ],
)
def test_a_record_number_goes_straight_to_the_patient(
    cleo: Visitor, cast: Cast, people: dict[str, int], typed: str, who: str
) -> None:
    page = search(cleo, cast, typed, status=303)
    assert page.location == at(cast, people[who])


def test_the_list_shows_two_identifiers_and_the_state_by_word(
    bo: Visitor, cast: Cast, people: dict[str, int]
) -> None:
    page = search(bo, cast, "riv", everyone=True)
    assert page.table()[1] == [
        "RIVERA, Maria “Mari”", "Mar 14, 1961 (65y)", "TEST-004512", "(303) 555-0177",
        "Dr. Amara Okafor", "Active",
    ]  # fmt: skip
    assert page.table()[3][-1] == "Died Sun Mar 1, 2026"
    assert "Everyone, sorted by name" in page.text
    assert page.links["RIVERA, Mario"] == at(cast, people["mario"])


def test_the_filter_is_said_in_words(bo: Visitor, cast: Cast, people: dict[str, int]) -> None:
    assert "Active patients only, sorted by name." in search(bo, cast, "riv").text
    only_gone = search(bo, cast, "rivers").text
    assert "No active patient matches. Shown are those who moved away or died" in only_gone
    nobody = search(bo, cast, "zzz").text
    assert "No patient matches “zzz”" in nobody and "Check the spelling" in nobody


def test_more_than_fit_are_said_to_be_more(bo: Visitor, app: Flask, cast: Cast) -> None:
    with app.app_context():
        for number in range(52):
            charts.register(
                cast["bo"], family_name="Abbot", given_names=f"Kim {number}", record_no="", goal=""
            )
    page = search(bo, cast, "abbot")
    assert len(found_names(page)) == finder.MOST_FOUND
    assert "50 or more patients match" in page.text
    assert "There are more than the 50 shown: type more of the name" in page.text


def test_another_clinics_patient_is_never_found(
    eli: Visitor, cast: Cast, people: dict[str, int]
) -> None:
    eli.get(f"/c/{cast.prairie}/patients")
    page = eli.post(f"/c/{cast.prairie}/patients", {"q": "riv"}, status=200)
    assert [link for link in page.links.values() if f"/c/{cast.hillside}/" in link] == []
    assert found_names(page) == ["RIVERA, Maria"]
    eli.get(at(cast), status=404)
    assert eli.post(at(cast), {"q": "riv"}, status=404).text


def test_markup_in_a_search_stays_text(bo: Visitor, cast: Cast, people: dict[str, int]) -> None:
    page = search(bo, cast, "<b>riv</b>")
    assert "No patient matches “<b>riv</b>”" in page.text


def test_a_changed_name_or_phone_is_found_by_the_new_one_alone(
    bo: Visitor, app: Flask, cast: Cast, people: dict[str, int]
) -> None:
    with app.app_context():
        records.edit(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=people["mario"], seen=1,
            values={"family_name": "Ortega", "phone": "720-555-0144", "record_no": ""},
        )  # fmt: skip
    assert found_names(search(bo, cast, "mario riv")) == []
    assert found_names(search(bo, cast, "ortega 0144")) == ["ORTEGA, Mario"]
    assert found_names(search(bo, cast, "test-004513")) == []


def find_two_terms(clinic_id: int, _: PatientHead) -> object:
    question = finder.read_question("rivera maria 0177", today=TODAY)
    return finder.find(clinic_id, question, everyone=False)


QUESTIONS: dict[str, Callable[[int, PatientHead], object]] = {
    "a search of several terms": find_two_terms,
    "a record number": lambda clinic, head: finder.by_record_number(clinic, head.record_no),
    "namesakes": lambda _, head: finder.namesakes(head),
    "look-alikes": lambda clinic, head: finder.look_alikes(
        clinic, family_name=head.family_name, given_names=head.given_names, latin_name="",
        birth_date=head.birth_date,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", QUESTIONS)
def test_no_question_walks_through_the_whole_clinic(
    app: Flask, cast: Cast, people: dict[str, int], what: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    with app.app_context():
        head = patient_of(cast.hillside, people["maria"])
        assert head is not None
        event.listen(db.engine, "before_cursor_execute", note)
        QUESTIONS[what](cast.hillside, head)
        event.remove(db.engine, "before_cursor_execute", note)
        assert asked
        if db.engine.dialect.name == "postgresql":
            return  # its planner goes by how many rows there are
        steps = [
            str(row[-1])
            for statement, values in asked
            for row in db.session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
        ]
    # A step that knows the clinic alone reads every patient of it.
    assert [s for s in steps if "(clinic_id=?)" in s or s.startswith("SCAN patient")] == []


def test_a_patient_is_found_by_record_number_in_nine_keys(
    open_window: Callable[..., Window], cast: Cast, app: Flask
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["cleo"], record_no="004512", goal="")
    window = open_window()
    window.arrive("cleo")
    page = window.go(f"/c/{cast.hillside}/today")
    loads: list[str] = []
    page.on("load", lambda shown: loads.append(shown.url))
    window.keys.start_again()
    page.keyboard.press("Alt+s")
    # A browser without a window does not act on access keys: only the key is counted.
    page.locator("[accesskey=s]").focus()
    page.keyboard.type("004512")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{patient_id}")
    page.wait_for_load_state()
    assert window.keys.count <= 9
    assert len(loads) == 1


# ---- the keys


@pytest.mark.parametrize(
    ("typed", "key"),
    [("MRN-0045", "mrn0045"), ("mrn 0045", "mrn0045"), ("Ä-1", "a1"), ("", ""), ("--", "")],
)
def test_record_numbers_are_folded(typed: str, key: str) -> None:
    assert record_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("(303) 555-0122", "3035550122"),
        ("+1 303 555 0122", "3035550122"),
        ("303-555-0122 x12", "3035550122"),
        ("303-555-0122 Ext. 12", "3035550122"),
        ("+44 20 7946 0958", "442079460958"),
        ("", ""),
    ],
)
def test_phones_are_kept_as_digits(typed: str, digits: str) -> None:
    assert phone_digits(typed) == digits


@pytest.mark.parametrize(
    ("prefix", "past"),
    [
        ("n:riv", "n:riw"),
        ("n:\ud7ff", "n:\ue000"),
        ("n:\U0010ffff", "n;"),
    ],
)
def test_the_end_of_a_range_is_past_every_text_with_the_prefix(prefix: str, past: str) -> None:
    assert after(prefix) == past
    assert prefix < prefix + "z" < past


def test_sounds_are_kept_alone_and_in_pairs_of_any_order() -> None:
    assert set(sound_keys(("rivera", "maria"))) == set(sound_keys(("maria", "rivera")))
    assert len(sound_keys(("rivera", "maria"))) == 3
    assert sound_keys(()) == ()


def test_a_long_name_has_short_keys(app: Flask, cast: Cast) -> None:
    long = "Ō" * 200
    with app.app_context():
        patient_id = charts.register(cast["bo"], family_name=long, given_names=long, record_no="")
        keys = db.session.scalars(
            select(PatientSearch.key).where(PatientSearch.patient_id == patient_id)
        ).all()
        assert max(map(len, keys)) <= 100
        question = finder.read_question("o" * 150, today=TODAY)
        assert len(finder.find(cast.hillside, question, everyone=False).hits) == 1


def test_every_way_to_be_found_has_its_key() -> None:
    keys = all_keys(
        family_name="Rivera", given_names="Ana", preferred_name="", latin_name="",
        birth_date=date(1961, 3, 14), record_no="0045", phones=("303 555 0177", "none"),
    )  # fmt: skip
    assert keys >= {
        "n:rivera", "n:ana", "d:1961-03-14", "r:0045", "r:45", "p:3035550177", "e:7710555303",
    }  # fmt: skip
