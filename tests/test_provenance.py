"""Every dose on a page or a paper was typed for that patient; one dose changes no other word.

The doses here are odd and unlike each other: no sum, difference or product of two of them, and no
amount worked out with a strength, can be mistaken for one that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Float, Integer, Numeric

from tests.handouts.reading import Reading
from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts.course import course_of
from tracker.course import Amount
from tracker.doses import DoseText, words
from tracker.models import Base
from tracker.plans import Pattern
from tracker.records import course

STEPS = (("83½", "67"), ("71¼", "59"), ("61", "43½"))
REGIMEN = {"morning": "89", "bedtime": "73"}
BREAKTHROUGH = {"each": "53", "gap": "7", "most": "97"}
OTHER = {"noon": "37"}
TYPED = {
    *(text for row in STEPS for text in row),
    *REGIMEN.values(),
    *BREAKTHROUGH.values(),
    *OTHER.values(),
}
UNITS = r"tablets?|capsules?|patch(?:es)?|films?|mL|mg|mcg|units?"
NUMBER = r"(?:\d[\d,]*(?:\.\d+)?[½¼¾]?|[½¼¾])"
IN_WORDS = {words(DoseText(text)) for text in TYPED}
STRENGTHS = {"5", "300", "15"}  # of the products in this chart, as on their labels
YEARS = range(1900, 2100)
_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def value(text: str) -> Fraction:
    part = _PARTS.get(text[-1], Fraction(0))
    whole = text.rstrip("½¼¾").replace(",", "")
    return Fraction(whole or 0) + part


def written(number: Fraction) -> str:
    whole, rest = divmod(number, 1)
    if rest in _PARTS.values():
        sign = next(s for s, part in _PARTS.items() if part == rest)
        return f"{whole or ''}{sign}"
    return str(whole) if not rest else f"{float(number):g}"


def derived() -> set[str]:
    """Give what arithmetic on the typed doses would make, as people would write it."""
    numbers = [value(text) for text in TYPED]
    made: set[Fraction] = set()
    for a, b in combinations(numbers, 2):
        made |= {a + b, abs(a - b), a * b}
    made |= {n * Fraction(s) for n in numbers for s in STRENGTHS}
    made |= {n * 3 / 2 for n in numbers}
    # Small numbers are dates, steps and counts as well; the ones that could only be doses stay.
    return {written(n) for n in made if (n > 99 or n.denominator > 1) and n not in YEARS} - TYPED


def label_texts() -> str:
    """Give the strengths of the whole catalogue as one text."""
    products = [entry.product for entry in charts.catalogue().medicines]
    return " ; ".join(f"{one.strength} {one.concentration}" for one in products)


def on_labels() -> set[tuple[str, str]]:
    """Give every number with its unit that stands in a strength of the catalogue."""
    return set(re.findall(rf"({NUMBER})\s*({UNITS})\b", label_texts()))


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera, whose plan has odd doses, an as-needed medicine and one that stays."""
    with app.app_context():
        return signed(cast, STEPS)


def signed(cast: Cast, steps: tuple[tuple[str, str], ...], **values: Any) -> int:
    amara = cast["amara"]
    patient_id = charts.register(amara, **values)
    charts.record_regimen(
        amara,
        patient_id,
        charts.line("oxycodone-tablet-5-mg", REGIMEN),
        charts.line(
            "morphine-tablet-15-mg", BREAKTHROUGH, Pattern.AS_NEEDED, purpose="sudden bad pain"
        ),
        charts.line("gabapentin-capsule-300-mg", OTHER),
    )
    begun = charts.desk(amara, patient_id)
    medicines = [
        {**begun.raw["medicines"][0], "uses": ["morning", "bedtime"], "after": "stay"},
        {**begun.raw["medicines"][1], "after": "stay"},
    ]
    charts.draft(amara, patient_id, medicines=medicines)
    raw = charts.desk(amara, patient_id).raw
    rows = [
        {
            **row,
            "cells": {
                "m1": {"morning": morning, "bedtime": bedtime},
                "m2": dict(BREAKTHROUGH),
            },
        }
        for row, (morning, bedtime) in zip(raw["steps"], steps, strict=True)
    ]
    charts.draft(amara, patient_id, medicines=medicines, steps=rows)
    asked = charts.desk(amara, patient_id).reading.questions
    answers = {one.id: {"reason": "intended", "text": ""} for one in asked}
    charts.draft(amara, patient_id, medicines=medicines, steps=rows, answers=answers)
    charts.sign(amara, patient_id)
    return patient_id


