"""A physician types a taper in a browser; the patient leaves with paper that says the same.

Each story is one that clinics meet. The doses go in by keyboard and come out of the PDF's own text;
the two are compared cell by cell, with "none" for a typed 0 and for a time that is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.handouts.reading import Reading
from tests.harness import charts
from tests.harness.browser import Window
from tests.harness.cast import Cast
from tests.stories.physician import Layout, Physician, Taken, Tapered, tables_on_paper

OXY10, OXY5 = "oxyCODONE 10 mg tablet", "oxyCODONE 5 mg tablet"
PATCH50, PATCH25 = "fentaNYL 50 mcg per hour patch", "fentaNYL 25 mcg per hour patch"
HYDRO = "HYDROmorphone 2 mg tablet"
LIQUID = "oxyCODONE 5 mg per 5 mL oral solution"
MORPHINE = "morphine 15 mg extended-release tablet"
NORCO = "hydrocodone and acetaminophen 5 mg/325 mg tablet"
TRAMADOL, METHADONE = "tramadol 50 mg tablet", "methadone 5 mg tablet"
DAY = ("Morning", "Noon", "Evening", "Bedtime")
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INTERVAL = ("Amount each time", "Every")
NEEDED = ("Amount each time", "No sooner than", "Most in 24 hours")
STAY = "Stay on the last step until reviewed"


@dataclass(frozen=True)
class Paper:
    """What one medicine's table must say: its heading, its heads, and its doses by step."""

    heading: str
    heads: Sequence[str]
    rows: Sequence[str]  # the cells of one step, a bar between two
    after: str


@dataclass(frozen=True)
class Story:
    """What is typed, and what the paper must say."""

    regimen: Sequence[Taken]
    layout: Layout
    medicines: Sequence[Tapered]
    papers: Sequence[Paper]
    dates: Sequence[str]  # of every step
    answer: str = ""  # to each question before signing


