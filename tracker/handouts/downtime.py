"""The downtime pack: today's list, and each active patient's step, next date and contact.

For a day without computers. It holds what the patient's own sheet and the dates hold and nothing
more, because the front desk may print it. Every dose is the text that was typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.handouts import staffwords
from tracker.handouts.blocks import (
    Block,
    Document,
    Heading,
    NewPage,
    Paragraph,
    Table,
    TableCell,
    Words,
    joined,
)
from tracker.handouts.identity import shown_code
from tracker.handouts.phrases import NBSP, Phrases, typed


@dataclass(frozen=True, slots=True)
class Someone:
    """Who a line is about: two identifiers and a name."""

    name: str
    born: date
    record_number: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of today's list. `day` is as the screen writes it."""

    who: Someone
    what: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class ListGroup:
    """One group of today's list; `count` is of all its lines, `lines` those that are printed."""

    title: str
    count: int
    lines: tuple[ListLine, ...]


@dataclass(frozen=True, slots=True)
class StepNow:
    """A step by its dates, and what each medicine says: product, and what is taken as typed."""

    number: int
    starts_on: date
    last_day: date | None
    doses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PatientNow:
    """One active patient: where the signed plan stands by its dates."""

    who: Someone
    phone: str
    leave_message: str  # "yes", "no" or "" for not recorded
    physician: str
    version: int
    code: str
    state: str  # where the plan stands, in words
    stopped: bool  # on hold, paused or closed: no next step may start
    waits: bool  # each step waits for the clinic's call
    step: StepNow | None  # None: not begun
    following: tuple[int, date] | None
    contact: tuple[date, str] | None  # the day, and "phone", "video" or "in_person"


@dataclass(frozen=True, slots=True)
class DowntimePack:
    """The whole frozen input of a downtime pack."""

    clinic: str
    made_on: date
    made_at: str  # "9:42 AM", the clinic's time
    made_by: str
    today: tuple[ListGroup, ...]
    patients: tuple[PatientNow, ...]
    paper: str = "letter"


def document(pack: DowntimePack) -> Document:
    """Return the pack in words."""
    say = staffwords.load()
    title = say.text("downtime-title")
    when = {"date": say.long_date(pack.made_on), "time": pack.made_at}
    made = say.say("staff-made", by=pack.made_by, **when)
    head = say.say("staff-page-head", title=title, clinic=pack.clinic)
    return Document(
        title=title,
        subject=say.text("staff-subject"),
        language="en-US",
        author=pack.clinic,
        running=staffwords.running(
            say,
            head,
            say.printed_date(pack.made_on),
            joined(made, say.say("downtime-shred"), between=". "),
        ),
        first_page=(
            Heading(1, head, bookmark=True),
            Paragraph(say.say("downtime-intro", **when)),
            Paragraph(say.say("downtime-intro-steps")),
        ),
        further=(*_today(pack, say), NewPage(), *_patients(pack, say)),
        runs_on=True,
    )


def _today(pack: DowntimePack, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("downtime-today"), bookmark=True)
    if not pack.today:
        yield Paragraph(say.say("downtime-today-none"))
    headers = tuple(
        say.say(f"downtime-column-{key}") for key in ("patient", "what", "when", "done")
    )
    for group in pack.today:
        count = {"title": group.title, "count": str(group.count)}
        yield Heading(3, say.say("downtime-today-count", **count))
        if group.count > len(group.lines):
            shown = str(len(group.lines))
            yield Paragraph(say.say("downtime-today-more", shown=shown, count=count["count"]))
        rows = tuple(
            (
                _who(line.who, say),
                TableCell(typed(line.what)),
                TableCell(typed(line.day)),
                TableCell(ticks=(True,)),
            )
            for line in group.lines
        )
        yield Table(headers, rows, wide=(0, 1, 2))


def _who(who: Someone, say: Phrases, *more: Words) -> TableCell:
    born = say.say("staff-born", date=say.printed_date(who.born).replace(" ", NBSP))
    number = who.record_number or say.text("staff-not-recorded")
    record = say.say("staff-record", record=number.replace(" ", NBSP))
    ids = joined(born, record, between=". ")
    return TableCell(typed(who.name, bold=True), notes=(ids, *more), row_header=True)


def _patients(pack: DowntimePack, say: Phrases) -> Iterable[Block]:
    count = str(len(pack.patients))
    yield Heading(2, say.say("downtime-patients", count=count), bookmark=True)
    if not pack.patients:
        yield Paragraph(say.say("downtime-patients-none"))
        return
    headers = tuple(say.say(f"downtime-column-{key}") for key in ("patient", "step", "next"))
    rows = tuple((_patient(one, say), _step(one, say), _next(one, say)) for one in pack.patients)
    yield Table(headers, rows, wide=(0, 1, 2))


def _patient(one: PatientNow, say: Phrases) -> TableCell:
    code = say.say("staff-version-code", version=str(one.version), code=shown_code(one.code))
    physician = one.physician or say.text("staff-not-recorded")
    return _who(
        one.who, say, phone_words(one, say), say.say("downtime-physician", name=physician), code
    )


def phone_words(one: PatientNow, say: Phrases) -> Words:
    """Return the patient's phone, and whether a message may be left."""
    number = (one.phone or say.text("staff-not-recorded")).replace(" ", NBSP)
    phrase = {"yes": "staff-phone-message", "no": "staff-phone-no-message"}
    return say.say(phrase.get(one.leave_message, "staff-phone"), number=number)


def _step(one: PatientNow, say: Phrases) -> TableCell:
    return TableCell((), notes=step_lines(one, say))


def step_lines(one: PatientNow, say: Phrases) -> tuple[Words, ...]:
    """Return where the plan stands by its dates, and what the step says, line by line."""
    state = (typed(one.state, bold=True),) if one.state else ()
    if one.step is None:
        if state or one.following is None:
            return state
        return (say.say("staff-before-first", first=say.printed_date(one.following[1])),)
    doses = tuple(
        say.say("staff-dose-line", product=product, taken=taken)
        for product, taken in one.step.doses
    )
    return (*state, _dates(one.step, say), *doses)


def _dates(step: StepNow, say: Phrases) -> Words:
    first = say.printed_date(step.starts_on).replace(" ", NBSP)
    if step.last_day is None:
        return say.say("staff-step-open", step=str(step.number), first=first)
    last = say.printed_date(step.last_day).replace(" ", NBSP)
    return say.say("staff-step-dates", step=str(step.number), first=first, last=last)


def _next(one: PatientNow, say: Phrases) -> TableCell:
    lines: list[Words] = []
    if one.stopped:
        lines.append(say.say("downtime-next-stopped"))
    elif one.following is None:
        lines.append(say.say("downtime-next-none"))
    else:
        number, on = one.following
        when = say.short_date(on).replace(" ", NBSP)
        lines.append(say.say("downtime-next-step", step=str(number), date=when))
    if one.waits and not one.stopped:
        lines.append(say.say("downtime-starts-wait"))
    return TableCell(lines[0], notes=(*lines[1:], contact_words(one, say)))


def contact_words(one: PatientNow, say: Phrases) -> Words:
    """Return the next planned contact, or that none is booked."""
    if one.contact is None:
        return say.say("downtime-contact-none")
    on, mode = one.contact
    when = say.short_date(on).replace(" ", NBSP)
    return say.say("downtime-contact", date=when, mode=say.text(mode))
