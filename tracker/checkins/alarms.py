"""Facts that are never saved unhandled: each is escalated, or handled now by somebody, somehow.

The table keys on question ids and values alone, so no wording and no score can switch one off. The
list is the product's own (see docs/clinical-content.md); an answer above "Not at all" to the last
item of the PHQ-9 counts whatever the total (LOINC panel 44249-1, VA/DoD 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tracker.checkins.instruments import Answers
from tracker.languages import said


class Alarm(StrEnum):
    """One kind of fact that needs somebody now."""

    SELF_HARM = "self-harm"
    OVERDOSE = "overdose"
    RED_FLAG = "red-flag"
    SLEEPY = "sleepy"
    PREGNANCY = "pregnancy"
    SUPPLY = "supply"
    SEDATIVE = "sedative"


ALARM_WORDS: Mapping[Alarm, str] = {
    Alarm.SELF_HARM: said("Very low mood or thoughts of self-harm"),
    Alarm.OVERDOSE: said("Overdose, a close call, or naloxone used"),
    Alarm.RED_FLAG: said("New numbness, weakness, bladder or bowel change"),
    Alarm.SLEEPY: said("Very sleepy or confused"),
    Alarm.PREGNANCY: said("Pregnant, or may be"),
    Alarm.SUPPLY: said("Ran short, lost or swapped medicine"),
    Alarm.SEDATIVE: said("A new sedative"),
}

RAISES: Mapping[tuple[str, str], Alarm] = {
    ("mood.low", "yes"): Alarm.SELF_HARM,
    ("phq-9.harm", "1"): Alarm.SELF_HARM,
    ("phq-9.harm", "2"): Alarm.SELF_HARM,
    ("phq-9.harm", "3"): Alarm.SELF_HARM,
    ("events.which", "overdose"): Alarm.OVERDOSE,
    ("events.which", "naloxone"): Alarm.OVERDOSE,
    ("events.which", "numbness"): Alarm.RED_FLAG,
    ("alertness.state", "very"): Alarm.SLEEPY,
    ("events.which", "pregnancy"): Alarm.PREGNANCY,
    ("events.which", "supply"): Alarm.SUPPLY,
    ("events.which", "sedative"): Alarm.SEDATIVE,
}


def raised_by(answers: Answers) -> tuple[Alarm, ...]:
    """Give the alarms that these answers raise, in the order of the table."""
    found = {
        alarm for (question, value), alarm in RAISES.items() if value in answers.get(question, ())
    }
    return tuple(alarm for alarm in Alarm if alarm in found)