TWO_STRENGTHS = Story(
    (
        Taken("oxy 10 mg tab", OXY10, {"Morning": "3", "Bedtime": "3"}),
        Taken("oxy 5 mg tab", OXY5, {"Morning": "1", "Noon": "7½", "Bedtime": "1"}),
    ),
    Layout("dec 1", "28", "13", "nov 29 2027", aim="Stop"),
    (
        Tapered(
            OXY10,
            ("Morning", "Bedtime"),
            (
                *("3 3", "3 2½", "2½ 2½", "2½ 2", "2 2", "2 1½", "1½ 1½", "1½ 1", "1 1", "1 ½"),
                *("½ ½", "½ 0", "0 0"),
            ),
        ),
        Tapered(
            OXY5,
            ("Morning", "Noon", "Bedtime"),
            (
                *("1 7½ 1", "1 7 1", "1 6½ 1", "1 6 1", "1 5½ 1", "1 5 1", "1 4½ 1", "1 4 1"),
                *("1 3¾ 1", "1 3¼ 1", "½ 2.5 1", "0 1 ½", "0 0 ¼"),
            ),
        ),
    ),
    (
        Paper(
            "oxycodone 10 mg tablets – number of tablets",
            DAY,
            (
                *("3|none|none|3", "3|none|none|2½", "2½|none|none|2½", "2½|none|none|2"),
                *("2|none|none|2", "2|none|none|1½", "1½|none|none|1½", "1½|none|none|1"),
                *("1|none|none|1", "1|none|none|½", "½|none|none|½", "½|none|none|none"),
                "none|none|none|none",
            ),
            "oxycodone 10 mg tablets: none after step 13.",
        ),
        Paper(
            "oxycodone 5 mg tablets – number of tablets",
            DAY,
            (
                *("1|7½|none|1", "1|7|none|1", "1|6½|none|1", "1|6|none|1", "1|5½|none|1"),
                *("1|5|none|1", "1|4½|none|1", "1|4|none|1", "1|3¾|none|1", "1|3¼|none|1"),
                *("½|2.5|none|1", "none|1|none|½", "none|none|none|¼"),
            ),
            "oxycodone 5 mg tablets: none after step 13.",
        ),
    ),
    (
        "Tuesday, December 1, 2026 to Monday, December 28, 2026",
        "Tuesday, December 29, 2026 to Monday, January 25, 2027",
        "Tuesday, January 26, 2027 to Monday, February 22, 2027",
        "Tuesday, February 23, 2027 to Monday, March 22, 2027",
        "Tuesday, March 23, 2027 to Monday, April 19, 2027",
        "Tuesday, April 20, 2027 to Monday, May 17, 2027",
        "Tuesday, May 18, 2027 to Monday, June 14, 2027",
        "Tuesday, June 15, 2027 to Monday, July 12, 2027",
        "Tuesday, July 13, 2027 to Monday, August 9, 2027",
        "Tuesday, August 10, 2027 to Monday, September 6, 2027",
        "Tuesday, September 7, 2027 to Monday, October 4, 2027",
        "Tuesday, October 5, 2027 to Monday, November 1, 2027",
        "Tuesday, November 2, 2027 to Monday, November 29, 2027",
    ),
    "Intended: this medicine is to be none",
)
PATCH_AND_NEEDED = Story(
    (
        Taken(
            "fentanyl 50", PATCH50, {"Amount each time": "1", "Every": "72"}, "interval", "hours"
        ),
        Taken(
            "hydromorphone 2 mg tab",
            HYDRO,
            {"Amount each time": "2", "No sooner than": "4", "Most in 24 hours": "9"},
            "as_needed",
            purpose="sudden bad back pain",
        ),
    ),
    Layout("12/7/2026", "21", "5", starts={3: "1/20/2027", 4: "2/8/2027", 5: "3/1/2027"}),
    (
        Tapered(
            PATCH50,
            INTERVAL,
            ("1 72", "1 72"),
            "Change to",
            "fentanyl 25 mcg per hour patches",
            last=2,
            pattern="interval",
            every="hours",
        ),
        Tapered(
            HYDRO,
            NEEDED,
            ("2 4 8", "1½ 4 8", "1½ 4 7", "1 5 5", "½ 6 3"),
            STAY,
            pattern="as_needed",
            purpose="sudden bad back pain",
        ),
        Tapered(
            PATCH25,
            INTERVAL,
            ("1 72", "1 72", "1 72"),
            STAY,
            first=3,
            shelf=True,
            pattern="interval",
            every="hours",
        ),
    ),
    (
        Paper(
            "fentanyl 50 mcg per hour patches – number of patches",
            ("Each time", "Change every"),
            ("1|72 hours", "1|72 hours"),
            "after step 2, change to fentanyl 25 mcg per hour patches",
        ),
        Paper(
            "hydromorphone 2 mg tablets – number of tablets",
            ("Each time", "No sooner than", "Most in 24 hours"),
            ("2|4 hours|8", "1½|4 hours|8", "1½|4 hours|7", "1|5 hours|5", "½|6 hours|3"),
            "hydromorphone 2 mg tablets: stay on step 5 until we have seen you",
        ),
        Paper(
            "fentanyl 25 mcg per hour patches – number of patches",
            ("Each time", "Change every"),
            ("1|72 hours", "1|72 hours", "1|72 hours"),
            "fentanyl 25 mcg per hour patches: stay on step 5 until we have seen you",
        ),
    ),
    (
        "Monday, December 7, 2026 to Sunday, December 27, 2026",
        "Monday, December 28, 2026 to Tuesday, January 19, 2027",
        "Wednesday, January 20, 2027 to Sunday, February 7, 2027",
        "Monday, February 8, 2027 to Sunday, February 28, 2027",
        "Monday, March 1, 2027, until we see you",
    ),
    "Moved to another strength",
)
A_LIQUID = Story(
    (Taken("oxy liquid 5 ml", LIQUID, dict(zip(DAY, ("12.5", "7.5", "7", "11"), strict=True))),),
    Layout("tomorrow", "7", "4", "dec 22"),
    (
        Tapered(
            LIQUID,
            DAY,
            ("12 7.5 7 11", "11.5 6.5 6 10", "9 5.5 0 8.5", "0.5 0 0 0.25"),
        ),
    ),
    (
        Paper(
            "oxycodone oral solution 5 mg per 5 mL – amount in mL",
            DAY,
            (
                *("12 mL|7.5 mL|7 mL|11 mL", "11.5 mL|6.5 mL|6 mL|10 mL"),
                *("9 mL|5.5 mL|none|8.5 mL", "0.5 mL|none|none|0.25 mL"),
            ),
            "oxycodone oral solution 5 mg per 5 mL: none after step 4.",
        ),
    ),
    (
        "Wednesday, November 25, 2026 to Tuesday, December 1, 2026",
        "Wednesday, December 2, 2026 to Tuesday, December 8, 2026",
        "Wednesday, December 9, 2026 to Tuesday, December 15, 2026",
        "Wednesday, December 16, 2026 to Tuesday, December 22, 2026",
    ),
    "Intended",
)
ONE_AFTER_THE_OTHER = Story(
    (
        Taken("morphine er 15", MORPHINE, {"Morning": "3", "Bedtime": "4"}),
        Taken("norco 5 325", NORCO, {"Noon": "2", "Evening": "1"}),
    ),
    Layout("jan 4", "14", "6", "mar 28 2027", aim="Stop"),
    (
        Tapered(MORPHINE, ("Morning", "Bedtime"), ("2 4", "2 3", "0 2"), last=3),
        Tapered(
            NORCO,
            ("Noon", "Evening"),
            ("2 1", "2 1", "2 1", "1½ 1", "1 ½", "0 ¼"),
        ),
    ),
    (
        Paper(
            "morphine 15 mg extended-release tablets – number of tablets",
            DAY,
            ("2|none|none|4", "2|none|none|3", "none|none|none|2"),
            "morphine 15 mg extended-release tablets: none after step 3.",
        ),
        Paper(
            "hydrocodone and acetaminophen 5 mg/325 mg tablets – number of tablets",
            DAY,
            (
                *("none|2|1|none", "none|2|1|none", "none|2|1|none", "none|1½|1|none"),
                *("none|1|½|none", "none|none|¼|none"),
            ),
            "hydrocodone and acetaminophen 5 mg/325 mg tablets: none after step 6.",
        ),
    ),
    (
        "Monday, January 4, 2027 to Sunday, January 17, 2027",
        "Monday, January 18, 2027 to Sunday, January 31, 2027",
        "Monday, February 1, 2027 to Sunday, February 14, 2027",
        "Monday, February 15, 2027 to Sunday, February 28, 2027",
        "Monday, March 1, 2027 to Sunday, March 14, 2027",
        "Monday, March 15, 2027 to Sunday, March 28, 2027",
    ),
    "Intended: this medicine is to be none",
)
NAMED_WEEKDAYS = Story(
    (
        Taken(
            "tramadol 50 mg tab",
            TRAMADOL,
            dict(zip(WEEK, "4645678", strict=True)),
            "weekdays",
            at="Bedtime",
        ),
        Taken(
            "methadone 5 mg tab",
            METHADONE,
            {"Monday": "2", "Wednesday": "3", "Friday": "2½"},
            "weekdays",
            at="Noon",
        ),
    ),
    Layout("11/30/2026", "7", "3"),
    (
        Tapered(
            TRAMADOL,
            WEEK,
            ("4 6 4 5 6 7 6", "3 5 4 5 5 6 6", "3 4 3 4 0 5 5"),
            STAY,
            pattern="weekdays",
            at="Bedtime",
        ),
        Tapered(
            METHADONE,
            ("Monday", "Wednesday", "Friday"),
            ("2 2¾ 2½", "1½ 2¼ 2", "1 0 ½"),
            STAY,
            pattern="weekdays",
            at="Noon",
        ),
    ),
    (
        Paper(
            "tramadol 50 mg tablets – number of tablets",
            SHORT_WEEK,
            ("4|6|4|5|6|7|6", "3|5|4|5|5|6|6", "3|4|3|4|none|5|5"),
            "tramadol 50 mg tablets: stay on step 3 until we have seen you",
        ),
        Paper(
            "methadone 5 mg tablets – number of tablets",
            SHORT_WEEK,
            (
                "2|none|2¾|none|2½|none|none",
                "1½|none|2¼|none|2|none|none",
                "1|none|none|none|½|none|none",
            ),
            "methadone 5 mg tablets: stay on step 3 until we have seen you",
        ),
    ),
    (
        "Monday, November 30, 2026 to Sunday, December 6, 2026",
        "Monday, December 7, 2026 to Sunday, December 13, 2026",
        "Monday, December 14, 2026, until we see you",
    ),
)
STORIES = {
    "two strengths, three times a day, over twelve months": TWO_STRENGTHS,
    "a patch, and a medicine when needed on its own dates": PATCH_AND_NEEDED,
    "a liquid": A_LIQUID,
    "one opioid after the other": ONE_AFTER_THE_OTHER,
    "named weekdays, until reviewed": NAMED_WEEKDAYS,
}


