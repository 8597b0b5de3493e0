"""The pages: one module for each noun. They read freely and write only through `records`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST_ID = 2**63 - 1  # what a column of the databases holds


class _Id(IntegerConverter):
    """A number in an address: one that no row can have is an address that is not there."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{"max": LARGEST_ID, **named})


def install(app: Flask) -> None:
    """Register every view module."""
    app.url_map.converters["int"] = _Id
    from tracker.views import (
        amendment_requests,
        amendments,
        audit,
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        emergencies,
        escalations,
        exporting,
        exports,
        factors,
        feeds,
        fhir,
        handouts,
        health,
        help,
        history,
        imports,
        language,
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
        tokens,
        unlock,
        wording,
    )

    modules = (
        amendment_requests,
        amendments,
        audit,
        away,
        catalogue,
        clinic,
        codes,
        confirm,
        escalations,
        factors,
        feeds,
        fhir,
        emergencies,
        exporting,
        exports,
        handouts,
        health,
        help,
        history,
        imports,
        language,
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
        tokens,
        unlock,
        wording,
    )
    for blueprint in dict.fromkeys(module.views for module in modules):  # some share one
        app.register_blueprint(blueprint)
