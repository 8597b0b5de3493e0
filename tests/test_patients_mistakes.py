"""Two records of one person, and facts put into a wrong chart: nothing is lost, all is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import plans as plan_chart
from tracker.charts import record_ids
from tracker.charts import regimens as regimen_chart
from tracker.models import EnteredInError, Event, Fact, Patient, PatientMerge, ReadLog, db
from tracker.records import audit
from tracker.records import patients as records
from tracker.records.acts import Conflict


def at(cast: Cast, *parts: object) -> str:
    return "/".join([f"/c/{cast.hillside}/patients", *map(str, parts)])


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return charts.register(cast["amara"])


@pytest.fixture
def twin(app: Flask, cast: Cast) -> int:
    """A second record of Maria Rivera, with a regimen of its own."""
    with app.app_context():
        patient_id = charts.register(
            cast["bo"], family_name="Rivero", record_no="TEST-9", phone="", goal=""
        )
        charts.record_regimen(cast["bo"], patient_id)
        return patient_id


def compare(visitor: Visitor, cast: Cast, kept: int, other: int, status: int = 200) -> Page:
    visitor.get(at(cast, kept, "merge"))
    return visitor.post(at(cast, kept, "merge"), {"other": str(other)}, status=status)


def press_merge(page: Page, reason: str = "Same driving licence", status: int = 303) -> Page:
    return page.form(_action(page)).submit("Merge the two records", status=status, reason=reason)


def _action(page: Page) -> str:
    """Give the address of the form that holds the reason."""
    form = next(f for f in page.document.all("form") if f.find(".//textarea") is not None)
    return form.get("action") or ""


def merge(app: Flask, cast: Cast, kept: int, merged: int, who: str = "bo") -> None:
    with app.app_context():
        seen = {p.id: p.seq for p in db.session.scalars(select(Patient))}
        records.merge(
            by=cast[who].actor, clinic_id=cast.hillside, kept_id=kept, merged_id=merged,
            seen=seen[kept], seen_merged=seen[merged], reason="Same person",
        )  # fmt: skip


def count(app: Flask, table: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table)) or 0


# ---- merging


def test_the_other_record_is_offered_or_searched_for(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    page = bo.get(at(cast, maria, "merge"))
    assert [row[:3] for row in page.table()[1:]] == [["RIVERO, Maria", "Mar 14, 1961", "TEST-9"]]
    with app.app_context():
        charts.register(cast["bo"], family_name="Oak", given_names="Tom", record_no="77")

    def found(typed: str, status: int = 200) -> Page:
        return bo.post(at(cast, maria, "merge"), {"q": typed, "do": "find"}, status=status)

    assert [row[0] for row in found("oak").table()[1:]] == ["OAK, Tom"]
    assert [row[0] for row in found("77").table()[1:]] == ["OAK, Tom"]
    assert "No other record matches “TEST-004512”" in found("TEST-004512").text
    page = found("", 422)
    assert "Type a name, a date of birth" in page.words_of("q-error")


def test_two_records_are_compared_side_by_side_before_a_merge(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    page = compare(bo, cast, maria, twin)
    rows = {row[0]: row[1:] for row in page.table()}
    assert rows["Field"] == ["Kept: RIVERA, Maria", "Merged into it: RIVERO, Maria"]
    assert rows["Holds"] == ["nothing yet", "1 regimen"]
    assert rows["Family name differs"] == ["Rivera", "Rivero"]
    assert rows["Given names"] == ["Maria", "Maria"]
    with app.app_context():
        opened = db.session.scalars(
            select(ReadLog.patient_id).where(ReadLog.act == "patient.read")
        ).all()
    assert list(opened) == [twin]
    other_way = page.form(at(cast, twin, "merge")).submit("Keep the other", status=200)
    assert other_way.table()[0][1] == "Kept: RIVERO, Maria"


def test_the_kept_record_shows_the_facts_of_both(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    answer = press_merge(compare(bo, cast, maria, twin))
    assert answer.location == at(cast, maria)
    page = bo.follow(answer)
    assert "The record RIVERO, Maria is merged into the record of RIVERA, Maria." in page.text
    assert "oxyCODONE" in page.text
    assert "RIVERO, Maria, born Mar 14, 1961, record no. TEST-9: merged by Bo" in page.text
    assert "Reason: Same driving licence" in page.text
    with app.app_context():
        assert set(record_ids(cast.hillside, maria)) == {maria, twin}
        told = db.session.scalars(select(Event).where(Event.act == "patient.merge")).all()
        assert [event.patient_id for event in told] == [maria]
        assert audit.verify() == ()


def test_the_merged_record_leads_to_the_kept_one(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    merge(app, cast, maria, twin)
    page = bo.get(at(cast, twin))
    assert page.h1 == "This record was merged"
    assert "Merged into the record of RIVERA, Maria" in page.text
    assert page.links["Open the record of RIVERA, Maria"] == at(cast, maria)
    for part in ("edit", "merge"):
        assert bo.get(at(cast, twin, part), status=302).location == at(cast, twin)
    assert bo.post(at(cast, twin, "merge"), {"do": "find", "q": "x"}).location == at(cast, twin)
    form = {"family_name": "Oak", "birth_date": "3/14/1961", "seen": "2"}
    assert bo.post(at(cast, twin, "edit"), form).location == at(cast, twin)
    with app.app_context():
        assert db.session.get_one(Patient, (cast.hillside, twin)).family_name == "Rivero"


def test_the_search_leads_to_the_kept_record(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    merge(app, cast, maria, twin)
    bo.get(at(cast))
    assert bo.post(at(cast), {"q": "TEST-9"}).location == at(cast, maria)
    page = bo.post(at(cast), {"q": "rivero"}, status=200)
    assert [row[0] for row in page.table()[1:]] == [
        "RIVERA, Maria Found by the merged record RIVERO, Maria, record no. TEST-9"
    ]
    page = bo.post(at(cast), {"q": "maria"}, status=200)
    assert [row[0] for row in page.table()[1:]] == ["RIVERA, Maria"]
    with app.app_context():
        records.edit(
            by=cast["bo"].actor, clinic_id=cast.hillside, patient_id=maria, seen=1,
            values={"state": "died", "state_since": date(2026, 11, 1)},
        )  # fmt: skip
    assert "No active patient matches." in bo.post(at(cast), {"q": "rivero"}, status=200).text


def test_a_merge_is_undone_with_a_reason(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    merge(app, cast, maria, twin)
    page = bo.get(at(cast, maria, "merged", twin, "undo"))
    assert "stands by itself again" in page.text
    page = page.form("/undo").submit("Undo the merge", status=422, reason=" ")
    assert "Type the reason." in page.words_of("reason-error")
    late = bo.get(at(cast, maria, "merged", twin, "undo"))
    answer = page.form("/undo").submit("Undo the merge", reason="Two sisters")
    page = bo.follow(answer)
    assert "RIVERA, Maria and RIVERO, Maria are two records again." in page.text
    assert "oxyCODONE" not in page.text
    assert "oxyCODONE" in bo.get(at(cast, twin)).text
    late.form("/undo").submit("Undo the merge", status=404, reason="Two sisters")
    bo.get(at(cast, maria, "merged", twin, "undo"), status=404)
    with app.app_context():
        rows = db.session.scalars(select(PatientMerge).order_by(PatientMerge.id)).all()
        assert [row.undone for row in rows] == [False, True]
        with pytest.raises(records.Refused, match="not merged"):
            records.unmerge(
                by=cast["bo"].actor, clinic_id=cast.hillside, kept_id=maria, merged_id=twin,
                reason="x",
            )  # fmt: skip
    merge(app, cast, maria, twin)  # and it can be merged again
    assert "Merged into" in bo.get(at(cast, twin)).text


def test_an_undo_that_came_second_changes_nothing(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge(app, cast, maria, twin)
    page = bo.get(at(cast, maria, "merged", twin, "undo"))

    def too_late(**_: object) -> None:
        raise records.Refused("These two records are not merged.")

    monkeypatch.setattr(records, "unmerge", too_late)
    answer = page.form("/undo").submit("Undo the merge", reason="Two sisters")
    assert answer.location == at(cast, maria)


def test_a_record_with_merged_ones_can_be_merged_itself(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    with app.app_context():
        third = charts.register(cast["bo"], record_no="3")
    merge(app, cast, twin, third)
    merge(app, cast, maria, twin)
    with app.app_context():
        assert set(record_ids(cast.hillside, maria)) == {maria, twin, third}
    bo.get(at(cast))
    assert bo.post(at(cast), {"q": "3"}).location == at(cast, maria)
    assert "Merged into the record of RIVERO" in bo.get(at(cast, third)).text


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_merge_needs_a_reason(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int, reason: str
) -> None:
    page = press_merge(compare(bo, cast, maria, twin), reason, status=422)
    assert page.words_of("reason-error")
    assert count(app, PatientMerge) == 0


def test_a_record_with_a_draft_is_not_merged_away(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    with app.app_context():
        charts.draft(cast["bo"], twin)
    page = press_merge(compare(bo, cast, maria, twin), status=422)
    assert "has a draft that is not finished" in page.words_of("problems")
    assert "Same driving licence" in page.words_of("reason")


def test_a_record_that_changed_since_is_compared_again(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    page = compare(bo, cast, maria, twin)
    with app.app_context():
        records.edit(
            by=cast["cleo"].actor, clinic_id=cast.hillside, patient_id=twin, seen=1,
            values={"phone": "(303) 555-0111"},
        )  # fmt: skip
    page = press_merge(page, status=409)
    assert "Somebody changed one of the two records meanwhile." in page.words_of("problems")
    assert "(303) 555-0111" in page.text
    press_merge(page)


def test_what_cannot_be_merged(bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int) -> None:
    compare(bo, cast, maria, maria, status=404)
    compare(bo, cast, maria, 17, status=404)
    with app.app_context():
        stranger = charts.register(cast["eli"])
    compare(bo, cast, maria, stranger, status=404)
    merge(app, cast, maria, twin)
    compare(bo, cast, maria, twin, status=404)
    with pytest.raises(records.Refused, match="merged into another"):
        merge(app, cast, maria, twin)
    with pytest.raises(records.Refused, match="merged into another"):
        merge(app, cast, twin, maria)
    with pytest.raises(records.Refused, match="same record"):
        merge(app, cast, maria, maria)


@pytest.mark.parametrize(("who", "status"), [("cleo", 403), ("dee", 403), ("eli", 404)])
def test_others_merge_and_mark_nothing(
    sign_in: Callable[[str], Visitor], cast: Cast, maria: int, twin: int, who: str, status: int
) -> None:
    visitor = sign_in(who)
    visitor.get("/account")
    for path in ("merge", f"merged/{twin}/undo", "facts/1/in-error"):
        visitor.get(at(cast, maria, path), status=status)
        visitor.post(at(cast, maria, path), {"other": str(twin)}, status=status)


# ---- entered in error


def regimen_of(app: Flask, cast: Cast, patient_id: int) -> int:
    with app.app_context():
        found = regimen_chart.current(cast.hillside, patient_id)
    assert found is not None
    return found.id


def mark(
    visitor: Visitor, cast: Cast, patient_id: int, fact_id: int, status: int = 303, **typed: Any
) -> Page:
    page = visitor.get(at(cast, patient_id, "facts", fact_id, "in-error"))
    return page.form("/in-error").submit("Mark as entered", status=status, **typed)


def test_a_fact_in_a_wrong_chart_stays_struck_through_in_both(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    fact = regimen_of(app, cast, twin)
    page = bo.get(at(cast, twin, "facts", fact, "in-error"))
    assert "regimen as of Tue Nov 24, 2026" in page.text
    page = page.form("/in-error").submit(
        "Find patients", status=200, q="rivera", reason="Typed into the wrong tab"
    )
    assert page.words_of("reason") == "Typed into the wrong tab"
    answer = page.form("/in-error").submit("Mark as entered", right=str(maria))
    assert answer.location == at(cast, twin, "history")
    page = bo.follow(answer)
    assert "marked as entered in error: regimen as of Tue Nov 24, 2026." in page.text
    struck = ["".join(s.itertext()) for s in page.document.all("s")]
    assert struck == [
        "Regimen as of Tue Nov 24, 2026",
        "Bo Lindqvist, RN recorded the regimen as of Tue Nov 24, 2026",
    ]
    assert "belongs to RIVERA, Maria, born Mar 14, 1961, record no. TEST-004512" in page.text
    assert page.text.count("Typed into the wrong tab") >= 2
    right = bo.get(at(cast, maria))
    assert "put into the chart of RIVERO, Maria, born Mar 14, 1961" in right.text
    assert ["".join(s.itertext()) for s in right.document.all("s")] == [
        "Regimen as of Tue Nov 24, 2026"
    ]
    assert "No regimen yet." in right.text
    with app.app_context():
        assert regimen_chart.current(cast.hillside, twin) is None
        marks = db.session.scalars(select(EnteredInError)).all()
        assert [(m.fact_id, m.right_patient_id) for m in marks] == [(fact, maria)]
        events = db.session.scalars(select(Event).where(Event.act == "fact.in_error")).all()
        assert [event.patient_id for event in events] == [twin]
        assert audit.verify() == ()


def test_a_mark_needs_a_reason_and_keeps_what_was_chosen(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    fact = regimen_of(app, cast, twin)
    page = bo.get(at(cast, twin, "facts", fact, "in-error"))
    page = page.form("/in-error").submit("Find patients", status=200, q="TEST-004512")
    page = page.form("/in-error").submit("Mark as entered", status=422, right=str(maria))
    assert "Type the reason." in page.words_of("reason-error")
    assert page.form("/in-error").fields["right"] == str(maria)
    page = page.form("/in-error").submit("Find patients", status=422, q="")
    assert "Type a name" in page.words_of("q-error")
    page = page.form("/in-error").submit("Find patients", status=200, q="zzz")
    assert "Nobody else matches “zzz”" in page.text
    page = page.form("/in-error").submit("Find patients", status=200, q="riv")
    assert page.form("/in-error").fields["right"] == "nobody"
    page.form("/in-error").submit("Mark as entered", reason="A sister’s")


def test_what_is_marked_is_not_marked_again(bo: Visitor, app: Flask, cast: Cast, twin: int) -> None:
    fact = regimen_of(app, cast, twin)
    late = bo.get(at(cast, twin, "facts", fact, "in-error"))
    mark(bo, cast, twin, fact, reason="Wrong chart")
    page = late.form("/in-error").submit("Mark as entered", status=422, reason="Wrong chart")
    assert "Somebody has already marked this" in page.words_of("problems")
    assert "Already marked as entered in error" in page.text
    assert count(app, EnteredInError) == 1


def test_what_somebody_added_to_meanwhile_is_not_marked_unseen(
    bo: Visitor, app: Flask, cast: Cast, twin: int
) -> None:
    fact = regimen_of(app, cast, twin)
    late = bo.get(at(cast, twin, "facts", fact, "in-error"))
    with app.app_context():
        charts.record_regimen(cast["amara"], twin, seen=1)
    page = late.form("/in-error").submit("Mark as entered", status=409, reason="Wrong chart")
    assert "Somebody else added to the same record meanwhile." in page.words_of("problems")
    assert page.words_of("reason") == "Wrong chart"
    page.form("/in-error").submit("Mark as entered")


def test_a_signed_version_in_error_is_not_in_force_any_more(
    amara: Visitor, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        patient_id, version_id = charts.signed_plan(cast["amara"])
    page = amara.get(at(cast, patient_id, "facts", version_id, "in-error"))
    assert "version 1 of the plan, code" in page.text
    mark(amara, cast, patient_id, version_id, reason="Meant for her sister")
    page = amara.get(at(cast, patient_id))
    assert "No plan is signed yet." in page.text
    assert "Entered in error Meant for her sister" in page.text
    with app.app_context():
        assert plan_chart.in_force(cast.hillside, patient_id) is None


def test_a_fact_of_a_merged_record_is_marked_in_the_kept_chart(
    bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int
) -> None:
    fact = regimen_of(app, cast, twin)
    merge(app, cast, maria, twin)
    mark(bo, cast, maria, fact, reason="Not hers")
    with app.app_context():
        assert db.session.scalars(select(EnteredInError.patient_id)).all() == [twin]
    assert "In the merged record RIVERO, Maria, record no. TEST-9." in (
        bo.get(at(cast, maria, "history")).text
    )


def test_what_cannot_be_marked(bo: Visitor, app: Flask, cast: Cast, maria: int, twin: int) -> None:
    fact = regimen_of(app, cast, twin)
    bo.get(at(cast, maria, "facts", fact, "in-error"), status=404)
    bo.post(at(cast, maria, "facts", fact, "in-error"), {"reason": "x"}, status=404)
    merge(app, cast, maria, twin)
    with app.app_context():
        merged = db.session.scalars(select(Fact.id).where(Fact.kind == "patient_merge")).one()
    bo.get(at(cast, maria, "facts", merged, "in-error"), status=404)

    def refused(match: str, **more: Any) -> None:
        told: dict[str, Any] = {"fact_id": fact, "seen": 1, "reason": "x", "what": "regimen"}
        with app.app_context(), pytest.raises(records.Refused, match=match):
            records.mark_in_error(by=cast["bo"].actor, clinic_id=cast.hillside, **{**told, **more})

    refused("not something that can be marked", fact_id=merged)
    refused("not something that can be marked", fact_id=17)
    refused("the chart it stands in", right_patient_id=twin)
    refused("That patient was not found", right_patient_id=17)
    with app.app_context(), pytest.raises(Conflict):
        records.mark_in_error(
            by=cast["bo"].actor, clinic_id=cast.hillside, fact_id=fact, seen=0, reason="x",
            what="regimen",
        )  # fmt: skip
    assert count(app, EnteredInError) == 0
