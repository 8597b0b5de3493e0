"""Every dose on the other papers was typed for that patient; one dose changes no other word.

Supervision sheet, check-in form, hold slip, downtime pack and the sheets of a batch, for two
charts that differ in one typed dose alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from tests.handouts.reading import Reading
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tests.test_provenance import (
    IN_WORDS,
    NUMBER,
    STEPS,
    TYPED,
    UNITS,
    _plain,
    derived,
    label_texts,
    on_labels,
    signed,
)
from tracker.charts.course import course_of
from tracker.doses import DoseText, words
from tracker.records import course

CHANGED = (STEPS[0], ("70¾", STEPS[1][1]), STEPS[2])
NOW = datetime(2027, 1, 4, 18, tzinfo=UTC)
Papers = dict[str, str]


@pytest.fixture
def two(
    app: Flask, cast: Cast, clock: time_machine.Traveller, sign_in: Callable[[str], Visitor]
) -> tuple[Papers, Papers]:
    """The papers of two charts on a day of step 2, the second with one dose changed."""
    with app.app_context():
        ids = [signed(cast, STEPS), signed(cast, CHANGED, record_no="TEST-004513")]
    clock.move_to(NOW)
    visitor = sign_in("amara")
    batch = _batch(visitor, cast)
    pack = Reading(_printing(visitor, cast).form("/downtime").submit(None, status=200).data)
    made = []
    for place, patient_id in enumerate(ids):
        record = f"TEST-00451{2 + place}"
        papers = {
            "batch": next(sheet for sheet in batch if record in sheet),
            "downtime pack": _row(pack, record),
            "supervision": _other(visitor, cast, patient_id, "/supervision"),
            "check-in form": _other(visitor, cast, patient_id, "/checkin-form"),
        }
        with app.app_context():
            _hold(cast, patient_id)
        papers["hold slip"] = _other(visitor, cast, patient_id, "/hold-slip")
        made.append(papers)
    return made[0], made[1]


def _printing(visitor: Visitor, cast: Cast) -> Page:
    return visitor.get(f"/c/{cast.hillside}/printing")


def _batch(visitor: Visitor, cast: Cast) -> list[str]:
    page = visitor.follow(_printing(visitor, cast).form("/batches").submit("Print"))
    page = visitor.follow(page.form(page.path).submit("Print"))
    bound = Reading(visitor.get(page.links["All in one PDF"]).data)
    return _said(bound).split("My opioid taper plan")[1:]


def _row(pack: Reading, record: str) -> str:
    patients = next(table for table in pack.tables() if "Current step" in table[0])
    return next(row for row in map(" ".join, patients) if record in row).replace("\u00a0", " ")


def _other(visitor: Visitor, cast: Cast, patient_id: int, action: str) -> str:
    page = visitor.get(f"/c/{cast.hillside}/patients/{patient_id}/handout")
    return _said(Reading(visitor.follow(page.form(action).submit(None)).data))


def _said(reading: Reading) -> str:
    return " ".join(reading.texts()).replace("\u00a0", " ")


def _hold(cast: Cast, patient_id: int) -> None:
    today = date(2027, 1, 4)
    course.hold(
        by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=patient_id,
        seen=course_of(cast.hillside, patient_id).seq, on=today, today=today,
        review_on=today + timedelta(days=7), reason="pain", words="",
    )  # fmt: skip


def test_every_dose_on_the_other_papers_was_typed_and_none_worked_out(
    app: Flask, two: tuple[Papers, Papers]
) -> None:
    with app.app_context():
        labels = on_labels()
        made = derived() - set(re.findall(NUMBER, label_texts()))
    pattern = re.compile(rf"({NUMBER})\s*(?:\(([a-z -]+)\)\s*)?({UNITS})\b")
    for papers, own in zip(two, (set[str](), {"70¾"}), strict=True):
        said_so = IN_WORDS | {words(DoseText(text)) for text in own}
        for name, text in papers.items():
            strange = [
                f"{number} ({said}) {unit}"
                for number, said, unit in pattern.findall(text)
                if not (number in TYPED | own and (not said or said in said_so))
                and (number, unit) not in labels
            ]
            assert strange == [], name
            seen = set(re.findall(rf"(?<![\w.,-]){NUMBER}(?![\w½¼¾-])", text))
            assert seen & made == set(), name
            dose = "70¾" if own else "71¼"  # step 2's morning is on every one of them
            assert dose in text, name


def test_one_changed_dose_changes_no_other_word_of_the_other_papers(
    two: tuple[Papers, Papers],
) -> None:
    swaps = {"71¼": "70¾", "seventy-one and a quarter": "seventy and three quarters"}
    swaps |= {"seventy-one and one quarter": "seventy and three quarters"}
    for name, text in two[0].items():
        expected, shown = _plain(text, swaps).split(), _plain(two[1][name], {}).split()
        differ = [pair for pair in zip(expected, shown, strict=True) if pair[0] != pair[1]]
        assert differ == [], name
