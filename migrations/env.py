"""Runs migrations on the application's engine, or on the address alembic was given."""

from __future__ import annotations

import click
from alembic import context
from flask import current_app
from sqlalchemy import Connection

from tracker.models import Base, db


def refuse_to_go_down() -> None:
    """Refuse a downgrade: what a newer version recorded would be thrown away with its tables."""
    asked = context.get_context()._migrations_fn  # alembic's own name for what it was asked to do
    if getattr(asked, "__name__", "") == "downgrade":
        raise click.ClickException(
            "There is no way down: facts are not thrown away. Nothing was changed. Put the backup "
            "that was made before the upgrade into an empty place: docs/install.md, “Going back”."
        )


def run(connection: Connection) -> None:
    """Run the migrations over one connection, in batch mode where SQLite needs it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    refuse_to_go_down()
    with context.begin_transaction():
        context.run_migrations()


with current_app.app_context(), db.engine.connect() as connection:
    run(connection.execution_options(writing=True))
    connection.commit()
