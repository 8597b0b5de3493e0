"""The opioid taper tracker: configuration, database, guard, views, headers and commands.

The application records what clinicians typed, pairs it with therapies and check-ins, and prints
it. It does not calculate doses.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `config` overrides what the environment and `instance/` say."""
    # Imported here so that the rules can be used, and tested, without the web framework.
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from tracker import auth, bilingual, catalogue, commands, database, guard, logs, page, views
    from tracker.models import db, lend_audit_key
    from tracker.settings import settings

    instance = Path(
        (config or {}).get("INSTANCE") or os.environ.get("TRACKER_INSTANCE") or ROOT / "instance"
    ).resolve()
    app = Flask(__name__, instance_path=str(instance))
    app.config.update(settings(instance, os.environ if config is None else {**config}))
    app.config.update(config or {})
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way to wrap
        app.wsgi_app, x_for=app.config["TRUSTED_PROXIES"], x_proto=app.config["TRUSTED_PROXIES"]
    )
    app.jinja_options = {"autoescape": True}
    bilingual.install(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            database.prepare(engine)
        lend_audit_key(db.engine, app.config["AUDIT_KEY"])
    app.extensions["catalogue"] = catalogue.load(
        Path(catalogue.__file__).parent, app.config["CATALOGUE"]
    )
    logs.install(app)
    auth.install(app)
    views.install(app)
    guard.install(app)
    page.install(app)
    commands.install(app)
    return app
