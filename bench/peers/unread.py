"""The application without its read log, to see what the log costs. Nothing else serves it so."""

from __future__ import annotations

from flask import Flask

from tracker import serving
from tracker.records import acts


def application() -> Flask:
    """Build the application, and let the log of readings write nothing."""
    acts.log_read = lambda **_: None
    return serving.application()
