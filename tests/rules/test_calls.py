"""Which contact is the call that an answer to a plan code promised."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tracker.course import CallBack, Spoken, was_called
from tracker.dates import today_at

# Read out at half past ten in the evening of Dec 2, in Denver: Dec 3 in Greenwich.
PROMISED = datetime(2026, 12, 3, 5, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
BEFORE = datetime(2026, 12, 2, 22, 0, tzinfo=UTC)
DEC_1, DEC_2, DEC_3 = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)


@pytest.mark.parametrize(
    ("contact", "called"),
    [
        (Spoken(DEC_3, LATER, "patient"), True),
        (Spoken(DEC_2, LATER, "interpreter"), True),  # late that evening, typed the next day
        (Spoken(DEC_1, LATER, "patient"), False),  # a late entry of an earlier call
        (Spoken(DEC_2, BEFORE, "patient"), False),
        (Spoken(DEC_3, LATER, "supporter"), False),
        (Spoken(DEC_3, LATER, "other"), False),
    ],
)
def test_a_later_contact_with_the_patient_is_the_promised_call(
    contact: Spoken, called: bool
) -> None:
    call = CallBack(7, PROMISED, "old", "Cleo Marsh")
    assert was_called(call, today_at("America/Denver", PROMISED), [contact]) is called
    assert not was_called(call, DEC_2, [])
