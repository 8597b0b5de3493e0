"""Printing for the whole clinic: the handouts that are due, in one batch, and the downtime pack.

A batch is printed a few sheets at a time, each answer saying how far it is: it works without
JavaScript (a button goes on), can be left and taken up again, and needs nothing in the background.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)

from tracker import codes, dates
from tracker.charts import batches as chart
from tracker.charts import everyone, sheets
from tracker.charts import today as today_chart
from tracker.charts.batches import Batch, Printed
from tracker.charts.patients import patients_of
from tracker.charts.today import Cursor, Filters
from tracker.dates import screen
from tracker.handouts import binder, kinds
from tracker.handouts.canvas import About
from tracker.handouts.downtime import ListGroup, ListLine, Someone
from tracker.languages import ENGLISH, said, spoken
from tracker.models import Clinic, utc_now
from tracker.page import today
from tracker.policy import does
from tracker.records import batches, papers
from tracker.records.acts import log_reads
from tracker.worklist import TITLES, Group, says

views = Blueprint("printing", __name__, url_prefix="/c/<int:clinic_id>/printing")

AT_ONCE = 25  # sheets for one answer: about two seconds
AHEAD = timedelta(days=7)


@views.get("")
@does("printing.look")
def show(clinic_id: int) -> Any:
    """Show which handouts are due between two days, earlier batches, and the downtime pack."""
    first, last, wrong = _days(request.args.get("first", ""), request.args.get("last", ""))
    return _page(first, last, wrong), 422 if wrong else 200


def _days(first: str, last: str) -> tuple[date, date, dict[str, str]]:
    """Read the two days; give them with a sentence for each that cannot be read."""
    wrong = {}
    read = {"first": today(), "last": today() + AHEAD}
    for name, typed in (("first", first), ("last", last)):
        try:
            read[name] = dates.read_date(typed, today=today()) if typed.strip() else read[name]
        except dates.NotADate as refusal:
            wrong[name] = refusal.sentence
    if not wrong and read["last"] < read["first"]:
        wrong["last"] = said("This day is before the first one. Type the same day or a later one.")
    return read["first"], read["last"], wrong


def _page(first: date, last: date, wrong: dict[str, str]) -> str:
    found = () if wrong else chart.due(g.clinic.id, first, last, today=today())
    heads = {one.id: one for one in patients_of(g.clinic.id, [one.patient_id for one in found])}
    return render_template(
        "printing/show.html",
        typed={name: request.values.get(name, "") for name in ("first", "last")},
        days={"first": first, "last": last},
        wrong=wrong,
        due=[(heads[one.patient_id], one.why) for one in found],
        batches=chart.batches(g.clinic.id),
    )


@views.post("/batches")
@does("batch.print")
def begin(clinic_id: int) -> Any:
    """Begin a batch of the handouts that are due now."""
    first, last, wrong = _days(request.form.get("first", ""), request.form.get("last", ""))
    if wrong:
        return _page(first, last, wrong), 422
    wanted = chart.due(g.clinic.id, first, last, today=today())
    if not wanted:
        return redirect(url_for("printing.show", clinic_id=clinic_id), 303)
    batch_id = batches.begin(
        by=g.signed_in.actor, clinic_id=clinic_id, first=first, last=last, wanted=wanted
    )
    return _to(batch_id)


def _to(batch_id: int) -> Any:
    return redirect(url_for("printing.batch", clinic_id=g.clinic.id, batch_id=batch_id), 303)


def _batch(batch_id: int) -> Batch:
    found = chart.batch_of(g.clinic.id, batch_id)
    if found is None:
        abort(404)
    return found


@views.get("/batches/<int:batch_id>")
@does("printing.look")
def batch(clinic_id: int, batch_id: int) -> str:
    """Show how far a batch is; when it is done, its files and what could not be printed."""
    found = _batch(batch_id)
    return render_template(
        "printing/batch.html",
        batch=found,
        next=min(AT_ONCE, found.left),
        sheets=chart.printed_in(batch_id, clinic_id),
    )


@views.post("/batches/<int:batch_id>")
@does("batch.print")
def go_on(clinic_id: int, batch_id: int) -> Any:
    """Print the next sheets of a batch."""
    batches.print_next(
        by=g.signed_in.actor,
        clinic=g.clinic,
        batch=_batch(batch_id),
        today=today(),
        fonts=current_app.config["FONTS"],
        at_most=AT_ONCE,
    )
    return _to(batch_id)


@views.get("/batches/<int:batch_id>/pdf")
@does("batch.pdf")
def pdf(clinic_id: int, batch_id: int) -> Response:
    """Give the kept sheets of a batch, bound into one PDF in the batch's order."""
    sheets = _opened(batch_id)
    clinic: Clinic = g.clinic
    about = About("Handouts", "en-US", clinic.name, said("Opioid taper handouts"), today())
    file = _room()
    binder.bind((kept for _, kept in chart.kept_sheets(sheets, clinic_id)), file, about)
    return _file(file, "application/pdf", "handouts.pdf")


