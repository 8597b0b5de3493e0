"""Paper in the patient's language and size: what is typed, what stops the print, who allows it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.handouts.reading import Reading
from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import plans as plan_chart
from tracker.models import Event, Handout, db
from tracker.records import clinics

GOAL = charts.RIVERA["goal"]
NOTE = "Hillside Gym, Tuesdays"
WORDS = "Start on a calm day"


def _typed(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"of": of, "text": text} for of, text in pairs]


def _signed(app: Flask, cast: Cast, *pairs: tuple[str, str], **patient: object) -> int:
    """A plan with words for step 2, signed with these translations, for a Spanish reader."""
    amara = cast["amara"]
    with app.app_context():
        patient_id = charts.register(amara, language="Spanish", **patient)
        charts.record_regimen(amara, patient_id)
        charts.draft(amara, patient_id, translations=_typed(*pairs))
        desk = charts.desk(amara, patient_id)
        desk.raw["steps"][1]["instruction"] = WORDS
        charts.draft(
            amara,
            patient_id,
            steps=desk.raw["steps"],
            therapies=[{"id": "physical-therapy", "steps": "all", "note": NOTE}],
            translations=_typed(*pairs),
        )
        charts.sign(amara, patient_id)
    return patient_id


ALL = (
    (WORDS, "Empiece en un día de calma"),
    (NOTE, "Gimnasio Hillside, los martes"),
    (GOAL, "Caminar al lago con mi nieto"),
)


def _handout(cast: Cast, patient_id: int) -> str:
    return f"/c/{cast.hillside}/patients/{patient_id}/handout"


def _spanish(cast: Cast) -> str:
    return f"/c/{cast.hillside}/clinic/spanish"


def _allow(dee: Visitor, cast: Cast) -> Page:
    page = dee.get(_spanish(cast))
    return dee.follow(page.form("/allow").submit("Allow these drafts", sure="yes"))


@pytest.fixture
def hours(app: Flask, cast: Cast) -> None:
    """The clinic's opening hours, which the paper shows."""
    with app.app_context():
        clinics.edit(
            by=cast["dee"].actor,
            clinic_id=cast.hillside,
            seen=1,
            changes={"hours": "Monday to Friday, 8 to 5"},
        )


def test_drafts_stop_the_print_until_an_administrator_allows_them(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast
) -> None:
    patient_id = _signed(app, cast, *ALL)
    before = amara.get(_handout(cast, patient_id))
    assert "drafts that no named translator has approved" in before.text
    assert "Print handout" not in before.html
    refused = dee.get(_spanish(cast)).form("/allow").submit("Allow these drafts", status=422)
    assert "own responsibility" in refused.words_of("sure-error")
    after = _allow(dee, cast)
    assert "Dee" in after.text and "Staff are told before each print." in after.text
    page = amara.get(_handout(cast, patient_id))
    assert "An administrator has allowed them." in page.text
    printed = amara.follow(page.form("/handout").submit("Print handout"))
    texts = Reading(amara.get(printed.links["Open the PDF"]).data).texts()
    assert "Paso 2: Empiece en un día de calma" in texts
    assert "Caminar al lago con mi nieto" in texts
    with app.app_context():
        kept = db.session.scalars(select(Handout)).one()
        told = db.session.scalars(select(Event).where(Event.act == "wording.allow")).one()
    assert (kept.language, kept.size) == ("es", "standard")
    assert told.by_name == cast["dee"].name
    carried = amara.get(f"/c/{cast.hillside}/patients/{patient_id}/plan/draft")
    assert "Empiece en un día de calma" in carried.html
    withdrawn = dee.follow(dee.get(_spanish(cast)).form("/withdraw").submit("Stop printing"))
    assert "they stop the print of every Spanish sheet" in withdrawn.text
    assert "Print handout" not in amara.get(_handout(cast, patient_id)).html


def test_missing_words_stop_the_print_and_the_step_is_named(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast
) -> None:
    _allow(dee, cast)
    patient_id = _signed(app, cast, (NOTE, "Gimnasio Hillside, los martes"))
    page = amara.get(_handout(cast, patient_id))
    assert "There is no Spanish for the words for step 2." in page.text
    assert "Left out, because it has no Spanish: the patient’s own goal." in page.text
    assert "Print handout" not in page.html
    url = _handout(cast, patient_id)
    with app.app_context():
        signed = plan_chart.in_force(cast.hillside, patient_id)
    assert signed is not None
    amara.post(url, {"version_id": str(signed.id), "language": "es"}, status=422)
    english = amara.get(f"{url}?language=en")
    printed = amara.follow(english.form("/handout").submit("Print handout"))
    assert "English, usual size" in printed.text
    texts = Reading(amara.get(printed.links["Open the PDF"]).data).texts()
    assert f"Step 2: {WORDS}" in texts and GOAL in texts


def test_a_changed_text_has_no_translation_any_more(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast
) -> None:
    _allow(dee, cast)
    stale = ("Start on a quiet day", "Empiece en un día tranquilo")
    patient_id = _signed(app, cast, ALL[1], stale)
    assert "no Spanish for the words for step 2" in amara.get(_handout(cast, patient_id)).text