@pytest.mark.parametrize("name", STORIES)
def test_what_was_typed_is_what_is_printed(
    open_window: Callable[..., Window], app: Flask, cast: Cast, name: str
) -> None:
    story = STORIES[name]
    with app.app_context():
        patient_id = charts.register(cast["amara"])
    chart = f"/c/{cast.hillside}/patients/{patient_id}"
    amara = Physician(open_window(), cast["amara"], chart)
    amara.records(*story.regimen)
    amara.drafts(story.layout, *story.medicines)
    amara.reviews()
    amara.signs("1961", story.answer)
    sheet = Reading(amara.prints())

    on_page_1, tables = tables_on_paper(sheet)
    assert len(tables) == len(story.papers)
    texts = sheet.texts()
    for paper, table, typed in zip(story.papers, tables, story.medicines, strict=True):
        assert paper.heading in texts
        assert table[0] == ["Step", "Dates", *paper.heads, "Done"]
        assert ["|".join(row[2:-1]) for row in table[1:]] == list(paper.rows)
        of_its_steps = list(enumerate(story.dates, 1))[typed.first - 1 : typed.last or None]
        assert [(int(row[0]), row[1]) for row in table[1:]] == of_its_steps
        assert any(paper.after in text for text in texts), paper.after
    first_two = [
        list(paper.rows)[step - typed.first].split("|")
        for step in (1, 2)
        for paper, typed in zip(story.papers, story.medicines, strict=True)
        if typed.first <= step <= (typed.last or step)
    ]
    assert [table[1] for table in on_page_1] == first_two
