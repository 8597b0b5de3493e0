"""The pages: one module for each noun. They read freely and write only through `records`."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register every view module."""
    from tracker.views import (
        amendments,
        audit,
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        emergencies,
        escalations,
        exports,
        factors,
        handouts,
        health,
        help,
        history,
        imports,
        mistakes,
        pasting,
        patient_page,
        plans,
        printing,
        regimens,
        reports,
        resuming,
        second_factor,
        session,
        sheets,
        staff,
        steps,
        therapies,
        today,
        unlock,
        wording,
    )

    modules = (
        amendments,
        audit,
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        escalations,
        factors,
        emergencies,
        exports,
        handouts,
        health,
        help,
        history,
        imports,
        mistakes,
        pasting,
        patient_page,
        plans,
        printing,
        regimens,
        reports,
        resuming,
        second_factor,
        session,
        sheets,
        staff,
        steps,
        therapies,
        today,
        unlock,
        wording,
    )
    for blueprint in dict.fromkeys(module.views for module in modules):  # some share one
        app.register_blueprint(blueprint)
