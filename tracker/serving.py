"""The application as a server starts it: refused on a database that another version left behind."""

from __future__ import annotations

import gc

from flask import Flask

from tracker import create_app, database
from tracker.models import db
from tracker.settings import Refused


def application() -> Flask:
    """Build the application for a server; raises Refused when the database is not up to date."""
    app = create_app()
    with app.app_context():
        stands_at, needed = database.heads(db.engine)
        db.engine.dispose()  # a forked worker must not share the parent's connections
    if stands_at != needed:
        raise Refused(
            f"The database stands at migration {stands_at or 'none'}, this version needs {needed}. "
            "Run: flask --app tracker db upgrade"
        )
    gc.freeze()  # what was loaded before the workers fork is never garbage
    return app
