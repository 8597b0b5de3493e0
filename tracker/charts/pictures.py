"""What the second track of a timeline is drawn from, read from all that hangs on a patient."""

from __future__ import annotations

from datetime import date

from tracker.charts import escalations, therapies
from tracker.charts.checkins import checkins_of
from tracker.charts.contacts import scores_over_time
from tracker.course import Course
from tracker.models import Clinic
from tracker.timeline import Happened, happened_of


def happened(clinic: Clinic, patient_id: int, course: Course, *, today: date) -> Happened:
    """Give what happened to a plan and beside it, with the clinic's own days."""
    return happened_of(
        course,
        today=today,
        checkins=checkins_of(clinic.id, patient_id),
        escalations=escalations.all_of(clinic.id, patient_id),
        therapies=therapies.all_of(clinic.id, patient_id),
        scores=[
            (one.on, one.instrument, one.total) for one in scores_over_time(clinic.id, patient_id)
        ],
        zone=clinic.time_zone,
    )
