"""Acts by which a record leaves: each one an event, and a line among the disclosures."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.policy import Actor
from tracker.records.acts import act


def export_patient(
    *, by: Actor, clinic_id: int, patient_id: int, format: str, whom: str, sha256: str
) -> None:
    """Record that one patient's record was exported; `sha256` is of the bytes that left.

    The command line does it under an act of its own.
    """
    name = "export.patient" if by.staff_id else "install.patient"
    with act(
        name, by=by, clinic_id=clinic_id, patient_id=patient_id, format=format, whom=whom,
        sha256=sha256,
    ):  # fmt: skip
        pass


def export_clinic(*, by: Actor, clinic_id: int, format: str, whom: str) -> None:
    """Record that the records of a clinic are being exported; written before the first line leaves.

    The command line does it under an act of its own.
    """
    name = "export.clinic" if by.staff_id else "install.export"
    with act(name, by=by, clinic_id=clinic_id, format=format, whom=whom):
        pass


def export_report(*, by: Actor, clinic_id: int, title: str, patients: Iterable[int]) -> None:
    """Record that the list of a report is leaving; each of its `patients` has it disclosed.

    The command line does it under an act of its own.
    """
    name = "export.report" if by.staff_id else "install.report"
    named = ",".join(str(one) for one in sorted(set(patients)))
    with act(name, by=by, clinic_id=clinic_id, title=title, patients=f",{named},"):
        pass


def export_counts(*, by: Actor, clinic_id: int) -> None:
    """Record that the counts of the reports are leaving; they name nobody.

    The command line does it under an act of its own.
    """
    with act("export.counts" if by.staff_id else "install.counts", by=by, clinic_id=clinic_id):
        pass
