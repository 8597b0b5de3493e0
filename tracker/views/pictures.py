"""Timelines as pages show them: both tracks as one inline drawing, and the full table below it.

This module holds no pages.
"""

from __future__ import annotations

from typing import Any

from flask import g
from markupsafe import Markup

from tracker import timeline
from tracker.charts import pictures
from tracker.course import Course
from tracker.page import today


def both_tracks(course: Course) -> dict[str, Any]:
    """Give the drawing of what is planned and what happened, and the rows of what happened."""
    if course.version is None:
        return {"picture": "", "told_rows": ()}
    happened = pictures.happened(g.clinic, g.patient.id, course, today=today())
    drawing = timeline.both_tracks(course.version, happened, today())
    return {
        "picture": Markup(timeline.to_svg(drawing)),
        "told_rows": timeline.told_of(course, happened),
    }
