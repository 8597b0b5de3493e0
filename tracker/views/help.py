"""Help: what the application derives from what was typed, and what it never does."""

from __future__ import annotations

from flask import Blueprint, render_template

from tracker.policy import does

views = Blueprint("help", __name__)


@views.get("/help", defaults={"clinic_id": None})
@views.get("/c/<int:clinic_id>/help")
@does("help.look")
def show(clinic_id: int | None) -> str:
    """Show what is derived, how each of it is worked out, and what never is."""
    return render_template("help/show.html")
