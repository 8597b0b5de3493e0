"""Acts of looking the history over: each is an event of the history itself."""

from __future__ import annotations

from tracker.policy import Actor
from tracker.records.acts import act


def looked(*, by: Actor, clinic_id: int, patient_id: int | None, what: str, table: bool) -> None:
    """Record that the audit report was read or, as a `table`, taken along; `what` says which."""
    name = "audit.csv" if table else "audit.look"
    with act(name, by=by, clinic_id=clinic_id, patient_id=patient_id, what=what):
        pass
