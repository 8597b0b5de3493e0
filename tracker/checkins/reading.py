"""Reads a check-in as it was typed into what is saved, or into what stands in the way.

Typed is a mapping of field names to the values posted under them, as a form or a kept draft holds
it. A question's field has the question's id. Nothing that was typed is changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.checkins.after import (
    Handled,
    Next,
    Typed,
    Wish,
    day_of,
    one,
    read_handled,
    read_next,
    read_wish,
)
from tracker.checkins.alarms import Alarm, raised_by
from tracker.checkins.asking import PROXIES, SPOKE_WITH, Part, missing
from tracker.checkins.beside import TherapyLine, read_therapies
from tracker.checkins.instruments import (
    NOT_ASKED,
    Answers,
    Instrument,
    Kind,
    Method,
    Question,
    Score,
    score,
)
from tracker.checkins.standing import MODES
from tracker.dates import screen
from tracker.languages import said
from tracker.plans import Problem
from tracker.therapies import Standing

LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Head:
    """When, how and with whom the contact took place."""

    on: date
    mode: str
    spoke_with: str
    spoke_name: str
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question as it was asked, and what was answered; "" is not recorded."""

    question: str
    version: int
    asked: str
    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A check-in as read; it can be saved when `problems` is empty."""

    problems: tuple[Problem, ...]
    head: Head | None
    answers: tuple[Answer, ...]
    scores: tuple[Score, ...]
    alarms: tuple[Alarm, ...]
    handled: tuple[Handled, ...]
    wish: Wish | None
    following: Next | None
    therapies: tuple[TherapyLine, ...] = ()


def read(
    typed: Typed,
    parts: Sequence[Part],
    *,
    today: date,
    born: date,
    has_next: bool,
    amending: bool = False,
    escalated: Collection[Alarm] = (),
    therapies: Sequence[Standing] = (),
) -> Reading:
    """Read a check-in as typed for a day of the clinic's calendar.

    `has_next` tells whether a next contact is planned already. An amended copy books nothing, so it
    is not asked for the next contact, and it needs a reason; what the copy before `escalated` is
    not escalated again. `therapies` are those in place, of which a line each may be typed.
    """
    problems: list[Problem] = []
    head = _head(typed, today, born, problems)
    mode, spoke_with = one(typed, "mode"), one(typed, "spoke_with")
    answers, legible = _answers(typed, parts, mode, spoke_with, problems)
    problems += [Problem(*told) for told in missing(answers, spoke_with)]
    alarms = raised_by(answers)
    handled = read_handled(typed, alarms, escalated, problems)
    wish = read_wish(typed, [one for one in handled if one.alarm not in escalated], problems)
    following = None if amending else read_next(typed, today, has_next, problems)
    on = head.on if head else today
    lines = () if amending else read_therapies(typed, therapies, on, today, problems)
    if amending and not one(typed, "reason"):
        problems.append(Problem("reason", said("Say why this check-in is amended.")))
    instruments = {i.id: i for part in parts for i in part.instruments}
    return Reading(
        problems=tuple(problems),
        head=head,
        answers=tuple(_kept(parts, answers, mode, spoke_with)),
        scores=_scores(instruments, answers) if legible else (),
        alarms=alarms,
        handled=handled,
        wish=wish,
        following=following,
        therapies=lines,
    )


def _head(typed: Typed, today: date, born: date, problems: list[Problem]) -> Head | None:
    before = len(problems)
    mode, spoke_with = one(typed, "mode"), one(typed, "spoke_with")
    if mode not in MODES:
        problems.append(Problem("mode", said("Choose phone, video or in person.")))
    on = day_of(typed, "on", today, problems)
    if on and on > today:
        told = said("{day} is still to come. Type the day on which it took place.", day=screen(on))
        problems.append(Problem("on", told))
    if on and on < born:
        problems.append(
            Problem("on", said("{day} is before the patient was born.", day=screen(on)))
        )
    if spoke_with not in SPOKE_WITH:
        problems.append(Problem("spoke_with", said("Choose whom you spoke with.")))
    if spoke_with in PROXIES and not one(typed, "spoke_name"):
        problems.append(Problem("spoke_name", said("Type the name of the person you spoke with.")))
    if one(typed, "identity") != "yes":
        told = said("Confirm the patient’s name and date of birth, then tick this.")
        problems.append(Problem("identity", told))
    if on is None or len(problems) > before:
        return None
    return Head(on, mode, spoke_with, one(typed, "spoke_name"), one(typed, "note"))


# --- Answers --------------------------------------------------------------------------------------


def _answers(
    typed: Typed, parts: Sequence[Part], mode: str, spoke_with: str, problems: list[Problem]
) -> tuple[Answers, bool]:
    """Give the values by question, with what stands in the way; False when one is illegible."""
    answers: dict[str, Sequence[str]] = {}
    before = len(problems)
    for instrument in (i for part in parts for i in part.instruments):
        given = _given(typed, instrument)
        answers |= given
        for question in instrument.questions:
            if why := _why_not(question, given[question.id]):
                problems.append(Problem(question.id, why))
        problems += _contradictions(instrument, given, mode, spoke_with)
    return answers, len(problems) == before


def _given(typed: Typed, instrument: Instrument) -> dict[str, Sequence[str]]:
    given: dict[str, Sequence[str]] = {}
    skipped = one(typed, f"{instrument.id}.{NOT_ASKED}") == "yes"
    for question in instrument.questions:
        values = [value.strip() for value in typed.get(question.id, ()) if value.strip()]
        given[question.id] = [NOT_ASKED] if skipped and not values else values
    return given


def _why_not(question: Question, values: Sequence[str]) -> str:
    if not values or list(values) == [NOT_ASKED]:
        return ""
    match question.kind:
        case Kind.TEXT:
            most = f"{LONGEST_TEXT:,}"
            return said("Keep this below {most} letters.", most=most) if _long(values) else ""
        case Kind.WHOLE:
            wanted = {str(number) for number in range(question.low, question.high + 1)}
            if set(values) <= wanted and len(values) == 1:
                return ""
            return said(
                "Type a whole number from {low} to {high}.", low=question.low, high=question.high
            )
        case _:
            known = {choice.value for choice in question.choices}
            alone = question.kind is Kind.CHOICE and len(values) > 1
            return (
                said("Choose an answer from the list.") if alone or not set(values) <= known else ""
            )


def _long(values: Sequence[str]) -> bool:
    return max(map(len, values)) > LONGEST_TEXT


def _contradictions(
    instrument: Instrument, given: Answers, mode: str, spoke_with: str
) -> Iterable[Problem]:
    spoken = [q for q in instrument.questions if given[q.id] and list(given[q.id]) != [NOT_ASKED]]
    if not spoken:
        return
    name = instrument.words
    if mode in MODES and not instrument.fits(mode):
        yield Problem(
            spoken[0].id,
            said(
                "{name} is for a visit in person: it needs to be seen. "
                "Change the way of contact, or clear these answers.",
                name=name,
            ),
        )
    if instrument.alone and spoke_with in PROXIES:
        yield Problem(
            spoken[0].id,
            said(
                "{name}: this is asked of the patient alone, never of somebody else. "
                "Choose “Not asked”, or change whom you spoke with.",
                name=name,
            ),
        )
    extra = [q for q in spoken if q.more]
    if extra and not opened(instrument, given):
        yield Problem(
            extra[0].id,
            said(
                "{name}: more is filled in below than the answer above says. Change one of them.",
                name=name,
            ),
        )


def opened(instrument: Instrument, answers: Answers) -> bool:
    """Tell whether an answer opens the instrument's further questions."""
    return any(
        choice.more and choice.value in answers.get(question.id, ())
        for question in instrument.questions
        for choice in question.choices
    )


