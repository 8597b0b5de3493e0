"""Commands about paper: a clinic's own fonts.

Nothing here names a patient unless the person at the terminal asks for it.
"""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from tracker.handouts import fontfiles
from tracker.handouts.fonts import BadFont
from tracker.policy import COMMAND
from tracker.records import papers
from tracker.records.acts import INSTALLATION

fonts = AppGroup("fonts", help="Fonts for names in scripts that the shipped ones lack.")


def install(app: Flask) -> None:
    """Give the application the commands about paper."""
    app.cli.add_command(fonts)


@fonts.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def fonts_add(file: Path) -> None:
    """Add a static TrueType FILE to instance/fonts and keep its SHA-256."""
    try:
        added = fontfiles.add(file, current_app.config["FONTS"])
    except BadFont as refusal:
        raise click.ClickException(str(refusal)) from refusal
    papers.font_added(by=COMMAND, clinic_id=INSTALLATION, file_name=added.name, sha256=added.sha256)
    click.echo(f"Added {_said(added)}.")
    click.echo(f"SHA-256 {added.sha256}, kept in {fontfiles.SUMS} beside it.")
    click.echo("Restart the server: it reads the list of fonts when it starts.")


@fonts.command("list")
def fonts_list() -> None:
    """List the clinic's own fonts; exit status 1 when one is not as it was added."""
    try:
        found = fontfiles.listing(current_app.config["FONTS"])
    except BadFont as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if not found:
        click.echo("No fonts of your own. Add one with: flask --app tracker fonts add FILE")
    changed = [one.name for one in found if one.recorded not in ("", one.sha256)]
    for one in found:
        state = "changed since it was added" if one.name in changed else "as it was added"
        click.echo(f"{_said(one)}: {state if one.recorded else 'put here without the command'}.")
    if changed:
        raise click.ClickException("A font has changed. Names may print differently: add it again.")


def _said(one: fontfiles.FontFile) -> str:
    return f"{one.name} ({one.characters:,} characters, mostly {', '.join(one.scripts)})"