def pages(visitor: Visitor, cast: Cast, patient_id: int) -> dict[str, str]:
    """Give the words of every page and paper that shows a dose, by name."""
    home = f"/c/{cast.hillside}/patients/{patient_id}"
    shown = {"patient": visitor.get(home)}
    version = next(href for text, href in shown["patient"].links.items() if text == "Version 1")
    shown["version"] = visitor.get(version)
    shown["builder"] = visitor.get(home + "/plan/draft")
    shown["regimen"] = visitor.get(home + "/regimen")
    shown["history"] = visitor.get(home + "/history")
    shown["handout"] = visitor.get(home + "/handout")
    printed = visitor.follow(shown["handout"].form("/handout").submit("Print handout"))
    papers = {"paper": visitor.get(printed.links["Open the PDF"]).data}
    shown["large"] = visitor.get(home + "/handout", query={"size": "large"})
    printed = visitor.follow(shown["large"].form("/handout").submit("Print handout"))
    papers["large paper"] = visitor.get(printed.links["Open the PDF"]).data
    kept = shown["builder"].form("/plan/draft").fill({"change_reason": "Slower"})
    shown["review"] = visitor.follow(kept.submit("Check and sign"))
    return {
        **{name: _all_text(page) for name, page in shown.items()},
        **{name: _said(pdf) for name, pdf in papers.items()},
        **{name: _exported(visitor, home, name) for name in ("fhir", "calendar")},
    }


def _exported(visitor: Visitor, home: str, kind: str) -> str:
    """Give a file that leaves the record: a blank for each of its signs that part words."""
    form = visitor.get(home + "/exports").form("/exports")
    left = form.submit(None, {"format": kind}, status=200, whom="The patient")
    return re.sub(r"[\\\"{}\[\]:;]+", " ", left.data.decode())


def _all_text(page: Page) -> str:
    typed = " ".join(e.get("value") or "" for e in page.document.all("input"))
    return f"{page.text} {typed}"


def _said(pdf: bytes) -> str:
    return " ".join(Reading(pdf).texts())