def test_size_language_and_diary_are_chosen_and_default_to_the_record(
    app: Flask, cleo: Visitor, dee: Visitor, cast: Cast
) -> None:
    _allow(dee, cast)
    patient_id = _signed(app, cast, *ALL, large_print=True)
    page = cleo.get(_handout(cast, patient_id))
    assert 'class="paper paper-18" lang="es-US"' in page.html
    assert "Mi diario" not in page.text
    chosen = cleo.get(f"{_handout(cast, patient_id)}?language=es&size=large&diary=yes")
    assert "Mi diario" in chosen.text
    printed = cleo.follow(chosen.form("/handout").submit("Print handout"))
    assert "Spanish, large print" in printed.text
    reading = Reading(cleo.get(printed.links["Open the PDF"]).data)
    assert min(one.size for one in reading.shown) >= 18
    assert reading.bookmarks[-1] == "Mi diario"
    unknown = cleo.get(f"{_handout(cast, patient_id)}?language=xx&size=tiny")
    assert 'class="paper paper-18" lang="es-US"' in unknown.html


def test_an_english_reader_is_asked_for_no_translation(
    app: Flask, amara: Visitor, cast: Cast
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id, translations=_typed(("a", "b")))
    url = f"/c/{cast.hillside}/patients/{patient_id}/plan/draft"
    page = amara.get(url)
    assert "On paper in" not in page.text
    after = amara.follow(page.form("/draft").submit("Save draft"))
    assert "On paper in" not in after.text
    with app.app_context():
        kept = charts.desk(cast["amara"], patient_id).raw["translations"]
    assert kept == _typed(("a", "b"))


def test_the_builder_asks_for_each_text_once_and_keeps_what_was_typed(
    app: Flask, amara: Visitor, cast: Cast
) -> None:
    with app.app_context():
        patient_id = charts.register(cast["amara"], language="Spanish")
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id)
        raw = charts.desk(cast["amara"], patient_id).raw
        for row in raw["steps"][:2]:
            row["instruction"] = WORDS
        charts.draft(cast["amara"], patient_id, steps=raw["steps"])
    url = f"/c/{cast.hillside}/patients/{patient_id}/plan/draft"
    page = amara.get(url)
    assert "Spanish: step 1, words; step 2, words" in page.text
    saved = amara.follow(
        page.form("/draft").submit(
            "Save draft", **{"translations.0.text": "Empiece en un día de calma"}
        )
    )
    assert "Empiece en un día de calma" in saved.html
    again = amara.follow(
        saved.form("/draft").submit(
            "Save draft",
            **{"steps.0.instruction": "Rest", "steps.1.instruction": ""},
        )
    )
    assert "Spanish: step 1, words" in again.text and "As typed: Rest" in again.text
    assert "words that are not in the draft now" in again.text
    assert "Empiece en un día de calma" in again.html
    review = amara.get(url + "/review")
    assert "The sheet in Spanish cannot be printed" in review.text
    assert "step 1, words: Rest" in review.text


def test_the_clinics_own_texts_are_asked_for_in_spanish(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast, hours: None
) -> None:
    _allow(dee, cast)
    patient_id = _signed(app, cast, *ALL)
    stopped = amara.get(_handout(cast, patient_id))
    assert "There is no Spanish for the clinic’s opening hours." in stopped.text
    form = dee.get(_spanish(cast)).form("/spanish")
    other = dee.get(_spanish(cast)).form("/spanish")
    saved = dee.follow(form.submit("Save the texts", hours="lunes a viernes, de 8 a 5"))
    assert "Last saved by" in saved.text and "lunes a viernes, de 8 a 5" in saved.html
    overtaken = other.submit("Save the texts", status=409, hours="otro texto")
    assert "Somebody else was quicker" in overtaken.text and "otro texto" in overtaken.html
    too_long = (
        dee.get(_spanish(cast))
        .form("/spanish")
        .submit("Save the texts", status=422, hours="a" * 2001)
    )
    assert "at most 2,000 characters" in too_long.words_of("hours-error")
    page = amara.get(_handout(cast, patient_id))
    assert "(lunes a viernes, de 8 a 5)" in page.text
    assert "Print handout" in page.html


@pytest.mark.parametrize("who", ["amara", "bo", "cleo"])
def test_only_an_administrator_allows_drafts(
    sign_in: Callable[[str], Visitor], cast: Cast, who: str
) -> None:
    visitor = sign_in(who)
    visitor.get(_spanish(cast), status=403)
    visitor.post(_spanish(cast) + "/allow", {"sure": "yes"}, status=403)


def test_user_text_stays_text_in_spanish_and_large(
    app: Flask, amara: Visitor, dee: Visitor, cast: Cast
) -> None:
    _allow(dee, cast)
    bad = "<img src='/etc/hostname'> <b>no</b> <a href='x'>x</a>"
    patient_id = _signed(app, cast, (WORDS, bad), (NOTE, bad), (GOAL, bad), large_print=True)
    page = amara.get(_handout(cast, patient_id))
    assert "<img src='/etc" not in page.html
    printed = amara.follow(page.form("/handout").submit("Print handout"))
    pdf = amara.get(printed.links["Open the PDF"]).data
    assert sum(bad in text for text in Reading(pdf).texts()) >= 3
    assert b"/XObject" not in pdf and b"/Annots" not in pdf
