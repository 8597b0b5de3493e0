"""The questions before signing: what a plan's own cells make us ask the person who signs.

Asked once for each step and kind, naming the cells concerned. The one comparison is
`doses.is_more`; it yields yes or no, and no number that nobody typed is ever made. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.doses import DoseText, is_more
from tracker.languages import said
from tracker.plans import (
    INTERVAL_CELLS,
    MOST,
    AfterLast,
    PlanMedicine,
    Step,
    Target,
    Version,
    cell_keys,
    cell_label,
    cells_of,
    is_in,
    none_everywhere,
    product_words,
)

RegimenCells = Mapping[str, Mapping[str, DoseText]]
"""What is taken before step 1, by medicine key and cell. A medicine that the regimen does not have
is left out; one whose doses cannot be laid beside the plan's cells (another pattern, only the
label's words) has no cells. An `every` in another unit (hours, days) must be left out."""


class Kind(StrEnum):
    """What a question is about."""

    HIGHER = "higher"  # a dose is higher than in the step before
    SOONER = "sooner"  # an interval is shorter
    MOST = "most"  # an as-needed maximum is higher
    FIRST_NONE = "first-none"  # a medicine is none everywhere for the first time
    AGAIN = "again"  # none, and then some again
    TARGET = "target"  # the end does not fit what the plan aims for


_INCREASE = said("Intended increase, benefits and risks discussed")
_OTHER = ("other", said("Another reason"))
_MOVED = (
    ("moved_time", said("Moved to another time")),
    ("moved_strength", said("Moved to another strength")),
)
_REASONS: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.HIGHER: (*_MOVED, ("intended", _INCREASE), _OTHER),
    Kind.SOONER: (("intended", _INCREASE), _OTHER),
    Kind.MOST: (_MOVED[1], ("intended", _INCREASE), _OTHER),
    Kind.FIRST_NONE: (
        ("intended", said("Intended: this medicine is to be none from here on")),
        _OTHER,
    ),
    Kind.AGAIN: (_MOVED[1], ("intended", _INCREASE), _OTHER),
    Kind.TARGET: (("intended", said("Intended: the plan is to end this way")), _OTHER),
}


@dataclass(frozen=True, slots=True)
class Concern:
    """One cell that a question is about, with the texts that a person typed."""

    step: int
    medicine: str  # PlanMedicine.key
    product: str  # in words, for staff
    slot: str
    label: str
    text: DoseText | None  # None: the medicine has ended before this step
    before: DoseText | None  # None: nothing was typed there before


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its id changes with every text it names, so an answer cannot outlive them."""

    id: str
    kind: Kind
    step: int
    sentence: str
    concerns: tuple[Concern, ...]
    reasons: tuple[tuple[str, str], ...]  # (id, words) of the ready reasons; "other" needs a text


@dataclass(frozen=True, slots=True)
class Answer:
    """A ready reason, or "other" with the reason in the physician's words."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class _Place:
    """One medicine in one step, beside what was taken just before."""

    number: int
    step: Step
    medicine: PlanMedicine
    now: Mapping[str, DoseText]
    before: Mapping[str, DoseText]

    def concern(self, slot: str) -> Concern:
        return Concern(
            step=self.number,
            medicine=self.medicine.key,
            product=product_words(self.medicine.product),
            slot=slot,
            label=cell_label(slot),
            text=self.now.get(slot),
            before=self.before.get(slot),
        )


