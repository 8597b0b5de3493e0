"""The commands of `flask --app tracker`: their names, and where each is loaded from when called.

A command may need the paper, the exports or the whole rule book; a server and every other command
do not. Belongs here: the table, and the settings of `flask db`. The commands themselves stand in
the module that the table names.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

# What is typed: the module, and the command or the group in it.
PLACES = {
    "backup": "tracker.backup_commands:backup",
    "backup-key": "tracker.backup_commands:backup_key",
    "db": "flask_migrate.cli:db",
    "demo": "tracker.demo.commands:demo",
    "export": "tracker.exchange_commands:export",
    "fonts": "tracker.paper_commands:fonts",
    "handouts": "tracker.paper_commands:handouts",
    "import": "tracker.exchange_commands:arriving_files",
    "programs": "tracker.exchange_commands:programs",
    "restore": "tracker.backup_commands:restore",
    "retention": "tracker.retention_commands:retention",
    "staff": "tracker.staff_commands:staff",
    "verify-audit": "tracker.audit_commands:verify_audit",
    "verify-backup": "tracker.backup_commands:verify_backup",
    "worklist": "tracker.worklist_commands:worklist",
}


def install(app: Flask) -> None:
    """Give the application its commands, and `flask db` what it needs to know."""
    app.cli = _Commands(app.name)
    app.extensions["migrate"] = _Migrations(app)


class _Commands(AppGroup):
    """Loads a command when it is called, or when the list of all is asked for its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names, without loading anything."""
        return sorted({*PLACES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Load one command; None when there is none of this name."""
        if name not in PLACES:
            return super().get_command(ctx, name)
        module, _, found = PLACES[name].partition(":")
        command: click.Command = getattr(import_module(module), found)
        return command


class _Migrations:
    """Stands where Flask-Migrate keeps its settings, until Flask-Migrate first asks for them.

    It and Alembic are as large as Flask itself, and no page needs them.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        from tracker.database import MIGRATIONS
        from tracker.models import db

        Migrate(self._app, db, directory=str(MIGRATIONS), render_as_batch=True)  # takes this place
        return getattr(self._app.extensions["migrate"], name)
