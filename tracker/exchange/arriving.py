"""What arrives: patients and their current medicines, from a FHIR Bundle, its lines, or a CSV.

Nothing is believed: each line becomes a draft that a person confirms, or a refusal with its reason.
A dose stays the text that stands in the file, as `text` of a medicine; nothing reads its digits.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import dates
from tracker.exchange import arriving_fhir
from tracker.exchange.arriving_fhir import Found, Medicine
from tracker.languages import said
from tracker.names import digits, fold, why_not_name
from tracker.search_keys import record_key

MOST_ROWS = 5_000
MOST_MEDICINES = 20
LONGEST: Mapping[str, int] = {
    "family_name": 200, "given_names": 200, "preferred_name": 200, "latin_name": 200,
    "record_no": 60, "phone": 60, "other_phone": 60, "address": 500, "emergency_name": 200,
    "emergency_phone": 60, "supporter_name": 200, "supporter_phone": 60, "language": 40,
    "allergies": 1000, "goal": 2000,
}  # fmt: skip
_PHONES = ("phone", "other_phone", "emergency_phone", "supporter_phone")
_HEADINGS = {
    **{name: name for name in LONGEST},
    "birth_date": "birth_date", "date_of_birth": "birth_date", "dob": "birth_date",
    "last_name": "family_name", "surname": "family_name", "family": "family_name",
    "first_name": "given_names", "given_name": "given_names", "given": "given_names",
    "record_number": "record_no", "mrn": "record_no", "telephone": "phone",
    "medicine": "medicine", "medication": "medicine", "drug": "medicine",
    "dose": "dose", "directions": "dose", "sig": "dose", "how_it_is_taken": "dose",
}  # fmt: skip


class NotReadable(ValueError):
    """Raised for a file that is none of the formats; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Arrived:
    """One patient of a file, fit to be a draft: values as a patient's record takes them."""

    line: int
    values: Mapping[str, Any]  # texts, `interpreter`, `state`; dates as ISO texts
    medicines: tuple[Medicine, ...]
    identity: str  # SHA-256 of name, date of birth and record number, folded


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that cannot be imported, and why; the reason repeats nothing of the line."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Arriving:
    """A whole file as read."""

    format: str
    sha256: str
    rows: tuple[Arrived, ...]
    refused: tuple[Refused, ...]


