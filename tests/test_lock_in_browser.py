"""The idle lock in Chromium: the page goes, and comes back with every character and the focus."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.harness import charts
from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast
from tests.test_presence import PATHS, ids

__all__ = ["ids"]  # one of everything that a form is about

TYPED = "Walk to the lake, “slowly” – Ánh\nthen back"


def test_what_was_typed_and_the_focus_come_back_after_unlocking(
    app: Flask, cast: Cast, open_window: Callable[..., Window]
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["bo"])
    window = open_window()
    page = window.arrive("bo")
    edit = f"/c/{cast.hillside}/patients/{patient_id}/edit"
    page.clock.install(time=NOW)
    window.go(edit)
    page.fill("[name=goal]", TYPED)
    page.fill("[name=preferred_name]", "Mia")
    page.select_option("[name=physician_id]", index=1)
    page.focus("[name=goal]")
    chosen = page.input_value("[name=physician_id]")
    page.clock.fast_forward(901_000)
    page.wait_for_url("**/sign-in?**")
    assert urlsplit(page.url).query == f"next={edit.replace('/', '%2F')}&why=idle"
    assert page.inner_text("h1") == "Locked"
    assert "Mia" not in page.content() and axe_faults(page) == [] and sideways_faults(page) == []
    page.fill("[name=password]", cast["bo"].password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == edit and not urlsplit(url).fragment)
    page.wait_for_function("() => document.activeElement.name === 'goal'")
    assert page.input_value("[name=goal]") == TYPED
    assert page.input_value("[name=preferred_name]") == "Mia"
    assert page.input_value("[name=physician_id]") == chosen
    page.reload()
    assert page.input_value("[name=preferred_name]") != "Mia"


def test_after_signing_out_going_back_shows_nothing(
    app: Flask, cast: Cast, open_window: Callable[..., Window]
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["bo"], family_name="Quillfeather")
    window = open_window()
    page = window.arrive("bo")
    window.go(f"/c/{cast.hillside}/patients/{patient_id}")
    assert "QUILLFEATHER" in page.content()
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.wait_for_url("**/sign-in**")
    assert "QUILLFEATHER" not in page.content()


# Fill every field of the page's form with something of its own, as a person could.
FILL = """() => {
  let number = 0;
  const form = [...document.querySelectorAll("main form")]
    .sort((a, b) => b.elements.length - a.elements.length)[0];
  for (const e of form.elements) {
    number += 1;
    if (e.type === "hidden" || e.type === "submit" || e.type === "button" || e.disabled
        || e.readOnly || e.type === "password" || !e.name) continue;
    // Another pattern of a medicine has other cells: the doses of this one are what is typed here.
    if (e.name.startsWith("medicines.") && e.type !== "text") continue;
    if (e.type === "radio" || e.type === "checkbox") e.checked = number % 3 !== 0;
    else if (e.tagName === "SELECT") e.selectedIndex = e.options.length - 1;
    else e.value = `½ “${number}” é\\u00a0<b>&`;
    e.dispatchEvent(new Event("input", { bubbles: true }));
    e.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const last = [...form.elements].filter((e) => e.type === "text" && e.offsetParent).pop();
  last.focus();
  return last.name;
}"""
HELD = """() => {
  const form = [...document.querySelectorAll("main form")]
    .sort((a, b) => b.elements.length - a.elements.length)[0];
  const own = ["csrf_token", "form_version", "opened", "seen"];
  return [...new FormData(form)].filter(([name, text]) => !own.includes(name));
}"""


@pytest.mark.parametrize("form", ["checkin", "contact", "plan", "regimen", "clinic"])
def test_every_field_of_a_long_form_comes_back(
    app: Flask, cast: Cast, ids: dict[str, int | None], open_window: Callable[..., Window],
    form: str,
) -> None:  # fmt: skip
    window = open_window()
    page = window.arrive("amara")
    page.clock.install(time=NOW)
    window.go(PATHS[form].format(**ids))
    focused = page.evaluate(FILL)
    before = page.evaluate(HELD)
    assert len([text for _, text in before if "½" in text]) >= 2
    page.clock.fast_forward(901_000)
    page.wait_for_url("**/sign-in?**")
    page.fill("[name=password]", cast["amara"].password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url and not urlsplit(url).fragment)
    page.wait_for_function("(name) => document.activeElement.name === name", arg=focused)
    after = page.evaluate(HELD)
    assert [one for one in before if one[1] and one not in after] == []
    assert [one for one in after if one[1] and one not in before] == []