@views.get("/batches/<int:batch_id>/zip")
@does("batch.pdf")
def archive(clinic_id: int, batch_id: int) -> Response:
    """Give the kept sheets of a batch, byte for byte, in a ZIP; no file name names a patient."""
    sheets = _opened(batch_id)
    file = _room()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for one, kept in chart.kept_sheets(sheets, clinic_id):
            packed.writestr(f"{one.place + 1:04}-{codes.shown(one.code)}.pdf", kept)
    return _file(file, "application/zip", "handouts.zip")


def _opened(batch_id: int) -> tuple[Printed, ...]:
    """Give a batch's printed sheets, each opening written to the read log first."""
    _batch(batch_id)
    sheets = tuple(s for s in chart.printed_in(batch_id, g.clinic.id) if s.handout_id is not None)
    if not sheets:
        abort(404)
    log_reads(
        by=g.signed_in.actor,
        clinic_id=g.clinic.id,
        patient_ids=[one.patient.id for one in sheets],
        act_name="handout.pdf",
    )
    return sheets


def _room() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _file(file: IO[bytes], kind: str, name: str) -> Response:
    response = Response(_pieces(file), mimetype=kind)
    response.call_on_close(file.close)
    response.content_length = file.tell()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(1 << 16):
            yield piece


@views.get("/checkin-form")
@does("form.blank")
def blank_form(clinic_id: int) -> Response:
    """Give a blank check-in form for anybody: it names nobody, so nothing of it is kept."""
    form = sheets.blank_form(
        g.clinic,
        current_app.extensions["catalogue"],
        today=today(),
        made_by=g.signed_in.actor.name,
    )
    body = kinds.draw(form, current_app.config["FONTS"])
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="checkin-form.pdf"'
    return response


@views.post("/downtime")
@does("downtime.print")
def downtime(clinic_id: int) -> Response:
    """Make the downtime pack of this moment; its SHA-256 goes into the history."""
    actor, clinic = g.signed_in.actor, g.clinic
    ids = [one.patient_id for one in everyone.in_force(clinic_id)]
    log_reads(by=actor, clinic_id=clinic_id, patient_ids=ids, act_name="handout.read")
    pack = everyone.downtime_pack(
        clinic, today=today(), now=utc_now(), made_by=actor.name, listed=_listed(clinic_id)
    )
    body = kinds.draw(pack, current_app.config["FONTS"])
    papers.downtime_pack_printed(
        by=actor, clinic_id=clinic_id, patients=len(pack.patients), pdf=body
    )
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="downtime-pack.pdf"'
    return response


@spoken(ENGLISH)
def _listed(clinic_id: int) -> tuple[ListGroup, ...]:
    """Give the whole of today's list in the order of the Today page, without anybody's drafts."""
    day, lines = today(), defaultdict[Group, list[ListLine]](list)
    for group, row in _rows(clinic_id, day):
        if group is not Group.DONE:
            who = Someone(row.name, row.born, row.record_no)
            lines[group].append(ListLine(who, says(group, row.what, row.due, day), screen(row.due)))
    return tuple(ListGroup(TITLES[group], len(one), tuple(one)) for group, one in lines.items())


def _rows(clinic_id: int, day: date) -> Iterator[tuple[Group, Any]]:
    after: Cursor | None = None
    while True:
        found = today_chart.found(
            clinic_id, day, Filters(), me=(), drafts=False, after=after, most=500
        )
        yield from ((group, row) for group, rows in found.rows for row in rows)
        after = found.following
        if after is None:
            return
