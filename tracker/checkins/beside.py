"""Reads what became of the therapies since the last contact, as typed into a check-in.

The same facts as on a therapy's own page: one line each, on the day of the contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.checkins.after import Typed, one
from tracker.languages import joined, said
from tracker.plans import Problem
from tracker.therapies import Kind, Standing, why_not

FIELD = "therapy."
_PARTS = ("kind", "times", "barrier", "text")
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class TherapyLine:
    """One line to be added to a therapy; `therapy_id` is None for its first one."""

    therapy_id: int | None
    therapy: str
    words: str
    seen: int  # the place in the therapy's stream that the form showed
    kind: Kind
    times: int
    barrier: str
    text: str


def keyed(therapies: Iterable[Standing]) -> tuple[tuple[str, Standing], ...]:
    """Name each therapy's fields: by its catalogue id, so that a first line changes no name.

    A second course of the same therapy gets a number: "physical-therapy-2".
    """
    count: dict[str, int] = {}
    found = []
    for standing in therapies:
        count[standing.therapy] = count.get(standing.therapy, 0) + 1
        again = f"-{count[standing.therapy]}" if count[standing.therapy] > 1 else ""
        found.append((f"{standing.therapy}{again}", standing))
    return tuple(found)


def read_therapies(
    typed: Typed, therapies: Sequence[Standing], on: date, today: date, problems: list[Problem]
) -> tuple[TherapyLine, ...]:
    """Read a line for each therapy of which something was typed; adds what is wrong to `problems`.

    What was typed of a therapy that is not in place any more is told, never dropped.
    """
    found, known = [], {key for key, _ in keyed(therapies)}
    for key, standing in keyed(therapies):
        line = _line(typed, f"{FIELD}{key}", standing, on, today, problems)
        if line is not None:
            found.append(line)
    for name in typed:
        key, _, part = name.removeprefix(FIELD).partition(".")
        if name.startswith(FIELD) and part == "kind" and key not in known and one(typed, name):
            told = said(
                "A therapy you typed something of was stopped meanwhile. Record it on its page."
            )
            problems.append(Problem("", told))
    return tuple(found)


def _line(
    typed: Typed, field: str, standing: Standing, on: date, today: date, problems: list[Problem]
) -> TherapyLine | None:
    kind, times, barrier, text = (one(typed, f"{field}.{part}") for part in _PARTS)
    if not kind:
        if times or barrier or text:
            problems.append(
                Problem(
                    f"{field}.kind", said("{words}: choose what happened.", words=standing.words)
                )
            )
        return None
    sessions = int(times) if times.isascii() and times.isdigit() and len(times) < 4 else None
    wrong = why_not(standing.lines, kind=kind, on=on, today=today, times=sessions, barrier=barrier)
    wanting = [
        (part, said) for part, said in wrong.items() if part != "on"
    ]  # told beside its field
    if times and kind != Kind.ATTENDED:
        wanting.append(("times", said("Sessions are typed where it was attended.")))
    if barrier and kind != Kind.BARRIER:
        wanting.append(("barrier", said("Choose “Something in the way” above, or clear this.")))
    if len(text) > LONGEST_TEXT:
        wanting.append(
            ("text", said("Keep this below {longest_text} letters.", longest_text=LONGEST_TEXT))
        )
    problems += [
        Problem(f"{field}.{part}", joined(": ", [standing.words, told])) for part, told in wanting
    ]
    if wanting:
        return None
    shown = one(typed, f"{field}.seen")
    seen = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 9 else standing.seq
    return TherapyLine(
        standing.id, standing.therapy, standing.words, seen, Kind(kind), sessions or 0,
        barrier, text,
    )  # fmt: skip