def questions(version: Version, before: RegimenCells) -> tuple[Question, ...]:
    """Ask about a version what must be answered before it is signed.

    `before` is what is taken before the plan, by medicine key and cell. Returns the questions by
    step and kind. Source: CDC 2022, recommendation 5 (weigh and discuss the benefits and the risks
    of an increase); the rest is this product's own caution.
    """
    found: list[Question] = []
    tracks = {one.key: _track(version, one, before) for one in version.medicines}
    for number, step in enumerate(version.steps, start=1):
        places = [
            _place(version, step, number, medicine, before)
            for medicine in version.medicines
            if is_in(medicine, number)
        ]
        for kind, concerns in (
            (Kind.HIGHER, [c for place in places for c in _higher(place)]),
            (Kind.SOONER, [c for place in places for c in _sooner(place)]),
            (Kind.MOST, [c for place in places for c in _most(place)]),
            (Kind.FIRST_NONE, list(_turns(version, number, before, tracks, to_none=True))),
            (Kind.AGAIN, list(_turns(version, number, before, tracks, to_none=False))),
        ):
            if concerns:
                found.append(_question(kind, number, step.key, concerns))
    return (*found, *_target_question(version))


def unanswered(asked: tuple[Question, ...], answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """Keep the questions without an answer: no ready reason of theirs, or "other" without words."""
    return tuple(question for question in asked if not _is_answered(question, answers))


def why_not_answered(question: Question, answers: Mapping[str, Answer]) -> str | None:
    """Say in a sentence what an answer lacks, or None when the question is answered."""
    if _is_answered(question, answers):
        return None
    answer = answers.get(question.id)
    if answer is not None and answer.reason == "other":
        return said("Step {step}: type the other reason.", step=question.step)
    return said("Step {step}: choose a reason, or type one.", step=question.step)


def _is_answered(question: Question, answers: Mapping[str, Answer]) -> bool:
    answer = answers.get(question.id)
    if answer is None or answer.reason not in {reason for reason, _ in question.reasons}:
        return False
    return answer.reason != "other" or bool(answer.text.strip())


def _place(
    version: Version, step: Step, number: int, medicine: PlanMedicine, before: RegimenCells
) -> _Place:
    if number > medicine.from_step:
        earlier: Mapping[str, DoseText] = cells_of(version.steps[number - 2], medicine.key)
    else:
        # A medicine that joins later is taken as in the regimen until it joins.
        earlier = before.get(medicine.key, {})
    return _Place(number, step, medicine, cells_of(step, medicine.key), earlier)


def _higher(place: _Place) -> Iterator[Concern]:
    for slot in cell_keys(place.medicine.schedule):
        if slot not in INTERVAL_CELLS and slot != MOST and _rises(place, slot):
            yield place.concern(slot)


def _most(place: _Place) -> Iterator[Concern]:
    if MOST in place.now and _rises(place, MOST):
        yield place.concern(MOST)


def _sooner(place: _Place) -> Iterator[Concern]:
    for slot in cell_keys(place.medicine.schedule):
        now, earlier = place.now.get(slot), place.before.get(slot)
        if slot not in INTERVAL_CELLS or now is None or earlier is None:
            continue
        if is_more(earlier, now):
            yield place.concern(slot)


def _rises(place: _Place, slot: str) -> bool:
    """Say whether a dose is higher; where nothing stood before, all but a typed 0 is."""
    now, earlier = place.now[slot], place.before.get(slot)
    return not now.is_none if earlier is None else is_more(now, earlier)


def _turns(
    version: Version,
    number: int,
    before: RegimenCells,
    tracks: Mapping[str, list[bool | None]],
    *,
    to_none: bool,
) -> Iterator[Concern]:
    """Find the medicines that first become none in a step, or become some again after none."""
    for medicine in version.medicines:
        track = tracks[medicine.key]
        earlier, now = track[:number], track[number]
        had_some = True in earlier
        first_none = now is False and had_some and False not in earlier[earlier.index(True) :]
        again = now is True and had_some and earlier[-1] is False
        if first_none if to_none else again:
            place = _place_or_end(version, number, medicine, before)
            slots = [s for s in cell_keys(medicine.schedule) if s not in INTERVAL_CELLS]
            yield from (
                place.concern(slot) for slot in slots if to_none or not place.now[slot].is_none
            )


def _track(version: Version, medicine: PlanMedicine, before: RegimenCells) -> list[bool | None]:
    """Tell, for the regimen and then each step, whether some is taken; None where it is unsaid."""
    cells = before.get(medicine.key)
    taken = cells is not None and not none_everywhere(medicine.schedule, cells)
    track: list[bool | None] = [taken or None]
    for number, step in enumerate(version.steps, start=1):
        if is_in(medicine, number):
            now = cells_of(step, medicine.key)
            track.append(not none_everywhere(medicine.schedule, now))
        elif number > medicine.through_step and medicine.after_last is AfterLast.STOP:
            track.append(False)
        else:
            track.append(None)
    return track


def _place_or_end(
    version: Version, number: int, medicine: PlanMedicine, before: RegimenCells
) -> _Place:
    step = version.steps[number - 1]
    if is_in(medicine, number):
        return _place(version, step, number, medicine, before)
    last = cells_of(version.steps[medicine.through_step - 1], medicine.key)
    return _Place(number, step, medicine, {}, last)


def _target_question(version: Version) -> Iterator[Question]:
    """Ask once, at the last step, when the end does not fit the plan's target."""
    ends = {medicine.key: _ends_with_none(version, medicine) for medicine in version.medicines}
    changes = any(m.after_last is AfterLast.CHANGE for m in version.medicines)
    match version.target:
        case Target.STOP:
            misfits = [m for m in version.medicines if not ends[m.key]]
        case Target.LOWER:
            misfits = list(version.medicines) if all(ends.values()) else []
        case Target.CHANGE:
            misfits = [] if changes else list(version.medicines)
        case Target.LATER:
            misfits = []
    concerns = [c for medicine in misfits for c in _last_cells(version, medicine)]
    if concerns:
        where = "-".join((version.target, *sorted({m.after_last for m in misfits})))
        yield _question(Kind.TARGET, len(version.steps), where, concerns)


def _ends_with_none(version: Version, medicine: PlanMedicine) -> bool:
    if medicine.after_last is AfterLast.STOP:
        return True
    cells = cells_of(version.steps[medicine.through_step - 1], medicine.key)
    is_none = none_everywhere(medicine.schedule, cells)
    return is_none and medicine.after_last is AfterLast.STAY


def _last_cells(version: Version, medicine: PlanMedicine) -> Iterator[Concern]:
    number = medicine.through_step
    step = version.steps[number - 1]
    place = _Place(number, step, medicine, cells_of(step, medicine.key), {})
    for slot in cell_keys(medicine.schedule):
        if slot not in INTERVAL_CELLS:
            yield place.concern(slot)


def _sentence(kind: Kind, step: int) -> str:
    match kind:
        case Kind.HIGHER:
            return said("Step {step}: these doses are higher than just before. Why?", step=step)
        case Kind.SOONER:
            return said(
                "Step {step}: these intervals are shorter than just before. Why?", step=step
            )
        case Kind.MOST:
            return said(
                "Step {step}: the most in 24 hours is higher than just before. Why?", step=step
            )
        case Kind.FIRST_NONE:
            return said(
                "Step {step} is the first in which none of this is taken. Is that intended?",
                step=step,
            )
        case Kind.AGAIN:
            return said(
                "Step {step}: none was taken just before, and now some again. Why?", step=step
            )
        case Kind.TARGET:
            return said(
                "After step {step}, the end of the plan does not fit what it aims for. Why?",
                step=step,
            )


def _question(kind: Kind, step: int, where: str, concerns: list[Concern]) -> Question:
    return Question(
        id=f"{kind}-{where}-{_fingerprint(concerns)}",
        kind=kind,
        step=step,
        sentence=_sentence(kind, step),
        concerns=tuple(concerns),
        reasons=_REASONS[kind],
    )


def _fingerprint(concerns: list[Concern]) -> str:
    """Name the texts concerned. Leaves out step numbers: a moved row keeps its answer."""
    told = "\n".join(
        "\t".join((c.medicine, c.product, c.slot, _or_blank(c.text), _or_blank(c.before)))
        for c in concerns
    )
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def _or_blank(text: DoseText | None) -> str:
    return "" if text is None else text.text
