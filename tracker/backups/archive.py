"""The archive: a tar inside an `age` file, and the manifest that says what must be in it.

`age` is a public format: an archive opens with the program of that name as well as with this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from tracker.backups.contents import Contents

FORMAT = 1
ENDING = ".tar.age"
MANIFEST = "manifest.json"
RECIPIENT = "backup.recipient"


class BackupRefused(RuntimeError):
    """Raised when a backup cannot be made, trusted or put back; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds; the one inside it cannot know `archive_sha256` and leaves it empty."""

    made_at: str  # UTC, ISO 8601
    database: str  # "sqlite" or "postgresql"
    contents: Contents
    files: dict[str, str] = field(default_factory=dict)  # name in the archive: SHA-256
    archive_sha256: str = ""

    def text(self) -> str:
        """Write the manifest as JSON; it names no patient."""
        return json.dumps(
            {
                "format": FORMAT,
                "made_at": self.made_at,
                "database": self.database,
                "contents": self.contents.plain(),
                "files": self.files,
                "archive_sha256": self.archive_sha256,
            },
            indent=1,
        )

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest; raises BackupRefused when it is missing or not one of ours."""
        try:
            plain: dict[str, Any] = json.loads(path.read_text())
            if plain.pop("format") != FORMAT:
                raise BackupRefused(f"{path.name} is of a format this version does not read.")
            return cls(**{**plain, "contents": Contents.of(plain["contents"])})
        except FileNotFoundError as missing:
            raise BackupRefused(f"{path.name} is missing; it lies beside its archive.") from missing
        except (ValueError, KeyError, TypeError) as broken:
            raise BackupRefused(f"{path.name} cannot be read.") from broken


def manifest_beside(archive: Path) -> Path:
    """Name the manifest that lies beside an archive."""
    return archive.with_name(archive.name.removesuffix(ENDING) + f".{MANIFEST}")


def sha256_of(path: Path) -> str:
    """Give a file's SHA-256 without holding the file in memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def on_disk(path: Path) -> None:
    """Wait until a file's bytes are on the disk and not only in memory."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def private_file(path: Path, words: str) -> None:
    """Write a new file that its owner alone can read; raises BackupRefused when it is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise BackupRefused(f"{path.name} is there already, and stays as it is.") from there
    with os.fdopen(handle, "w") as file:
        file.write(words)


def new_key(secret: Path, instance: Path) -> str:
    """Make a pair of keys: the secret half to `secret`, the public half into the instance folder.

    Gives the public half. Raises BackupRefused when either is there already: archives made for an
    older key would never open again without it.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    if (instance / RECIPIENT).exists():
        raise BackupRefused(f"{RECIPIENT} is there already. Move it away to begin a new key.")
    private_file(secret, f"# public key: {public}\n{identity}\n")
    private_file(instance / RECIPIENT, public + "\n")
    return public


def recipient_in(instance: Path) -> str:
    """Give the public key that archives are made for; raises BackupRefused when there is none."""
    try:
        return (instance / RECIPIENT).read_text().strip()
    except FileNotFoundError as missing:
        raise BackupRefused(
            "There is no key to encrypt for. Make one: flask --app tracker backup-key --out FILE"
        ) from missing


def pack(folder: Path, manifest: Manifest, archive: Path, recipient: str) -> None:
    """Write the manifest and the named files of a folder into an encrypted archive."""
    (folder / MANIFEST).write_text(manifest.text())
    plain = folder.with_suffix(".tar")
    with tarfile.open(plain, "w") as tar:
        for name in (MANIFEST, *manifest.files):
            tar.add(folder / name, arcname=name, filter=_without_owner)
    try:
        public = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as wrong:
        raise BackupRefused(f"{RECIPIENT} holds no age key.") from wrong
    pyrage.encrypt_file(str(plain), str(archive), [public])
    plain.unlink()
    archive.chmod(0o600)
    on_disk(archive)


def _without_owner(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


def unpack(archive: Path, secret: Path, folder: Path) -> Manifest:
    """Open an archive into an empty folder and give its manifest.

    Raises BackupRefused for the wrong key, for a damaged archive, and for a file that is missing,
    added, or not the one the manifest speaks of.
    """
    plain = folder.with_suffix(".tar")
    try:
        pyrage.decrypt_file(str(archive), str(plain), _identities(secret))
        with tarfile.open(plain) as tar:
            tar.extractall(folder, filter="data")
    except (pyrage.DecryptError, tarfile.TarError, OSError) as damaged:
        raise BackupRefused(
            f"{archive.name} does not open: another key, or a damaged file."
        ) from damaged
    finally:
        plain.unlink(missing_ok=True)
    manifest = Manifest.read(folder / MANIFEST)
    found = {
        str(path.relative_to(folder)): sha256_of(path) for path in _files_below(folder)
    }  # fmt: skip
    found.pop(MANIFEST)
    if found != manifest.files:
        odd = sorted(set(found.items()) ^ set(manifest.files.items()))[0][0]
        raise BackupRefused(f"{odd} is not the file that was backed up.")
    return manifest


def _files_below(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _identities(secret: Path) -> list[pyrage.x25519.Identity]:
    lines = (line.strip() for line in secret.read_text().splitlines())
    try:
        return [
            pyrage.x25519.Identity.from_str(line)
            for line in lines
            if line and not line.startswith("#")
        ]
    except pyrage.IdentityError as wrong:
        raise BackupRefused(f"{secret.name} holds no age key.") from wrong
