"""A patient asks to have the record changed: written down, accepted and linked, or denied."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts.amendments import corrections, requests_of
from tracker.records import amendments, audit
from tracker.records.acts import Conflict

TYPED = {"asked_on": "today", "how": "letter", "text": "I never smoked. Take it out."}


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["bo"])


def at(cast: Cast, patient_id: int, rest: str = "") -> str:
    return f"/c/{cast.hillside}/patients/{patient_id}/amendments{rest}"


def ask(bo: Visitor, cast: Cast, patient_id: int, **typed: str) -> Page:
    form = bo.get(at(cast, patient_id)).form("/amendments")
    return bo.follow(form.submit("Record the request", {**TYPED, **typed}))


def test_a_request_is_accepted_with_its_correction(
    app: Flask, cast: Cast, maria: int, bo: Visitor, amara: Visitor
) -> None:
    page = ask(bo, cast, maria)
    assert "Not answered yet" in page.text and "Answer" not in " ".join(page.links)
    listed = amara.get(at(cast, maria))
    decision = amara.get(next(h for w, h in listed.links.items() if w.startswith("Answer")))
    form = decision.form(decision.path)
    refused = form.submit("Record the answer", status=422, answer="accepted")
    assert "Choose the correction. Correct the record first, then accept." in refused.text
    charted = amara.get(f"/c/{cast.hillside}/patients/{maria}/edit").form("/edit")
    charted.submit(goal="Walk further")
    with app.app_context():
        (one,) = requests_of(cast.hillside, maria)
        (fix, words), *_ = corrections(cast.hillside, maria, one.recorded_at)
        assert words.startswith("Dr. Amara Okafor changed")
    again = amara.get(decision.path).form(decision.path)
    done = amara.follow(
        again.submit(
            "Record the answer", answer="accepted", correction=str(fix), text="With thanks"
        )
    )
    assert "Accepted" in done.text and f"Corrected: {words}. With thanks" in done.text
    history = amara.get(f"/c/{cast.hillside}/patients/{maria}/history").text
    assert "Dr. Amara Okafor accepted a request to amend the record" in history
    amara.get(decision.path, status=404)
    with app.app_context():
        assert audit.verify() == ()


def test_a_denial_needs_its_reason_and_stands_in_the_record(
    app: Flask, cast: Cast, maria: int, bo: Visitor, amara: Visitor
) -> None:
    ask(bo, cast, maria)
    with app.app_context():
        (one,) = requests_of(cast.hillside, maria)
    address = at(cast, maria, f"/{one.id}")
    form = amara.get(address).form(address)
    assert "Type why it is denied" in form.submit(status=422, answer="denied").text
    form.submit("Record the answer", answer="denied", text="The note is from another clinic.")
    assert "Denied The note is from another clinic." in amara.get(at(cast, maria)).text
    late = form.submit("Record the answer", status=409, answer="denied", text="Of her brother.")
    assert "Somebody answered it meanwhile" in late.text and "Of her brother." in late.html
    with app.app_context(), pytest.raises(Conflict):
        amendments.answer(
            by=cast["amara"].actor, clinic_id=cast.hillside, patient_id=maria, request_id=one.id,
            seen=one.seq, accepted=False, text="Again", event_seq=None,
        )  # fmt: skip


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    cast: Cast, maria: int, bo: Visitor
) -> None:
    form = bo.get(at(cast, maria)).form("/amendments")
    page = form.submit(status=422, asked_on="12/24/2026", how="phone", text="My address is wrong")
    assert "This day is still to come." in page.text and "My address is wrong" in page.html
    page = bo.get(at(cast, maria)).form("/amendments").submit(status=422, text="")
    assert "Choose how they asked." in page.text and "Type what the patient asks." in page.text
