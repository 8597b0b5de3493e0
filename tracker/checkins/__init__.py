"""The rules of check-ins: which stand, what is due, what must be answered, scored and escalated.

Pure: standard library only, "today" passed in, no database and no web. Rules key on the ids of
questions and answers, never on their wording. Nothing here knows a dose.
"""

from tracker.checkins.instruments import (
    NOT_ASKED,
    Answers,
    Band,
    Choice,
    Instrument,
    Kind,
    Method,
    Question,
    Score,
    items_of,
    score,
)
from tracker.checkins.standing import (
    MODES,
    OUTCOMES,
    Attempt,
    Booked,
    Cancelled,
    CheckIn,
    Contact,
    Line,
    Planned,
    Standing,
    Start,
    contact_since,
    fold,
    last_contact,
    next_open,
    settled,
)

__all__ = [
    "MODES",
    "NOT_ASKED",
    "OUTCOMES",
    "Answers",
    "Attempt",
    "Band",
    "Booked",
    "Cancelled",
    "CheckIn",
    "Choice",
    "Contact",
    "Instrument",
    "Kind",
    "Line",
    "Method",
    "Planned",
    "Question",
    "Score",
    "Standing",
    "Start",
    "contact_since",
    "fold",
    "items_of",
    "last_contact",
    "next_open",
    "score",
    "settled",
]
