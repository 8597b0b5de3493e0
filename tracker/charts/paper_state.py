"""Whether the paper says what is in force: the newest sheet, and the one in the patient's hands."""

from __future__ import annotations

from datetime import date

from tracker import course as courses
from tracker.charts import papers
from tracker.charts.papers import HandoutLine
from tracker.charts.patients import PatientHead
from tracker.charts.plans import signed_version
from tracker.course import Course
from tracker.dates import today_at
from tracker.languages import said
from tracker.models import Clinic
from tracker.worklist import Paper


def paper_of(clinic: Clinic, head: PatientHead, course: Course) -> Paper | None:
    """Say what is wrong with the paper, or None; nothing is, once the plan is closed.

    Not printed since it was signed; the newest sheet out of date; or a newer sheet printed, and the
    older one still with the patient. A plan on hold is answered by a hold slip.
    """
    signing = courses.newest_signing(course)
    if signing is None or courses.closed(course) is not None:
        return None
    hold = courses.held(course)
    if hold is not None and papers.slip_since(clinic.id, head.id, hold.at):
        return None  # the slip lies on top of the plan until it is resumed
    lines = papers.printed(clinic.id, head.id)
    newest = next((line for line in lines if line.version_id == signing.version_id), None)
    if newest is None:
        words = said("Version {number} was signed, its handout not printed", number=signing.number)
        return Paper(signing.version_id, signing.on, words)
    signed = signed_version(clinic.id, signing.version_id)
    assert signed is not None
    now = papers.sheet_now(clinic, head, signed, today=signing.on, printed_by="")
    why = papers.why_out_of_date(newest, now, course)
    if why:
        return Paper(
            newest.id,
            _day(clinic, newest),
            said("The printed sheet is out of date. {why}", why=why),
        )
    given = next((line for line in lines if line.given), None)
    if given is None or given.id == newest.id or not papers.why_out_of_date(given, now, course):
        return None
    words = said(
        "A new sheet is printed. The patient still has the old one, version {version}",
        version=given.version,
    )
    return Paper(newest.id, _day(clinic, newest), words)


def _day(clinic: Clinic, line: HandoutLine) -> date:
    return today_at(clinic.time_zone, line.printed_at)
