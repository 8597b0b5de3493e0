"""The application as a server starts it: refused where it would write a record that is not true.

All that a command leaves alone until it is wanted is loaded here, before the workers are forked
from the process that did it: the pages, the paper, the catalogue, the tables' mapping.
"""

from __future__ import annotations

import gc
import logging
import os
from datetime import timedelta

from flask import Flask
from sqlalchemy import and_, func, select
from sqlalchemy.orm import configure_mappers

from tracker import create_app, database, logs
from tracker.models import Event, EventHead, db, utc_now
from tracker.settings import Refused

# A page makes some thousand objects and forgets nearly all of them by itself; to look for circles
# after every seven hundred, as Python does unasked, took a fifth of its time.
GARBAGE = 20_000
CLOCKS_DIFFER = timedelta(minutes=5)  # two servers' clocks may


# Found by the chains' ends: a search through the whole history would hold up every start.
_NEWEST = select(func.max(Event.at)).join(
    EventHead, and_(EventHead.clinic_id == Event.clinic_id, EventHead.seq == Event.seq)
)


def application() -> Flask:
    """Build the application for a server.

    Raises BadCatalogue for a catalogue that cannot be used.
    Raises Refused when the database is not up to date, or when this machine's clock stands before
    the newest line of the history: what is recorded next would seem to have come before it.
    """
    app = create_app()
    _load_all(app)
    with app.app_context():
        stands_at, needed = database.heads(db.engine)
        newest = db.session.scalar(_NEWEST) if stands_at == needed else None
        db.session.remove()
        db.engine.dispose()  # a forked worker must not share the parent's connections
    if stands_at != needed:
        raise Refused(
            f"The database stands at migration {stands_at or 'none'}, this version needs {needed}. "
            "Run: flask --app tracker db upgrade"
        )
    if newest and newest > utc_now() + CLOCKS_DIFFER:
        raise Refused(
            f"The newest line of the history is of {newest:%Y-%m-%d %H:%M} UTC, and this machine's "
            "clock stands before it. Set the clock."
        )
    if os.environ.get("TRACKER_LOG") == "json":
        logs.to_json(logging.StreamHandler())
    gc.freeze()  # what was loaded before the workers fork is never garbage
    gc.set_threshold(GARBAGE, 20, 50)
    return app


def _load_all(app: Flask) -> None:
    """Load what the first person to ask would wait for otherwise."""
    app.url_map.update()
    configure_mappers()
