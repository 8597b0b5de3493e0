"""Rhythms of check-ins: weeks and months on through the steps, and follow-up after the taper."""

from __future__ import annotations

import pytest

from tests.rules.plan_samples import (
    TODAY,
    draft,
    problems,
    reading,
    two,
    usual,
    version,
    with_text,
)
from tracker import drafts
from tracker.drafts import Raw

# Three steps of 28 days from Dec 1, 2026; the last one's last day is Feb 22, 2027.
PLAIN = {"mode": "phone", "day": "3", "steps": "all"}


def rhythm(**typed: str) -> Raw:
    return with_text(usual(), "rhythms", [{**PLAIN, **typed}])


def laid(raw: Raw) -> list[tuple[int, str]]:
    made = reading(raw).version  # whether or not each step has one
    assert made is not None
    beside = [(step.number, one.on.isoformat()) for step in made.steps for one in step.checkins]
    return beside + [(0, one.on.isoformat()) for one in made.follow_up]


def test_a_week_is_seven_days_in_each_step() -> None:
    assert laid(rhythm(again="1", unit="weeks")) == laid(rhythm(again="7"))
    assert len(laid(rhythm(again="1", unit="weeks"))) == 12


def test_a_rhythm_of_weeks_runs_on_through_the_steps() -> None:
    found = laid(rhythm(when="on", again="3", unit="weeks"))
    assert found == [
        (1, "2026-12-03"), (1, "2026-12-24"), (2, "2027-01-14"), (3, "2027-02-04"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "day", "days"),
    [
        ("1/31/2027", "1", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("1/30/2028", "2", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        # The clock goes forward in Denver on Mar 14, 2027, and back on Nov 7: a day is a day.
        ("2/14/2027", "1", ["2027-02-14", "2027-03-14", "2027-04-14"]),
        ("10/7/2027", "1", ["2027-10-07", "2027-11-07", "2027-12-07"]),
    ],
)
def test_a_month_is_one_of_the_calendar(first: str, day: str, days: list[str]) -> None:
    raw = draft(two("2", "2"), two("1", "1"), two("0", "1"), first_day=first, every="28")
    monthly = {**PLAIN, "day": day, "when": "on", "again": "1", "unit": "months"}
    found = laid(with_text(raw, "rhythms", [monthly]))
    assert [on for _, on in found][: len(days)] == days
    assert len(found) == 3


def test_a_step_without_a_day_of_the_rhythm_has_no_check_in() -> None:
    raw = draft(*[two("2", "2")] * 4, every="14")
    raw = with_text(raw, "rhythms", [{**PLAIN, "when": "on", "again": "1", "unit": "months"}])
    assert "Steps 2, 4 have no check-in" in problems(raw)["checkin_none_because"]


def test_a_rhythm_keeps_to_the_steps_that_are_named() -> None:
    found = laid(rhythm(when="on", again="2", unit="weeks", steps="2-3"))
    assert found[0] == (2, "2026-12-31") and {number for number, _ in found} == {2, 3}


def test_an_open_last_step_has_one_day_of_the_rhythm() -> None:
    raw = with_text(rhythm(when="on", again="1", unit="weeks"), "medicines.0.after", "stay")
    assert [number for number, _ in laid(raw)].count(3) == 1


def test_follow_up_is_laid_after_the_last_day_for_the_months_typed() -> None:
    follow_up = {"mode": "phone", "when": "after", "day": "7", "again": "1", "unit": "months"}
    raw = with_text(usual(), "rhythms", [PLAIN, {**follow_up, "months": "6"}])
    after = [on for number, on in laid(raw) if number == 0]
    assert after == [
        "2027-03-01", "2027-04-01", "2027-05-01", "2027-06-01", "2027-07-01", "2027-08-01",
    ]  # fmt: skip


def test_follow_up_moves_with_the_end_of_the_taper() -> None:
    follow_up = {"mode": "in_person", "when": "after", "day": "30"}
    raw = with_text(usual(), "rhythms", [PLAIN, follow_up])
    assert (0, "2027-03-24") in laid(raw)
    later = drafts.lay_out(raw | {"first_day": "12/8/2026", "last_day": ""}, TODAY).raw
    assert (0, "2027-03-31") in laid(later)


def test_follow_up_of_a_plan_that_stays_counts_from_its_last_step() -> None:
    raw = with_text(usual(), "medicines.0.after", "stay")
    again = {"mode": "phone", "when": "after", "day": "3", "again": "4", "unit": "weeks"}
    # Day 3 after the last step began is one day later than day 3 of that step.
    found = laid(with_text(raw, "rhythms", [PLAIN, {**again, "months": "2"}]))
    assert found[-3:] == [(0, "2027-01-29"), (0, "2027-02-26"), (0, "2027-03-26")]


def test_follow_up_is_no_check_in_of_a_step() -> None:
    raw = with_text(usual(), "rhythms", [{"mode": "phone", "when": "after", "day": "7"}])
    assert "Steps 1-3 have no check-in" in problems(raw)["checkin_none_because"]


def test_follow_up_on_the_day_of_a_check_in_is_not_laid_twice() -> None:
    raw = with_text(usual(), "medicines.0.after", "stay")
    found = laid(with_text(raw, "rhythms", [PLAIN, {**PLAIN, "when": "after", "day": "2"}]))
    assert found[-1] == (3, "2027-01-28")


def test_a_change_carries_every_rhythm_as_it_was_typed() -> None:
    typed = {"mode": "phone", "when": "after", "day": "7", "again": "1", "unit": "months"}
    raw = with_text(usual(), "rhythms", [PLAIN, {**typed, "months": "2"}])
    made = version(raw)
    again = drafts.from_version(made, ready=reading(raw).preparation)
    assert again["rhythms"] == drafts.tidy(raw)["rhythms"]
    alone = drafts.from_version(made)["rhythms"]
    assert [(one["when"], one["day"]) for one in alone] == [
        ("", "3"),
        ("after", "7"),
        ("after", "38"),
    ]


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"again": "1", "unit": "fortnights"}, "unit", "choose days, weeks or months"),
        ({"unit": "weeks"}, "again", "type the number of weeks"),
        ({"again": "0", "unit": "months"}, "again", "number of months as a whole number"),
        ({"again": "100", "unit": "weeks"}, "again", "from 1 to 99"),
        ({"when": "on"}, "again", "Type how often"),
        ({"when": "on", "again": "1", "unit": "weeks", "day": "300"}, "day", "no such day falls"),
        ({"when": "before", "unit": "weeks"}, "again", "does not repeat"),
        ({"months": "3"}, "months", "for a contact after the taper"),
        ({"when": "after", "again": "1", "unit": "months"}, "months", "from 1 to 36"),
        ({"when": "after", "again": "1", "months": "37"}, "months", "from 1 to 36"),
        ({"when": "after", "day": "60", "months": "1"}, "day", "after the last month"),
        ({"when": "after", "day": "soon"}, "day", "Type"),
    ],
)
def test_a_rhythm_that_cannot_be_laid_says_why(
    typed: dict[str, str], field: str, says: str
) -> None:
    found = problems(with_text(usual(), "rhythms", [{**PLAIN, **typed}]))
    assert says in found[f"rhythms.0.{field}"]


def test_daily_contacts_for_three_years_are_refused() -> None:
    after = {"mode": "phone", "when": "after", "day": "1", "again": "1", "months": "36"}
    raw = with_text(usual(), "rhythms", [PLAIN, after])
    assert "more than 1,000" in problems(raw)["rhythms"]
