"""Importing patients: an administrator uploads a file, physician or nurse confirm each line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.charts import imports as chart
from tracker.charts.history import field_name, in_words
from tracker.charts.imports import Row
from tracker.charts.search import look_alikes
from tracker.exchange import arriving
from tracker.exchange.arriving import Arriving, NotReadable
from tracker.languages import kept, said
from tracker.page import today
from tracker.policy import can, does
from tracker.records import imports as records
from tracker.records.acts import Conflict
from tracker.records.patients import RecordNumberTaken, Refused

views = Blueprint("imports", __name__, url_prefix="/c/<int:clinic_id>/imports")

NO_FILE = said("Choose a file: a FHIR Bundle (JSON), or a table (CSV).")
DECIDED = said("Somebody else decided about this line meanwhile.")
TAKEN = said(
    "Another patient of this clinic has this record number. Leave the line out, or look first."
)


@views.get("")
@does("import.look")
def index(clinic_id: int) -> str:
    """Show the files that arrived, and how far each is."""
    return _index()


def _index(problem: str = "") -> str:
    return render_template(
        "imports/index.html",
        uploads=chart.uploads(g.clinic.id),
        problems=[("file", problem)] if problem else [],
        problem=problem,
    )


@views.post("")
@does("import.upload")
def upload(clinic_id: int) -> Response | tuple[str, int]:
    """Take a file, whole or not at all; nobody is registered by it."""
    file = request.files.get("file")
    data = file.read() if file else b""
    if not data:
        return _index(NO_FILE), 422
    try:
        found = arriving.read(data, today=today())
    except NotReadable as failure:
        return _index(failure.sentence), 422
    import_id = records.upload(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        sha256=found.sha256,
        format=found.format,
        lines=as_lines(found),
        refused=[(one.line, kept(one.reason)) for one in found.refused],
    )
    return redirect(url_for("imports.show", clinic_id=clinic_id, import_id=import_id), 303)


def as_lines(found: Arriving) -> list[records.Line]:
    """Give the patients of a file as the record takes them."""
    return [
        records.Line(
            one.line, one.identity, one.values, tuple((m.name, m.text) for m in one.medicines)
        )
        for one in found.rows
    ]


@views.get("/<int:import_id>")
@does("import.look")
def show(clinic_id: int, import_id: int) -> str:
    """Show how far a file is, what was refused and why; its lines to those who confirm them."""
    found = chart.upload_of(clinic_id, import_id)
    if found is None:
        abort(404)
    return render_template(
        "imports/show.html",
        upload=found,
        rows=chart.rows(clinic_id, import_id) if _may_read() else (),
        following=chart.next_waiting(clinic_id, import_id),
    )


def _may_read() -> bool:
    return can(g.signed_in.actor, "import.lines", g.clinic.id)


@views.get("/lines/<int:row_id>")
@does("import.lines")
def line(clinic_id: int, row_id: int) -> str:
    """Show one line as it would be registered, and who looks like that person."""
    return _line(_row(row_id))


def _row(row_id: int) -> Row:
    row = chart.row_of(g.clinic.id, row_id)
    if row is None:
        abort(404)
    return row


def _line(row: Row, problem: str = "") -> str:
    values = row.values
    alike = look_alikes(
        g.clinic.id, family_name=values["family_name"], given_names=values.get("given_names", ""),
        latin_name=values.get("latin_name", ""), birth_date=row.birth_date,
        but=[row.patient_id] if row.patient_id else (),
    )  # fmt: skip
    return render_template(
        "imports/line.html",
        row=row,
        details=[
            (field_name(name).capitalize(), in_words(name, value, {}))
            for name, value in values.items()
            if name not in ("family_name", "given_names", "birth_date") and value
        ],
        alike=alike,
        upload=chart.upload_of(g.clinic.id, row.import_id),
        problems=[("", problem)] if problem else [],
    )


@views.post("/lines/<int:row_id>/confirm")
@does("import.confirm")
def confirm(clinic_id: int, row_id: int) -> Response | tuple[str, int]:
    """Register the patient of a line, once everyone who looks like them was looked at."""
    row = _row(row_id)
    different = [int(one) for one in request.form.getlist("different") if _is_id(one)]
    try:
        records.confirm(
            by=g.signed_in.actor, clinic_id=clinic_id, row_id=row_id, different=different
        )
    except Conflict:
        return _line(_row(row_id), DECIDED), 409
    except RecordNumberTaken:
        return _line(row, TAKEN), 422
    except Refused as failure:
        return _line(row, failure.sentence), 422
    return _onward(row, said("{title} is registered.", title=row.title))


@views.post("/lines/<int:row_id>/leave-out")
@does("import.leave_out")
def leave_out(clinic_id: int, row_id: int) -> Response | tuple[str, int]:
    """Leave a line out; the file keeps it."""
    row = _row(row_id)
    try:
        records.leave_out(by=g.signed_in.actor, clinic_id=clinic_id, row_id=row_id)
    except Conflict:
        return _line(_row(row_id), DECIDED), 409
    return _onward(row, said("{title} is left out.", title=row.title))


def _onward(row: Row, words: str) -> Response:
    """Go on with the next line that waits, or back to the file."""
    auth.tell(words)
    following = chart.next_waiting(g.clinic.id, row.import_id)
    address: dict[str, Any] = {"clinic_id": g.clinic.id}
    if following is not None:
        return redirect(url_for("imports.line", row_id=following, **address), 303)
    return redirect(url_for("imports.show", import_id=row.import_id, **address), 303)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
