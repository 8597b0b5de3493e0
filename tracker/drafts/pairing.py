"""Reading what stands beside the steps of a draft: therapies, new medicines, choices.

The check-ins are read in `rhythms`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from tracker.drafts.notes import Notes
from tracker.drafts.shape import Raw
from tracker.drafts.typed import day_of, steps_of
from tracker.languages import joined, said
from tracker.plans import (
    HowStepsStart,
    NewMedicine,
    PairedTherapy,
    Target,
)
from tracker.readiness import CHECKLIST, PSYCH, REASONS, Checked, Preparation, Rhythm


def read_therapies(
    raw: Raw, therapies: Mapping[str, str], notes: Notes
) -> dict[int, list[PairedTherapy]]:
    """Read which therapies stand beside which steps, by step number. Blank rows are left out."""
    count = len(raw["steps"])
    paired: dict[int, list[PairedTherapy]] = {}
    for index, row in enumerate(raw["therapies"]):
        field, label = f"therapies.{index}", said("Therapy {n}", n=index + 1)
        if not any(row.values()):
            continue
        words = therapies.get(row["id"])
        if words is None:
            notes.say(f"{field}.id", label, said("choose a therapy from the list."))
            continue
        steps = notes.attempt(
            f"{field}.steps", joined(", ", (label, words)), steps_of, row["steps"], count
        )
        one = PairedTherapy(row["id"], words, row["note"])
        for number in steps or ():
            if one not in paired.setdefault(number, []):
                paired[number].append(one)
    return paired


def read_new_medicines(raw: Raw, notes: Notes) -> tuple[NewMedicine, ...]:
    """Read the medicines started alongside, as typed. Blank rows are left out."""
    new: list[NewMedicine] = []
    for index, row in enumerate(raw["new_medicines"]):
        field, label = f"new_medicines.{index}", said("New medicine {n}", n=index + 1)
        if not any(row.values()):
            continue
        if not row["words"]:
            notes.say(f"{field}.words", label, said("type the medicine, its strength and form."))
        if not row["directions"]:
            notes.say(f"{field}.directions", label, said("type its directions."))
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
                row["unit"],
                row["months"],
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
            notes.say(field, label, said("this day is still to come. Type the day it was done."))
    return Checked(item, row["answer"], on, row["why"])
