"""The supervision sheet: the plan beside what happened, for the chart and not for the patient.

Recorded values only. Every dose is the text that was typed; nothing here is worked out from one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.handouts import staffwords
from tracker.handouts.blocks import (
    Beside,
    Blank,
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
    joined,
)
from tracker.handouts.downtime import PatientNow, contact_words, phone_words
from tracker.handouts.identity import shown_code
from tracker.handouts.phrases import NBSP, Phrases, typed
from tracker.timeline import Drawing


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step: its planned days, what was written, and what happened, line by line."""

    number: int
    days: str
    written: tuple[str, ...]
    happened: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One check-in as it was recorded; "" was not recorded."""

    when: str
    taking: str
    peg: str
    withdrawal: str
    mood: str
    function: str


@dataclass(frozen=True, slots=True)
class WorryRow:
    """One escalation: raised, by whom it was taken, decided, and whether the patient was told."""

    raised: str
    about: str
    owner: str
    decision: str
    told: str


@dataclass(frozen=True, slots=True)
class SupervisionSheet:
    """The whole frozen input of a supervision sheet."""

    clinic: str
    made_on: date
    made_by: str
    patient: PatientNow
    signed: str  # "Nov 23, 2026, by Dr. Dana Lee"
    language: str
    state: str
    regimen: str  # as of, and source
    regimen_lines: tuple[str, ...]
    reasons: tuple[str, ...]  # of the versions, and how each medicine ends
    steps: tuple[StepRow, ...]
    events: tuple[str, ...]  # of the whole plan: held, resumed, away, supply
    drawing: Drawing | None
    contacts: tuple[ContactRow, ...]
    contacts_in_all: int
    therapies: tuple[tuple[str, str], ...]
    naloxone: str
    worries: tuple[WorryRow, ...]
    paper_lines: tuple[str, ...]
    paper: str = "letter"


def documents(sheet: SupervisionSheet) -> Iterable[Document]:
    """Return the sheet in words: the timeline after the steps, or where it leaves less white."""
    for late in range(3) if sheet.drawing is not None else (0,):
        yield _document(sheet, late)


def _document(sheet: SupervisionSheet, late: int) -> Document:
    say = staffwords.load()
    who = _who(sheet.patient, say)
    foot = joined(
        say.say("staff-made-day", date=say.printed_date(sheet.made_on), by=sheet.made_by),
        say.say("staff-no-sum"),
        between=". ",
    )
    corner = say.text("version", version=str(sheet.patient.version))
    return Document(
        title=say.text("supervision-title-file", version=str(sheet.patient.version)),
        subject=say.text("staff-subject"),
        language="en-US",
        author=sheet.clinic,
        running=staffwords.running(say, top=who, corner=corner, foot=foot),
        first_page=(),
        further=tuple(_blocks(sheet, who, say, late)),
        tight=2,
        runs_on=True,
    )


def _who(patient: PatientNow, say: Phrases) -> Words:
    born = say.say("staff-born", date=say.printed_date(patient.who.born).replace(" ", NBSP))
    record = (patient.who.record_number or say.text("staff-not-recorded")).replace(" ", NBSP)
    name = typed(patient.who.name, bold=True)
    return joined(name, born, say.say("staff-record", record=record), between=". ")


def _blocks(sheet: SupervisionSheet, who: Words, say: Phrases, late: int) -> Iterable[Block]:
    patient = sheet.patient
    yield Heading(1, say.say("supervision-title"), bookmark=True)
    yield Paragraph(joined(who, say.say("supervision-clinic", clinic=sheet.clinic), between=". "))
    physician = patient.physician or say.text("staff-not-recorded")
    reach = (
        phone_words(patient, say),
        say.say("form-language", language=sheet.language or say.text("staff-not-recorded")),
        say.say("downtime-physician", name=physician),
        say.say("supervision-signed", version=str(patient.version), signed=sheet.signed),
        say.say("supervision-code", code=shown_code(patient.code)),
    )
    yield Paragraph(joined(*reach, between=". "))
    yield Beside(tuple(_regimen(sheet, say)), tuple(_state(sheet, say)))
    yield from _steps(sheet, say)
    yield from () if late else _timeline(sheet, say)
    yield from _contacts(sheet, say)
    yield from _timeline(sheet, say) if late == 1 else ()
    beside = _list(say, "therapies", [_pair(one, say) for one in sheet.therapies])
    naloxone = Paragraph(say.say("supervision-naloxone", answer=sheet.naloxone or _none(say)))
    paper = _list(say, "paper", [typed(one) for one in sheet.paper_lines])
    yield Beside((*beside, naloxone), tuple(paper))
    yield from _timeline(sheet, say) if late == 2 else ()
    yield from _worries(sheet, say)
    by, on = Blank(say.say("supervision-reviewed")), Blank(say.say("supervision-date"))
    yield Together((Paragraph(contact_words(patient, say)), Beside((by,), (on,), share=65)))


def _timeline(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    if sheet.drawing is not None:
        yield Heading(2, say.say("supervision-timeline"), bookmark=True)
        yield Figure(sheet.drawing)


def _none(say: Phrases) -> str:
    return say.text("supervision-not-recorded")


def _regimen(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("supervision-regimen"))
    if not sheet.regimen_lines:
        yield Paragraph(typed(_none(say)))
        return
    yield Paragraph(typed(sheet.regimen))
    yield Bullets(tuple(typed(one) for one in sheet.regimen_lines))


def _state(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("supervision-state"))
    yield Paragraph(typed(sheet.state, bold=True))
    if sheet.reasons:
        yield Bullets(tuple(typed(one) for one in sheet.reasons))


def _steps(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("supervision-steps"), bookmark=True)
    yield Paragraph(say.say("supervision-slots"), leads=True)
    keys = ("step", "days", "written", "happened")
    headers = tuple(say.say(f"supervision-column-{key}") for key in keys)
    yield Table(headers, tuple(_step(one, say) for one in sheet.steps), wide=_wide(sheet.steps))
    yield from _list(say, "events", [typed(one) for one in sheet.events])


def _wide(steps: Iterable[StepRow]) -> tuple[int, ...]:
    """Give more room to what was written or to what happened, whichever has more to say."""
    written = max((len("".join(one.written)) for one in steps), default=0)
    happened = max((len("".join(one.happened)) for one in steps), default=0)
    if written > 2 * happened:
        return (1, 2, 2, 2, 3)
    return (1, 2, 2, 3, 3) if written > happened / 2 else (1, 2, 3, 3, 3)


def _step(one: StepRow, say: Phrases) -> tuple[TableCell, ...]:
    written = tuple(typed(line) for line in one.written)
    happened = tuple(typed(line) for line in one.happened) or (typed(_none(say)),)
    return (
        TableCell(typed(str(one.number), bold=True), row_header=True),
        TableCell(typed(one.days)),
        TableCell((), notes=written),
        TableCell((), notes=happened),
    )


def _contacts(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("supervision-contacts"), bookmark=True)
    if not sheet.contacts:
        yield Paragraph(say.say("supervision-none"))
        return
    if sheet.contacts_in_all > len(sheet.contacts):
        count = {"shown": str(len(sheet.contacts)), "count": str(sheet.contacts_in_all)}
        yield Paragraph(say.say("supervision-newest", **count))
    keys = ("when", "taking", "peg", "withdrawal", "mood", "function")
    headers = tuple(say.say(f"supervision-column-{key}") for key in keys)
    rows = tuple(
        tuple(
            TableCell(typed(getattr(one, key) or _none(say)), row_header=key == "when")
            for key in keys
        )
        for one in sheet.contacts
    )
    yield Table(headers, rows, wide=(0, 1, 2, 3, 4, 5))


def _worries(sheet: SupervisionSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("supervision-worries"), bookmark=True)
    if not sheet.worries:
        yield Paragraph(say.say("supervision-none"))
        return
    keys = ("raised", "about", "owner", "decision", "told")
    headers = tuple(say.say(f"supervision-column-{key}") for key in keys)
    rows = tuple(
        tuple(
            TableCell(typed(getattr(one, key) or _none(say)), row_header=key == "raised")
            for key in keys
        )
        for one in sheet.worries
    )
    yield Table(headers, rows, wide=(0, 1, 2, 3, 4))


def _list(say: Phrases, key: str, items: list[Words]) -> Iterable[Block]:
    if key != "events" or items:
        yield Heading(2, say.say(f"supervision-{key}"))
        yield Bullets(tuple(items)) if items else Paragraph(say.say("supervision-none"))


def _pair(one: tuple[str, str], say: Phrases) -> Words:
    return say.say("supervision-therapy", words=one[0], standing=one[1])
