"""Acts about paper: printing a handout, handing it over, and checking a plan code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.charts.sheets import SHEET_WORDS
from tracker.handouts import PatientSheet, kinds, to_json
from tracker.models import BatchSheet, CodeCheck, Handout, HandoutGiven, db, new_id, utc_now
from tracker.policy import Actor
from tracker.records.acts import Entry, act

CHECKS = 30
CHECK_WINDOW = timedelta(minutes=10)


class TooManyChecks(Exception):
    """Raised when one person checks more plan codes than a telephone brings."""


def print_handout(
    *, by: Actor, clinic_id: int, patient_id: int, version_id: int, sheet: PatientSheet,
    pdf: bytes, drawn_with: Mapping[str, str], batch: tuple[int, int] | None = None,
) -> int:  # fmt: skip
    """Keep a printing: its frozen input, its bytes and what drew them. Give the handout's id.

    batch: the batch that it belongs to, and its place in it.
    """
    with act(
        "handout.print", by=by, clinic_id=clinic_id, patient_id=patient_id,
        number=str(sheet.version),
    ) as entry:  # fmt: skip
        fact_id = _keep(
            entry, patient_id, version_id, "patient", (sheet.language, sheet.size, sheet.paper),
            to_json(sheet), pdf, drawn_with, batch,
        )  # fmt: skip
    return fact_id


def print_sheet(
    *, by: Actor, clinic_id: int, patient_id: int, version: tuple[int, int], sheet: kinds.Sheet,
    pdf: bytes, drawn_with: Mapping[str, str], batch: tuple[int, int] | None = None,
) -> int:  # fmt: skip
    """Keep a printing of a hold slip, a check-in form or a supervision sheet; give its id.

    version: the id and the number of the version that it was printed of.
    """
    name = kinds.kind_of(sheet).name
    with act(
        "hold_slip.print" if name == "hold" else "sheet.print", by=by, clinic_id=clinic_id,
        patient_id=patient_id, number=str(version[1]), what=SHEET_WORDS[name],
    ) as entry:  # fmt: skip
        fact_id = _keep(
            entry, patient_id, version[0], name, kinds.look(sheet), kinds.to_json(sheet),
            pdf, drawn_with, batch,
        )  # fmt: skip
    return fact_id


def _keep(
    entry: Entry, patient_id: int, version_id: int, kind: str, look: tuple[str, str, str],
    frozen: str, pdf: bytes, drawn_with: Mapping[str, str], batch: tuple[int, int] | None,
) -> int:  # fmt: skip
    fact_id = entry.fact(kind="handout", stream=f"handout:{new_id()}", seen=0)
    language, size, paper = look
    db.session.add(
        Handout(
            clinic_id=entry.clinic_id,
            id=fact_id,
            patient_id=patient_id,
            version_id=version_id,
            sheet=kind,
            language=language,
            size=size,
            paper=paper,
            frozen=frozen,
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            drawn_with=json.dumps(dict(drawn_with), sort_keys=True),
            printed_at=entry.at,
        )
    )
    if batch is not None:
        db.session.flush()  # the line of the batch points at the handout
        db.session.add(batch_row(entry.clinic_id, batch, patient_id, fact_id))
    return fact_id


def batch_row(
    clinic_id: int, batch: tuple[int, int], patient_id: int, handout_id: int | None,
    why: str = "", plainly: str = "",
) -> BatchSheet:  # fmt: skip
    """Make the line that says what became of one sheet of a batch: a handout, or why not."""
    return BatchSheet(
        clinic_id=clinic_id,
        batch_id=batch[0],
        place=batch[1],
        patient_id=patient_id,
        handout_id=handout_id,
        refused=why,
        plainly=plainly,
    )


def give(
    *, by: Actor, clinic_id: int, patient_id: int, handout_id: int, number: int, seen: int,
    given_on: date, given_to: str, explained_by: str, old_sheet: str, sheet: str = "",
) -> None:  # fmt: skip
    """Record that a printed handout was given; `seen` is the last line its stream showed.

    `sheet` names another sheet than the patient's own for the history, such as a hold slip.

    Raises Conflict when somebody recorded a handing-over meanwhile.
    """
    with act(
        "handout.give", by=by, clinic_id=clinic_id, patient_id=patient_id,
        number=f"{number} ({sheet})" if sheet else str(number), to=given_to,
    ) as entry:  # fmt: skip
        db.session.add(
            HandoutGiven(
                clinic_id=clinic_id,
                id=entry.fact(kind="handout_given", stream=f"given:{handout_id}", seen=seen),
                patient_id=patient_id,
                handout_id=handout_id,
                given_on=given_on,
                given_to=given_to,
                explained_by=explained_by,
                old_sheet=old_sheet,
            )
        )


def font_added(*, by: Actor, clinic_id: int, file_name: str, sha256: str) -> None:
    """Record that a font for names was added to the installation, with its SHA-256."""
    with act("install.font", by=by, clinic_id=clinic_id, file_name=file_name, sha256=sha256):
        pass


def downtime_pack_printed(*, by: Actor, clinic_id: int, patients: int, pdf: bytes) -> None:
    """Record that a downtime pack was made: of how many patients, and the SHA-256 of its bytes."""
    digest = hashlib.sha256(pdf).hexdigest()
    with act("downtime.print", by=by, clinic_id=clinic_id, patients=str(patients), sha256=digest):
        pass


def copy_locked(*, by: Actor, clinic_id: int, patient_id: int, number: int, where: str) -> None:
    """Record that a copy of a printed sheet was locked with a password, and what it is for.

    Neither the password nor the copy is kept.
    """
    with act(
        "handout.lock", by=by, clinic_id=clinic_id, patient_id=patient_id,
        number=str(number), where=where,
    ):  # fmt: skip
        pass


def check_code(
    *, by: Actor, clinic_id: int, typed: str, answer: str, words: str,
    patient_id: int | None, version_id: int | None,
) -> None:  # fmt: skip
    """Log one check of a plan code and its answer; raises TooManyChecks for a guesser."""
    recent = db.session.scalar(
        select(func.count())
        .select_from(CodeCheck)
        .where(
            CodeCheck.clinic_id == clinic_id,
            CodeCheck.by_id == by.staff_id,
            CodeCheck.at > utc_now() - CHECK_WINDOW,
        )
    )
    if (recent or 0) >= CHECKS:
        raise TooManyChecks
    with act(
        "code.check", by=by, clinic_id=clinic_id, patient_id=patient_id, answer=words
    ) as entry:
        db.session.add(
            CodeCheck(
                clinic_id=clinic_id,
                id=new_id(),
                at=entry.at,
                by_id=by.staff_id,
                typed=typed[:40],
                answer=answer,
                version_id=version_id,
            )
        )
