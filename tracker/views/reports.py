"""Reports of the clinic: counts with small pictures, the list behind each, and both as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice

from flask import Blueprint, abort, g, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker import database
from tracker.charts import reports as chart
from tracker.charts.reports import REPORTS, Report
from tracker.charts.wording import drafts_allowed, left_to_approve
from tracker.exchange import table
from tracker.languages import said
from tracker.models import read_elsewhere
from tracker.page import today
from tracker.policy import does
from tracker.records import exports

views = Blueprint("reports", __name__, url_prefix="/c/<int:clinic_id>/reports")

ON_A_PAGE = 200


@views.before_request
def _from_a_replica() -> None:
    """Read what is counted from the replica, where there is one; the rest of a page as well."""
    read_elsewhere(database.REPORTS)


@views.get("")
@does("report.look")
def index(clinic_id: int) -> str:
    """Show every report's counts."""
    day = today()
    return render_template(
        "reports/index.html",
        day=day,
        reports=[(report, chart.counts(report, clinic_id, day)) for report in REPORTS.values()],
        house=chart.house(
            g.clinic,
            day,
            allowed=drafts_allowed(clinic_id, "es") is not None,
            drafts=left_to_approve(clinic_id, "es"),
        ),
    )


@views.post("/csv")
@does("export.counts")
def counts_csv(clinic_id: int) -> Response:
    """Give the counts of all reports as a table; they name nobody."""
    lines = counted_lines(clinic_id, today())
    exports.export_counts(by=g.signed_in.actor, clinic_id=clinic_id)
    return _csv("reports.csv", lines)


def counted_lines(clinic_id: int, day: date) -> Iterator[str]:
    """Give the counts of every report as the lines of a table."""
    rows = [
        (day, report.title, one.group, one.number)
        for report in REPORTS.values()
        for one in chart.counts(report, clinic_id, day)
    ]
    return table.lines((said("As of"), said("Report"), said("Group"), said("Count")), rows)


@views.get("/<name>")
@does("report.list")
def show(clinic_id: int, name: str) -> str:
    """Show the list behind a report's counts, or behind one of them."""
    report, day = _report(name), today()
    counts = chart.counts(report, clinic_id, day)
    group = request.args.get("group", "")
    if group and group not in {one.key for one in counts}:
        group = ""  # nobody is left in it
    whole = sum(one.number for one in counts if group in ("", one.key))
    page = _page_number()
    before = (page - 1) * ON_A_PAGE
    shown = list(chart.lines(report, clinic_id, day, group, skip=before, most=ON_A_PAGE))
    return render_template(
        "reports/show.html",
        report=report,
        day=day,
        counts=counts,
        group=group,
        lines=shown,
        heads=chart.named(clinic_id, shown),
        whole=whole,
        first=before + 1,
        earlier=_address(name, group, page - 1) if page > 1 else "",
        later=_address(name, group, page + 1) if page * ON_A_PAGE < whole else "",
    )


@views.post("/<name>/csv")
@does("export.report")
def csv(clinic_id: int, name: str) -> Response:
    """Give a report's list as a table; each patient in it has the export disclosed."""
    report, day = _report(name), today()
    exports.export_report(
        by=g.signed_in.actor,
        clinic_id=clinic_id,
        title=report.title,
        patients=chart.patients_in(report, clinic_id, day),
    )
    return _csv(f"report-{report.name}.csv", listed_lines(report, clinic_id, day))


def listed_lines(report: Report, clinic_id: int, day: date) -> Iterator[str]:
    """Give the list behind a report's counts as the lines of a table."""
    headings = (
        report.of,
        said("Patient"),
        said("Date of birth"),
        said("Record number"),
        report.on,
        said("What"),
    )
    return table.lines(headings, _rows(report, clinic_id, day))


def _rows(report: Report, clinic_id: int, day: date) -> Iterator[tuple[object, ...]]:
    lines = chart.lines(report, clinic_id, day)
    while run := tuple(islice(lines, ON_A_PAGE)):
        heads = chart.named(clinic_id, run)
        for one in run:
            head = heads[one.patient_id]
            yield one.group, head.title, head.birth_date, head.record_no, one.on, one.what


def _report(name: str) -> Report:
    report = REPORTS.get(name)
    if report is None:
        abort(404)
    return report


def _page_number() -> int:
    asked = request.args.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 else 1


def _address(name: str, group: str, page: int) -> str:
    return url_for(
        "reports.show", clinic_id=g.clinic.id, name=name, group=group or None,
        page=page if page > 1 else None,
    )  # fmt: skip


def _csv(file_name: str, lines: Iterator[str]) -> Response:
    answer = Response("".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer
