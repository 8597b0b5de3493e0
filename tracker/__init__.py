"""The opioid taper tracker: configuration, database, guard, views, headers and commands.

The application records what clinicians typed, pairs it with therapies and check-ins, and prints
it. It does not calculate doses.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from tracker.catalogue import Catalogue

ROOT = Path(__file__).parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `config` overrides what the environment and `instance/` say."""
    with without_collecting():
        return _built(config)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Hold the collector off while modules are loaded, and leave them alone ever after.

    What is loaded stays to the end. Looking through it again and again takes a fifth of a start,
    and once more when the process ends.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # once in a process: a second application brings nothing new
            gc.freeze()
        if collecting:
            gc.enable()


def _built(config: Mapping[str, Any] | None) -> Flask:
    # Imported here so that the rules can be used, and tested, without the web framework.
    from werkzeug.local import LocalProxy
    from werkzeug.middleware.proxy_fix import ProxyFix

    from tracker import auth, bilingual, commands, database, guard, logs, page, views
    from tracker.form_cookie import FormCookie
    from tracker.models import db, lend_audit_key
    from tracker.settings import settings

    instance = Path(
        (config or {}).get("INSTANCE") or os.environ.get("TRACKER_INSTANCE") or ROOT / "instance"
    ).resolve()
    app = views.Tracker(__name__, instance_path=str(instance))
    app.config.update(settings(instance, os.environ if config is None else {**config}))
    app.config.update(config or {})
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way to wrap
        app.wsgi_app, x_for=app.config["TRUSTED_PROXIES"], x_proto=app.config["TRUSTED_PROXIES"]
    )
    # None of ours is async: Flask would look at each of some twenty functions on every request.
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]
    app.session_interface = FormCookie()
    # Our templates are few: none is thrown away, so none need be counted as used.
    app.jinja_options = {"autoescape": True, "cache_size": -1}
    bilingual.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            database.prepare(engine)
        lend_audit_key(db.engine, app.config["AUDIT_KEY"])
    app.extensions["catalogue"] = LocalProxy(cache(partial(_catalogue, app.config["CATALOGUE"])))
    logs.install(app)
    auth.install(app)
    views.install(app)
    guard.install(app)
    page.install(app)
    commands.install(app)
    return app


def _catalogue(own: Path) -> Catalogue:
    """Read the catalogue, with the clinic's own folder over it, when it is first wanted."""
    from tracker import catalogue

    return catalogue.load(catalogue.SHIPPED, own)
