"""The plan's pages: building, checking, signing, and what two people at once are told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import plans as plan_chart
from tracker.records import patients

BUILDER = "/c/{}/patients/{}/plan/draft"


@pytest.fixture
def maria(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a regimen of one medicine, typed twice a day."""
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
    return patient_id


@pytest.fixture
def ready(app: Flask, cast: Cast, maria: int) -> int:
    """Maria Rivera with a draft that lacks nothing."""
    with app.app_context():
        charts.draft(cast["amara"], maria)
    return maria


def builder(cast: Cast, patient_id: int) -> str:
    """Give the builder's address."""
    return BUILDER.format(cast.hillside, patient_id)


def sign(
    page: Page, *, year: str = "1961", password: str = "lantern-moss", status: int | None = None
) -> Page:
    """Press Sign on a review page."""
    return page.form("/draft/sign").submit(
        "Sign version", status=status, birth_year=year, password=password
    )


def test_a_physician_types_a_plan_and_signs_it(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    page = amara.get(builder(cast, maria), empty_doses=True)
    page = amara.follow(
        page.form("/plan/draft")
        .fill(
            {
                "medicines.0.uses": ["morning", "bedtime"],
                "medicines.0.after": "stay",
                "first_day": "dec 1",
                "every": "28",
                "count": "3",
            }
        )
        .submit("Lay out dates")
    )
    typed = {
        f"steps.{row}.cells.m1.{slot}": text
        for row, texts in enumerate((("9½", "8"), ("7", "6½"), ("4", "3")))
        for slot, text in zip(("morning", "bedtime"), texts, strict=True)
    }
    checklist = {
        f"checklist.{item}.{name}": text
        for item in charts.CHOICES["checklist"]
        for name, text in (("answer", "done"), ("on", "11/20/2026"))
    }
    page = (
        page.form("/plan/draft")
        .fill(
            {
                **typed,
                **checklist,
                "therapies.0.id": "physical-therapy",
                "psych.answer": "in_place",
                "rhythms.0.mode": "phone",
                "rhythms.0.day": "3",
                "reason": "pain_function",
                "agreed": "The pace",
                "target": "lower",
                "starts": "on_date",
                "contact_before": "no",
            }
        )
        .submit("Check and sign")
    )
    review = amara.follow(page)
    for text in ("9½", "nine and a half", "Tue Dec 1, 2026", "Mon Dec 28, 2026"):
        assert text in review.text
    signed = amara.follow(sign(review))
    assert signed.h1 == "Plan, version 1"
    assert "is signed" in signed.text and "RIVERA, Maria" in signed.text
    with app.app_context():
        kept = plan_chart.in_force(cast.hillside, maria)
    assert kept is not None
    assert [
        [str(cell.text) for part in step.medicines for cell in part.cells]
        for step in kept.version.steps
    ] == [["9½", "8"], ["7", "6½"], ["4", "3"]]
    assert {c.typed_by for s in kept.version.steps for p in s.medicines for c in p.cells} == {
        "Dr. Amara Okafor"
    }


def test_laid_out_rows_arrive_with_empty_doses(amara: Visitor, cast: Cast, maria: int) -> None:
    page = amara.get(builder(cast, maria))
    page = amara.follow(
        page.form("/plan/draft")
        .fill(
            {"medicines.0.uses": ["morning"], "first_day": "12/1/2026", "every": "7", "count": "12"}
        )
        .submit("Lay out dates")
    )
    doses = [e for e in page.document.all("input") if e.get("data-dose") is not None]
    assert len(doses) == 12
    assert all(not e.get("value") and e.get("placeholder") is None for e in doses)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5.0", "zero at the end"),
        (".5", "0.5"),
        ("1,5", "1.5"),
        ("1000", "1,000"),
        ("5-10", ""),
        ("5 mg", ""),
        ("1/2", "½"),
        ("=A1*.9", ""),
    ],
)
def test_a_refused_dose_keeps_its_text_and_says_why(
    amara: Visitor, cast: Cast, ready: int, text: str, told: str
) -> None:
    field = "steps.1.cells.m1.morning"
    page = amara.get(builder(cast, ready))
    answer = page.form("/plan/draft").fill({field: text}).submit("Check and sign", status=422)
    box = answer.document.by_id[field]
    assert box.get("value") == text
    assert box.get("aria-invalid") == "true"
    sentence = answer.words_of(f"{field}-error")
    assert "Step 2, morning" in sentence and told in sentence
    assert sentence in answer.text


def test_a_duplicated_row_has_no_dose(amara: Visitor, cast: Cast, ready: int) -> None:
    page = amara.get(builder(cast, ready))
    page = amara.follow(page.form("/plan/draft").submit("Duplicate"))
    values = [
        e.get("value") or "" for e in page.document.all("input") if e.get("data-dose") is not None
    ]
    assert values == ["9½", "8", "", "", "7", "6½", "4", "3"]


