"""A schedule pasted from a spreadsheet: its cells as text, which column is what, and what is read.

What a person wrote in the spreadsheet is taken exactly, or not at all: a cell that is no exact dose
(`5-10`, `10 mg BID`, `=A1*.9`) stays empty and is shown as it was. Nothing is coerced or filled in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker import dates, doses
from tracker.drafts.shape import Raw, tidy
from tracker.drafts.typed import Unreadable, day_of, day_or_none, typed_day
from tracker.languages import joined, said
from tracker.plans import INTERVAL_CELLS, MOST_STEPS, Pattern, Schedule, Slot, cell_keys, cell_label

MOST_COLUMNS = 30
MOST_TEXT = 20_000  # characters of a paste
START, UNUSED = "start", ""
_STARTS = frozenset({"start", "starts", "start date", "from", "date", "begins", "starts on"})


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a column can be: the start of the steps, or one cell of one medicine."""

    id: str  # "start", or "m1.morning"
    words: str  # "oxyCODONE 5 mg tablet, morning"
    measure: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ReadCell:
    """One pasted cell: its source text, what is read of it, and why nothing is."""

    source: str
    text: str  # what goes into the draft; "" for nothing
    why: str  # "" when it was read, or is not used


@dataclass(frozen=True, slots=True)
class Pasted:
    """A pasted table beside what is read of it, one row for each step."""

    headings: tuple[str, ...]
    has_heading: bool
    columns: tuple[str, ...]  # target ids, "" for a column that is not used
    rows: tuple[tuple[ReadCell, ...], ...]
    problems: tuple[str, ...]

    @property
    def unread(self) -> int:
        """How many used cells are left empty."""
        return sum(1 for row in self.rows for cell in row if cell.why)


