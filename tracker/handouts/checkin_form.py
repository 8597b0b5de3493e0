"""The blank check-in form: what the screen asks, in its order, to be written on by hand.

The questions come as values from the catalogue, so that paper and screen ask the same. The planned
step stands at the end: it is read only after the patient has said how the medicine is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from tracker.handouts import staffwords
from tracker.handouts.blocks import (
    Blank,
    Block,
    Bullets,
    Choices,
    Document,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
    joined,
    strong,
)
from tracker.handouts.downtime import PatientNow, phone_words, step_lines
from tracker.handouts.identity import shown_code
from tracker.handouts.phrases import NBSP, Phrases, typed

_A_ROW = 10  # a scale of so many numbers is ticked; a wider range is written


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """One question as the catalogue asks it. `kind`: choice, whole, signs or text."""

    ask: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()  # value and words
    low: int = 0
    high: int = 0
    low_words: str = ""
    high_words: str = ""
    hint: str = ""
    if_so: bool = False


@dataclass(frozen=True, slots=True)
class FormPart:
    """A topic: its questions, and what stands beside them."""

    words: str
    questions: tuple[FormQuestion, ...]
    beside: str = ""
    core: bool = False  # needs an answer, or "not asked"
    alone: bool = False
    scored: bool = False  # items with numbered answers, seen in person: a table
    credit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckinForm:
    """The whole frozen input of a check-in form; without `patient` it is for anybody."""

    clinic: str
    made_on: date
    made_by: str
    parts: tuple[FormPart, ...]
    alarms: tuple[str, ...]
    crisis: str = "988"
    emergency: str = "911"
    patient: PatientNow | None = None
    language: str = ""
    interpreter: bool = False
    supporter: str = ""
    goal: str = ""
    therapies: tuple[str, ...] = field(default=())
    paper: str = "letter"


def document(form: CheckinForm) -> Document:
    """Return the form in words."""
    say = staffwords.load()
    who = _who(form, say)
    scored = [part for part in form.parts if part.scored]
    return Document(
        title=say.text("form-title-file"),
        subject=say.text("staff-subject"),
        language="en-US",
        author=form.clinic,
        running=staffwords.running(
            say,
            top=who or say.say("form-title"),
            corner=say.text("form-title"),
            foot=say.say("staff-made-day", date=say.printed_date(form.made_on), by=form.made_by),
        ),
        first_page=(),
        further=(
            *_head(form, who, say),
            *_contact(say),
            *(block for part in form.parts if not part.scored for block in _part(part, form, say)),
            *_close(form, say),
            *_plan(form, say),
            *(block for part in scored for block in (NewPage(), *_scale(part, say))),
        ),
        runs_on=True,
    )


def _who(form: CheckinForm, say: Phrases) -> Words:
    if form.patient is None:
        return ()
    who = form.patient.who
    born = say.say("staff-born", date=say.printed_date(who.born).replace(" ", NBSP))
    record = (who.record_number or say.text("staff-not-recorded")).replace(" ", NBSP)
    name = typed(who.name, bold=True)
    return joined(name, born, say.say("staff-record", record=record), between=". ")


def _head(form: CheckinForm, who: Words, say: Phrases) -> Iterable[Block]:
    title = say.say("staff-page-head", title=say.text("form-title"), clinic=form.clinic)
    yield Heading(1, title, bookmark=True)
    if form.patient is None:
        yield Blank(say.say("form-name"))
        yield Blank(joined(say.say("form-born"), say.say("form-record"), between=" / "))
    else:
        yield Paragraph(who)
        yield Paragraph(joined(*_reach(form, form.patient, say), between=". "))
    yield Paragraph(say.say("form-intro"))


def _reach(form: CheckinForm, patient: PatientNow, say: Phrases) -> Iterable[Words]:
    yield phone_words(patient, say)
    if form.language:
        key = "form-interpreter" if form.interpreter else "form-language"
        yield say.say(key, language=form.language)
    if form.supporter:
        yield say.say("form-supporter", supporter=form.supporter)
    yield say.say("downtime-physician", name=patient.physician or say.text("staff-not-recorded"))
    if patient.contact:
        on, mode = patient.contact
        yield say.say("form-planned", date=say.short_date(on), mode=say.text(mode))


def _contact(say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("form-contact"), bookmark=True)
    yield Blank(say.say("form-on"))
    yield Blank(say.say("form-by"))
    yield Choices(say.say("form-mode"), _options(say, "form-mode-", "phone", "video", "in_person"))
    yield Choices(
        say.say("form-reached"),
        _options(say, "form-reached-", "yes", "no", "message", "declined"),
    )
    yield Choices(
        say.say("form-spoke"),
        _options(say, "form-spoke-", "patient", "interpreter", "supporter", "other"),
    )
    yield Choices(say.say("form-confirmed"), (say.say("form-confirmed-both"),))


def _options(say: Phrases, stem: str, *keys: str) -> tuple[Words, ...]:
    return tuple(say.say(f"{stem}{key}") for key in keys)


def _part(part: FormPart, form: CheckinForm, say: Phrases) -> Iterable[Block]:
    title = say.say("form-core", words=part.words) if part.core else typed(part.words)
    told = [typed(part.beside), say.say("form-alone") if part.alone else ()]
    first, *rest = (_question(one, part, say) for one in part.questions)
    head: list[Block] = [Heading(2, title)]
    if words := joined(*told):
        head.append(Paragraph(words))
    yield Together((*head, first))
    yield from rest


def _question(one: FormQuestion, part: FormPart, say: Phrases) -> Block:
    ask = say.text("form-if-so", ask=one.ask) if one.if_so else one.ask
    asked = joined(typed(ask, bold=True), typed(one.hint))
    skip = (say.say("form-not-asked"),) if part.core and not one.if_so else ()
    if one.kind in ("choice", "signs"):
        return Choices(asked, (*(typed(words) for _, words in one.options), *skip))
    if one.kind == "whole" and one.high - one.low <= _A_ROW:
        numbers = tuple(typed(str(n)) for n in range(one.low, one.high + 1))
        ends = say.say(
            "form-scale", ask=ask, low=str(one.low), high=str(one.high),
            low_words=one.low_words, high_words=one.high_words,
        )  # fmt: skip
        return Choices(ends, (*numbers, *skip))
    if one.kind == "whole":
        return Blank(say.say("form-range", ask=ask, low=str(one.low), high=str(one.high)))
    return Blank(asked, 2)


def _scale(part: FormPart, say: Phrases) -> Iterable[Block]:
    yield Heading(2, typed(part.words), bookmark=True)
    yield Paragraph(joined(say.say("form-in-person"), typed(part.note), typed(part.credit)))
    headers = (say.say("form-item"), say.say("form-item-score"))
    rows = tuple((_item(one, say), TableCell()) for one in part.questions)
    yield Table(headers, rows, wide=(0,))


def _item(one: FormQuestion, say: Phrases) -> TableCell:
    asked = joined(typed(one.ask, bold=True), typed(one.hint), between=". ")
    return TableCell(asked, notes=(_answers(one, say),), row_header=True)


def _answers(one: FormQuestion, say: Phrases) -> Words:
    said = (say.say("form-item-choice", value=value, words=words) for value, words in one.options)
    return joined(*said, between="; ")


def _close(form: CheckinForm, say: Phrases) -> Iterable[Block]:
    yield Together(
        (
            Heading(2, say.say("form-unhandled"), bookmark=True),
            Paragraph(say.say("form-unhandled-intro")),
            Bullets(tuple(typed(one) for one in form.alarms)),
            Paragraph(say.say("form-crisis", crisis=form.crisis, emergency=form.emergency)),
            Choices(
                say.say("form-unhandled-done"),
                _options(say, "form-unhandled-", "escalated", "handled"),
            ),
            Blank(say.say("form-unhandled-who"), 2),
        )
    )
    yield Together((Heading(2, say.say("form-note")), Blank(say.say("form-note-words"), 3)))
    yield Together(
        (
            Heading(2, say.say("form-next")),
            Blank(say.say("form-next-on")),
            Blank(say.say("form-next-none")),
        )
    )


def _plan(form: CheckinForm, say: Phrases) -> Iterable[Block]:
    if form.patient is None:
        return
    code = say.say(
        "staff-version-code",
        version=str(form.patient.version),
        code=shown_code(form.patient.code),
    )
    lines = [Paragraph(one) for one in step_lines(form.patient, say)]
    if form.therapies:
        lines.append(Paragraph(say.say("form-therapies-paired", list=", ".join(form.therapies))))
    if form.goal:
        lines.append(Paragraph(say.say("form-goal", goal=form.goal)))
    yield Together(
        (
            Heading(2, say.say("form-plan"), bookmark=True),
            Paragraph(strong(say.say("form-plan-after"))),
            Paragraph(code),
            *lines,
            Blank(say.say("form-code")),
        )
    )
