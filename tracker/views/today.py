"""Today: what needs a person now."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.policy import does

views = Blueprint("today", __name__)


@views.get("/c/<int:clinic_id>/today")
@does("today.look")
def show(clinic_id: int) -> str:
    """Show the clinic's day."""
    return render_template("today/show.html")
