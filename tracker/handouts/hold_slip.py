"""The hold slip in words: one page that says to stay on a step until the clinic calls.

It is made from the values of the patient sheet, in the patient's language and size. The step's
last day is left out: a hold has no end that a date on paper could tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tracker.handouts import cards, fridge, large, nownext, phrases
from tracker.handouts.blocks import (
    Block,
    Box,
    Document,
    Heading,
    Paragraph,
    Running,
    Words,
    joined,
)
from tracker.handouts.fridge import Arrangement
from tracker.handouts.identity import born, name_of
from tracker.handouts.patient import running
from tracker.handouts.phrases import TAGS, Phrases
from tracker.handouts.values import MedicineTable, PatientSheet

# From the roomiest to the tightest. One page; what no arrangement can hold on it runs on.
_ARRANGEMENTS = (
    Arrangement(1, large=True, check_each=True),
    Arrangement(1, check_each=True),
    Arrangement(1, check_each=True, cards=2),
    Arrangement(1, check_each=True, cards=3),
    Arrangement(1, check_each=True, cards=3, brief=True),
    Arrangement(1, check_each=True, cards=3, brief=True, full=True),
    Arrangement(1, cards=3, brief=True, full=True),
    Arrangement(1, cards=3, brief=True, full=True, notes=False),
)
# In large print: contact stands for who typed the amounts and when the phones are answered.
_CROWDED = Arrangement(1, brief=True, full=True, notes=False, contact=False)
_LARGE = (
    Arrangement(1, check_each=True, rows=True),
    Arrangement(1, check_each=True, rows=True, brief=True, full=True),
    replace(_CROWDED, check_each=True, rows=True),
    replace(_CROWDED, check_each=True, rows=True, danger=False),
    replace(_CROWDED, check_each=True, danger=False),
    replace(_CROWDED, danger=False),
)
# More than one page in large print: whichever takes fewer.
_RUN_ON = (
    Arrangement(1, check_each=True, rows=True, brief=True),
    Arrangement(1, check_each=True, rows=True, brief=True, full=True),
)


@dataclass(frozen=True, slots=True)
class HoldSlip:
    """The whole frozen input: the patient sheet as of now, and the hold."""

    sheet: PatientSheet  # `under_way` says whether there is a step to stay on
    since: date
    review_on: date | None = None

    @property
    def made_on(self) -> date:
        """The day of the printing."""
        return self.sheet.printed_on

    @property
    def paper(self) -> str:
        """The paper's size."""
        return self.sheet.paper


def documents(slip: HoldSlip) -> Iterator[Document]:
    """Return the slip in words, from its roomiest arrangement to its tightest."""
    sheet, say = _held(slip.sheet), phrases.load(slip.sheet.language)
    ways = _LARGE if sheet.is_large else _ARRANGEMENTS
    long = _RUN_ON if sheet.is_large else _ARRANGEMENTS[-1:]
    for number, arrangement in enumerate((*ways, *long)):
        blocks = tuple(_blocks(slip, sheet, say, arrangement))
        last = number >= len(ways)
        yield Document(
            title=say.text("slip-file-title", version=str(sheet.version)),
            subject=say.text("file-subject"),
            language=TAGS[sheet.language],
            author=sheet.clinic.name,
            running=_running(sheet, say),
            first_page=() if last else blocks,
            further=blocks if last else (),
            tight=arrangement.tight,
            runs_on=True,
        )


def _running(sheet: PatientSheet, say: Phrases) -> Running:
    """Return what stands on every page; a further page has the danger and the phones again."""
    told = running(sheet, say)
    danger = joined(say.say("reach-sleepy"), fridge.phones(sheet, say, hours=False))
    return replace(told, danger=danger) if sheet.is_large else told


