"""The command that fills the demo's own database."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from tracker import demo as demo_clinic
from tracker.models import Staff, db

demo = AppGroup("demo", help="The demo clinic: synthetic people only.")


@demo.command("load")
def demo_load() -> None:
    """Load the demo clinic into the demo's own database, once."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("Set TRACKER_DEMO=1: the demo has its own database.")
    if db.session.scalar(select(Staff.id).limit(1)) is None:
        demo_clinic.load()
        click.echo("Demo clinic loaded.")
    click.echo(demo_clinic.SIGN_INS)
