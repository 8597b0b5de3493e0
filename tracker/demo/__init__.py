"""The demo: two clinics of invented people, with charts at every stage of a taper.

Everything is added through the records, as the pages would, so each act has its event. Dates are
laid around the day of loading; apart from them and from ids and plan codes, every load is alike.
No one here is real: phones are 555-01xx, record numbers begin with DEMO.
"""

from tracker.demo.care import charts
from tracker.demo.contacts import held
from tracker.demo.courses import courses
from tracker.demo.people import SIGN_INS, patients, staff
from tracker.demo.treatments import treatments
from tracker.demo.worries import escalations

__all__ = ["SIGN_INS", "load"]


def load() -> None:
    """Fill an empty, migrated demo database; needs an application context."""
    team = staff()
    ids = patients(team)
    charts(team, ids)
    courses(team, ids)
    held(team, ids)
    treatments(team, ids)
    escalations(team, ids)