@pytest.mark.parametrize(
    ("year", "password", "told"),
    [
        ("1962", "lantern-moss", "Year of birth does not match"),
        ("", "lantern-moss", "year of birth"),
        ("1961", "lantern-mass", "not your password"),
        ("1961", "", "Type your password"),
    ],
)
def test_a_wrong_re_entry_signs_nothing(
    amara: Visitor, app: Flask, cast: Cast, ready: int, year: str, password: str, told: str
) -> None:
    review = amara.get(builder(cast, ready) + "/review")
    answer = sign(review, year=year, password=password, status=422)
    assert told in answer.text
    with app.app_context():
        assert plan_chart.in_force(cast.hillside, ready) is None


def test_a_nurse_prepares_and_cannot_sign(bo: Visitor, cast: Cast, ready: int) -> None:
    review = bo.get(builder(cast, ready) + "/review")
    assert "A physician signs this version." in review.text
    bo.post(builder(cast, ready) + "/sign", {"birth_year": "1961"}, status=403)


def test_an_increase_is_asked_about_and_answered(
    amara: Visitor, app: Flask, cast: Cast, ready: int
) -> None:
    page = amara.get(builder(cast, ready))
    page = (
        page.form("/plan/draft").fill({"steps.1.cells.m1.morning": "10½"}).submit("Check and sign")
    )
    review = amara.follow(page)
    assert "Questions before signing" in review.text
    refused = sign(review, status=422)
    assert "Step 2: choose a reason" in refused.text
    form = refused.form("/draft/sign")
    (reason,) = [name for name in form.names if name.endswith(".reason")]
    signed = form.fill(
        {reason: "intended", "birth_year": "1961", "password": "lantern-moss"}
    ).submit("Sign version")
    shown = amara.follow(signed)
    assert "Intended increase, benefits and risks discussed" in shown.text


def test_two_people_save_one_draft(amara: Visitor, bo: Visitor, cast: Cast, ready: int) -> None:
    mine = amara.get(builder(cast, ready)).form("/plan/draft")
    bo.get(builder(cast, ready)).form("/plan/draft").submit("Save draft", agreed="Slower")
    answer = mine.fill({"steps.0.cells.m1.morning": "9¼"}).submit("Save draft", status=409)
    assert "Bo Lindqvist" in answer.text
    assert answer.table() == [
        ["Field", "When you opened it", "Now", "Yours"],
        ["What the patient agreed to", "The pace, and that we can pause", "Slower",
         "The pace, and that we can pause"],
        ["Step 1, oxyCODONE 5 mg tablet, morning", "9½", "9½", "9¼"],
    ]  # fmt: skip
    kept = answer.form("/plan/draft").submit("Use mine instead")
    assert "9¼" in amara.follow(kept).html


def test_two_people_sign_at_once(amara: Visitor, app: Flask, cast: Cast, ready: int) -> None:
    first = amara.get(builder(cast, ready) + "/review")
    second = amara.get(builder(cast, ready) + "/review")
    sign(first)
    answer = sign(second, status=409)
    assert "signed version 1 meanwhile" in answer.text
    with app.app_context():
        assert len(plan_chart.version_lines(cast.hillside, ready)) == 1


def test_a_new_version_says_of_each_dose_whether_it_was_typed_for_it(
    amara: Visitor, app: Flask, cast: Cast, ready: int
) -> None:
    with app.app_context():
        charts.sign(cast["amara"], ready)
    page = amara.get(builder(cast, ready))
    assert page.text.count("unchanged from version 1") == 6
    changed = {
        "steps.1.cells.m1.morning": "6¾",
        "steps.2.start": "2/2/2027",  # a moved date carries its doses
        "change_reason": "Maria asked for a longer second step",
    }
    review = amara.follow(page.form("/plan/draft").fill(changed).submit("Check and sign"))
    kept, new = "unchanged from version 1", "typed for version 2"
    assert [row[3:] for row in review.table()] == [
        ["Morning", "Bedtime"],
        [f"9½ {kept}", f"8 {kept}"],
        [f"6¾ {new}", f"6½ {kept}"],
        [f"4 {kept}", f"3 {kept}"],
    ]
    assert new in amara.follow(sign(review)).text


def test_autosave_keeps_what_is_typed(amara: Visitor, cast: Cast, ready: int) -> None:
    page = amara.get(builder(cast, ready))
    form = page.form("/plan/draft").fill({"goal": "Sleep through"})
    answer = amara.http.post(builder(cast, ready) + "/autosave", data=form.fields)
    assert answer.status_code == 200
    fields = (answer.json or {})["fields"]
    assert fields["form_version"] == "2" and "Sleep through" in fields["opened"]
    assert "Sleep through" in amara.get(builder(cast, ready)).html
    stale = amara.http.post(builder(cast, ready) + "/autosave", data=form.fields)
    assert stale.status_code == 409 and "Dr. Amara Okafor" in (stale.json or {})["sentence"]


