"""The rules of check-ins: which stand, what is due, what must be answered, scored and escalated.

Pure: standard library only, "today" passed in, no database and no web. Rules key on the ids of
questions and answers, never on their wording. Nothing here knows a dose.
"""

from tracker.checkins.after import Handled, Next, Typed, Wish, one, read_booking
from tracker.checkins.alarms import ALARM_WORDS, RAISES, Alarm, raised_by
from tracker.checkins.asking import CORE, PROXIES, SPOKE_WITH, Part, Place, missing, parts
from tracker.checkins.beside import TherapyLine, keyed
from tracker.checkins.cadence import UNITS, series
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
from tracker.checkins.reading import Answer, Head, Reading, opened, read
from tracker.checkins.settling import Ended, Start, left_by, settled
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
    contact_since,
    fold,
    last_contact,
    next_open,
)

__all__ = [
    "ALARM_WORDS",
    "CORE",
    "MODES",
    "NOT_ASKED",
    "OUTCOMES",
    "PROXIES",
    "RAISES",
    "SPOKE_WITH",
    "UNITS",
    "Alarm",
    "Answer",
    "Answers",
    "Attempt",
    "Band",
    "Booked",
    "Cancelled",
    "CheckIn",
    "Choice",
    "Contact",
    "Ended",
    "Handled",
    "Head",
    "Instrument",
    "Kind",
    "Line",
    "Method",
    "Next",
    "Part",
    "Place",
    "Planned",
    "Question",
    "Reading",
    "Score",
    "Standing",
    "Start",
    "TherapyLine",
    "Typed",
    "Wish",
    "contact_since",
    "fold",
    "items_of",
    "keyed",
    "last_contact",
    "left_by",
    "missing",
    "next_open",
    "one",
    "opened",
    "parts",
    "raised_by",
    "read",
    "read_booking",
    "score",
    "series",
    "settled",
]
