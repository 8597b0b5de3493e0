"""Timelines as pages show them: both tracks as one inline drawing, and the full table below it.

This module holds no pages.
"""

from __future__ import annotations

from typing import Any

from flask import g
from markupsafe import Markup

from tracker import timeline
from tracker.charts import escalations, therapies
from tracker.charts.checkins import checkins_of
from tracker.charts.contacts import scores_over_time
from tracker.course import Course
from tracker.page import today


def both_tracks(course: Course) -> dict[str, Any]:
    """Give the drawing of what is planned and what happened, and the rows of what happened."""
    if course.version is None:
        return {"picture": "", "told_rows": ()}
    clinic_id, patient_id = g.clinic.id, g.patient.id
    happened = timeline.happened_of(
        course,
        today=today(),
        checkins=checkins_of(clinic_id, patient_id),
        escalations=escalations.all_of(clinic_id, patient_id),
        therapies=therapies.all_of(clinic_id, patient_id),
        scores=[
            (one.on, one.instrument, one.total) for one in scores_over_time(clinic_id, patient_id)
        ],
        zone=g.clinic.time_zone,
    )
    drawing = timeline.both_tracks(course.version, happened, today())
    return {
        "picture": Markup(timeline.to_svg(drawing)),
        "told_rows": timeline.told_of(course, happened),
    }
