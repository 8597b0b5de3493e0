"""Making a backup while the application works."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from tracker.backups.archive import (
    ENDING,
    Manifest,
    manifest_beside,
    pack,
    private_file,
    recipient_in,
    sha256_of,
)
from tracker.backups.copies import Progress, copy_database

LAST = "last-backup.json"
_FOLDERS = ("catalogue", "fonts")


@dataclass(frozen=True, slots=True)
class Made:
    """One backup: where it is, and what it holds."""

    archive: Path
    manifest: Manifest


def make(
    *, engine: Engine, instance: Path, out: Path, at: datetime, keep: int, progress: Progress
) -> Made:
    """Copy the database and the instance folder into a new archive in `out`.

    Writers go on working: the copy is of one moment. `keep` is how many archives stay in `out`,
    the newest ones, 0 for all. Raises BackupRefused when there is no key to encrypt for, or a
    database program fails; nothing is left half made.
    """
    recipient = recipient_in(instance)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    archive = out / f"tracker-{at:%Y%m%dT%H%M%SZ}{ENDING}"
    with private_folder(instance) as folder:
        name, contents = copy_database(engine, folder, progress)
        names = [name, *_take_files(instance, folder)]
        inside = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            database=engine.dialect.name,
            contents=contents,
            files={one: sha256_of(folder / one) for one in names},
        )
        part = archive.with_name(archive.name + ".part")
        pack(folder, inside, part, recipient)
    manifest = replace(inside, archive_sha256=sha256_of(part))
    private_file(manifest_beside(archive), manifest.text())
    part.replace(archive)
    (instance / LAST).write_text(json.dumps({"at": manifest.made_at, "archive": archive.name}))
    _rotate(out, keep)
    return Made(archive, manifest)


@contextmanager
def private_folder(instance: Path) -> Iterator[Path]:
    """Lend a folder that the owner alone can read, and remove it with all it holds."""
    room = Path(tempfile.mkdtemp(prefix="backup-", dir=instance))
    try:
        folder = room / "contents"
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(room)


def _take_files(instance: Path, folder: Path) -> list[str]:
    found = sorted(instance.glob("*.key"))
    for kind in _FOLDERS:
        found += sorted(path for path in (instance / kind).rglob("*") if path.is_file())
    names = [f"instance/{path.relative_to(instance)}" for path in found]
    for path, name in zip(found, names, strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return names


def _rotate(out: Path, keep: int) -> None:
    for old in sorted(out.glob(f"tracker-*{ENDING}"))[:-keep] if keep else ():
        old.unlink()
        manifest_beside(old).unlink(missing_ok=True)
