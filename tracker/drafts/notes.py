"""The problems found while a draft is read, and the lengths that its free texts may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ParamSpec, TypeVar

from tracker.drafts.shape import SHAPE, Raw, to_form
from tracker.drafts.typed import LONG, SHORT, Unreadable
from tracker.languages import joined, said
from tracker.plans import Problem
from tracker.readiness import CHECKLIST

T = TypeVar("T")
P = ParamSpec("P")


class Notes:
    """Collect problems, each with its field, while a draft is read."""

    def __init__(self) -> None:
        """Start with none."""
        self.problems: list[Problem] = []

    def say(self, field: str, label: str, sentence: str) -> None:
        """Keep one problem; the label says in words which cell it is."""
        self.problems.append(Problem(field, joined(": ", (label, sentence))))

    def attempt(
        self, field: str, label: str, reading: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> T | None:
        """Give what `reading` gives for these arguments, or keep its refusal and give None."""
        try:
            return reading(*args, **named)
        except Unreadable as refused:
            self.say(field, label, refused.sentence)
            return None


_LABELS: Mapping[str, tuple[str, int]] = {
    "reason_text": (said("Reason"), LONG),
    "goal": (said("Goal"), LONG),
    "agreed": (said("What the patient agreed to"), LONG),
    "target_text": (said("What the plan aims for"), SHORT),
    "change_reason": (said("Why the plan changes"), LONG),
    "checklist.*.why": (said("why"), LONG),
    "medicines.*.purpose": (said("what for"), SHORT),
    "medicines.*.after_text": (said("after the last step"), SHORT),
    "steps.*.instruction": (said("instruction"), LONG),
    "therapies.*.note": (said("note"), LONG),
    "therapy_none_because": (said("Why no therapy"), LONG),
    "psych.text": (said("Psychological support"), LONG),
    "checkin_none_because": (said("Why no check-in"), LONG),
    "new_medicines.*.words": (said("medicine"), SHORT),
    "new_medicines.*.directions": (said("directions"), LONG),
    "new_medicines.*.starts": (said("from"), SHORT),
    "new_medicines.*.until": (said("until"), SHORT),
    "translations.*.text": (said("in the patient’s language"), LONG),
    "answers.*.text": (said("Answer"), LONG),
}
_ROWS = {
    "medicines": said("Medicine"),
    "steps": said("Step"),
    "therapies": said("Therapy"),
    "new_medicines": said("New medicine"),
    "translations": said("Translation"),
}


def too_long(raw: Raw) -> Iterator[Problem]:
    """Name every free text that is longer than its field takes."""
    for path, text in to_form(raw):
        section, _, rest = path.partition(".")
        row, _, name = rest.partition(".")
        known = _LABELS.get(path) or _LABELS.get(f"{section}.*.{name}")
        if known and len(text) > known[1]:
            label = _in_row(section, row, known[0])
            told = said(
                "{label}: this is longer than {most} characters. Make it shorter.",
                label=label,
                most=f"{known[1]:,}",
            )
            yield Problem(path, told)


def _in_row(section: str, row: str, label: str) -> str:
    if section in _ROWS:
        return joined("", (_ROWS[section], f" {int(row) + 1}, ", label))
    return joined(", ", (CHECKLIST[row], label)) if section == "checklist" else label


_ORDER = {name: place for place, name in enumerate(SHAPE)}


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems as the form runs: by section, then by row; one for each field and sentence."""
    return tuple(sorted(dict.fromkeys(problems), key=_place))


def _place(problem: Problem) -> tuple[int, int]:
    section, *rest = problem.field.split(".")
    row = rest[0] if rest and re.fullmatch("[0-9]{1,4}", rest[0]) else "0"
    return _ORDER[section], int(row)