def table_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Cut a paste into rows and cells, as spreadsheets put them; blank rows are left out."""
    lines = csv.reader(io.StringIO(text[:MOST_TEXT].replace("\r\n", "\n")), delimiter="\t")
    try:
        rows = [tuple(" ".join(cell.split()) for cell in row[:MOST_COLUMNS]) for row in lines]
    except csv.Error:
        return ()
    filled = [row for row in rows if any(row)]
    width = max((len(row) for row in filled), default=0)
    return tuple(row + ("",) * (width - len(row)) for row in filled)


def targets(raw: Raw, names: Mapping[str, tuple[str, bool]]) -> tuple[Target, ...]:
    """List what a column can be; `names` gives a medicine's words and whether it is whole only.

    A medicine at times of day offers all four: to choose one is to tick it.
    """
    found = [Target(START, said("Start of the step"))]
    for row in tidy(raw)["medicines"]:
        if row["key"] not in names or row["pattern"] not in set(Pattern):
            continue
        words, whole = names[row["key"]]
        for cell in _cells(row):
            found.append(
                Target(
                    f"{row['key']}.{cell}",
                    joined(", ", (words, cell_label(cell))),
                    row["measure"],
                    whole,
                )
            )
    return tuple(found)


def _cells(row: Raw) -> tuple[str, ...]:
    if row["pattern"] == Pattern.TIMES:
        return tuple(slot.value for slot in Slot)
    return cell_keys(Schedule(Pattern(row["pattern"]), tuple(row["uses"])))


def looks_headed(table: Sequence[Sequence[str]], today: date) -> bool:
    """Say whether the first row looks like a heading: no date in it, and no dose."""
    first = table[0] if table else ()
    return bool(first) and not any(
        cell and (day_or_none(cell, today) is not None or cell[0].isdigit() or cell[0] in "½¼¾")
        for cell in first
    )


def suggested(headings: Sequence[str], offered: Sequence[Target]) -> tuple[str, ...]:
    """Match columns to targets by their headings, word for word; what is not plain is left."""
    labels: dict[str, list[str]] = {}
    for target in offered:
        label = target.words.rpartition(", ")[2].casefold()
        labels.setdefault(label, []).append(target.id)
        labels.setdefault(target.words.casefold(), []).append(target.id)
    found = []
    for heading in headings:
        words = heading.casefold().rstrip(":")
        ids = [START] if words in _STARTS else labels.get(words, [])
        found.append(ids[0] if len(ids) == 1 and ids[0] not in found else UNUSED)
    return tuple(found)


def read_paste(
    text: str, *, offered: Sequence[Target], today: date, columns: Sequence[str] | None = None,
    has_heading: bool | None = None,
) -> Pasted:  # fmt: skip
    """Read a paste; without `columns` they are matched by heading, to be looked over."""
    table = table_of(text)
    headed = looks_headed(table, today) if has_heading is None else has_heading
    width = len(table[0]) if table else 0
    headings = (
        table[0] if headed and table else tuple(said("Column {n}", n=n + 1) for n in range(width))
    )
    body = table[1:] if headed else table
    known = {target.id: target for target in offered}
    chosen = tuple(columns or suggested(headings, offered))[:width]
    chosen = tuple(one if one in known else UNUSED for one in chosen) + (UNUSED,) * (
        width - len(chosen)
    )
    rows = tuple(
        tuple(_read(cell, known.get(to), today) for cell, to in zip(row, chosen, strict=True))
        for row in body[:MOST_STEPS]
    )
    return Pasted(headings, headed, chosen, rows, tuple(_problems(body, chosen, known)))


def _problems(
    body: Sequence[Sequence[str]], chosen: Sequence[str], known: Mapping[str, Target]
) -> list[str]:
    if not body:
        return [said("Paste rows and columns from a spreadsheet: one row for each step.")]
    told = []
    if len(body) > MOST_STEPS:
        told.append(
            said(
                "A plan has at most {most} steps; {n} rows were pasted.",
                most=MOST_STEPS,
                n=len(body),
            )
        )
    used = [one for one in chosen if one]
    told += [
        said("Two columns are both “{words}”. Choose one.", words=known[one].words)
        for one in sorted({one for one in used if used.count(one) > 1})
    ]
    if not used:
        told.append(said("Choose what the columns are, then read the rows again."))
    return told


def _read(cell: str, target: Target | None, today: date) -> ReadCell:
    if target is None:
        return ReadCell(cell, "", "")
    if not cell:
        return ReadCell(cell, "", said("blank in the source"))
    if target.id == START:
        try:
            return ReadCell(cell, typed_day(day_of(cell, today)), "")
        except Unreadable as wrong:
            return ReadCell(cell, "", wrong.sentence)
    slot = target.id.partition(".")[2]
    if slot in INTERVAL_CELLS:
        why = doses.why_not_interval(cell)
    else:
        why = doses.why_not(cell, measure=target.measure or "count", whole_units_only=target.whole)
    return ReadCell(cell, "" if why else cell, why or "")


def put(raw: Raw, pasted: Pasted, *, locked: int = 0, by: str, on: date) -> Raw:
    """Put what was read into a draft, one pasted row for each step that has not begun.

    Every cell of a used column is replaced, by nothing where nothing was read. Choosing a time of
    day ticks it. The draft keeps a note that it was pasted, for whoever reviews it.
    """
    raw = tidy(raw)
    used = [one for one in pasted.columns if one]
    for medicine in raw["medicines"]:
        cells = [one.partition(".")[2] for one in used if one.startswith(f"{medicine['key']}.")]
        if medicine["pattern"] == Pattern.TIMES:
            wanted = {*medicine["uses"], *cells}
            medicine["uses"] = [slot.value for slot in Slot if slot.value in wanted]
    rows = raw["steps"]
    begun, later = rows[:locked], rows[locked:]
    later = later[: len(pasted.rows)]
    later += [{} for _ in range(len(pasted.rows) - len(later))]
    raw["steps"] = [*begun, *later]
    raw = tidy(raw)
    for row, read in zip(raw["steps"][locked:], pasted.rows, strict=True):
        _fill(row, pasted.columns, read)
    if START in used:
        raw["start_mode"] = "typed"
        raw["first_day"] = raw["first_day"] or (raw["steps"][0]["start"] if raw["steps"] else "")
    numbers = f"{locked + 1} to {len(raw['steps'])}" if len(pasted.rows) > 1 else str(locked + 1)
    raw["pasted"] = f"Steps {numbers} were pasted by {by} on {dates.screen(on)}"
    return tidy(raw)


def _fill(row: Raw, columns: Sequence[str], cells: Sequence[ReadCell]) -> None:
    for to, cell in zip(columns, cells, strict=True):
        if to == START:
            row["start"] = cell.text
        elif to:
            medicine, _, slot = to.partition(".")
            row["cells"].setdefault(medicine, {})[slot] = cell.text
