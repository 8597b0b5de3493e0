"""The pages: one module for each noun. They read freely and write only through `records`."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register every view module."""
    from tracker.views import (
        codes,
        handouts,
        plans,
        session,
        today,
    )

    for module in (
        codes,
        handouts,
        plans,
        session,
        today,
    ):
        app.register_blueprint(module.views)
