"""Who approved the paper's words: a named translator, phrase by phrase, for the words as now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import wording as chart
from tracker.handouts import phrases
from tracker.models import Event, PhraseApproval, db
from tracker.records import wording

DRAFTS = phrases.load("es").drafts
ALL = len(phrases.load("es").entries)
ANA = {"translator": "Ana Ruiz", "qualification": "certified translator, ATA", "on": "11/20/2026"}


def _spanish(cast: Cast) -> str:
    return f"/c/{cast.hillside}/clinic/spanish"


def _send(page: Page, button: str = "Record the approval", **typed: Any) -> Page:
    return page.form("/approve").submit(button, **typed)


def _approve(dee: Visitor, cast: Cast, **typed: Any) -> Page:
    return dee.follow(_send(dee.get(_spanish(cast)), **{**ANA, **typed}))


@pytest.fixture
def handout(app: Flask, cast: Cast) -> str:
    """The page before the print of a Spanish sheet."""
    with app.app_context():
        patient_id, _ = charts.signed_plan(cast["amara"], language="Spanish")
    return f"/c/{cast.hillside}/patients/{patient_id}/handout"


def test_an_approval_is_recorded_for_each_phrase_and_counted_before_the_print(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast, handout: str
) -> None:
    assert f"{len(DRAFTS)} of {ALL} Spanish phrases are drafts" in amara.get(handout).text
    chosen = [DRAFTS[0].id, DRAFTS[4].id]
    page = _approve(dee, cast, phrases=chosen)
    assert "The approval of 2 phrases by Ana Ruiz is recorded." in page.text
    said = "Approved Ana Ruiz, certified translator, ATA, Fri Nov 20, 2026. Recorded by"
    assert page.text.count(said) == 2
    assert f"{len(DRAFTS) - 2} of {ALL} Spanish phrases are drafts" in amara.get(handout).text
    with app.app_context():
        told = db.session.scalars(select(Event).where(Event.act == "wording.approve")).one()
        kept = db.session.scalars(select(PhraseApproval)).all()
    assert told.by_name == cast["dee"].name and chosen[1] in told.about
    assert [(one.phrase, one.words) for one in kept] == [
        (DRAFTS[0].id, DRAFTS[0].digest), (DRAFTS[4].id, DRAFTS[4].digest),
    ]  # fmt: skip


def test_when_every_phrase_is_approved_nothing_need_be_allowed(
    amara: Visitor, dee: Visitor, cast: Cast, handout: str
) -> None:
    page = _approve(dee, cast, all="yes")
    assert "A named translator has approved every phrase." in page.text
    assert "Allow these drafts" not in page.html
    before = amara.get(handout)
    assert "drafts" not in before.text and "Print handout" in before.html


def test_taken_back_a_phrase_is_a_draft_again(
    amara: Visitor, dee: Visitor, cast: Cast, handout: str
) -> None:
    _approve(dee, cast, all="yes")
    nothing = _send_back(dee, cast, status=422)
    assert "Tick the approved phrases to take back." in nothing.text
    back = dee.follow(_send_back(dee, cast, phrases=[DRAFTS[0].id]))
    assert "The approval of 1 phrase is taken back." in back.text
    assert f"1 of {ALL} Spanish phrases is a draft" in amara.get(handout).text
    assert "Print handout" not in amara.get(handout).html


def _send_back(dee: Visitor, cast: Cast, status: int = 303, **typed: Any) -> Page:
    form = dee.get(_spanish(cast)).form("/approve")
    return form.submit("Take the approval back", status=status, **typed)


def test_words_that_change_are_approved_by_nobody(app: Flask, cast: Cast) -> None:
    """A new version of the program with other words for a phrase asks for it again."""
    older = replace(DRAFTS[0], words=f"{DRAFTS[0].words}, como antes")
    with app.app_context():
        wording.approve(
            by=cast["dee"].actor, clinic_id=cast.hillside, language="es", language_name="Spanish",
            approved=[older, DRAFTS[1]], translator="Ana Ruiz", qualification="ATA",
            on=date(2026, 11, 20),
        )  # fmt: skip
        assert list(chart.approvals(cast.hillside, "es")) == [DRAFTS[1].id]
        assert chart.left_to_approve(cast.hillside, "es") == len(DRAFTS) - 1
        assert chart.left_to_approve(cast.prairie, "es") == len(DRAFTS)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"translator": ""}, "translator", "Type the translator’s name."),
        ({"qualification": "a" * 201}, "qualification", "Use at most 200 characters."),
        ({"on": "11/25/2027"}, "on", "This day is still to come."),
        ({"on": "soon"}, "on", ""),
        ({"phrases": []}, "phrases", "Tick the phrases that the translator approved."),
        ({"words": "0" * 64}, "phrases", "The phrases have changed"),
    ],
)
def test_a_mistake_keeps_what_was_typed_and_ticked(
    app: Flask, dee: Visitor, cast: Cast, typed: dict[str, Any], field: str, sentence: str
) -> None:
    given = {**ANA, "phrases": [DRAFTS[2].id], **typed}
    page = dee.get(_spanish(cast)).form("/approve").submit(
        "Record the approval", status=422, **given
    )  # fmt: skip
    assert sentence in page.words_of(f"{field}-error")
    assert field == "translator" or "Ana Ruiz" in page.html
    if given["phrases"]:
        box = next(e for e in page.document.all("input") if e.get("value") == DRAFTS[2].id)
        assert box.get("checked") is not None
    with app.app_context():
        assert db.session.scalars(select(PhraseApproval)).all() == []


@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_only_an_administrator_records_it(
    sign_in: Callable[[str], Visitor], cast: Cast, who: str
) -> None:
    visitor = sign_in(who)
    visitor.get(_spanish(cast), status=403)
    visitor.post(_spanish(cast) + "/approve", {**ANA, "all": "yes"}, status=403)
    visitor.post(_spanish(cast) + "/unapprove", {"all": "yes"}, status=403)
