"""The regimen in a real browser: how many keys it takes, the list that helps, and no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.harness import browser, charts
from tests.harness.browser import Window, press, type_in
from tests.harness.cast import Cast
from tracker.charts import regimens as chart

MOST_KEYS = 45
PRODUCT = "[name='lines.0.product']"


@pytest.fixture
def maria(app: Flask, cast: Cast) -> str:
    """The address of Maria Rivera, who has no regimen yet."""
    with app.app_context():
        return f"/c/{cast.hillside}/patients/{charts.register(cast['amara'])}"


@pytest.fixture
def open_form(open_window: Callable[..., Window], cast: Cast, maria: str) -> Callable[..., Window]:
    """Open the form of Maria's regimen in a window of its own, signed in as Dr Amara."""

    def opened(**options: object) -> Window:
        window = open_window(**options)
        window.arrive("amara")
        window.go(f"{maria}/regimen")
        return window

    return opened


def press_access_key(window: Window, letter: str) -> None:
    """Press Alt and a letter as a keyboard does: an access key answers to the character."""
    session = window.context.new_cdp_session(window.page)
    for kind in ("rawKeyDown", "char", "keyUp"):
        session.send(
            "Input.dispatchKeyEvent",
            {
                "type": kind,
                "modifiers": 1,
                "key": letter,
                "code": f"Key{letter.upper()}",
                "windowsVirtualKeyCode": ord(letter.upper()),
                "text": letter,
                "unmodifiedText": letter,
            },
        )


def helped(page: Page) -> None:
    """Wait until the list that helps while typing is there."""
    page.wait_for_selector("[role=combobox]")


def value(page: Page, name: str) -> str:
    return page.locator(f"[name='{name}']").input_value()


def test_a_regimen_of_one_medicine_takes_few_keys(
    app: Flask, cast: Cast, maria: str, open_window: Callable[..., Window]
) -> None:
    window = open_window()
    window.arrive("amara")
    page = window.go(maria)
    window.keys.start_again()
    with page.expect_navigation():
        press_access_key(window, "r")
    helped(page)
    type_in(page, "today")
    press(page, "Tab", "Space", "Tab")
    type_in(page, "oxy 5 tab")
    press(page, "ArrowDown", "Enter", "Tab", "Tab")
    press(page, "Space", "Tab", "Tab")
    press(page, "Space", "Tab", "2", *["Tab"] * 5)
    press(page, "Space", "Tab", "1")
    with page.expect_navigation():
        press(page, "Enter")
    expect(page.locator(".messages")).to_contain_text("The regimen of RIVERA, Maria")
    assert window.keys.count <= MOST_KEYS
    with app.app_context():
        kept = chart.current(cast.hillside, int(maria.rpartition("/")[2]))
    assert kept is not None
    assert [(line.product.name, [str(c.text) for c in line.cells]) for line in kept.lines] == [
        ("oxyCODONE", ["2", "1"])
    ]


def test_the_list_chooses_nothing_by_itself(open_form: Callable[..., Window]) -> None:
    page = open_form().page
    helped(page)
    box = page.locator(PRODUCT)
    found = page.locator("[data-found]")
    box.press_sequentially("oxy 5 tab")
    expect(page.locator("[role=option]")).to_have_count(5)
    assert box.get_attribute("aria-expanded") == "true"
    box.press("Enter")
    expect(found).to_have_text("5 are listed. Go to one with the down arrow.")
    assert value(page, "lines.0.chosen") == ""
    box.press("ArrowUp")
    last = page.locator("[role=option]").last
    assert box.get_attribute("aria-activedescendant") == last.get_attribute("id")
    box.press("ArrowDown")
    box.press("Enter")
    assert value(page, "lines.0.chosen") == "oxycodone-tablet-5-mg"
    page.get_by_label("At times of day").check()
    assert page.locator(".regimen-times [data-unit]").first.inner_text() == "tablets"
    box.press_sequentially("x")
    assert value(page, "lines.0.matched") == ""
    expect(found).to_have_text("Nothing in the catalogue matches.")
    box.fill("")
    expect(found).to_have_text("")


