"""Checking a backup, and putting it back into an empty place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from tracker.backups.archive import BackupRefused, Manifest, manifest_beside, sha256_of, unpack
from tracker.backups.contents import Contents, contents_of
from tracker.backups.copies import (
    NAMES,
    put_database,
    readable_dump,
    sqlite_contents,
    why_not_empty,
)
from tracker.backups.making import private_folder

Say = Callable[[str], None]


def check(archive: Path, secret: Path | None, instance: Path, say: Say) -> Manifest:
    """Check an archive against its manifest, and with the secret key also what is inside.

    Without the key: the archive is the one that was made. With it: it opens, each file is the one
    that was copied, and a SQLite copy is whole, its counts, history heads and handouts equal. A
    PostgreSQL dump is counted when it is put back. Raises BackupRefused with the first fault.
    """
    manifest = _same_bytes(archive)
    say(f"{archive.name} is the archive that was made at {manifest.made_at}.")
    if secret is None:
        return manifest
    with private_folder(instance) as folder:
        inside = _opened(archive, secret, folder, manifest)
        say(f"It opens, and its {len(inside.files)} files are those that were copied.")
        copy = folder / NAMES[inside.database]
        if inside.database == "sqlite":
            _equal(inside.contents, sqlite_contents(copy, from_bytes=True))
            say(_counted(inside.contents))
        else:
            readable_dump(copy)
            say("PostgreSQL reads the dump. It is counted when it is restored.")
    return manifest


def restore(archive: Path, secret: Path, *, engine: Engine, instance: Path, say: Say) -> Manifest:
    """Put an archive into an empty database and instance folder.

    Raises BackupRefused, and touches nothing, when anything is there already, when the archive is
    not the one that was made, or when it is of the other kind of database; and after putting it
    back, when counts, history heads or handouts are not those of the manifest.
    """
    if why := why_not_empty(engine):
        raise BackupRefused(f"{why} A backup is restored into an empty place only.")
    manifest = _same_bytes(archive)
    if manifest.database != engine.dialect.name:
        raise BackupRefused(
            f"This backup is of {manifest.database}; DATABASE_URL names {engine.dialect.name}."
        )
    with private_folder(instance) as folder:
        inside = _opened(archive, secret, folder, manifest)
        say("The archive opens, and every file in it is the one that was copied.")
        put_database(engine, folder / NAMES[inside.database])
        engine.dispose()
        with engine.connect() as connection:
            _equal(inside.contents, contents_of(connection, from_bytes=True))
        say(_counted(inside.contents))
        _put_files(folder / "instance", instance)
    return manifest


def _same_bytes(archive: Path) -> Manifest:
    manifest = Manifest.read(manifest_beside(archive))
    if sha256_of(archive) != manifest.archive_sha256:
        raise BackupRefused(f"{archive.name} is damaged: it is not the file that was made.")
    return manifest


def _opened(archive: Path, secret: Path, folder: Path, beside: Manifest) -> Manifest:
    inside = unpack(archive, secret, folder)
    if inside.contents != beside.contents:
        raise BackupRefused("The manifest beside the archive is not the one inside it.")
    return inside


def _equal(kept: Contents, found: Contents) -> None:
    if told := kept.differences(found):
        raise BackupRefused("This is not what was backed up: " + "; ".join(told) + ".")


def _counted(contents: Contents) -> str:
    return (
        f"{sum(contents.rows.values())} rows in {len(contents.rows)} tables, {contents.handouts} "
        f"kept handouts and {len(contents.heads)} history heads are equal."
    )


def _put_files(source: Path, instance: Path) -> None:
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        target = instance / path.relative_to(source)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o600)
