"""Today: what needs a person now."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from tracker.charts import today as chart
from tracker.charts.today import Day, Group
from tracker.dates import screen, time_of_day
from tracker.models import utc_now
from tracker.page import today
from tracker.policy import can, does

views = Blueprint("today", __name__)

MOST_ROWS = 100  # of one group on the page; the count beside its title is of all
TITLES = {
    Group.NOT_RECORDED: "Start date passed, start not recorded",
    Group.SOON: "Step starts within 7 days",
    Group.NO_CONTACT: "No next contact booked",
    Group.NOT_PRINTED: "Handout not printed",
    Group.DRAFT: "Drafts of plans",
}


@views.get("/c/<int:clinic_id>/today")
@does("today.look")
def show(clinic_id: int) -> str:
    """Show the clinic's day."""
    may_draft = can(g.signed_in.actor, "plan.draft", clinic_id)
    day = chart.day(clinic_id, today(), drafts=may_draft)
    return render_template(
        "today/show.html",
        groups=[(TITLES[group], group.value, rows) for group, rows in day.groups.items()],
        most=MOST_ROWS,
        clock=time_of_day(utc_now(), g.clinic.time_zone),
        ahead=_ahead(day),
        may_draft=may_draft,
    )


def _ahead(day: Day) -> str:
    """Say what comes next and when."""
    coming = [
        f"{what}: {screen(when)} ({count} {'patient' if count == 1 else 'patients'})"
        for what, found in (("Next step start", day.next_start), ("Next contact", day.next_contact))
        if found
        for when, count in [found]
    ]
    return ". ".join(coming) + "." if coming else "No signed plan has a date ahead."
