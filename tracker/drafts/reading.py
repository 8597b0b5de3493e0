"""Reading a draft: a plan version, or what is wrong with it and in which cell.

A dose cell is checked by `doses.why_not` and passed on as it was typed. What a signature needs
besides is in `readiness`; what the cells make us ask is in `questions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tracker import dates, doses
from tracker.doses import DoseText
from tracker.drafts.change import Place, origins
from tracker.drafts.locks import why_locked
from tracker.drafts.medicines import read_medicines
from tracker.drafts.notes import Notes, in_order, too_long
from tracker.drafts.pairing import (
    read_new_medicines,
    read_preparation,
    read_therapies,
)
from tracker.drafts.rhythms import StepDates, read_rhythms
from tracker.drafts.shape import Raw, tidy
from tracker.drafts.translating import read_translations
from tracker.drafts.typed import day_of, day_or_none
from tracker.languages import joined, said
from tracker.plans import (
    INTERVAL_CELLS,
    MOST_STEPS,
    AfterLast,
    Cell,
    HowStepsStart,
    NewMedicine,
    PlanMedicine,
    Problem,
    Product,
    Step,
    StepMedicine,
    Target,
    Version,
    cell_keys,
    cell_label,
    is_in,
    product_words,
)
from tracker.questions import (
    Answer,
    Question,
    RegimenCells,
    questions,
    unanswered,
    why_not_answered,
)
from tracker.readiness import REASONS, Preparation, why_not_signed


@dataclass(frozen=True, slots=True)
class Reading:
    """What a draft says. `version` may be looked at; only `signable` may be signed."""

    version: Version | None  # None: the steps cannot be read yet
    preparation: Preparation
    problems: tuple[Problem, ...]  # what is wrong or missing, in the form's order
    questions: tuple[Question, ...]
    unanswered: tuple[Question, ...]
    answers: Mapping[str, Answer]
    dates: StepDates  # each row's first and last day, to echo beside what was typed
    resume_on: date | None = None  # signing the version resumes the held plan on this day

    @property
    def stops(self) -> tuple[Problem, ...]:
        """All that stands in the way of signing: the problems, then the open questions."""
        asked = [
            Problem(f"answers.{one.id}.reason", why_not_answered(one, self.answers) or "")
            for one in self.unanswered
        ]
        return (*self.problems, *asked)

    @property
    def signable(self) -> Version | None:
        """The version, if nothing stands in the way of signing it."""
        return None if self.stops else self.version


@dataclass(frozen=True, slots=True)
class _Typing:
    """Who types the cells that are not carried, when, for which version; and those carried."""

    by: str
    at: datetime | None
    version: int
    carried: Mapping[Place, Cell]


def read(
    raw: Raw,
    *,
    products: Mapping[str, Product],
    today: date,
    therapies: Mapping[str, str],
    topics: Collection[str],
    regimen_cells: RegimenCells,
    psychological: Collection[str] | None = None,
    unchanged: tuple[str, ...] = (),
    old: Version | None = None,
    by: str = "",
    at: datetime | None = None,
    locked: Collection[str] = (),
) -> Reading:
    """Read a draft into a version, or say what is wrong in each cell.

    `products` gives each medicine's product by its key; `therapies` the catalogue's words by id;
    `topics` the ids of check-in topics; `regimen_cells` what is taken before step 1 (see
    `questions.RegimenCells`); `psychological` the ids of the therapies that are psychological
    support; `unchanged` a line of words for each medicine that stays the same. `old` is the signed
    version that this one replaces: cells unchanged from it keep their origin; others were typed
    `by` this person `at` this time; its steps in `locked` (keys) have begun and stay. Cells of
    unticked times, or of steps outside a medicine's "from" and "through", are not read. Never
    raises for anything in `raw`.
    """
    raw = tidy(raw)
    number = old.number + 1 if old else 1
    stops, notes = Notes(), Notes()  # what keeps a version from being made, and what does not
    medicines = read_medicines(raw, products, stops)
    when = _read_dates(raw, medicines, today, stops)
    paired = read_therapies(raw, therapies, stops)
    laid = read_rhythms(raw, topics, when, stops)
    known = tuple(medicine for medicine in medicines if medicine is not None)
    typing = _Typing(by, at, number, origins(old, known) if old else {})
    doses_of = [
        _read_cells(index, row, known, typing, stops) for index, row in enumerate(raw["steps"])
    ]
    new_medicines = read_new_medicines(raw, notes)
    ready = read_preparation(
        raw,
        today=today,
        therapies=paired,
        checkin_steps=laid.covered,
        psychological=psychological,
        version=number,
        notes=notes,
    )
    translated = read_translations(raw)
    version = None
    if not stops.problems and ready.target and ready.starts:
        steps = tuple(
            Step(
                number=index + 1,
                key=row["key"],
                starts_on=start,
                medicines=doses_of[index],
                therapies=tuple(paired.get(index + 1, ())),
                checkins=tuple(sorted(laid.by_step.get(index + 1, ()), key=lambda one: one.on)),
                instruction=row["instruction"],
            )
            for index, (row, start) in enumerate(zip(raw["steps"], when.starts, strict=True))
            if start is not None  # always so here: an unread start is a problem
        )
        made = _version(ready, known, steps, when.last_days[-1], new_medicines, unchanged)
        version = replace(made, translations=translated, follow_up=laid.follow_up)
    asked = questions(version, regimen_cells) if version else ()
    answers = {name: Answer(one["reason"], one["text"]) for name, one in raw["answers"].items()}
    held = why_locked(version, old, locked) if version and old else ()
    found = (*stops.problems, *notes.problems, *held, *too_long(raw), *why_not_signed(ready))
    return Reading(
        version=version,
        preparation=ready,
        problems=in_order(found),
        questions=asked,
        unanswered=unanswered(asked, answers),
        answers=answers,
        dates=when,
        resume_on=day_or_none(raw["resume_on"], today) if raw["resume_on"] else None,
    )


def _version(
    ready: Preparation,
    medicines: tuple[PlanMedicine, ...],
    steps: tuple[Step, ...],
    last_day: date | None,
    new_medicines: tuple[NewMedicine, ...],
    unchanged: tuple[str, ...],
) -> Version:
    return Version(
        number=ready.version,
        code="",
        signed_on=None,
        signed_by="",
        reason=_reason_words(ready),
        goal=ready.goal,
        target=Target(ready.target),
        target_text=ready.target_text,
        starts=HowStepsStart(ready.starts),
        contact_before_step=ready.contact_before == "yes",
        medicines=medicines,
        steps=steps,
        last_day=last_day,
        new_medicines=new_medicines,
        unchanged=unchanged,
        therapy_none_because=ready.therapy_none_because,
        checkin_none_because=ready.checkin_none_because,
        change_reason=ready.change_reason,
    )


def _reason_words(ready: Preparation) -> str:
    if ready.reason == "other":
        return ready.reason_text
    words = REASONS.get(ready.reason, "")
    return joined(": ", (words, ready.reason_text)) if words and ready.reason_text else words


def _read_dates(
    raw: Raw, medicines: tuple[PlanMedicine | None, ...], today: date, notes: Notes
) -> StepDates:
    rows = raw["steps"]
    if not rows:
        notes.say("steps", said("Steps"), said("lay out the dates, or add a row."))
        return StepDates((), ())
    if len(rows) > MOST_STEPS:
        notes.say(
            "steps", said("Steps"), said("a plan has at most {most}. Remove rows.", most=MOST_STEPS)
        )
    starts = tuple(
        notes.attempt(
            f"steps.{index}.start",
            said("Step {number}, start", number=index + 1),
            day_of,
            row["start"],
            today,
        )
        for index, row in enumerate(rows)
    )
    _check_order(starts, notes)
    ends = tuple(start - timedelta(days=1) if start else None for start in starts[1:])
    return StepDates(starts, (*ends, _read_last_day(raw, starts[-1], medicines, today, notes)))


def _check_order(starts: tuple[date | None, ...], notes: Notes) -> None:
    """Each step starts after every step above it, whichever of those could be read."""
    above = 0
    for index, start in enumerate(starts):
        if start is None:
            continue
        before = starts[above] or start
        field, label = f"steps.{index}.start", said("Step {number}, start", number=index + 1)
        if index > above and start == before:
            told = said(
                "step {number} starts on the same day, {day}. Type a later day.",
                number=above + 1,
                day=dates.screen(start),
            )
            notes.say(field, label, told)
        elif start < before:
            told = said(
                "{day} is before step {number}, {start}. Type a later day.",
                day=dates.screen(start),
                number=above + 1,
                start=dates.screen(before),
            )
            notes.say(field, label, told)
            continue
        above = index


def _read_last_day(
    raw: Raw,
    start: date | None,
    medicines: tuple[PlanMedicine | None, ...],
    today: date,
    notes: Notes,
) -> date | None:
    """Read the last step's last day. It stays open when all that is in use then stays."""
    count = len(raw["steps"])
    ending = [m for m in medicines if m and m.through_step == count]
    if ending and all(m.after_last is AfterLast.STAY for m in ending):
        return None
    if not raw["last_day"]:
        for medicine in ending:
            if medicine.after_last is not AfterLast.STAY:
                told = said(
                    "type it, since {medicine} ends after step {number}.",
                    medicine=product_words(medicine.product),
                    number=count,
                )
                notes.say("last_day", said("Last day"), told)
                break
        return None
    last = notes.attempt("last_day", said("Last day"), day_of, raw["last_day"], today)
    if last is not None and start is not None and last < start:
        told = said(
            "{day} is before step {number} starts, {start}. Type a later day.",
            day=dates.screen(last),
            number=count,
            start=dates.screen(start),
        )
        notes.say("last_day", said("Last day"), told)
        return None
    return last


