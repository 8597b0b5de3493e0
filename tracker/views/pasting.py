"""Pasting a schedule from a spreadsheet: which column is what, with the source beside each cell."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for

from tracker import drafts
from tracker.charts.drafts import Desk
from tracker.drafts.pasting import Pasted, put, read_paste, targets
from tracker.languages import said
from tracker.page import today
from tracker.plans import product_words
from tracker.policy import does
from tracker.records import drafts as draft_records
from tracker.views.plans import counted, desk_now, keep, overtaken, typed_now, views

__all__ = ["views"]


@views.post("/draft/paste")
@does("plan.draft")
def paste(clinic_id: int, patient_id: int) -> Any:
    """Read a paste from the builder, read it again by other columns, or put it into the draft."""
    pressed = request.form.get("do", "read")
    desk = desk_now()
    if desk.regimen is None:
        return render_template("plans/no_regimen.html"), 409
    if pressed == "read":
        raw = drafts.settle(typed_now(), today())
        try:
            keep(raw, desk)
        except draft_records.Stale:
            return overtaken(raw)
        desk = desk_now()
    pasted = _read(desk, by_columns=pressed != "read")
    if pressed != "put" or pasted.problems:
        return _page(desk, pasted, 422 if pasted.problems else 200)
    raw = put(desk.raw, pasted, locked=len(desk.locked), by=g.signed_in.actor.name, on=today())
    try:
        keep(drafts.settle(raw, today()), desk)
    except draft_records.Stale:
        return overtaken(raw)
    address = url_for("plans.draft", clinic_id=clinic_id, patient_id=patient_id, _anchor="steps")
    return redirect(address, 303)


def _names(desk: Desk) -> dict[str, tuple[str, bool]]:
    return {
        key: (product_words(product), product.whole_units_only)
        for key, product in desk.products.items()
    }


def _read(desk: Desk, *, by_columns: bool) -> Pasted:
    offered = targets(desk.raw, _names(desk))
    columns = headed = None
    if by_columns:
        width = sum(1 for name in request.form if name.startswith("column."))
        columns = [request.form.get(f"column.{place}", "") for place in range(width)]
        headed = request.form.get("heading") == "yes"
    return read_paste(
        request.form.get("paste", ""), offered=offered, today=today(), columns=columns,
        has_heading=headed,
    )  # fmt: skip


def _page(desk: Desk, pasted: Pasted, code: int) -> tuple[str, int]:
    offered = targets(desk.raw, _names(desk))
    return (
        render_template(
            "plans/paste.html",
            pasted=pasted,
            options=[("", said("Not used")), *((one.id, one.words) for one in offered)],
            words={one.id: one.words for one in offered},
            text=request.form.get("paste", ""),
            problems=[("column.0" if pasted.columns else "paste", s) for s in pasted.problems],
            form_version=desk.head.form_version if desk.head else 0,
            seen=counted("seen"),
            first=len(desk.locked) + 1,
        ),
        code,
    )
