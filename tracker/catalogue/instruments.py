"""Reads one instrument from its table: the scale or questions, and what every entry carries."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.catalogue.files import Table
from tracker.checkins import Band, Choice, Instrument, Kind, Method, Question

MODES = ("phone", "video", "in_person")
LONGEST_ID = 40


def read_instrument(table: Table, words: str, others: Sequence[str]) -> Instrument:
    """Read the instrument of an entry; `others` are the ids that it may continue.

    Raises BadCatalogue for a scale whose items are not whole numbers, whose bands overlap or whose
    choices say a value twice.
    """
    method = Method(table.choice("method", list(Method), default=Method.NONE.value))
    # A published scale is asked in the words that were validated: it is not translated freely.
    own = method is Method.NONE
    shared = _choices(table, "choices", own)
    questions = tuple(_question(table, row, shared, own) for row in table.tables("question"))
    if len({one.id for one in questions}) != len(questions):
        raise table.bad("a question id is there twice.")
    if method is not Method.NONE and not all(map(_is_numbered, questions)):
        raise table.bad("a scale is answered in whole numbers alone.")
    return Instrument(
        id=table.name,
        version=table.whole("version"),
        words=words,
        method=method,
        modes=table.choices("modes", MODES, optional=True),
        alone=table.flag("alone", default=False),
        continues=table.choice("continues", others) if table.has("continues") else "",
        cut=table.whole("cut") if table.has("cut") else None,
        credit=table.text("credit", default=""),
        note=table.said("note", default="") if own else table.text("note", default=""),
        loinc=table.text("loinc", default=""),
        total_loinc=table.text("total_loinc", default=""),
        bands=_bands(table),
        questions=questions,
    )


def why_not_replace(own: Instrument, shipped: Instrument) -> str:
    """Say why the clinic's own instrument cannot take the place of a shipped one, or "".

    The rules know questions and answers by their ids, so those stay; words may change.
    """
    if own.version <= shipped.version:
        return f"version must be above {shipped.version}, which is the shipped one."
    if _bones(own) != _bones(shipped):
        return "only words may change: questions, values, method and cut stay as shipped."
    return ""


def _bones(one: Instrument) -> object:
    questions = [
        (q.id, q.kind, q.low, q.high, q.more, q.scored, [(c.value, c.more) for c in q.choices])
        for q in one.questions
    ]
    return one.method, one.continues, one.cut, one.alone, one.modes, questions


def _question(table: Table, row: Table, shared: tuple[Choice, ...], own: bool) -> Question:
    words = row.said if own else row.text
    kind = Kind(row.choice("kind", list(Kind), default=Kind.CHOICE.value))
    picks = kind in (Kind.CHOICE, Kind.SIGNS)
    choices = _choices(row, "choices", own) or (shared if kind is Kind.CHOICE else ())
    if picks and not choices:
        raise row.bad("a question with choices must list them.")
    if choices and not picks:
        raise row.bad(f"a {kind} has no choices.")
    found = Question(
        id=f"{table.name}.{row.text('id')}",
        ask=words("ask"),
        kind=kind,
        choices=choices,
        low=row.whole("low") if kind is Kind.WHOLE else 0,
        high=row.whole("high") if kind is Kind.WHOLE else 0,
        low_words=words("low_words", default=""),
        high_words=words("high_words", default=""),
        hint=words("hint", default=""),
        more=row.flag("more", default=False),
        scored=row.flag("scored", default=True),
        loinc=row.text("loinc", default=""),
    )
    row.done()
    return found


def _choices(table: Table, key: str, own: bool) -> tuple[Choice, ...]:
    if not table.has(key):
        return ()
    found = []
    for row in table.tables(key):
        words = row.said("words") if own else row.text("words")
        found.append(Choice(row.text("value"), words, row.flag("more", default=False)))
        row.done()
    if len({choice.value for choice in found}) != len(found):
        raise table.bad("a value is there twice.")
    return tuple(found)


def _bands(table: Table) -> tuple[Band, ...]:
    if not table.has("bands"):
        return ()
    found = []
    for row in table.tables("bands"):
        found.append(Band(row.whole("low"), row.whole("high"), row.text("words")))
        row.done()
    edges = [edge for band in found for edge in (band.low, band.high)]
    if edges != sorted(set(edges)):
        raise table.bad("bands must follow each other without overlap.")
    return tuple(found)


def _is_numbered(question: Question) -> bool:
    if question.kind is Kind.WHOLE:
        return True
    values = [choice.value for choice in question.choices]
    return question.kind is Kind.CHOICE and all(v.isascii() and v.isdigit() for v in values)