def _held(sheet: PatientSheet) -> PatientSheet:
    """Leave out the last day of the step, and let a patch's rhythm go on."""
    steps = tuple(
        replace(step, last_day=None) if step.number == sheet.current_step else step
        for step in sheet.steps
    )
    return replace(sheet, steps=steps, medicines=tuple(_goes_on(one) for one in sheet.medicines))


def _goes_on(medicine: MedicineTable) -> MedicineTable:
    rows = tuple(replace(row, changes_go_on=bool(row.change_dates)) for row in medicine.rows)
    return replace(medicine, rows=rows)


def _blocks(
    slip: HoldSlip, sheet: PatientSheet, say: Phrases, arrangement: Arrangement
) -> Iterable[Block]:
    brief = arrangement.brief
    yield from _who(sheet, say, arrangement)
    yield _stay(slip, sheet, say, brief)
    if arrangement.danger:
        yield from fridge.danger(sheet, say, brief=brief)
        yield from fridge.reach(sheet, say, brief=brief, hours=arrangement.contact)
    else:
        yield Paragraph(joined(say.say("reach-sleepy"), fridge.phones(sheet, say, hours=False)))
    if sheet.under_way:
        yield from _step(sheet, say, arrangement)
    yield from _close(sheet, say, arrangement)


def _who(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    yield Heading(1, say.say("slip-title"), bookmark=True)
    birth = say.say("born", date=born(sheet, say))
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    if sheet.is_large or arrangement.brief:
        yield Paragraph(joined(name_of(sheet, say), birth), large=True)
        if not arrangement.full:
            yield Paragraph(source)
        return
    record = say.say("record", record=sheet.patient.record_number)
    yield Paragraph(name_of(sheet, say), large=True)
    yield Paragraph(joined(birth, record, source, between=". "))


def _stay(slip: HoldSlip, sheet: PatientSheet, say: Phrases, brief: bool) -> Block:
    since = say.plain_date(slip.since)
    phrase = "slip-stay" if sheet.under_way else "slip-wait-first"
    review = slip.review_on
    told = (
        say.say(phrase, date=since, step=str(sheet.current_step)),
        joined(say.say("slip-not-end"), say.say("slip-paper")),
        say.say("slip-review", date=say.long_date(review)) if review is not None else (),
    )
    if brief:
        return Box((Paragraph(joined(*told)),), heavy=True)
    said = (Paragraph(words) for words in told if words)
    return Box((Heading(2, say.say("slip-stay-title")), *said), heavy=True)


def _step(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return the step's amounts."""
    step = nownext.current(sheet)
    if sheet.is_large:
        yield from cards.titles(sheet, say, [step], notes=arrangement.notes, brief=True, again=True)
        yield from fridge.whole(large.amounts(sheet, say, [step], arrangement))
    elif arrangement.cards:
        yield from cards.both_steps(
            sheet, say, [step], columns=arrangement.cards, check=arrangement.check_each,
            notes=arrangement.notes, brief=arrangement.brief,
        )  # fmt: skip
    else:
        yield from fridge.step_blocks(sheet, say, step, arrangement)


def _told(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Words]:
    """Return what holds for all of the step's amounts."""
    step = nownext.current(sheet)
    if arrangement.cards:
        yield from cards.besides(sheet, say, [step])
    if len(nownext.in_step(sheet, step)) > 1:
        yield say.say("all-tables")
    if not arrangement.check_each:
        yield say.say("check-all")


def _close(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    """Return the next contact, who typed the amounts, and the code; large print may lack room."""
    if sheet.is_large and arrangement.brief:
        yield Paragraph(fridge.next_contact(sheet, say))
        if arrangement.contact:
            yield Paragraph(say.say("typed-by", physician=sheet.physician))
        return
    told = _told(sheet, say, arrangement) if sheet.under_way and not sheet.is_large else ()
    lines = [Paragraph(words) for words in told]
    if arrangement.brief:
        yield fridge.close(sheet, say, lines)
    else:
        yield from (*lines, fridge.close(sheet, say, []))
