"""The catalogue: what the clinic offers and asks, where each entry comes from, and its review."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, current_app, render_template

from tracker.catalogue import Catalogue
from tracker.page import today
from tracker.policy import does

views = Blueprint("catalogue", __name__)


@views.get("/c/<int:clinic_id>/catalogue")
@does("catalogue.look")
def show(clinic_id: int) -> str:
    """Show every entry with its source, its reference and its review dates."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    products = Counter(choice.medicine.id for choice in catalogue.medicines)
    return render_template(
        "catalogue/show.html",
        catalogue=catalogue,
        overdue=len(catalogue.overdue(today())),
        products=products,
    )
