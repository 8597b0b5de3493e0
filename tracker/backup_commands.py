"""Commands for backups: the key, making, checking, putting back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from tracker import backups
from tracker.backups.copies import Progress
from tracker.models import db, lend_audit_key, utc_now
from tracker.records import audit, installation

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _instance() -> Path:
    return Path(current_app.instance_path)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except backups.BackupRefused as refused:
        raise click.ClickException(str(refused)) from refused


@click.command("backup-key")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def backup_key(out: Path) -> None:
    """Make the key for backups: the secret half to --out, to be kept away from this machine."""
    with _plainly():
        public = backups.new_key(out, _instance())
    click.echo(f"Backups are from now on encrypted for {public}")
    click.echo(
        f"Move {out.name} off this machine, and keep two copies: without it no backup opens."
    )


@click.command("backup")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--keep", type=click.IntRange(min=0), default=0, help="Keep only the newest N there.")
@with_appcontext
def backup(out: Path, keep: int) -> None:
    """Back up the database, the keys and the clinic's own files while the application works."""
    with _plainly(), click.progressbar(length=1000, label="Copying the database") as bar:
        made = backups.make(
            engine=db.engine, instance=_instance(), out=out, at=utc_now(), keep=keep,
            progress=_steps(bar.update),
        )  # fmt: skip
    held = made.manifest
    installation.backed_up(archive=made.archive.name, sha256=held.archive_sha256)
    click.echo(f"Made {made.archive.name}, SHA-256 {held.archive_sha256}")
    click.echo(f"{sum(held.contents.rows.values())} rows, {held.contents.handouts} kept handouts.")
    for clinic_id, seq, mac in held.contents.heads:
        click.echo(f"The history of clinic {clinic_id} ends at event {seq}, {mac}")


def _steps(update: object) -> Progress:
    """Turn "so many of so many" into the steps that a bar of a thousand takes."""
    shown = 0

    def progress(done: int, whole: int) -> None:
        nonlocal shown
        now = 1000 * done // max(whole, 1)
        update(now - shown)  # type: ignore[operator]  # click's own method
        shown = now

    return progress


@click.command("verify-backup")
@click.argument("archive", type=FILE)
@click.option("--key", type=FILE, help="The secret key: also opens it and checks what is inside.")
@with_appcontext
def verify_backup(archive: Path, key: Path | None) -> None:
    """Check a backup; exit status 1 when it is not what was made."""
    with _plainly():
        backups.check(archive, key, _instance(), click.echo)


@click.command("restore")
@click.argument("archive", type=FILE)
@click.option("--key", type=FILE, required=True, help="The secret key, a file.")
@with_appcontext
def restore(archive: Path, key: Path) -> None:
    """Put a backup into an empty database and instance folder, and check the whole history."""
    with _plainly():
        manifest = backups.restore(
            archive, key, engine=db.engine, instance=_instance(), say=click.echo
        )
    name = "demo-audit.key" if current_app.config["DEMO"] else "audit.key"
    lend_audit_key(db.engine, (_instance() / name).read_text().strip().encode())
    findings = audit.verify({c: (seq, mac) for c, seq, mac in manifest.contents.heads})
    for finding in findings:
        click.echo(f"clinic {finding.clinic_id}: {finding.sentence}")
    if findings:
        raise click.ClickException("The history in this backup is not whole.")
    installation.restored(archive=archive.name, made_at=manifest.made_at)
    click.echo("The history is whole. The clinic is as it was when the backup was made.")


COMMANDS = (backup_key, backup, verify_backup, restore)
