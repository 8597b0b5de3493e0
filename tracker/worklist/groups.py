"""The groups of the Today list, in the order of the page, and which one a row stands in on a day.

The database asks the same questions (`charts.worklist`); a test holds the two together.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from tracker.dates import screen
from tracker.languages import said
from tracker.worklist.values import Lane, Row

SOON_DAYS = 7
LONGEST_GRACE = 7  # days of grace that a check-in may have


class Group(StrEnum):
    """Why a patient stands on the list today, in the order of the page."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    DUE = "due"
    NOT_RECORDED = "not_recorded"
    SOON = "soon"
    NOT_REACHED = "not_reached"
    NO_CONTACT = "no_contact"
    PAPER = "paper"
    DRAFT = "draft"
    DONE = "done"


TITLES = {
    Group.WAITING: said("Escalations waiting"),
    Group.OVERDUE: said("Overdue"),
    Group.DUE: said("Due today"),
    Group.NOT_RECORDED: said("Start date passed, start not recorded"),
    Group.SOON: said("Step starts within 7 days"),
    Group.NOT_REACHED: said("Not reached today"),
    Group.NO_CONTACT: said("No next contact booked"),
    Group.PAPER: said("Handout out of date"),
    Group.DRAFT: said("Drafts"),
    Group.DONE: said("Done today"),
}


def group_of(row: Row, today: date) -> Group | None:
    """Give the group of a row on a day of the clinic's calendar; None when it is not shown."""
    if not row.shows_from <= today <= row.until:
        return None
    late = row.late_from <= today
    match row.lane:
        case Lane.ESCALATION:
            return Group.WAITING
        case Lane.TASK:
            if row.tried_on == today:
                return Group.NOT_REACHED
            return Group.OVERDUE if late else Group.DUE
        case Lane.START:
            return Group.NOT_RECORDED if late else Group.SOON
        case Lane.NO_CONTACT:
            return Group.NO_CONTACT
        case Lane.PAPER:
            return Group.PAPER
        case Lane.DONE:
            return Group.DONE


def says(group: Group, what: str, due: date, today: date) -> str:
    """Say what a row is about, as its group on this day needs it; the same words on paper."""
    if group is Group.SOON:
        return (
            said("{what} starts today", what=what)
            if due == today
            else said("{what} starts", what=what)
        )
    if group is Group.NOT_RECORDED:
        return said("{what} on paper since {day}, start not recorded", what=what, day=screen(due))
    return what
