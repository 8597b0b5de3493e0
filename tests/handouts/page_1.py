"""What page 1 says to take: read back from its tables, whatever their arrangement."""

from __future__ import annotations

import re

from tests.handouts.reading import Reading
from tests.handouts.test_large import expected
from tracker.handouts import medicines, phrases
from tracker.handouts.values import MedicineTable, PatientSheet

Amounts = dict[tuple[str, int], list[str]]  # (medicine's key, step) -> its cells


def typed(sheet: PatientSheet) -> Amounts:
    """Give what was typed for this step and the next, or holds on in them, by medicine."""
    found: Amounts = {}
    last = sheet.steps[-1].number
    for one in sheet.medicines:
        said = dict(zip([row.step for row in one.rows], expected(sheet, one), strict=True))
        for step in range(sheet.current_step, min(sheet.current_step + 1, last) + 1):
            row = medicines.row_in_force(one, step)
            if row is not None:
                found[one.key, step] = said[row.step]
    return found


def shown(sheet: PatientSheet, reading: Reading) -> Amounts:
    """Give what page 1 shows, by the headings over its tables or lines."""
    found: Amounts = {}
    say = phrases.load(sheet.language)
    heads = {_head(sheet, one): one for one in sheet.medicines}
    further = [say.text(phrase) for phrase in ("all-steps", "take-now", "take-next")]
    step, medicine = sheet.current_step, None
    for node in reading.root.all():
        if node.tag.startswith("H"):
            if node.said in further:
                break
            if named := re.search(rf"\b{say.text('column-step')} (\d+): ", _plain(node.said)):
                step = int(named.group(1))
            medicine = heads.get(_plain(node.said), medicine)
        elif node.tag == "Table" and medicine is not None:
            rows = [[_plain(cell.said) for cell in row.kids] for row in node.all()
                    if row.tag == "TR"]  # fmt: skip
            found |= _of_table(sheet, medicine, step, rows)
        elif node.tag == "P" and medicine is not None:
            found |= _of_line(sheet, medicine, _plain(node.said))
    return found


def _of_table(sheet: PatientSheet, one: MedicineTable, step: int, rows: list[list[str]]) -> Amounts:
    head, *body = rows
    word = phrases.load(sheet.language).text("column-step")
    if head[0] == word:  # a row for each step
        return {(one.key, int(row[0].split()[-1])): _apart(sheet, one, row[1:]) for row in body}
    if len(head) > 1 and head[1].startswith(f"{word} "):  # a column for each step
        return {
            (one.key, int(title.split()[-1])): [row[at] for row in body]
            for at, title in enumerate(head[1:], start=1)
        }
    return {(one.key, step): _apart(sheet, one, body[0])}


def _apart(sheet: PatientSheet, one: MedicineTable, cells: list[str]) -> list[str]:
    """Part amounts that stand one under the other in one cell, each after its column's name."""
    names = _names(sheet, one)
    if len(cells) == len(names):
        return cells
    lines = "|".join(map(re.escape, names))
    return re.findall(rf"(?:{lines}): ?(.*?)(?= (?:{lines}):|$)", cells[0])


def _names(sheet: PatientSheet, one: MedicineTable) -> list[str]:
    pairs = medicines.DoseColumns(one, phrases.load(sheet.language)).pairs(one.rows[0])
    return ["".join(span.text for span in header) for header, _ in pairs]


def _of_line(sheet: PatientSheet, one: MedicineTable, said: str) -> Amounts:
    """Read "Step 3. Morning 31½; Noon none; ...", each amount after its column's name."""
    say = phrases.load(sheet.language)
    told = re.fullmatch(rf"{say.text('column-step')} (\d+)\. (.*)", said)
    names = _names(sheet, one)
    parts = told.group(2).split("; ") if told else []
    if told is None or len(parts) != len(names):
        return {}
    amounts = [part.removeprefix(f"{name} ") for name, part in zip(names, parts, strict=True)]
    return {(one.key, int(told.group(1))): amounts}


def _head(sheet: PatientSheet, one: MedicineTable) -> str:
    say = phrases.load(sheet.language)
    return _plain("".join(span.text for span in medicines.heading(one, say)))


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())
