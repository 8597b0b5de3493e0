"""The hold slip in words: one page that says to stay on a step until the clinic calls.

It is made from the values of the patient sheet, in the patient's language and size. The step's
last day is left out: a hold has no end that a date on paper could tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tracker.handouts import fridge, medicines, nownext, phrases
from tracker.handouts.blocks import Block, Box, Document, Heading, Paragraph, joined
from tracker.handouts.fridge import Arrangement
from tracker.handouts.identity import born, name_of
from tracker.handouts.patient import running
from tracker.handouts.phrases import TAGS, Phrases
from tracker.handouts.values import MedicineTable, PatientSheet

# From the roomiest to the tightest. One page, but for large print, which may run on.
_ARRANGEMENTS = (
    Arrangement(1, large=True, check_each=True),
    Arrangement(1, check_each=True),
    Arrangement(1),
    Arrangement(1, side_by_side=True),
    Arrangement(1, side_by_side=True, notes=False, brief=True, full=True),
    Arrangement(1, side_by_side=True, notes=False),
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
    for number, arrangement in enumerate(_ARRANGEMENTS, start=1):
        top = tuple(_top(slip, sheet, say, arrangement))
        rest = tuple(_rest(sheet, say, arrangement))
        last = number == len(_ARRANGEMENTS)
        yield Document(
            title=say.text("slip-file-title", version=str(sheet.version)),
            subject=say.text("file-subject"),
            language=TAGS[sheet.language],
            author=sheet.clinic.name,
            running=running(sheet, say),
            first_page=() if last else (*top, *rest),
            further=(*top, *rest) if last else (),
            tight=arrangement.tight,
            runs_on=True,
        )


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


def _top(
    slip: HoldSlip, sheet: PatientSheet, say: Phrases, arrangement: Arrangement
) -> Iterable[Block]:
    yield Heading(1, say.say("slip-title"), bookmark=True)
    yield Paragraph(name_of(sheet, say), large=True)
    birth = say.say("born", date=born(sheet, say))
    record = say.say("record", record=sheet.patient.record_number)
    source = say.say("from", physician=sheet.physician, clinic=sheet.clinic.name)
    yield Paragraph(joined(birth, record, source, between=". "))
    since = say.plain_date(slip.since)
    phrase = "slip-stay" if sheet.under_way else "slip-wait-first"
    stay: list[Block] = [
        Paragraph(say.say(phrase, date=since, step=str(sheet.current_step))),
        Paragraph(joined(say.say("slip-not-end"), say.say("slip-paper"))),
    ]
    if slip.review_on is not None:
        stay.append(Paragraph(say.say("slip-review", date=say.long_date(slip.review_on))))
    yield Box((Heading(2, say.say("slip-stay-title")), *stay), heavy=True)
    yield from fridge.danger(sheet, say)
    yield from fridge.reach(sheet, say, brief=arrangement.brief)


def _rest(sheet: PatientSheet, say: Phrases, arrangement: Arrangement) -> Iterable[Block]:
    if sheet.under_way:
        step = nownext.current(sheet)
        yield from fridge.step_blocks(sheet, say, step, arrangement)
        taken = [m for m in sheet.medicines if medicines.row_in_force(m, step.number) is not None]
        reminders = (
            say.say("all-tables") if len(taken) > 1 else (),
            () if arrangement.check_each else say.say("check-all"),
        )
        if any(reminders):
            yield Paragraph(joined(*reminders))
    lines: list[Block] = [
        Paragraph(fridge.next_contact(sheet, say)),
        Paragraph(say.say("typed-by", physician=sheet.physician)),
    ]
    yield fridge.with_code(sheet, say, lines)
