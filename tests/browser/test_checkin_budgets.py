"""What a check-in costs in keys and taps, and that its form shows what an answer opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, press, sideways_faults, type_in
from tests.harness.cast import Cast
from tracker.charts import checkins as chart
from tracker.charts import contacts as contact_chart
from tracker.charts.escalations import all_of
from tracker.checkins import ALARM_WORDS, RAISES
from tracker.records import checkins

RECORD, NOT_REACHED = re.compile(r"/record\b"), re.compile(r"/not-reached\b")
DEC_3 = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


@pytest.fixture
def today(cast: Cast, app: Flask, record: str) -> str:
    """The address of the list, with a second patient's check-in due after hers."""
    with app.app_context():
        other = charts.register(cast["amara"], family_name="Zeller", record_no="TEST-2")
        booked = checkins.Day(DEC_3.date(), "", "phone")
        checkins.book(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=other, day=booked
        )  # fmt: skip
    return f"/c/{cast.hillside}/today?whose="


@pytest.fixture
def record(app: Flask, cast: Cast, clock: time_machine.Traveller) -> str:
    """The address of the form of Maria Rivera's first check-in, on its day."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"])
        checkin_id = chart.checkins_of(cast.hillside, patient_id)[0].id
    clock.move_to(DEC_3)
    return f"/c/{cast.hillside}/patients/{patient_id}/checkins/{checkin_id}/record"


def core_by_keys(page: Page) -> None:
    """Answer the core set from the first focus on; what the patient says is typed by the way."""
    press(page, "Space")  # spoke with the patient
    press(page, "Tab", "Space")  # name and date of birth confirmed
    press(page, "Tab", "Tab", "Space")  # past the open question: as on the sheet
    press(page, "Tab", "Tab", "6", "Tab", "7", "Tab", "6")  # past the planned step: PEG
    press(page, "Tab", "Tab", "Space")  # no withdrawal
    for _ in ("alertness", "mood", "events", "pace", "therapies"):
        press(page, "Tab", "Space")
    press(page, "Tab", "Tab", "Space")  # past what became of a therapy: the next contact


def recorded(app: Flask, cast: Cast, record: str) -> contact_chart.Recorded:
    with app.app_context():
        (kept,) = contact_chart.latest(cast.hillside, int(record.split("/")[4]))
    return kept


def is_on_the_next_row(page: Page) -> None:
    """Wait until the focus stands on the second patient's row, on the list."""
    page.wait_for_function(
        "() => document.activeElement.id.startsWith('go-checkin')"
        " && document.activeElement.closest('tr').textContent.includes('ZELLER')"
    )


