"""Runs migrations on the application's engine, or on the address alembic was given."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from tracker.models import Base, db


def run(connection: Connection) -> None:
    """Run the migrations over one connection, in batch mode where SQLite needs it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.app_context(), db.engine.connect() as connection:
    run(connection.execution_options(writing=True))
    connection.commit()
