"""What is done to the installation as a whole, from the command line."""

from __future__ import annotations

from tracker.policy import COMMAND
from tracker.records.acts import INSTALLATION, act


def backed_up(*, archive: str, sha256: str) -> None:
    """Record that a backup was made; the archive's name and hash hold no patient data."""
    with act("install.backup", by=COMMAND, clinic_id=INSTALLATION, archive=archive, sha256=sha256):
        pass


def restored(*, archive: str, made_at: str) -> None:
    """Record that this installation was put back from a backup."""
    with act(
        "install.restore", by=COMMAND, clinic_id=INSTALLATION, archive=archive, made_at=made_at
    ):
        pass
