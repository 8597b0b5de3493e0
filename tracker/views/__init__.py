"""The pages: one module for each noun. They read freely and write only through `records`."""

from __future__ import annotations

from flask import Flask

from tracker.views import session


def install(app: Flask) -> None:
    """Register every view module."""
    for blueprint in (session.views,):
        app.register_blueprint(blueprint)
