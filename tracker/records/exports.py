"""Acts by which a record leaves: each one an event, and a line among the disclosures."""

from __future__ import annotations

from tracker.policy import Actor
from tracker.records.acts import act


def export_patient(
    *, by: Actor, clinic_id: int, patient_id: int, format: str, whom: str, sha256: str
) -> None:
    """Record that one patient's record was exported; `sha256` is of the bytes that left."""
    with act(
        "export.patient", by=by, clinic_id=clinic_id, patient_id=patient_id,
        format=format, whom=whom, sha256=sha256,
    ):  # fmt: skip
        pass


def export_clinic(*, by: Actor, clinic_id: int, format: str, whom: str) -> None:
    """Record that the records of a clinic are being exported; written before the first line leaves.

    The command line does it under an act of its own.
    """
    name = "export.clinic" if by.staff_id else "install.export"
    with act(name, by=by, clinic_id=clinic_id, format=format, whom=whom):
        pass
