"""A physician at a browser: types a regimen and a plan, signs it, and leaves with the paper.

Every dose is typed by key into the box it is meant for, found by the words that name it. What the
paper must say is written in each story, never taken from the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.handouts.reading import Reading
from tests.harness.browser import Window
from tests.harness.cast import Person

PATTERNS = {
    "times": "At times of day",
    "interval": "Every so many hours or days",
    "weekdays": "On named weekdays",
    "as_needed": "Only when needed",
}
CHECKLIST = 7


@dataclass(frozen=True)
class Taken:
    """A medicine of the regimen: the words typed to find it, and its doses by cell."""

    words: str
    name: str  # as the builder's button says it
    doses: Mapping[str, str]
    pattern: str = "times"
    every: str = ""  # "hours" or "days"
    at: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Tapered:
    """A medicine of the plan: its column heads, and the texts typed for each of its steps."""

    name: str
    uses: Sequence[str]
    rows: Sequence[str]  # "3 2½": the texts of one step, in the order of the heads
    after: str = "Stop taking it"
    after_text: str = ""
    first: int = 1
    last: int = 0  # 0: through the last step
    shelf: bool = False  # added from the catalogue, not from the regimen
    pattern: str = "times"
    every: str = ""
    at: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Layout:
    """How the steps are laid out, and what stands around them."""

    first_day: str
    every: str
    count: str
    last_day: str = ""
    aim: str = "Lower dose"
    starts: Mapping[int, str] = field(default_factory=dict)  # typed one by one, by step


class Physician:
    """Dr Amara at her keyboard, with one patient's chart open."""

    def __init__(self, window: Window, who: Person, chart: str, *, is_in: bool = False) -> None:
        self.window, self.page, self.who, self.chart = window, window.page, who, chart
        if not is_in:
            window.arrive(who.username)

    # The regimen ----------------------------------------------------------------------------

    def records(self, *taken: Taken) -> None:
        """Type the regimen of today, read from the bottles, and save it."""
        page = self.window.go(f"{self.chart}/regimen")
        page.get_by_label("As of").fill("today")
        page.get_by_label("The bottle").check()
        for index, medicine in enumerate(taken):
            if index:
                self._press("Add a medicine")
            self._medicine(index, medicine)
        self._press("Save the regimen")
        self._no_problem()

    def _medicine(self, index: int, taken: Taken) -> None:
        group = self.page.get_by_role("group", name=f"Medicine {index + 1}", exact=True)
        group.get_by_role("combobox", name="Product").press_sequentially(taken.words)
        self.page.get_by_role("option", name=taken.name, exact=True).click()
        group.get_by_label(PATTERNS[taken.pattern]).check()
        room = group.locator(f".regimen-{taken.pattern.replace('_', '-')}")
        for cell, text in taken.doses.items():
            if taken.pattern in ("times", "weekdays"):
                room.get_by_label(cell, exact=True).check()
                self._type(room.get_by_role("textbox", name=f"Dose, {cell}"), text)
            else:
                self._type(room.get_by_role("textbox", name=cell, exact=True), text)
        if taken.every:
            room.get_by_label("Hours or days").select_option(taken.every)
        if taken.at:
            room.get_by_label(taken.at, exact=True).check()
        if taken.purpose:
            room.get_by_label("What it is needed for").fill(taken.purpose)

    # The plan -------------------------------------------------------------------------------

    def drafts(self, layout: Layout, *medicines: Tapered) -> None:
        """Type the plan: medicines, dates, every dose, and what stands beside and around."""
        page = self.window.go(f"{self.chart}/plan/draft")
        for index, medicine in enumerate(medicines):
            self._planned(index, medicine)
        page.get_by_label("First day").fill(layout.first_day)
        page.get_by_label("Days for each step").fill(layout.every)
        page.get_by_label("Number of steps").fill(layout.count)
        self._press("Lay out dates")
        if layout.starts:
            page.get_by_text("Type each start date instead").click()
            page.get_by_label("Typed one by one").check()
            self._press("Update the table", first=True)
            for step, text in layout.starts.items():
                page.get_by_label(f"Step {step}, start date").fill(text)
        self._spans(medicines)
        self._doses(medicines, int(layout.count))
        page.get_by_label("Last day of the last step").fill(layout.last_day)
        self._around(layout.aim)

    def rotates(self, old: Tapered, new: Tapered, steps: int, why: str) -> None:
        """Change the plan in force: one medicine ends, another one joins with doses of its own."""
        page = self.window.go(f"{self.chart}/plan/draft")
        self._planned(1, new)
        group = self._group(old.name)
        group.get_by_text("Pattern, first and last step, and more").click()
        group.get_by_label("After its last step").select_option(old.after)
        group.get_by_label("Changed to what").fill(old.after_text)
        self._spans((old, new))
        self._doses((new,), steps)
        page.get_by_label("Why the plan changes").fill(why)

    def _group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name, exact=True)

    def _planned(self, index: int, medicine: Tapered) -> None:
        page = self.page
        if self._group(medicine.name).count() == 0:
            if not page.get_by_text("Another strength or form").is_visible():
                page.get_by_text("Add a medicine to this plan").click()
            if medicine.shelf:
                page.get_by_label("Product", exact=True).select_option(label=medicine.name)
                self._press("Add this product")
            else:
                self._press(f"Add {medicine.name}")
        group = self._group(medicine.name)
        more = group.get_by_text("Pattern, first and last step, and more")
        if group.get_by_label("How its doses fall").input_value() != medicine.pattern:
            more.click()
            group.get_by_label("How its doses fall").select_option(PATTERNS[medicine.pattern])
            self._press("Save draft")
        for use in medicine.uses if medicine.pattern in ("times", "weekdays") else ():
            group.get_by_label(use, exact=True).check()
        if medicine.every:
            group.get_by_label("The interval is typed in").select_option(medicine.every)
        if medicine.at:
            group.get_by_label("Time of day", exact=True).select_option(medicine.at)
        if medicine.purpose:
            group.get_by_label("Needed for what").fill(medicine.purpose)
        group.get_by_label("After its last step").select_option(medicine.after)
        if medicine.after_text:
            if not group.get_by_label("Changed to what").is_visible():
                more.click()
            group.get_by_label("Changed to what").fill(medicine.after_text)

    def _spans(self, medicines: Sequence[Tapered]) -> None:
        spanning = [m for m in medicines if m.first > 1 or m.last]
        for medicine in spanning:
            group = self._group(medicine.name)
            if not group.get_by_label("From step").is_visible():
                group.get_by_text("Pattern, first and last step, and more").click()
            if medicine.first > 1:
                group.get_by_label("From step").fill(str(medicine.first))
            if medicine.last:
                group.get_by_label("Through step").fill(str(medicine.last))
        if spanning:
            self._press("Save draft")

    def _doses(self, medicines: Sequence[Tapered], steps: int) -> None:
        """Type column after column; Enter goes down and to the top of the next."""
        columns = [
            (medicine, place, medicine.uses[place])
            for medicine in medicines
            for place in range(len(medicine.uses))
        ]
        medicine, _, head = columns[0]
        start = f"Step {medicine.first}, {medicine.name}, {head.lower()}, number of"
        self.page.get_by_role("textbox", name=start).focus()
        for medicine, place, head in columns:
            for row in medicine.rows:
                self._focused_on(medicine.name, head)
                self.page.keyboard.type(row.split()[place])
                self.page.keyboard.press("Enter")
            assert len(medicine.rows) == (medicine.last or steps) - medicine.first + 1

    def _focused_on(self, name: str, head: str) -> None:
        label = self.page.evaluate("document.activeElement.getAttribute('aria-label')") or ""
        assert f"{name}, {head.lower()}" in label, f"the cursor is on {label!r}, not {name}, {head}"

    def _around(self, aim: str) -> None:
        page = self.page
        page.get_by_label("Therapy", exact=True).select_option(label="Physical therapy")
        page.get_by_label("Psychological support", exact=True).select_option("in_place")
        page.get_by_label("Check-in", exact=True).select_option("Phone")
        page.get_by_label("On day").fill("3")
        page.get_by_label("Reason for tapering").select_option(index=1)
        page.get_by_label("What the patient agreed to").fill("The pace, and that we can pause")
        page.get_by_label("What the plan aims for").select_option(aim)
        page.get_by_label("How steps start").select_option(index=1)
        page.get_by_label("Contact required before each step").select_option("No")
        rows = page.locator(".check-row")
        assert rows.count() == CHECKLIST
        for row in rows.all():
            row.get_by_label("Answer").select_option("Done")
            row.get_by_label("Done on").fill("11/20/2026")

    def reviews(self) -> Page:
        """Press Check and sign, and give the page of the review."""
        self._press("Check and sign")
        self._no_problem()
        assert self.page.url.endswith("/draft/review"), self.page.inner_text("main")[:600]
        return self.page

    def signs(self, year: str, answer: str = "", version: int = 1) -> None:
        """Answer every question with this ready reason, type year and password, and sign."""
        page = self.page
        for question in page.locator(".question").all():
            question.get_by_label(answer).check()
        page.get_by_label("year of birth").fill(year)
        page.get_by_label("Your password").fill(self.who.password)
        self._press(f"Sign version {version}")
        self._no_problem()
        assert page.inner_text("h1") == f"Plan, version {version}", page.inner_text("main")[:600]

    # The paper ------------------------------------------------------------------------------

    def prints(self) -> bytes:
        """Print the handout and give the bytes of its PDF."""
        self.window.go(f"{self.chart}/handout")
        self._press("Print handout")
        link = self.page.get_by_role("link", name="Open the PDF").get_attribute("href")
        assert link is not None
        return self.page.request.get(link).body()

    # Hands ----------------------------------------------------------------------------------

    def _type(self, box: Locator, text: str) -> None:
        box.click()
        self.page.keyboard.type(text)

    def _press(self, name: str, *, first: bool = False) -> None:
        button = self.page.get_by_role("button", name=name)
        with self.page.expect_navigation():
            (button.first if first else button).click()

    def _no_problem(self) -> None:
        problems = self.page.locator("#problems")
        assert problems.count() == 0, problems.inner_text()


Rows = list[list[str]]


def tables_on_paper(sheet: Reading) -> tuple[list[Rows], list[Rows]]:
    """Give the tables of page 1, heads and doses; then each medicine's table of all its steps.

    Where page 1 gives each medicine a card, its columns are turned into such tables, step by step.
    """
    tables = sheet.tables()
    steps = [table for table in tables if table[0][0] == "Step"]
    first_page = [
        table
        for table in tables
        if len(table) == 2 and table[0][0] in ("Morning", "Mon", "Each time")
    ]
    cards = [table for table in tables if table[0][0] in ("When", "How")]
    for column in range(1, max((len(card[0]) for card in cards), default=1)):
        first_page += [
            [[row[0] for row in card[1:]], [row[column] for row in card[1:]]]
            for card in cards
            if column < len(card[0])
        ]
    return first_page, steps
