"""Tables: read back by a parser, and inert in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange import table


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (-7, "-7"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1, 9, 5, tzinfo=UTC), "2026-12-01T09:05:00+00:00"),
        ("1½", "1½"),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("+1 303 555", "'+1 303 555"),
        ("-2", "'-2"),
        ("\tx", "'\tx"),
        ("O'Neil", "O'Neil"),
        ("Nguyễn", "Nguyễn"),
    ],
)
def test_a_cell_is_written_so_that_it_does_nothing(value: object, written: str) -> None:
    assert table.cell(value) == written


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_what_goes_in_comes_out(rows: list[list[str]]) -> None:
    text = "".join(table.lines(["a", "b"], rows)).removeprefix(table.BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([table.cell(value) for value in row] for row in rows)]
    for row in read[1:]:
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")]
