"""Backups: a copy of everything that makes an installation, encrypted, checked, and put back.

An archive is an `age` file around a tar: the database, the keys and the clinic's own files, and a
manifest of their hashes. The machine that makes it holds only the public half of the key, so a
stolen machine or a stolen archive alone opens nothing. What is in the record stays out of here:
this room copies bytes and compares, it reads no chart.
"""

from tracker.backups.archive import BackupRefused, Manifest, new_key, recipient_in
from tracker.backups.contents import Contents
from tracker.backups.making import Made, make
from tracker.backups.restoring import check, restore

__all__ = [
    "BackupRefused",
    "Contents",
    "Made",
    "Manifest",
    "check",
    "make",
    "new_key",
    "recipient_in",
    "restore",
]