def test_every_dose_was_typed_or_is_on_a_label(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        labels = on_labels()
    pattern = re.compile(rf"({NUMBER})\s*(?:\(([a-z -]+)\)\s*)?({UNITS})\b")
    strange = []
    found = set()
    for name, text in pages(amara, cast, maria).items():
        for number, said, unit in pattern.findall(text):
            found.add(number)
            typed = number in TYPED and (not said or said in IN_WORDS)
            if not typed and (number, unit) not in labels:
                strange.append(f"{name}: {number} ({said}) {unit}")
    assert strange == []
    assert TYPED - {"7"} <= found | {"97", "53"}


def test_nothing_that_arithmetic_would_make_appears(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        made = derived() - set(re.findall(NUMBER, label_texts()))
    assert len(made) > 50
    for name, text in pages(amara, cast, maria).items():
        seen = set(re.findall(rf"(?<![\w.,-]){NUMBER}(?![\w½¼¾-])", text))
        assert seen & made == set(), name


def test_one_changed_dose_changes_no_other_word(amara: Visitor, app: Flask, cast: Cast) -> None:
    changed = ((STEPS[0][0], STEPS[0][1]), ("70¾", STEPS[1][1]), STEPS[2])
    with app.app_context():
        before = signed(cast, STEPS)
        after = signed(cast, changed, record_no="TEST-004513")
    first, second = (pages(amara, cast, one) for one in (before, after))
    swaps = {"71¼": "70¾", "seventy-one and a quarter": "seventy and three quarters"}
    swaps |= {"seventy-one and one quarter": "seventy and three quarters"}
    for name, text in first.items():
        expected, shown = _plain(text, swaps), _plain(second[name], {})
        differ = [
            pair for pair in zip(expected.split(), shown.split(), strict=True) if pair[0] != pair[1]
        ]
        assert differ == [], name


def test_what_was_really_taken_is_shown_as_typed_and_worked_into_nothing(
    app: Flask, cast: Cast, maria: int, clock: time_machine.Traveller,
    sign_in: Callable[[str], Visitor],
) -> None:  # fmt: skip
    clock.move_to(datetime(2026, 12, 3, 18, tzinfo=UTC))
    day, taken = date(2026, 12, 3), "39¼"
    with app.app_context():
        who: dict[str, Any] = {
            "by": cast["amara"].actor, "clinic_id": cast.hillside, "patient_id": maria,
            "on": day, "today": day,
        }  # fmt: skip
        course.start(**who, seen=course_of(cast.hillside, maria).seq)
        course.differently(
            **who, seen=course_of(cast.hillside, maria).seq, key="s1", until=None, how="less",
            amounts=[Amount("m1", "bedtime", DoseText(taken))], words="Slept",
        )  # fmt: skip
        labels = on_labels()
    visitor, home = sign_in("amara"), f"/c/{cast.hillside}/patients/{maria}"
    made = {written(value(taken) + n) for n in map(value, TYPED)}
    made |= {written(abs(value(taken) - n)) for n in map(value, TYPED)}
    for path in ("", "/course"):
        text = visitor.get(home + path).text
        assert f"bedtime {taken}" in text
        told = re.findall(rf"({NUMBER})\s*(?:\([a-z -]+\)\s*)?({UNITS})\b", text)
        assert {n for n, unit in told if (n, unit) not in labels} <= {*TYPED, taken}
        seen_here = set(re.findall(rf"(?<![\w.,-]){NUMBER}(?![\w½¼¾-])", text))
        assert seen_here & {one for one in made - TYPED if one[-1] in _PARTS} == set()


def _plain(text: str, swaps: Mapping[str, str]) -> str:
    """Leave out what differs between any two charts: codes, digests, sizes, record numbers, ids."""
    for old, new in swaps.items():
        text = text.replace(old, new)
    text = re.sub(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}|\b[2-9A-HJKMNP-Z]{8}\b", "CODE", text)
    text = re.sub(r"\bsize\s+\d+", "BYTES", text)  # of a kept paper, in its export
    text = re.sub(r"\b[0-9a-f]{64}\b", "SHA", text)
    text = re.sub(r"TEST-00451\d", "RECORD", text)
    return re.sub(r"\b\d{12,}(?:-\d+)?\b|product:\S+|line:\d+", "ID", text)


def test_no_column_holds_a_dose_as_a_number() -> None:
    numeric = (Integer, Numeric, Float)
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name in ("text", "strength", "concentration", "label_says", "purpose"):
                assert not isinstance(column.type, numeric), f"{table.name}.{column.name}"
            assert not isinstance(column.type, Numeric | Float), f"{table.name}.{column.name}"
            assert "dose" not in column.name


def test_the_paper_names_nobody_in_its_properties(amara: Visitor, cast: Cast, maria: int) -> None:
    page = amara.get(f"/c/{cast.hillside}/patients/{maria}/handout")
    printed = amara.follow(page.form("/handout").submit("Print handout"))
    kept = amara.get(printed.links["Open the PDF"]).data
    said = " ".join(Reading(kept).info.values())
    assert "Rivera" not in said and "1961" not in said
