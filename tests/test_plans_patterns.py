"""Another pattern for a medicine of a draft: what was typed under the first is kept apart."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.harness import charts
from tests.harness.cast import Cast
from tests.harness.visitor import Page, Visitor
from tracker.charts import plans as plan_chart


@pytest.fixture
def ready(app: Flask, cast: Cast) -> int:
    """Maria Rivera with a draft that lacks nothing."""
    with app.app_context():
        patient_id = charts.register(cast["amara"])
        charts.record_regimen(cast["amara"], patient_id)
        charts.draft(cast["amara"], patient_id)
    return patient_id


def builder(cast: Cast, patient_id: int) -> str:
    """Give the builder's address."""
    return f"/c/{cast.hillside}/patients/{patient_id}/plan/draft"


def test_doses_of_the_old_pattern_come_back_with_it(
    amara: Visitor, app: Flask, cast: Cast, ready: int
) -> None:
    """Changed by mistake to "only when needed", saved twice, typed into, and changed back."""

    def chosen(page: Page, pattern: str, **typed: str) -> Page:
        values = {"medicines.0.pattern": pattern, **typed}
        return amara.follow(page.form("/plan/draft").fill(values).submit("Save draft"))

    page = chosen(amara.get(builder(cast, ready)), "as_needed")
    assert "kept, unseen, until the plan is signed" in page.text
    form = page.form("/plan/draft")
    boxes = [name for name in form.names if name.startswith("steps.0.cells.m1.")]
    assert sorted(boxes) == [f"steps.0.cells.m1.{cell}" for cell in ("each", "gap", "most")]
    assert [form.fields[name] for name in boxes] == ["", "", ""]
    page = chosen(page, "as_needed", **{"medicines.0.purpose": "back pain"})
    autosaved = page.form("/plan/draft").fill({"steps.0.cells.m1.each": "11"})
    amara.http.post(builder(cast, ready) + "/autosave", data=autosaved.fields)
    page = chosen(amara.get(builder(cast, ready)), "times")
    fields = page.form("/plan/draft").fields
    assert fields["steps.0.cells.m1.morning"] == "9½"
    assert fields["steps.2.cells.m1.bedtime"] == "3"
    assert "steps.0.cells.m1.each" not in fields
    assert "kept, unseen" in page.text  # the 11, for the day it is needed again
    review = amara.follow(page.form("/plan/draft").submit("Check and sign"))
    review.form("/draft/sign").submit(
        "Sign version", status=303, birth_year="1961", password="lantern-moss"
    )
    with app.app_context():
        (line,) = plan_chart.version_lines(cast.hillside, ready)
        signed = plan_chart.signed_version(cast.hillside, line.id)
        assert signed is not None
        cells = [c for s in signed.version.steps for m in s.medicines for c in m.cells]
        assert [str(cell.text) for cell in cells] == ["9½", "8", "7", "6½", "4", "3"]


def test_an_unticked_time_and_an_unused_step_keep_their_text_unseen(
    amara: Visitor, cast: Cast, ready: int
) -> None:
    page = amara.get(builder(cast, ready))
    turns: tuple[dict[str, str | list[str] | None], ...] = (
        {"medicines.0.uses": ["morning"], "medicines.0.through_step": "2"},
        {},
        {"medicines.0.uses": ["morning", "bedtime"], "medicines.0.through_step": ""},
    )
    for values in turns:
        page = amara.follow(page.form("/plan/draft").fill(values).submit("Save draft"))
    fields = page.form("/plan/draft").fields
    texts = [fields[f"steps.{n}.cells.m1.{at}"] for n in range(3) for at in ("morning", "bedtime")]
    assert texts == ["9½", "8", "7", "6½", "4", "3"]