def test_a_read_back_is_asked_for_and_undone_by_a_change(
    amara: Visitor, bo: Visitor, app: Flask, cast: Cast, ready: int
) -> None:
    from tracker.records import clinics

    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor, clinic_id=cast.hillside, seen=1, changes={"read_back": True}
        )
    review = amara.get(builder(cast, ready) + "/review")
    assert "second person" in sign(review, status=422).text
    amara.follow(review.form("/read-back").submit("I read it back"))
    own = amara.get(builder(cast, ready) + "/review")
    assert "You read it back yourself" in own.text
    assert "second person" in sign(own, status=422).text
    # Who was to sign pressed it by mistake: another person still can.
    bo.follow(bo.get(builder(cast, ready) + "/review").form("/read-back").submit("I read it back"))
    assert "yourself" not in amara.get(builder(cast, ready) + "/review").text
    amara.get(builder(cast, ready)).form("/plan/draft").submit("Save draft", agreed="Slower")
    again = bo.get(builder(cast, ready) + "/review")
    bo.follow(again.form("/read-back").submit("I read it back"))
    signed = amara.follow(sign(amara.get(builder(cast, ready) + "/review")))
    assert "Bo Lindqvist" in signed.text


def test_a_draft_can_be_discarded(amara: Visitor, app: Flask, cast: Cast, ready: int) -> None:
    page = amara.get(builder(cast, ready))
    page.form("/draft/discard").submit("Discard the draft")
    with app.app_context():
        assert plan_chart.draft_of(cast.hillside, ready) is None


@pytest.mark.parametrize("who", ["cleo", "dee"])
def test_others_see_no_plan(
    sign_in: Callable[[str], Visitor], app: Flask, cast: Cast, ready: int, who: str
) -> None:
    sign_in(who).get(builder(cast, ready), status=403)


def test_a_stranger_finds_nothing(eli: Visitor, cast: Cast, ready: int) -> None:
    eli.get(builder(cast, ready), status=404)
    eli.get(BUILDER.format(cast.prairie, ready), status=404)


def test_a_merged_record_leads_to_the_kept_one(
    amara: Visitor, app: Flask, cast: Cast, maria: int
) -> None:
    with app.app_context():
        twin = charts.register(cast["amara"], record_no="TEST-2")
        patients.merge(
            by=cast["amara"].actor,
            clinic_id=cast.hillside,
            kept_id=maria,
            merged_id=twin,
            seen=1,
            seen_merged=1,
            reason="Registered twice",
        )
    for path in ("plan/draft", "plan/draft/review", "handout"):
        answer = amara.get(f"/c/{cast.hillside}/patients/{twin}/{path}", status=303)
        assert answer.location == f"/c/{cast.hillside}/patients/{maria}"


ROWS = "Start\tMorning\tBedtime\n12/1/2026\t9½\t8\n12/29/2026\t7\t5-10\n"


def test_a_pasted_schedule_shows_its_source_and_leaves_what_it_cannot_read_empty(
    amara: Visitor, cast: Cast, ready: int
) -> None:
    page = amara.get(builder(cast, ready))
    mapped = page.form("/plan/draft").fill({"paste": ROWS}).submit("Read the rows", status=200)
    assert "1 cell stays empty" in mapped.text
    assert "Source: 5-10" in mapped.text
    again = mapped.form("/draft/paste").submit("Read the rows again", {"column.0": ""}, status=200)
    assert "not used Source: 12/1/2026" in again.text
    again = again.form("/draft/paste").submit(
        "Read the rows again", {"column.0": "start"}, status=200
    )
    drafted = amara.follow(again.form("/draft/paste").submit("Put these rows into the draft"))
    values = [
        e.get("value") or ""
        for e in drafted.document.all("input")
        if e.get("data-dose") is not None
    ]
    assert values == ["9½", "8", "7", ""]
    form = drafted.form("/plan/draft").fill({"steps.1.cells.m1.bedtime": "6½"})
    review = amara.follow(form.submit("Check and sign"))
    assert "Steps 1 to 2 were pasted by Dr. Amara Okafor on Tue Nov 24, 2026." in review.text
    assert amara.follow(sign(review)).h1 == "Plan, version 1"


def test_a_paste_without_columns_asks_for_them(amara: Visitor, cast: Cast, ready: int) -> None:
    form = amara.get(builder(cast, ready)).form("/plan/draft")
    answer = form.fill({"paste": "A\tB\n1\t2"}).submit("Read the rows", status=422)
    assert "Choose what the columns are" in answer.text
    empty = amara.get(builder(cast, ready)).form("/plan/draft").submit("Read the rows", status=422)
    assert "Paste rows and columns" in empty.text


def test_a_paste_into_an_overtaken_draft_loses_nothing(
    amara: Visitor, bo: Visitor, cast: Cast, ready: int
) -> None:
    form = amara.get(builder(cast, ready)).form("/plan/draft")
    mapped = form.fill({"paste": ROWS}).submit("Read the rows", status=200)
    bo.get(builder(cast, ready)).form("/plan/draft").submit("Save draft", agreed="Slower")
    answer = mapped.form("/draft/paste").submit("Put these rows into the draft", status=409)
    assert "Bo Lindqvist" in answer.text and "9½" in answer.html
