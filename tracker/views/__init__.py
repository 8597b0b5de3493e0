"""The pages: one module for each noun. They read freely and write only through `records`."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register every view module."""
    from tracker.views import (
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        exports,
        factors,
        handouts,
        health,
        help,
        history,
        mistakes,  # the blueprint of patients, once its last pages are on it
        plans,
        printing,
        regimens,
        resuming,  # the blueprint of the course, once its last page is on it
        second_factor,
        session,
        staff,
        today,
    )

    for module in (
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        resuming,
        factors,
        exports,
        handouts,
        health,
        help,
        history,
        mistakes,
        plans,
        printing,
        regimens,
        second_factor,
        session,
        staff,
        today,
    ):
        app.register_blueprint(module.views)