def _read_cells(
    index: int,
    row: Raw,
    medicines: tuple[PlanMedicine, ...],
    typing: _Typing,
    notes: Notes,
) -> tuple[StepMedicine, ...]:
    used = [medicine for medicine in medicines if is_in(medicine, index + 1)]
    if medicines and not used:
        told = said("no medicine is in use in this step. Change where a medicine begins or ends.")
        notes.say(f"steps.{index}.start", said("Step {number}", number=index + 1), told)
    parts = []
    for medicine in used:
        typed = row["cells"].get(medicine.key, {})
        cells = []
        for slot in cell_keys(medicine.schedule):
            text = typed.get(slot, "")
            _check_cell(index, medicine, slot, text, notes)
            origin = typing.carried.get((row["key"], medicine.key, slot))
            if origin is None or origin.text.text != text:
                origin = Cell(slot, DoseText(text), typing.by, typing.at, typing.version)
            cells.append(origin)
        parts.append(StepMedicine(medicine.key, tuple(cells)))
    return tuple(parts)


def _check_cell(index: int, medicine: PlanMedicine, slot: str, text: str, notes: Notes) -> None:
    if slot in INTERVAL_CELLS:
        refused = doses.why_not_interval(text)
    else:
        refused = doses.why_not(
            text,
            measure=medicine.measure.value,
            whole_units_only=medicine.product.whole_units_only,
        )
    if refused is not None:
        label = said(
            "Step {number}, {cell}, {medicine}",
            number=index + 1,
            cell=cell_label(slot),
            medicine=product_words(medicine.product),
        )
        notes.say(f"steps.{index}.cells.{medicine.key}.{slot}", label, refused)
