"""What a person had typed when their screen was locked: kept for them alone, for a day.

These are no facts and leave no event: nothing of them is in the record until it is sent.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from tracker.models import KeptForm, begin_writing, db, new_id, utc_now

KEPT_FOR = timedelta(hours=24)
MOST = 20


def keep(
    *, staff_id: int, path: str, body: str, address: str = "", act: str = "", replace: bool = True
) -> int:
    """Keep a form and give its id.

    A page's form takes the place of the one kept for that page before, unless `replace` is False.
    What is older than a day goes, and so does all beyond the newest 20.
    """
    session = begin_writing()
    mine = KeptForm.staff_id == staff_id
    session.execute(delete(KeptForm).where(mine, KeptForm.at < utc_now() - KEPT_FOR))
    if not address:
        of_page = mine & (KeptForm.path == path) & (KeptForm.address == "")
        there = session.scalar(select(KeptForm.id).where(of_page))
        if there is not None and not replace:
            session.commit()
            return there
        session.execute(delete(KeptForm).where(of_page))
    row = KeptForm(
        id=new_id(), staff_id=staff_id, path=path, address=address, act=act, body=body,
        at=utc_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    newest = select(KeptForm.id).where(mine).order_by(KeptForm.id.desc()).limit(MOST)
    session.execute(delete(KeptForm).where(mine, KeptForm.id.not_in(list(session.scalars(newest)))))
    session.commit()
    return row.id


def take_page(*, staff_id: int, path: str) -> str | None:
    """Give what was kept for a page, and keep it no longer; None when nothing was."""
    session = begin_writing()
    row = session.scalar(
        select(KeptForm).where(
            KeptForm.staff_id == staff_id,
            KeptForm.path == path,
            KeptForm.address == "",
            KeptForm.at > utc_now() - KEPT_FOR,
        )
    )
    if row is not None:
        session.delete(row)
    session.commit()
    return row.body if row else None


def forget(*, staff_id: int, kept_id: int) -> None:
    """Keep one form no longer."""
    begin_writing().execute(
        delete(KeptForm).where(KeptForm.id == kept_id, KeptForm.staff_id == staff_id)
    )
    db.session.commit()
