"""Reading what stands beside the steps of a draft: therapies, check-ins, new medicines, choices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.drafts.notes import Notes
from tracker.drafts.shape import Raw
from tracker.drafts.typed import day_of, days_of, steps_of
from tracker.plans import (
    HowStepsStart,
    NewMedicine,
    PairedCheckIn,
    PairedTherapy,
    Target,
    ranges,
)
from tracker.readiness import CHECKLIST, PSYCH, REASONS, Checked, Preparation, Rhythm

MODES = {"phone": "Phone", "video": "Video", "in_person": "In person"}
MOST_CHECKINS = 1000
BEFORE = "before"  # counted back from the next step, not on from this one


@dataclass(frozen=True, slots=True)
class StepDates:
    """When each step starts and ends; None where that is not known, or the last one is open."""

    starts: tuple[date | None, ...]
    last_days: tuple[date | None, ...]


def read_therapies(
    raw: Raw, therapies: Mapping[str, str], notes: Notes
) -> dict[int, list[PairedTherapy]]:
    """Read which therapies stand beside which steps, by step number. Blank rows are left out."""
    count = len(raw["steps"])
    paired: dict[int, list[PairedTherapy]] = {}
    for index, row in enumerate(raw["therapies"]):
        field, label = f"therapies.{index}", f"Therapy {index + 1}"
        if not any(row.values()):
            continue
        words = therapies.get(row["id"])
        if words is None:
            notes.say(f"{field}.id", label, "choose a therapy from the list.")
            continue
        steps = notes.attempt(f"{field}.steps", f"{label}, {words}", steps_of, row["steps"], count)
        one = PairedTherapy(row["id"], words, row["note"])
        for number in steps or ():
            if one not in paired.setdefault(number, []):
                paired[number].append(one)
    return paired


def read_checkins(
    raw: Raw, topics: Collection[str], when: StepDates, notes: Notes
) -> tuple[dict[int, list[PairedCheckIn]], frozenset[int]]:
    """Read the check-ins of each step, and the numbers of the steps that have one.

    Day 1 is a step's first day; "again" repeats through its last day. The last step, when it is
    open, has only the first: nobody has typed how long it lasts. Counted "before", the day is so
    many days before the next step begins; the last step has none. Two at once become one.
    """
    found: dict[int, list[PairedCheckIn]] = {}
    covered: set[int] = set()
    for index, row in enumerate(raw["rhythms"]):
        if not any(row.values()):
            continue
        numbers, checkins = _rhythm(f"rhythms.{index}", index, row, topics, when, notes)
        covered.update(numbers)
        for number, checkin in checkins:
            _put(found.setdefault(number, []), checkin)
    if sum(1 for some in found.values() for _ in some) > MOST_CHECKINS:
        told = f"these come to more than {MOST_CHECKINS:,}. Space them out."
        notes.say("rhythms", "Check-ins", told)
    return found, frozenset(covered)


def _put(checkins: list[PairedCheckIn], new: PairedCheckIn) -> None:
    for place, old in enumerate(checkins):
        if (old.mode, old.on) == (new.mode, new.on):
            topics = tuple(dict.fromkeys((*old.topics, *new.topics)))
            checkins[place] = PairedCheckIn(old.mode, old.on, topics)
            return
    checkins.append(new)


def _rhythm(
    field: str, index: int, row: Raw, topics: Collection[str], when: StepDates, notes: Notes
) -> tuple[tuple[int, ...], list[tuple[int, PairedCheckIn]]]:
    label = f"Check-in {index + 1}"
    if row["mode"] not in MODES:
        notes.say(f"{field}.mode", label, "choose phone, video or in person.")
    if any(topic not in topics for topic in row["topics"]):
        notes.say(f"{field}.topics", label, "choose topics from the list.")
    steps = notes.attempt(f"{field}.steps", label, steps_of, row["steps"], len(when.starts))
    day = notes.attempt(f"{field}.day", f"{label}, day", days_of, row["day"])
    if row["when"] == BEFORE:
        return _before_next(field, label, row, steps or (), day, when, notes)
    again = None
    if row["again"]:
        again = notes.attempt(f"{field}.again", f"{label}, again", days_of, row["again"])
    if day is None or steps is None:
        return steps or (), []
    late = [number for number in steps if _is_late(number, day, when)]
    if late:
        which = "step" if len(late) == 1 else "steps"
        told = f"day {day} is after the last day of {which} {ranges(late)}."
        notes.say(f"{field}.day", label, f"{told} Type an earlier day, or leave that step out.")
    checkins = [
        (number, PairedCheckIn(row["mode"], on, tuple(dict.fromkeys(row["topics"]))))
        for number in steps
        for on in _days(number, day, again, when)
    ]
    return steps, checkins


def _before_next(
    field: str, label: str, row: Raw, steps: tuple[int, ...], day: int | None, when: StepDates,
    notes: Notes,
) -> tuple[tuple[int, ...], list[tuple[int, PairedCheckIn]]]:  # fmt: skip
    """Lay a check-in so many days before the step that follows; no step follows the last."""
    if row["again"]:
        notes.say(f"{field}.again", label, "a day before the next step does not repeat.")
    if day is None:
        return steps, []
    topics = tuple(dict.fromkeys(row["topics"]))
    early, found = [], []
    steps = tuple(one for one in steps if one < len(when.starts))
    for number in steps:
        start, following = when.starts[number - 1], when.starts[number]
        if start is None or following is None:
            continue
        on = following - timedelta(days=day)
        if on < start:
            early.append(number)
        else:
            found.append((number, PairedCheckIn(row["mode"], on, topics)))
    if early:
        which = "step" if len(early) == 1 else "steps"
        told = f"{day} days before the next step is before {which} {ranges(early)} begins."
        notes.say(f"{field}.day", label, told)
    return steps, found


def _is_late(number: int, day: int, when: StepDates) -> bool:
    start, last = when.starts[number - 1], when.last_days[number - 1]
    return start is not None and last is not None and start + timedelta(days=day - 1) > last


def _days(number: int, day: int, again: int | None, when: StepDates) -> Sequence[date]:
    start, last = when.starts[number - 1], when.last_days[number - 1]
    if start is None:
        return ()
    on = start + timedelta(days=day - 1)
    days = [on]
    while again and last and on + timedelta(days=again) <= last and len(days) <= MOST_CHECKINS:
        on += timedelta(days=again)
        days.append(on)
    return days


def read_new_medicines(raw: Raw, notes: Notes) -> tuple[NewMedicine, ...]:
    """Read the medicines started alongside, as typed. Blank rows are left out."""
    new: list[NewMedicine] = []
    for index, row in enumerate(raw["new_medicines"]):
        field, label = f"new_medicines.{index}", f"New medicine {index + 1}"
        if not any(row.values()):
            continue
        if not row["words"]:
            notes.say(f"{field}.words", label, "type the medicine, its strength and form.")
        if not row["directions"]:
            notes.say(f"{field}.directions", label, "type its directions.")
        new.append(NewMedicine(row["words"], row["directions"], row["starts"], row["until"]))
    return tuple(new)


def read_preparation(
    raw: Raw,
    *,
    today: date,
    therapies: Mapping[int, Sequence[PairedTherapy]],
    checkin_steps: frozenset[int],
    psychological: Collection[str] | None,
    version: int,
    notes: Notes,
) -> Preparation:
    """Read the choices, answers and pairings that a signature needs; unknown choices are blank.

    `psychological` names the therapies that are psychological support; None takes any.
    """
    paired = {one.therapy for some in therapies.values() for one in some}
    talking = paired if psychological is None else paired & set(psychological)
    return Preparation(
        reason=_known(raw["reason"], REASONS),
        reason_text=raw["reason_text"],
        goal=raw["goal"],
        agreed=raw["agreed"],
        target=_known(raw["target"], set(Target)),
        target_text=raw["target_text"],
        starts=_known(raw["starts"], set(HowStepsStart)),
        contact_before=_known(raw["contact_before"], ("yes", "no")),
        checklist=tuple(_checked(raw, item, today, notes) for item in CHECKLIST),
        psych=_known(raw["psych"]["answer"], PSYCH),
        psych_text=raw["psych"]["text"],
        steps=len(raw["steps"]),
        therapy_steps=frozenset(number for number, some in therapies.items() if some),
        checkin_steps=checkin_steps,
        therapy_none_because=raw["therapy_none_because"],
        checkin_none_because=raw["checkin_none_because"],
        talking_paired=bool(talking),
        version=version,
        change_reason=raw["change_reason"],
        rhythms=tuple(
            Rhythm(
                row["mode"],
                row["day"],
                row["again"],
                row["steps"],
                tuple(row["topics"]),
                row["when"],
            )
            for row in raw["rhythms"]
            if any(row.values())
        ),
        answers=tuple(
            (name, answer["reason"], answer["text"]) for name, answer in raw["answers"].items()
        ),
    )


def _known(text: str, choices: Collection[str]) -> str:
    return text if text in choices else ""


def _checked(raw: Raw, item: str, today: date, notes: Notes) -> Checked:
    row, field, label = raw["checklist"][item], f"checklist.{item}.on", CHECKLIST[item]
    on = None
    if row["answer"] == "done" and row["on"]:
        on = notes.attempt(field, label, day_of, row["on"], today)
        if on is not None and on > today:
            notes.say(field, label, "this day is still to come. Type the day it was done.")
    return Checked(item, row["answer"], on, row["why"])
