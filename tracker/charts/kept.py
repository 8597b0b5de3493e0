"""Reads what was kept for a person when their screen was locked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from tracker.models import KeptForm, db


def form_kept(staff_id: int, kept_id: int, since: datetime) -> KeptForm | None:
    """Give a form of this person that was sent too late, or None."""
    return db.session.scalar(
        select(KeptForm).where(
            KeptForm.id == kept_id,
            KeptForm.staff_id == staff_id,
            KeptForm.address != "",
            KeptForm.at > since,
        )
    )


def is_page_kept(staff_id: int, path: str, since: datetime) -> bool:
    """Tell whether something typed on this page waits for the person."""
    found = db.session.scalar(
        select(KeptForm.id).where(
            KeptForm.staff_id == staff_id,
            KeptForm.path == path,
            KeptForm.address == "",
            KeptForm.at > since,
        )
    )
    return found is not None
