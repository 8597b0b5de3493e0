"""The look in Chromium: pictures of no sideways scroll, axe, and what each script does and leaves.

The page of components is served from memory, under the application's Content-Security-Policy; what
the scripts send is kept and answered by the test. The browser's clock is moved, never waited for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.harness.browser import Window, axe_faults, sideways_faults, window
from tests.test_look import MACROS, POLICY, STATIC, draw, fresh_steps

HOST = "http://clinic.test"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
CELL = "steps.{}.cells.{}.{}".format
FOCUS = "document.activeElement.id || document.activeElement.textContent"


@dataclass
class Clinic:
    """A pretend server: the page it gives, how it answers a post, and what was posted."""

    html: str = ""
    status: int = 200
    answer: str = '{"saved": "10:43 AM", "fields": {"seq": "8"}}'
    away: bool = False
    posts: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def handle(self, route: Route) -> None:
        """Answer one request of the browser."""
        request = route.request
        path = urlsplit(request.url).path
        if request.method == "POST":
            self.posts.append((path, parse_qs(request.post_data or "", keep_blank_values=True)))
            if self.away:
                route.abort()
            else:
                route.fulfill(status=self.status, body=self.answer, content_type="application/json")
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(path=file, content_type=TYPES[file.suffix])
        else:
            html = self.html if path == "/page" else "<!doctype html><title>Other</title>"
            route.fulfill(
                body=html,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

    def drafts(self) -> list[dict[str, list[str]]]:
        """Give what was posted as a draft."""
        return [fields for path, fields in self.posts if path == "/draft/save"]


@dataclass
class Shown:
    """The page of components, open in a browser."""

    page: Page
    clinic: Clinic

    def value(self, name: str) -> str:
        """Give what stands in a field."""
        return self.page.locator(f'[id="{name}"]').input_value()

    def focus(self, name: str) -> None:
        """Put the focus into a field."""
        self.page.locator(f'[id="{name}"]').focus()

    def focused(self) -> str:
        """Name what has the focus."""
        found: str = self.page.evaluate(FOCUS)
        return found

    def status(self) -> str:
        """Give the line about the draft."""
        return self.page.locator("[data-draft-status]").inner_text()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[..., Shown]]:
    opened: list[Window] = []

    def show_one(html: str = "", **options: Any) -> Shown:
        clinic = Clinic(html or draw(steps=fresh_steps()))
        opened.append(window(chromium, HOST, **options))
        opened[-1].context.route("**/*", clinic.handle)
        page = opened[-1].page
        page.clock.install(time="2026-11-24T15:42:00Z")
        page.goto(f"{HOST}/page")
        return Shown(page, clinic)

    yield show_one
    for one in opened:
        one.context.close()
    # What a test made the pretend server refuse, the console repeats.
    refused = re.compile("ERR_FAILED|status of 500")
    assert [f for one in opened for f in one.faults if not refused.search(f)] == []


# How it looks ----------------------------------------------------------------------------------

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 5


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(show: Callable[..., Shown], width: int) -> None:
    html = draw(problems=[("family", "Enter the family name.")])
    assert axe_faults(show(html, width=width).page) == []


def test_axe_looks_at_the_colours_of_the_other_theme_too(show: Callable[..., Shown]) -> None:
    page = show().page
    page.evaluate("""() => {
      const faint = new CSSStyleSheet();
      faint.replaceSync("@media (prefers-color-scheme: dark) { h1 { color: #444; } }");
      document.adoptedStyleSheets = [faint];
    }""")
    found = axe_faults(page)
    assert found and all(one.startswith("dark: color-contrast: ") for one in found)


@pytest.mark.parametrize(
    "html",
    [
        draw(),
        draw(steps=fresh_steps(60)),
        draw().replace("Physical", LONG).replace("oxyCODONE 5 mg tablet", LONG).replace(
            "RIVERA, Maria", LONG).replace("Walk", LONG).replace("Save draft", LONG),
    ],
    ids=["typical", "sixty steps", "long words"],
)  # fmt: skip
def test_nothing_scrolls_sideways(show: Callable[..., Shown], html: str) -> None:
    page = show(html).page
    assert sideways_faults(page, (320, 360, 640, 768, 1024, 1152, 1280)) == []
    page.evaluate("document.documentElement.setAttribute('class', 'x')")
    assert page.evaluate("getComputedStyle(document.querySelector('th')).textTransform") == "none"


SMALL = """(least) => [...document.querySelectorAll("a[href], button, input, select, summary")]
  .filter((e) => e.type !== "hidden" && e.getClientRects().length)
  .map((e) => [e.getBoundingClientRect(), e.outerHTML.slice(0, 80)])
  .filter(([box]) => box.height < least || box.width < 24)
  .map(([, html]) => html)"""


def test_targets_are_large_enough_to_hit(show: Callable[..., Shown]) -> None:
    page = show().page
    assert page.evaluate(SMALL, 24) == []
    page.set_viewport_size({"width": 820, "height": 1180})
    # A link inside a sentence is as tall as its line.
    assert [html for html in page.evaluate(SMALL, 44) if "<a href" not in html] == []


UNCOVERED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const on = document.elementFromPoint(box.left + box.width / 2, box.top + 2);
  const seen = on && (e.contains(on) || on.contains(e));
  if (e === document.body) return null;
  return seen && style.outlineStyle === "solid" && style.outlineWidth === "3px"
    ? null : e.outerHTML.slice(0, 120);
}"""


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_the_focus_is_always_seen(show: Callable[..., Shown], width: int) -> None:
    shown = show(width=width)
    hidden = []
    for _ in range(60):
        shown.press("Tab")
        hidden.append(shown.page.evaluate(UNCOVERED))
    assert [one for one in hidden if one] == []


