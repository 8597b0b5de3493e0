"""The pages: one module for each noun. They read freely and write only through `records`.

They are loaded when the first address is looked up or built: a command seldom needs one, and a
server looks before it answers (`tracker.serving`).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from tracker import without_collecting

LARGEST_ID = 2**63 - 1  # what a column of the databases holds


class _Id(IntegerConverter):
    """A number in an address: one that no row can have is an address that is not there."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **{"max": LARGEST_ID, **named})


class Addresses(Map):
    """The addresses of the pages, which are put in when the first one is asked for."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.converters["int"] = _Id
        self.waiting: Callable[[], None] | None = None
        self._filling = Lock()

    def update(self) -> None:
        """Put the pages in, once, before anything is looked up; Werkzeug calls this each time."""
        if self.waiting is not None:
            with self._filling:
                if self.waiting is not None:  # another thread may have done it meanwhile
                    with without_collecting():
                        self.waiting()
                    self.waiting = None
        super().update()


class Tracker(Flask):
    """The web application, whose pages wait for the first address."""

    url_map_class = Addresses
    url_map: Addresses


def install(app: Tracker) -> None:
    """Let every view module be loaded and registered with the first address."""
    app.url_map.waiting = lambda: _register(app)


def _register(app: Flask) -> None:
    app.extensions["catalogue"].entries()  # refused now, and not beneath somebody's form
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
