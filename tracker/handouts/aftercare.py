"""Page 3 of the patient sheet in words: how it may feel, what helps, whom to call, who is told.

Belongs here: which sentences a plan's medicines and pairings call for. The sentences themselves
are in `catalogue/handout.<language>.toml`, each with its source.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.handouts import medicines
from tracker.handouts.blocks import (
    Beside,
    Blank,
    Block,
    Bullets,
    Heading,
    Paragraph,
    Table,
    TableCell,
    Together,
    Words,
    joined,
)
from tracker.handouts.phrases import Phrases, capital, typed
from tracker.handouts.values import CheckInLine, PatientSheet, TreatmentLine

_SESSIONS = 8
_SHORT_NOTE = 120  # characters: a longer one stands under the table, not in it


def feel_and_help(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    """Return page 3, in the order in which a patient needs it."""
    yield from _feel(sheet, say)
    yield from _wrong(sheet, say)
    yield from _safe(sheet, say)
    yield from _treatments(sheet, say)
    yield from _talking(sheet, say)
    yield from _own_words(sheet, say)
    yield from _checkins(sheet, say)
    yield from _said_back(sheet, say)


def _feel(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("feel"), bookmark=True)
    yield Paragraph(joined(say.say("feel-pain"), say.say("feel-less")))
    yield Bullets(_numbered("feel", say))
    yield Paragraph(say.say("feel-pass"))
    yield Heading(3, say.say("worse"))
    names = ", ".join(dict.fromkeys(therapy(one, say) for one in sheet.treatments))
    helps = [say.say("worse-days")]
    if names:
        helps.append(say.say("worse-therapy", list=names))
    helps += [typed(sheet.clinic.flare_text), say.say("worse-no-more")]
    yield Bullets(tuple(words for words in helps if words))


def _numbered(stem: str, say: Phrases) -> tuple[Words, ...]:
    """Return the phrases "<stem>-1", "<stem>-2" ... as far as they go."""
    ids = [f"{stem}-{number}" for number in range(1, 20)]
    return tuple(say.say(one) for one in ids if one in say.entries)


def _wrong(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    numbers = sheet.clinic.numbers
    yield Heading(2, say.say("wrong"))
    yield Bullets(
        (
            say.say("wrong-missed"),
            say.say("wrong-vomit"),
            say.say("wrong-short"),
            say.say("wrong-poison", poison=numbers.poison, emergency=numbers.emergency),
        )
    )
    yield Heading(3, say.say("call"))
    yield Bullets(_numbered("call", say))


def _safe(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("safe"))
    yield Paragraph(say.say("safe-tolerance"))
    kinds = {
        "safe-extended": medicines.is_extended,
        "safe-patch": medicines.is_patch,
        "safe-liquid": medicines.is_liquid,
    }
    called = [key for key, test in kinds.items() if any(test(m) for m in sheet.medicines)]
    always = ("safe-alcohol", *called, "safe-cold", "safe-drive", "safe-bowels", "safe-lock")
    items = [say.say(phrase) for phrase in always]
    if sheet.clinic.leftovers_to:
        items.append(say.say("safe-leftovers", place=sheet.clinic.leftovers_to))
    yield Bullets(tuple(items))
    if not sheet.clinic.leftovers_to:
        yield Blank(say.say("safe-leftovers-blank"))
    yield Together(
        (
            Heading(3, say.say("naloxone")),
            Paragraph(say.say("naloxone-why")),
            Blank(say.say("naloxone-where")),
            Blank(say.say("naloxone-who")),
        )
    )


def _treatments(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("treatments"), bookmark=True)
    if not sheet.treatments:
        yield Paragraph(say.say("treatments-none"))
        return
    yield Paragraph(say.say("treatments-why"), leads=True)
    if sheet.is_large:
        large = (say.say("treatment"), say.say("sessions"))
        yield Table(large, tuple(_large_treatment(one, sheet, say) for one in sheet.treatments))
        return
    headers = (say.say("treatment"), say.say("where-when"), say.say("sessions"))
    rows = tuple(_treatment(one, sheet, say) for one in sheet.treatments)
    yield Table(headers, rows, wide=(0, 1))
    for one in sheet.treatments:
        if len(one.note) > _SHORT_NOTE:
            yield Paragraph(joined(typed(f"{therapy(one, say)}:", bold=True), typed(one.note)))


def therapy(one: TreatmentLine, say: Phrases) -> str:
    """Return a therapy's name: as it was paired, or in the sheet's language."""
    own = f"therapy-{one.key}"
    return say.text(own) if say.has(own) else one.words


def _large_treatment(
    one: TreatmentLine, sheet: PatientSheet, say: Phrases
) -> tuple[TableCell, ...]:
    words = joined(typed(therapy(one, say), bold=True), _steps(one, sheet, say))
    notes = (typed(one.note),) if one.note else ()
    return TableCell(words, notes=notes, row_header=True), TableCell(ticks=(True,) * _SESSIONS)


def _treatment(one: TreatmentLine, sheet: PatientSheet, say: Phrases) -> tuple[TableCell, ...]:
    words = joined(typed(therapy(one, say), bold=True), _steps(one, sheet, say))
    note = typed(one.note) if len(one.note) <= _SHORT_NOTE else ()
    return (
        TableCell(words, row_header=True),
        TableCell(note),
        TableCell(ticks=(True,) * _SESSIONS),
    )


def _steps(one: TreatmentLine, sheet: PatientSheet, say: Phrases) -> Words:
    if not one.steps or len(one.steps) == len(sheet.steps):
        return ()
    phrase = "treatment-step" if len(one.steps) == 1 else "treatment-steps"
    return say.say(phrase, steps=_ranges(one.steps), step=str(one.steps[0]))


def _ranges(numbers: tuple[int, ...]) -> str:
    """Write 1, 3, 4, 5 as "1, 3–5"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _talking(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    answer, text = sheet.support.answer, sheet.support.text
    if not answer:
        return
    yield Heading(3, say.say("support"))
    if answer in ("paired", "in_place"):
        phrase = f"support-{answer}" if text else f"support-{answer}-plain"
        yield Paragraph(say.say(phrase, text=text))
    else:
        yield Paragraph(say.say(f"support-{answer}"))


def _own_words(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(3, say.say("goal"))
    yield Paragraph(typed(sheet.goal)) if sheet.goal else Blank(say.say("goal-blank"), 2)
    yield Heading(3, say.say("supporter"))
    supporter = sheet.patient.supporter
    yield Paragraph(typed(supporter)) if supporter else Blank(say.say("supporter-blank"))


def _checkins(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    yield Heading(2, say.say("checkins"), bookmark=True)
    coming = [one for one in sheet.checkins if one.on >= sheet.printed_on]
    if not coming:
        yield Paragraph(say.say("checkins-none"))
        return
    headers = (say.say("column-date"), say.say("column-how"), say.say("column-done"))
    yield Table(headers, tuple(_checkin(one, say) for one in coming), wide=(0, 1))


def _checkin(one: CheckInLine, say: Phrases) -> tuple[TableCell, ...]:
    day = say.long_date(one.on)
    when = say.text("date-time", date=day, time=one.time) if one.time else day
    how = joined(say.say(one.mode), typed(one.who), between=", ")
    date_cell = TableCell(typed(capital(when)), row_header=True)
    return date_cell, TableCell(how), TableCell(ticks=(True,))


def _said_back(sheet: PatientSheet, say: Phrases) -> Iterable[Block]:
    line = sheet.clinic.language_line
    yield Heading(3, say.say("language-line"))
    yield Paragraph(typed(line)) if line else Blank(say.say("language-blank"))
    yield Together(
        (
            Heading(3, say.say("back")),
            Paragraph(say.say("back-line")),
            *_signed(sheet, say),
        )
    )
    yield Paragraph(_checked(sheet, say))


def _signed(sheet: PatientSheet, say: Phrases) -> tuple[Block, ...]:
    name, day = Blank(say.say("back-name")), Blank(say.say("back-date"))
    return (name, day) if sheet.is_large else (Beside((name,), (day,), share=60),)


def _checked(sheet: PatientSheet, say: Phrases) -> Words:
    day, night = (
        say.plain_date(phone.confirmed_on) if phone.confirmed_on else say.text("not-checked")
        for phone in (sheet.clinic.day, sheet.clinic.night)
    )
    return say.say("phones-checked", day=day, night=night)