def test_escape_and_leaving_close_the_list_and_a_click_chooses(
    open_form: Callable[..., Window],
) -> None:
    page = open_form().page
    helped(page)
    box, options = page.locator(PRODUCT), page.locator("[role=listbox]")
    box.press_sequentially("morph")
    expect(page.locator("[data-found]")).to_contain_text("match. Type more words of it.")
    box.press("Escape")
    expect(options).to_be_hidden()
    box.press("ArrowDown")
    expect(options).to_be_visible()
    box.press("Tab")
    expect(options).to_be_hidden()
    box.press("End")
    box.press_sequentially("ine 15 ext")
    page.locator("[role=option]").first.click()
    assert box.input_value() == "morphine 15 mg extended-release tablet"
    page.get_by_label("At times of day").check()
    page.locator("[name='lines.0.cells.times.morning']").focus()
    expect(page.locator(".fractions").first).to_be_hidden()


def test_a_list_of_the_server_gives_way_to_a_choice_made_while_typing(
    open_form: Callable[..., Window],
) -> None:
    page = open_form().page
    helped(page)
    box = page.locator(PRODUCT)
    box.press_sequentially("oxy 5 tab")
    page.get_by_role("button", name="Save the regimen").click()
    expect(page.get_by_role("radio", name="oxymorphone 5 mg tablet")).to_be_visible()
    helped(page)
    box.fill("")
    box.press_sequentially("gabapentin 300")
    box.press("Enter")
    expect(page.locator("[data-options]")).to_have_count(0)
    assert value(page, "lines.0.chosen") == "gabapentin-capsule-300-mg"


def test_nothing_but_typing_changes_a_dose(open_form: Callable[..., Window]) -> None:
    page = open_form().page
    page.get_by_label("At times of day").check()
    cell = page.locator("[name='lines.0.cells.times.morning']")
    assert cell.input_value() == ""
    cell.press_sequentially("7")
    for key in ("ArrowUp", "ArrowDown", "PageUp"):
        cell.press(key)
    page.mouse.wheel(0, 40)
    assert cell.input_value() == "7"
    assert page.locator("datalist, input[list], input[type=number]").count() == 0


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_moves_when_a_dose_is_left(open_form: Callable[..., Window], width: int) -> None:
    page = open_form(width=width).page
    page.get_by_label("At times of day").check()
    places = [page.locator(f"[name='lines.0.times'][value={slot}]") for slot in ("noon", "bedtime")]
    where = "box => [box.getBoundingClientRect().x, box.getBoundingClientRect().y + scrollY]"
    before = [place.evaluate(where) for place in places]
    page.get_by_role("textbox", name="Dose, morning").click()
    page.keyboard.type("3")
    expect(page.locator(".regimen-times .fractions").first).to_be_visible()
    assert [place.evaluate(where) for place in places] == before
    places[1].click()
    expect(places[1]).to_be_checked()


def test_without_script_the_find_button_does_the_same(
    open_form: Callable[..., Window], maria: str
) -> None:
    page = open_form(javascript=False).page
    page.fill("[name=as_of]", "today")
    page.get_by_label("The pharmacy").check()
    page.fill(PRODUCT, "fent 25")
    page.get_by_role("button", name="Find medicine 1").click()
    expect(page.locator("[data-found]")).to_contain_text("Chosen: fentaNYL")
    page.get_by_label("Every so many hours or days").check()
    page.get_by_label("Amount each time").first.fill("1")
    page.get_by_label("Every", exact=True).fill("72")
    page.get_by_label("Hours or days", exact=True).select_option("hours")
    page.get_by_role("button", name="Save the regimen").click()
    page.wait_for_url(f"**{maria}#regimen")
    expect(page.locator("main")).to_contain_text("every 72")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_form_can_be_used_by_everyone(
    open_form: Callable[..., Window], maria: str, width: int
) -> None:
    window = open_form(width=width)
    page = window.page
    helped(page)
    assert browser.axe_faults(page) == []
    assert browser.sideways_faults(page) == []
    page.locator(PRODUCT).press_sequentially("oxy 5 tab")
    page.locator(PRODUCT).press("ArrowDown")
    assert browser.axe_faults(page) == []
    page.get_by_role("button", name="Add a medicine").click()
    helped(page)
    page.fill("[name='lines.1.product']", "Dolorin")
    for pattern, label in enumerate(("On named weekdays", "Only when needed")):
        page.get_by_label(label).nth(pattern).check()
    page.get_by_role("button", name="Save the regimen").click()
    expect(page.locator("#problems")).to_be_focused()
    assert browser.axe_faults(page) == []
    assert browser.sideways_faults(page) == []