def read(data: bytes, *, today: date) -> Arriving:
    """Read a file into drafts and refusals; raises NotReadable for what is no such file.

    A patient who stands in it twice is one draft, the medicines of all their lines together.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise NotReadable(
            said("The file is not in UTF-8. Save it as “CSV UTF-8”, or as JSON, and try again.")
        ) from failure
    if not text.strip():
        raise NotReadable(said("The file is empty."))
    if text.lstrip().startswith("{"):
        format, found, refused = "FHIR R4", *_fhir(text)
    else:
        format, found, refused = "CSV", *_csv(text)
    if len(found) > MOST_ROWS:
        raise NotReadable(
            said(
                "The file has {found} lines. Import at most {most} at once.",
                found=f"{len(found):,}",
                most=f"{MOST_ROWS:,}",
            )
        )
    rows, more = _drafts(found, today)
    digest = hashlib.sha256(data).hexdigest()
    in_order = tuple(sorted((*refused, *more), key=lambda one: one.line))
    return Arriving(format, digest, rows, in_order)


def _drafts(found: Iterable[Found], today: date) -> tuple[tuple[Arrived, ...], list[Refused]]:
    rows: dict[str, Arrived] = {}
    refused = []
    for one in found:
        values = {name: value for name, value in one.values.items() if value not in ("", None)}
        if why := _why_not(values, one.medicines, today):
            refused.append(Refused(one.line, why))
            continue
        values["birth_date"] = _day(values["birth_date"], today).isoformat()
        identity = _identity(values)
        before = rows.get(identity)
        medicines = (*(before.medicines if before else ()), *one.medicines)
        if len(medicines) > MOST_MEDICINES:
            refused.append(
                Refused(one.line, said("More than {most} medicines.", most=MOST_MEDICINES))
            )
            continue
        rows[identity] = Arrived(
            before.line if before else one.line,
            before.values if before else values,
            tuple(dict.fromkeys(medicines)),
            identity,
        )
    return tuple(rows.values()), refused


def _why_not(values: Mapping[str, Any], medicines: Iterable[Medicine], today: date) -> str:
    """Say why a line is no draft, in words that repeat nothing of it; "" for one that is."""
    if not values.get("family_name"):
        return said("There is no family name.")
    for name in ("family_name", "given_names", "preferred_name", "latin_name"):
        if values.get(name) and why_not_name(values[name]):
            return said("The {what} cannot be a name.", what=said(name.replace("_", " ")))
    if not values.get("birth_date"):
        return said("There is no date of birth.")
    try:
        if _day(values["birth_date"], today) > today:
            return said("The date of birth is in the future.")
    except dates.NotADate:
        return said("The date of birth cannot be read. Write it as 1961-03-14.")
    if why := _why_not_since(values.get("state_since", ""), today):
        return why
    for name, most in LONGEST.items():
        if len(values.get(name, "")) > most:
            return said(
                "The {what} is longer than {most} characters.",
                what=said(name.replace("_", " ")),
                most=most,
            )
    for name in _PHONES:
        if values.get(name) and len(digits(values[name])) < 3:
            return said("The {what} has too few digits.", what=said(name.replace("_", " ")))
    if any(not one.name for one in medicines):
        return said("A medicine has no name.")
    if any(len(one.name) > 200 or len(one.text) > 500 for one in medicines):
        return said("A medicine’s name or text is too long.")
    if any(_hidden(text) for text in _texts(values, medicines)):
        return said("There is a hidden character in it.")
    return ""


def _why_not_since(text: str, today: date) -> str:
    try:
        since = date.fromisoformat(text) if text else today
    except ValueError:
        return said("The date of death or of moving away cannot be read.")
    return "" if since <= today else said("The date of death or of moving away is to come.")


def _texts(values: Mapping[str, Any], medicines: Iterable[Medicine]) -> Iterable[str]:
    yield from (text for text in values.values() if isinstance(text, str))
    for one in medicines:
        yield from (one.name, one.text)


def _hidden(text: str) -> bool:
    return any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text)


def _day(text: str, today: date) -> date:
    return dates.read_date(text, today=today, year_required=True)


def _identity(values: Mapping[str, Any]) -> str:
    parts = (
        fold(f"{values['family_name']} {values.get('given_names', '')}"),
        values["birth_date"],
        record_key(values.get("record_no", "")),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _fhir(text: str) -> tuple[list[Found], list[Refused]]:
    """Take a Bundle, one resource, or a resource a line."""
    resources: list[tuple[int, Any, str]] = []
    refused = []
    try:
        whole = json.loads(text)
    except RecursionError as failure:
        raise NotReadable(said("The file is nested too deeply.")) from failure
    except ValueError:
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                resources.append((number, json.loads(line), ""))
            except (ValueError, RecursionError):
                refused.append(Refused(number, said("This line is not JSON.")))
        if not resources:
            raise NotReadable(said("The file is not JSON.")) from None
    else:
        resources = arriving_fhir.entries(whole)
    found, without = arriving_fhir.patients(resources)
    if not found and not refused and not without:
        raise NotReadable(said("There is no patient in the file."))
    refused += [
        Refused(line, said("The medicine is of no patient in this file.")) for line in without
    ]
    return found, refused


def _csv(text: str) -> tuple[list[Found], list[Refused]]:
    """Take a table; its first line names the columns, and a patient may have several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows = iter(reader)
    try:
        headings = [_HEADINGS.get("_".join(fold(one).split())) for one in next(rows)]
    except csv.Error as failure:
        raise NotReadable(said("The first line cannot be read as a table’s headings.")) from failure
    for name in ("family_name", "birth_date"):
        if name not in headings:
            raise NotReadable(
                said(
                    "No column is named {name}. The first line of a table names its columns: "
                    "family_name, given_names, birth_date, record_no, phone, medicine, dose.",
                    name=name,
                )
            )
    found: list[Found] = []
    refused: list[Refused] = []
    while True:
        line = reader.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return found, refused
        except csv.Error:
            refused.append(Refused(line, said("This line cannot be read as a table’s line.")))
            continue
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(headings):
            refused.append(Refused(line, said("This line has more cells than there are headings.")))
            continue
        found.append(_of_cells(line, headings, row))


def _of_cells(line: int, headings: list[str | None], row: list[str]) -> Found:
    cells = {
        name: _inert(cell.strip())
        for name, cell in zip(headings, row, strict=False)
        if name is not None and cell.strip()
    }
    medicine, dose = cells.pop("medicine", ""), cells.pop("dose", "")
    medicines = (Medicine(medicine, dose),) if medicine or dose else ()
    return Found(line, cells, medicines)


def _inert(cell: str) -> str:
    """Drop the apostrophe that a spreadsheet's text got so that it does nothing."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@|%") else cell


def _delimiter(text: str) -> str:
    first = text.splitlines()[0]
    return max(",;\t", key=first.count)