def test_a_routine_phone_check_in_by_keys(
    open_window: Callable[..., Window], app: Flask, cast: Cast, record: str, today: str
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(today)
    window.keys.start_again()
    with page.expect_navigation(url=RECORD):
        press(page, "Enter")  # the focus stands on the first row of the list
    core_by_keys(page)
    with page.expect_navigation():
        press(page, "Enter")
    assert "is saved. PEG 6.3" in page.inner_text("main"), page.inner_text("main")[:800]
    assert window.keys.count <= 32, f"{window.keys.count} keys"
    is_on_the_next_row(page)
    words = {one.question: one.words for one in recorded(app, cast, record).answers}
    assert words["pace.view"] == "Right" and words["next.contact"] == "As planned"


def test_a_routine_phone_check_in_by_taps(
    open_window: Callable[..., Window], app: Flask, cast: Cast, record: str, today: str
) -> None:
    window = open_window(width=820)
    page = window.arrive("bo")
    window.go(today)
    with page.expect_navigation(url=RECORD):
        page.locator("[data-row]").first.click()
    taps = [
        page.get_by_role("radio", name="Patient", exact=True),
        page.get_by_label("I confirmed the patient’s name and date of birth"),
        page.get_by_label("As on the sheet"),
        *(
            page.locator(f"[id='peg.{item}'] + .strip button").nth(number)
            for item, number in (("pain", 6), ("enjoyment", 7), ("activity", 6))
        ),
        page.locator("[id='withdrawal-signs.any']"),
        page.locator("[id='alertness.state']"),
        page.locator("[id='mood.low']"),
        page.locator("[id='events.any']"),
        page.locator("[id='pace.view']"),
        page.locator("[id='therapies.going']"),
        page.locator("[id='next.way']"),
        page.get_by_role("button", name="Save check-in"),
    ]
    for one in taps[:-1]:
        box = one.bounding_box()
        assert box is not None and box["height"] >= 24
        one.click()
    assert page.locator("[data-instrument=peg] [data-total]").inner_text() == "6.3"
    with page.expect_navigation():
        taps[-1].click()
    assert "is saved. PEG 6.3" in page.inner_text("main"), page.inner_text("main")[:800]
    assert 1 + len(taps) <= 20
    is_on_the_next_row(page)
    assert recorded(app, cast, record).scores[0].total == "6.3"


def test_escalating_from_inside_a_check_in(
    open_window: Callable[..., Window], app: Flask, cast: Cast, record: str
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(record)
    core_by_keys(page)
    window.keys.start_again()
    window.alt("e")
    press(page, "Tab", "Space", "Tab")
    before = window.keys.count
    type_in(page, "Wants a pause before the next step")
    note = window.keys.count - before
    with page.expect_navigation():
        window.alt("k")
    assert "An escalation is raised" in page.inner_text("main"), page.inner_text("main")[:800]
    assert window.keys.count - note <= 6, f"{window.keys.count - note} keys"
    with app.app_context():
        assert len(all_of(cast.hillside, int(record.split("/")[4]))) == 1


def test_no_answer(open_window: Callable[..., Window], cast: Cast, today: str) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(today)
    window.keys.start_again()
    press(page, "Tab")
    with page.expect_navigation(url=NOT_REACHED):
        press(page, "Enter")
    press(page, "Space")
    with page.expect_navigation():
        press(page, "Enter")
    assert "was not reached: no answer" in page.inner_text("main")
    assert window.keys.count <= 4, f"{window.keys.count} keys"
    is_on_the_next_row(page)


def test_what_an_answer_opens_comes_into_sight(
    open_window: Callable[..., Window], cast: Cast, record: str
) -> None:
    """Without a script: rows of alarms, the protocol, COWS, who was spoken with, the booking."""
    window = open_window(javascript=False)
    page = window.arrive("bo")
    window.go(record)

    def seen(selector: str) -> bool:
        return page.locator(selector).first.is_visible()

    assert not seen(".ask-alarms") and not seen(".ask-protocol") and not seen(".ask-escalation")
    page.locator("details", has_text="More topics").locator("summary").first.click()
    page.locator("details", has_text="goes on from PHQ-2").last.locator("summary").click()
    page.check("[id='events.any-2']")
    for (question, value), alarm in RAISES.items():
        box = page.locator(f"[name='{question}'][value='{value}']")
        box.check()
        assert page.get_by_role("group", name=ALARM_WORDS[alarm]).is_visible(), alarm
    assert seen(".ask-protocol")
    page.check("[name='alarm.overdose.way'][value=escalate]")
    assert seen("[id='escalate.text']") and not seen("[id='escalate.spoken_to']")
    page.check("[name='escalate.needed_by'][value=now]")
    assert seen("[id='escalate.spoken_to']")
    page.check("[name='alarm.supply.way'][value=handled]")
    assert seen("[id='alarm.supply.how']") and not seen("[id='alarm.overdose.how']")
    assert not seen("[id='cows.pulse']")
    page.check("[name=mode][value=in_person]")
    assert seen("[id='cows.pulse']")
    page.check("[name=spoke_with][value=supporter]")
    assert seen("#spoke_name") and not seen("[id='mood.low']") and seen(".ask-proxy")
    page.check("[name='next.way'][value=book]")
    assert seen("[id='next.on']") and not seen("[id='next.because']")


def test_the_longer_scale_opens_when_the_shorter_one_is_positive(
    open_window: Callable[..., Window], cast: Cast, record: str
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(record)
    page.locator("details", has_text="More topics").locator("summary").first.click()
    longer = page.locator("details[data-continues='phq-2']")
    page.check("[name='phq-2.interest'][value='1']")
    page.check("[name='phq-2.low'][value='1']")
    assert longer.get_attribute("open") is None
    page.check("[name='phq-2.low'][value='2']")
    assert longer.get_attribute("open") is not None
    assert page.locator("[data-instrument='phq-2'] [data-total]").inner_text() == "3"
    longer.locator("summary").click()  # never forced
    page.check("[name='phq-2.low'][value='3']")
    assert longer.get_attribute("open") is None


def test_the_form_is_open_to_everyone(
    open_window: Callable[..., Window], cast: Cast, record: str
) -> None:
    window = open_window()
    page = window.arrive("bo")
    window.go(record)
    for one in ("events.any-2", "events.which", "mood.low-2", "next.way-2"):
        page.check(f"[id='{one}']")
    page.check("[name=mode][value=in_person]")
    page.check("[name='alarm.overdose.way'][value=escalate]")
    assert axe_faults(page) == []
    assert sideways_faults(page) == []
    with page.expect_navigation():
        window.alt("k")
    page.locator("#problems").wait_for()
    assert axe_faults(page) == []
    assert sideways_faults(page) == []