def test_the_list_of_problems_takes_the_focus_and_leads_to_the_fields(
    show: Callable[..., Shown],
) -> None:
    shown = show(draw(problems=[("family", "Enter it."), ("asked", "Choose one.")]))
    shown.page.wait_for_function("() => document.activeElement.id === 'problems'")
    shown.press("Tab", "Tab", "Enter")
    shown.page.wait_for_function("() => document.activeElement.id === 'asked'")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(show: Callable[..., Shown]) -> None:
    shown = show()
    menu = shown.page.locator(".top details.menu")
    menu.locator("summary").click()
    shown.press("Tab", "Escape")
    assert menu.get_attribute("open") is None
    assert "Dr Amara" in shown.focused()
    menu.locator("summary").click()
    shown.focus("goal")
    assert menu.get_attribute("open") is None


# The grid --------------------------------------------------------------------------------------


def test_enter_goes_down_the_column_then_to_the_next_then_out(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.focus(CELL(0, "m1", "morning"))
    order = []
    for _ in range(12):
        shown.press("Enter")
        order.append(shown.focused())
    columns = [("m1", "morning"), ("m1", "bedtime"), ("m2", "each"), ("m2", "every")]
    assert order[:11] == [CELL(row, *column) for column in columns for row in range(3)][1:]
    assert order[11] == "birth_year"
    assert shown.clinic.drafts() == [] and shown.page.url == f"{HOST}/page"


def test_arrows_move_between_steps_and_change_nothing(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.focus(CELL(1, "m1", "morning"))
    shown.page.keyboard.type("7")
    shown.page.mouse.wheel(0, 300)
    shown.press("ArrowUp")
    assert shown.focused() == CELL(0, "m1", "morning")
    shown.press("ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    assert shown.focused() == CELL(2, "m1", "morning")
    values = [shown.value(CELL(row, "m1", "morning")) for row in range(3)]
    assert values == ["", "7", ""]


def test_a_fraction_is_added_by_its_own_button_only(show: Callable[..., Shown]) -> None:
    shown = show()
    cell = CELL(0, "m1", "morning")
    shown.focus(cell)
    shown.page.keyboard.type("7")
    shown.press("ArrowRight", "ArrowRight", "ArrowLeft")
    assert shown.focused() == "½"
    shown.press("Enter")
    assert (shown.value(cell), shown.focused()) == ("7½", cell)
    shown.press("ArrowRight", "Space", "ArrowRight", "ArrowLeft")
    assert (shown.value(cell), shown.focused()) == ("7½", cell)
    shown.press("ArrowRight", "Escape")
    assert shown.focused() == cell
    shown.press("Tab")
    assert shown.focused() == CELL(0, "m1", "bedtime")
    assert shown.page.locator(f'[id="{CELL(0, "m2", "every")}"] + .fractions').count() == 0


PASTE = """([id, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent(
    "paste", { clipboardData: data, bubbles: true, cancelable: true });
  return document.getElementById(id).dispatchEvent(event);
}"""
DROP = """(id) => document.getElementById(id).dispatchEvent(
  new DragEvent("drop", { bubbles: true, cancelable: true }))"""


def test_several_cells_pasted_go_to_the_box_that_is_read_row_by_row(
    show: Callable[..., Shown],
) -> None:
    shown = show()
    cell = CELL(0, "m1", "morning")
    assert shown.page.evaluate(PASTE, [cell, "7\n"]) is True
    assert shown.page.evaluate(PASTE, [cell, "7\t9\n11\t13\n"]) is False
    assert (shown.value("rows"), shown.focused()) == ("7\t9\n11\t13", "rows")
    assert shown.value(cell) == ""
    assert shown.page.evaluate(DROP, cell) is False


@pytest.mark.parametrize(
    ("typed", "echo"),
    [
        ("12/1/2026", "Tue Dec 1, 2026"), ("2026-12-01", "Tue Dec 1, 2026"),
        ("dec 1", "Tue Dec 1, 2026"), ("nov 1", "Mon Nov 1, 2027"), ("today", "Tue Nov 24, 2026"),
        ("+14", "Tue Dec 8, 2026"), ("1 december 2026", "Tue Dec 1, 2026"),
        ("tomorrow", "Wed Nov 25, 2026"), ("Dec. 1, 2026", "Tue Dec 1, 2026"),
        ("2/30/2027", ""), ("12/1/26", ""), ("soon", ""), ("decade 1", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_date_echoes_its_weekday(show: Callable[..., Shown], typed: str, echo: str) -> None:
    shown = show()
    shown.page.fill("#first_day", typed)
    assert shown.page.locator("#first_day-echo").text_content() == echo
    shown.page.fill("#born", "dec 1")
    assert shown.page.locator("#born-echo").text_content() == ""


# Drafts ----------------------------------------------------------------------------------------


def test_a_draft_is_saved_every_ten_seconds_once_something_changed(
    show: Callable[..., Shown],
) -> None:
    shown = show()
    shown.page.clock.run_for(11_000)
    assert shown.clinic.drafts() == []
    shown.page.fill("#goal", "Swim")
    shown.page.fill("#password", "a secret of twelve")
    with shown.page.expect_response("**/draft/save"):
        shown.page.clock.run_for(11_000)
    shown.page.wait_for_function("() => document.querySelector('[name=seq]').value === '8'")
    assert shown.status() == "Draft saved 10:43 AM – not signed"
    [draft] = shown.clinic.drafts()
    assert (draft["goal"], draft["seq"], draft["csrf_token"]) == (["Swim"], ["7"], ["token"])
    assert "password" not in draft
    shown.page.clock.run_for(30_000)
    assert len(shown.clinic.drafts()) == 1
    assert shown.page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_draft_is_saved_when_the_form_is_left(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.page.fill("#goal", "Swim")
    with shown.page.expect_response("**/draft/save"):
        shown.page.locator("#name").focus()
    assert len(shown.clinic.drafts()) == 1
    shown.page.fill("#goal", "Swim far")
    with shown.page.expect_response("**/draft/save"):
        shown.page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert [draft["goal"] for draft in shown.clinic.drafts()] == [["Swim"], ["Swim far"]]


@pytest.mark.parametrize(
    ("status", "answer", "sentence", "goes_on"),
    [
        (409, '{"sentence": "Dr Lee saved this draft at 10:40 AM."}', "Dr Lee saved", False),
        (409, "{}", "someone else changed this draft", False),
        (401, "{}", "you are signed out", False),
        (422, "{}", "something typed here cannot be kept", True),
        (500, "{}", "did not answer", True),
    ],
)
def test_a_draft_that_is_not_saved_says_so(
    show: Callable[..., Shown], status: int, answer: str, sentence: str, goes_on: bool
) -> None:
    shown = show()
    shown.clinic.status, shown.clinic.answer = status, answer
    for goal in ("Swim", "Swim far"):
        is_sent = goes_on or goal == "Swim"
        with shown.page.expect_response("**/*") if is_sent else nullcontext():
            shown.page.fill("#goal", goal)
            shown.page.clock.run_for(11_000)
        shown.page.wait_for_function(
            "(words) => document.querySelector('.trouble')?.textContent.includes(words)",
            arg=sentence,
        )
    assert len(shown.clinic.drafts()) == (2 if goes_on else 1)
    assert shown.value("goal") == "Swim far"


def test_a_draft_waits_for_a_server_that_is_away(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.clinic.away = True
    shown.page.fill("#goal", "Swim")
    shown.page.clock.run_for(11_000)
    shown.page.wait_for_selector(".trouble")
    shown.clinic.away = False
    with shown.page.expect_response("**/draft/save"):
        shown.page.clock.run_for(11_000)
    shown.page.wait_for_selector("[data-draft-status]:not(.trouble)")


# Idle sign-off ---------------------------------------------------------------------------------


def test_idle_warns_two_minutes_before_and_one_key_stays(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.focus("goal")
    shown.page.clock.fast_forward(779_000)
    assert shown.page.locator("dialog").count() == 0
    shown.page.clock.run_for(2_000)
    dialog = shown.page.locator("dialog[role=alertdialog][open]")
    assert "The screen locks at 8:57 AM" in dialog.inner_text()
    assert (shown.focused(), axe_faults(shown.page)) == ("Stay signed in", [])
    shown.press("Enter")
    assert dialog.count() == 0
    assert shown.focused() == "goal"
    assert [path for path, _ in shown.clinic.posts] == ["/stay"]


def test_idle_ends_with_an_empty_page_and_the_way_back(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.page.clock.fast_forward(900_000)
    shown.page.wait_for_url("**/sign-in?**")
    assert urlsplit(shown.page.url).query == "next=%2Fpage&why=idle"
    path, fields = shown.clinic.posts[-1]
    assert (path, fields["csrf_token"], fields["path"]) == ("/lock", ["token"], ["/page"])


def test_typing_keeps_the_session_and_the_clock_alone_does_not(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.page.clock.run_for(600_000)
    assert shown.clinic.posts == []
    shown.focus("name")
    with shown.page.expect_response("**/stay"):
        shown.press("x")
    shown.page.clock.fast_forward(700_000)
    assert shown.page.locator("dialog").count() == 0


def test_a_session_that_ended_elsewhere_clears_the_page(show: Callable[..., Shown]) -> None:
    shown = show()
    shown.clinic.status = 401
    shown.page.clock.run_for(40_000)
    shown.focus("name")
    shown.press("x")
    shown.page.wait_for_url("**/sign-in?next=%2Fpage&why=ended")


def test_the_page_of_components_uses_every_script_and_macro_file(
    show: Callable[..., Shown],
) -> None:
    loaded = show().page.evaluate("[...document.scripts].map((s) => s.getAttribute('src'))")
    assert set(loaded) == {f"/static/{name}.js" for name in ("page", "idle", "grid", "draft")}
    every_macro_file = {path.stem for path in STATIC.parent.glob("templates/macros/*.html")}
    assert {*MACROS, "frame"} == every_macro_file  # the page itself stands in its frame
