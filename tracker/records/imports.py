"""Acts by which patients arrive from a file: it is uploaded, and a person confirms line by line.

An upload registers nobody. A line that was confirmed is a patient whose medicines are still the
file's words: no dose of it stands in any cell until somebody types it there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.charts.search import look_alikes
from tracker.languages import kept, said
from tracker.models import ImportFile, ImportRow, db, new_id
from tracker.policy import Actor
from tracker.records.acts import Conflict, act
from tracker.records.patients import Refused, add_within


def _once(day: str) -> str:
    return said(
        "This patient arrived before, in a file of {day}, and is not listed again.", day=day
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One patient of a file: texts and ISO dates by the names of the fields."""

    line: int
    identity: str  # SHA-256
    values: Mapping[str, Any]
    medicines: tuple[tuple[str, str], ...]  # name, and the file's own words


def upload(
    *, by: Actor, clinic_id: int, sha256: str, format: str, lines: Iterable[Line],
    refused: Iterable[tuple[int, str]], uploaded_by: int | None = None,
) -> int:  # fmt: skip
    """Keep a file's lines as drafts, and give its id; the whole file or nothing.

    The same file again is the first one: its id is given and nothing is added. A patient who
    arrived in an earlier file is refused with that reason. `refused` are lines with why. The
    command line does it under an act of its own, for the administrator `uploaded_by`.
    """
    known = _with(clinic_id, sha256)
    if known is not None:
        return known
    arriving = list(lines)
    import_id = new_id()
    name = "import.upload" if by.staff_id else "install.import"
    with act(name, by=by, clinic_id=clinic_id) as entry:
        before = _arrived(clinic_id, {one.identity for one in arriving})
        fresh = [one for one in arriving if one.identity not in before]
        again = [
            (one.line, kept(_once(before[one.identity])))
            for one in arriving
            if one.identity in before
        ]
        entry.about["rows"] = str(len(fresh))
        db.session.add(
            ImportFile(
                clinic_id=clinic_id,
                id=import_id,
                sha256=sha256,
                format=format,
                refused=json.dumps(sorted([*refused, *again]), ensure_ascii=False),
                uploaded_by=by.staff_id or uploaded_by,
                uploaded_at=entry.at,
            )
        )
        db.session.flush()
        db.session.add_all(_row(clinic_id, import_id, one) for one in fresh)
    return import_id


def _row(clinic_id: int, import_id: int, line: Line) -> ImportRow:
    return ImportRow(
        clinic_id=clinic_id,
        import_id=import_id,
        line=line.line,
        identity=line.identity,
        body=json.dumps(dict(line.values), ensure_ascii=False),
        medicines=json.dumps([list(one) for one in line.medicines], ensure_ascii=False),
        state="waiting",
    )


def _with(clinic_id: int, sha256: str) -> int | None:
    return db.session.scalar(
        select(ImportFile.id).where(ImportFile.clinic_id == clinic_id, ImportFile.sha256 == sha256)
    )


def _arrived(clinic_id: int, identities: set[str]) -> dict[str, str]:
    """Tell which of these arrived before, and the day (ISO) of the file they came in."""
    found: dict[str, str] = {}
    wanted = sorted(identities)
    for first in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(ImportRow.identity, ImportFile.uploaded_at)
            .join(
                ImportFile,
                (ImportFile.clinic_id == ImportRow.clinic_id)
                & (ImportFile.id == ImportRow.import_id),
            )
            .where(
                ImportRow.clinic_id == clinic_id,
                ImportRow.identity.in_(wanted[first : first + 500]),
            )
        )
        found |= {identity: at.date().isoformat() for identity, at in rows}
    return found


def confirm(*, by: Actor, clinic_id: int, row_id: int, different: Iterable[int] = ()) -> int:
    """Register the patient of a line, and give the patient's id.

    `different` are the records that were looked at and are of other people; raises Refused when
    another one looks alike, or the record number is taken (RecordNumberTaken), and Conflict when
    somebody decided about the line meanwhile.
    """
    patient_id = new_id()
    with act("import.confirm", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        row = _waiting(clinic_id, row_id)
        values = values_of(row.body)
        alike = look_alikes(
            clinic_id, family_name=values["family_name"],
            given_names=values.get("given_names", ""), latin_name=values.get("latin_name", ""),
            birth_date=values["birth_date"], but=different,
        )  # fmt: skip
        if alike:
            raise Refused(said("A record looks like this person. Look at it first."))
        add_within(entry, values)
        entry.about["line"] = str(row.line)
        _decide(row, "confirmed", by, entry.at)
        row.patient_id = patient_id
    return patient_id


def leave_out(*, by: Actor, clinic_id: int, row_id: int) -> None:
    """Leave a line out: nobody is registered. Raises Conflict when it was decided meanwhile."""
    with act("import.leave_out", by=by, clinic_id=clinic_id) as entry:
        row = _waiting(clinic_id, row_id)
        entry.about["line"] = str(row.line)
        _decide(row, "left_out", by, entry.at)


def values_of(body: str) -> dict[str, Any]:
    """Give a line's values as a patient's record takes them: days as dates."""
    values: dict[str, Any] = json.loads(body)
    for name in ("birth_date", "state_since"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return values


def _waiting(clinic_id: int, row_id: int) -> ImportRow:
    row = db.session.scalar(
        select(ImportRow)
        .where(ImportRow.clinic_id == clinic_id, ImportRow.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.state != "waiting":
        raise Conflict("the line was decided meanwhile")
    return row


def _decide(row: ImportRow, state: str, by: Actor, at: Any) -> None:
    row.state, row.decided_by, row.decided_at = state, by.staff_id, at
