"""Tables for a spreadsheet: CSV in UTF-8, days as ISO dates, and no cell that acts as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

# What a spreadsheet takes for the beginning of a formula, also behind blanks and control marks.
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BYTE_ORDER_MARK = "\ufeff"  # without it a common spreadsheet reads names as Latin-1


def cell(value: object) -> str:
    """Give a value as a cell holds it; text that would act gets an apostrophe in front."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _:
            text = str(value)
            return f"'{text}" if text.lstrip(" \xa0\ufeff").startswith(_ACTS) else text


def lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Give a table line by line, so that a long one is never held as a whole."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield BYTE_ORDER_MARK + _written(buffer, writer, headings)
    for row in rows:
        yield _written(buffer, writer, row)


def _written(buffer: io.StringIO, writer: object, row: Sequence[object]) -> str:
    writer.writerow([cell(value) for value in row])  # type: ignore[attr-defined]  # csv's own type
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
