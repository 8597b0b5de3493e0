"""Files that arrived: how far each is, its lines, and the medicines that wait for a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from tracker.charts.patients import record_ids
from tracker.languages import read
from tracker.models import Fact, ImportFile, ImportRow, Staff, db


@dataclass(frozen=True, slots=True)
class Upload:
    """One file: when, by whom, and how many of its lines are decided."""

    id: int
    format: str
    at: datetime
    by: str
    refused: tuple[tuple[int, str], ...]  # line, and why it could not be taken
    lines: int
    waiting: int
    confirmed: int

    @property
    def decided(self) -> int:
        """How many lines were confirmed or left out."""
        return self.lines - self.waiting


@dataclass(frozen=True, slots=True)
class Row:
    """One line: who it is about, and the file's words on what is taken."""

    id: int
    import_id: int
    line: int
    values: Mapping[str, Any]  # texts and ISO dates by the names of a patient's fields
    medicines: tuple[tuple[str, str], ...]
    state: str  # waiting, confirmed, left_out
    patient_id: int | None

    @property
    def title(self) -> str:
        """The name as the banner gives it."""
        family, given = self.values["family_name"].upper(), self.values.get("given_names", "")
        return f"{family}, {given}" if given else family

    @property
    def birth_date(self) -> date:
        """The date of birth."""
        return date.fromisoformat(self.values["birth_date"])


def uploads(clinic_id: int) -> tuple[Upload, ...]:
    """List the files of a clinic, the newest first."""
    return tuple(map(_upload, db.session.execute(_uploads(clinic_id))))


def upload_of(clinic_id: int, import_id: int) -> Upload | None:
    """Give one file of this clinic, or None."""
    query = _uploads(clinic_id).where(ImportFile.id == import_id)
    return next(map(_upload, db.session.execute(query)), None)


def _uploads(clinic_id: int) -> Select[Any]:
    def count(state: str) -> Any:
        return func.count(case((ImportRow.state == state, 1)))

    return (
        select(ImportFile, Staff.name, func.count(ImportRow.id), count("waiting"),
               count("confirmed"))
        .join(Staff, Staff.id == ImportFile.uploaded_by)
        .outerjoin(ImportRow, and_(ImportRow.clinic_id == ImportFile.clinic_id,
                                   ImportRow.import_id == ImportFile.id))
        .where(ImportFile.clinic_id == clinic_id)
        .group_by(ImportFile.clinic_id, ImportFile.id, Staff.id)
        .order_by(ImportFile.id.desc())
    )  # fmt: skip


def _upload(found: Any) -> Upload:
    file, by, lines, waiting, confirmed = found
    refused = tuple((line, read(why)) for line, why in json.loads(file.refused))
    return Upload(file.id, file.format, file.uploaded_at, by, refused, lines, waiting, confirmed)


def rows(clinic_id: int, import_id: int) -> tuple[Row, ...]:
    """List the lines of a file in its order."""
    found = db.session.scalars(
        select(ImportRow)
        .where(ImportRow.clinic_id == clinic_id, ImportRow.import_id == import_id)
        .order_by(ImportRow.line)
    )
    return tuple(map(_row, found))


def row_of(clinic_id: int, row_id: int) -> Row | None:
    """Give one line of a file of this clinic, or None."""
    found = db.session.get(ImportRow, (clinic_id, row_id), populate_existing=True)
    return _row(found) if found else None


def next_waiting(clinic_id: int, import_id: int) -> int | None:
    """Give the id of the next line of a file that waits, or None."""
    return db.session.scalar(
        select(ImportRow.id)
        .where(
            ImportRow.clinic_id == clinic_id,
            ImportRow.import_id == import_id,
            ImportRow.state == "waiting",
        )
        .order_by(ImportRow.line)
        .limit(1)
    )


def _row(row: ImportRow) -> Row:
    return Row(
        id=row.id,
        import_id=row.import_id,
        line=row.line,
        values=json.loads(row.body),
        medicines=tuple((name, text) for name, text in json.loads(row.medicines)),
        state=row.state,
        patient_id=row.patient_id,
    )


def imported_texts(clinic_id: int, patient_id: int) -> tuple[tuple[str, str], ...]:
    """Give the medicines that arrived with a patient and that no person has typed since.

    Name, and the file's own words. They are told until a regimen is recorded.
    """
    ids = record_ids(clinic_id, patient_id)
    typed = select(Fact.id).where(
        Fact.clinic_id == clinic_id,
        Fact.patient_id.in_(ids),
        Fact.kind == "regimen",
        Fact.recorded_at >= ImportRow.decided_at,
    )
    found = db.session.execute(
        select(ImportRow.id, ImportRow.medicines).where(
            ImportRow.clinic_id == clinic_id,
            ImportRow.patient_id.in_(ids),
            ~typed.exists(),
        )
    )
    # Sorted here: asked for sorted rows, SQLite walks the whole clinic in that order.
    return tuple(
        (name, text)
        for _, listed in sorted((row.id, row.medicines) for row in found)
        for name, text in json.loads(listed)
    )