def _kept(parts: Sequence[Part], answers: Answers, mode: str, spoke_with: str) -> Iterable[Answer]:
    """Give what is stored: each question of an instrument that was used, blanks included.

    Of own questions that were shown and left blank, the first stands for all of them. What a proxy
    is never asked is stored as not asked; of what cannot be seen by phone, nothing is stored.
    """
    for part in parts:
        for instrument in part.instruments:
            used = instrument.fits(mode) and any(answers[q.id] for q in instrument.questions)
            if instrument.alone and spoke_with in PROXIES:
                asked = instrument.questions[:1] if instrument.method is Method.NONE else ()
                yield from (_answer(instrument, q, [NOT_ASKED]) for q in asked)
            elif used:
                more = opened(instrument, answers)
                yield from (
                    _answer(instrument, q, answers[q.id])
                    for q in instrument.questions
                    if answers[q.id] or more or not q.more
                )
            elif part.shown and instrument.method is Method.NONE and instrument.fits(mode):
                yield _answer(instrument, instrument.questions[0], ())


def _answer(instrument: Instrument, question: Question, values: Sequence[str]) -> Answer:
    return Answer(
        question=question.id,
        version=instrument.version,
        asked=question.ask,
        value=",".join(values),
        words=question.words_of(values),
    )


def _scores(instruments: Mapping[str, Instrument], answers: Answers) -> tuple[Score, ...]:
    found = (score(one, answers, instruments) for one in instruments.values())
    return tuple(one for one in found if one is not None)
