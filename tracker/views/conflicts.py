"""What two people did to one thing, side by side: when you opened it, now, and yours.

Nothing here writes or merges, and nothing typed is left out. Each `of_...` gives one side as a
mapping of the fields' names, as the page calls them, to their words; `rows` lays three beside each
other. Plans, whose fields are many, have `plan_conflict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tracker import dates
from tracker.charts.contacts import Recorded
from tracker.checkins import ALARM_WORDS, MODES, SPOKE_WITH, Reading
from tracker.escalations import Escalation, Told
from tracker.languages import joined, said
from tracker.page import moment
from tracker.regimens import SOURCE_WORDS, Line, Source, staff_name, taken_words

BLANK = said("Not recorded")
TOLD: Mapping[str, str] = {
    Told.TOLD: said("Has been told"),
    Told.TO_TELL: said("A nurse is to tell the patient"),
    Told.NOT_NEEDED: said("Need not be told"),
}
Side = Mapping[str, str]
Row = tuple[str, str, str, str]


def rows(before: Side, now: Side, mine: Side) -> list[Row]:
    """Give field, when opened, now, mine: for each field in which now and mine differ."""
    found = []
    for name in {**mine, **now, **before}:
        three = tuple(side.get(name, "") or BLANK for side in (before, now, mine))
        if three[1] != three[2]:
            found.append((name, three[0], three[1], three[2]))
    return found


def of_regimen(as_of: date | None, source: Source | None, note: str, lines: Iterable[Line]) -> Side:
    """Give a regimen, recorded or typed: its day, source and note, and how each medicine is taken.

    Two lines of one product are told apart by a number.
    """
    side = {
        said("As of"): dates.screen(as_of) if as_of else "",
        said("Source"): SOURCE_WORDS[source] if source else "",
        said("Note on the whole regimen"): note,
    }
    for line in lines:
        name = staff_name(line.product)
        same = sum(key == name or key.startswith(f"{name} (") for key in side)
        side[f"{name} ({same + 1})" if same else name] = _line(line)
    return side


def _line(line: Line) -> str:
    label = said("the label says “{words}”", words=line.label_says) if line.label_says else ""
    other = said("supplied by another prescriber") if line.other_prescriber else ""
    return joined("; ", [one for one in (taken_words(line), other, label, line.note) if one])


def of_recorded(one: Recorded | None) -> Side:
    """Give a recorded check-in: how, when and with whom, each answer, and what was done."""
    if one is None:
        return {}
    contact = one.contact
    side = _contact(contact.mode, contact.on, contact.spoke_with, contact.spoke_name, contact.note)
    side |= {said(answer.asked): answer.words for answer in one.answers}
    return side | {
        said(line.words): _done(line.escalated, line.handled_by, line.handled_how)
        for line in one.alarms
    }


def of_typed(reading: Reading) -> Side:
    """Give a check-in as it was read from the form, in the same words as a recorded one."""
    head = reading.head
    side = _contact(head.mode, head.on, head.spoke_with, head.spoke_name, head.note) if head else {}
    side |= {said(answer.asked): answer.words for answer in reading.answers}
    return side | {
        ALARM_WORDS[one.alarm]: _done(one.escalated, one.by, one.how) for one in reading.handled
    }


def _contact(mode: str, on: date, spoke_with: str, name: str, note: str) -> dict[str, str]:
    return {
        said("How"): MODES[mode],
        said("When"): dates.screen(on),
        said("Spoke with"): SPOKE_WITH.get(spoke_with, spoke_with),
        said("Name of that person"): name,
        said("Note"): note,
    }


def _done(escalated: bool, by: str, how: str) -> str:
    return said("Escalated") if escalated else said("Handled now by {by}: {how}", by=by, how=how)


def of_escalation(one: Escalation, seen: int | None = None) -> Side:
    """Give where an escalation stands, or stood when `seen` of its lines were there."""
    lines = one.lines if seen is None else one.lines[:seen]
    owner = next((line.by for line in reversed(lines) if line.kind == "accepted"), "")
    side = {said("Owner"): owner}
    for line in lines[1:]:
        if line.kind == "note":
            side[said("Added {at}", at=moment(line.at))] = f"{line.by}: {line.text}"
        elif line.kind == "resolved":
            side |= {said("What was decided"): line.text, said("The patient"): TOLD[line.told]}
        elif line.kind == "told":
            side[said("The patient was told")] = f"{line.by}: {line.text}"
    return side
