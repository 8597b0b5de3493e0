"""The demo clinic: invented people at every stage of a taper, all of it written by acts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.harness.application import House
from tests.harness.visitor import Visitor
from tracker import auth
from tracker.demo.people import HILLSIDE, PASSWORD, PEOPLE, SIGN_INS
from tracker.models import (
    Clinic,
    Event,
    Patient,
    PlanVersion,
    RegimenCell,
    RegimenLine,
    Staff,
    StepCell,
    StepContent,
    VersionStep,
    db,
)
from tracker.models import Regimen as RegimenRow
from tracker.plans import INTERVAL_CELLS
from tracker.policy import sentence
from tracker.records import audit
from tracker.worklist import Group

GROUPS = {*Group} - {Group.NOT_REACHED}


def load(app: Flask) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["demo", "load"])


@pytest.fixture
def demo(demo_app: Flask) -> Flask:
    """An application with the demo in it, as the first start loads it."""
    return demo_app


def hillside(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(Clinic.id).where(Clinic.name == HILLSIDE)).one()


def record(app: Flask, number: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Patient.id).where(Patient.record_no == number)).one()


def visit(app: Flask, username: str) -> Visitor:
    return Visitor(app).sign_in(username, PASSWORD)


# ---- loading


def test_the_first_start_loads_it_and_every_start_tells_how_to_sign_in(empty_app: Flask) -> None:
    empty_app.config["DEMO"] = True
    first = load(empty_app)
    assert first.output == f"Demo clinic loaded.\n{SIGN_INS}\n"
    with empty_app.app_context():
        events = len(db.session.scalars(select(Event.seq)).all())
    again = load(empty_app)
    assert again.output == f"{SIGN_INS}\n"
    with empty_app.app_context():
        assert len(db.session.scalars(select(Event.seq)).all()) == events


def test_the_sign_ins_name_everyone_their_password_and_the_second_factor() -> None:
    for username, _, _, _ in PEOPLE:
        assert f"\n  {username} " in SIGN_INS
        assert auth.why_not_password(PASSWORD, username) is None
    assert PASSWORD in SIGN_INS and "second factor is off" in SIGN_INS


def test_everyone_signs_in_and_each_page_says_demo(demo: Flask) -> None:
    for username, _, _, _ in PEOPLE:
        page = visit(demo, username).get("/account")
        assert "Demo data. Enter no real patients here." in page.text


def test_its_history_is_whole_and_every_act_has_its_sentence(demo: Flask) -> None:
    with demo.app_context():
        assert audit.verify() == ()
        told = Counter(
            event.act
            for event in db.session.scalars(select(Event))
            if sentence(event.act, event.by_name, json.loads(event.about))
        )
    assert told["plan.sign"] == 7 and told["regimen.write"] == 9
    assert (told["handout.print"], told["handout.give"]) == (1, 1)
    assert told["patient.register"] == 11


def _contents(app: Flask) -> Iterator[object]:
    """Yield what a load wrote, without ids and codes."""
    with app.app_context():
        for column in (
            Staff.username, Clinic.name, Patient.family_name, StepCell.text, StepCell.slot,
            RegimenLine.name, RegimenCell.text, VersionStep.starts_on, StepContent.step_key,
        ):  # fmt: skip
            yield sorted(map(str, db.session.scalars(select(column))))
        yield Counter(
            (event.clinic_id == 0, event.act, event.by_name)
            for event in db.session.scalars(select(Event))
        )


def test_two_loads_are_alike(house: House) -> None:
    loads = []
    for _ in range(2):
        with house.empty() as app:
            app.config["DEMO"] = True
            load(app)
            loads.append(list(_contents(app)))
    assert loads[0] == loads[1]


# ---- who is in it


def test_nobody_in_it_could_be_real(demo: Flask) -> None:
    with demo.app_context():
        everyone = list(db.session.scalars(select(Patient)))
        phones = [p.phone for p in everyone]
        phones += [c for clinic in db.session.scalars(select(Clinic)) for c in (clinic.day_phone,)]
    assert all(re.fullmatch(r"DEMO-\d{3}", p.record_no) for p in everyone)
    assert all(re.fullmatch(r"\(217\) 555-01\d\d", phone) for phone in phones)
    assert len({p.record_no for p in everyone}) == len(everyone) == 11


def test_names_are_in_several_scripts_and_one_is_a_single_word(demo: Flask) -> None:
    with demo.app_context():
        names = {
            p.record_no: f"{p.given_names} {p.family_name}".strip()
            for p in db.session.scalars(select(Patient))
        }
    scripts = {"А-я": "[А-я]", "Arabic": "[ء-ي]", "Hebrew": "[א-ת]", "Devanagari": "[अ-ह]"}
    for script, letters in scripts.items():
        assert any(re.search(letters, name) for name in names.values()), script
    assert names["DEMO-005"] == "Suharto"


# ---- what stands in it


def test_no_two_doses_of_one_chart_are_alike(demo: Flask) -> None:
    with demo.app_context():
        typed: Counter[tuple[int, str]] = Counter()
        regimens = db.session.execute(
            select(RegimenRow.patient_id, RegimenCell.slot, RegimenCell.text)
            .join(RegimenLine, RegimenLine.regimen_id == RegimenRow.id)
            .join(RegimenCell, RegimenCell.line_id == RegimenLine.id)
        )
        steps = db.session.execute(
            select(PlanVersion.patient_id, StepCell.slot, StepCell.text)
            .join(StepContent, StepContent.plan_id == PlanVersion.plan_id)
            .join(StepCell, StepCell.content_id == StepContent.id)
        )
        for patient_id, slot, text in (*regimens, *steps):
            if slot not in INTERVAL_CELLS:
                typed[patient_id, text] += 1
    assert len(typed) > 30
    assert [dose for dose, times in typed.items() if times > 1] == []


def test_today_shows_every_group(demo: Flask) -> None:
    page = visit(demo, "amara").get(f"/c/{hillside(demo)}/today")
    assert {e.get("id") for e in page.document.all("h2")} == GROUPS
    for name in ("RIVERA, Maria", "NGUYỄN, Thị Ánh", "ИВАНОВА, Ольга Петровна", "SUHARTO"):
        assert name in page.links


CHARTS = (
    ("DEMO-001", "", "RIVERA, Maria"),
    ("DEMO-001", "/handout", "Printed"),
    ("DEMO-002", "/handout", "Nguyễn"),
    ("DEMO-003", "/handout", "Ольга"),
    ("DEMO-004", "/regimen", "valerian"),
    ("DEMO-005", "/plan/draft", "SUHARTO"),
)


def test_its_charts_open_and_to_the_stranger_they_do_not_exist(demo: Flask) -> None:
    amara, eli = visit(demo, "amara"), visit(demo, "eli")
    for number, page, words in CHARTS:
        path = f"/c/{hillside(demo)}/patients/{record(demo, number)}{page}"
        assert words in amara.get(path).text
        eli.get(path, status=404)
