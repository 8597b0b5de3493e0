"""Rules of therapies over time: what may follow what, and where one stands, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tracker.therapies import Kind, Line, Standing, why_not

TODAY = date(2026, 11, 24)
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def course(*events: str, planned: bool = False) -> Standing:
    """Make a therapy's lines, one a day from Nov 2: "attended 3", "barrier transport", ..."""
    lines = []
    for place, event in enumerate(events):
        kind, _, more = event.partition(" ")
        lines.append(
            Line(
                fact_id=place + 1,
                kind=Kind(kind),
                on=date(2026, 11, 2) + timedelta(days=place),
                by="Bo",
                at=AT,
                times=int(more) if kind == "attended" else 0,
                barrier=more if kind == "barrier" else "",
                text=more if kind == "stopped" else "",
            )
        )
    return Standing(1, "yoga", "Yoga", tuple(lines), planned=planned)


@pytest.mark.parametrize(
    ("one", "state", "says"),
    [
        (course(planned=True), "planned", "planned, nothing recorded yet"),
        (course(), "planned", "nothing recorded yet"),
        (course("referred"), "referred", "referred Mon Nov 2, 2026, not started"),
        (
            course("referred", "barrier transport"),
            "referred",
            "referred Mon Nov 2, 2026, not started; in the way: transport",
        ),
        (
            course("referred", "barrier cost", "started"),
            "started",
            "started Wed Nov 4, 2026, no session recorded",
        ),
        (
            course("started", "attended 1"),
            "started",
            "started Mon Nov 2, 2026, attended 1 time, last Tue Nov 3, 2026",
        ),
        (course("attended 3"), "started", "attended 3 times, last Mon Nov 2, 2026"),
        (
            course("started", "attended 2", "barrier coverage", "attended 1"),
            "started",
            "started Mon Nov 2, 2026, attended 3 times, last Thu Nov 5, 2026",
        ),
        (
            course("started", "stopped It hurt"),
            "stopped",
            "stopped Tue Nov 3, 2026, no session recorded: It hurt",
        ),
        (course("started", "stopped", "started"), "started", None),
        (
            course("barrier none_near"),
            "planned",
            "nothing recorded yet; in the way: none nearby",
        ),
    ],
)
def test_where_a_therapy_stands_follows_from_its_lines(
    one: Standing, state: str, says: str | None
) -> None:
    assert one.state == state
    assert says is None or one.says == says


def test_a_line_in_error_counts_for_nothing() -> None:
    one = course("started", "attended 4")
    wrong = Line(9, Kind.ATTENDED, date(2026, 11, 20), "Bo", AT, times=7, in_error="Wrong chart")
    assert Standing(1, "yoga", "Yoga", (*one.lines, wrong)).says == one.says


@pytest.mark.parametrize(
    ("so_far", "kind", "on", "times", "barrier", "fields"),
    [
        (course(), "referred", TODAY, 0, "", set()),
        (course(), "", TODAY, 0, "", {"kind"}),
        (course(), "finished", TODAY, 0, "", {"kind"}),
        (course(), "started", None, 0, "", {"on"}),
        (course(), "started", TODAY + timedelta(days=1), 0, "", {"on"}),
        (course(), "attended", TODAY, None, "", {"times"}),
        (course(), "attended", TODAY, 0, "", {"times"}),
        (course(), "attended", TODAY, 100, "", {"times"}),
        (course(), "attended", TODAY, 99, "", set()),
        (course(), "barrier", TODAY, 0, "", {"barrier"}),
        (course(), "barrier", TODAY, 0, "cost", set()),
        (course("started", "stopped"), "attended", TODAY, 1, "", {"kind"}),
        (course("started", "stopped"), "stopped", TODAY, 0, "", {"kind"}),
        (course("started", "stopped"), "started", TODAY, 0, "", set()),
    ],
)
def test_what_may_be_recorded(
    so_far: Standing, kind: str, on: date | None, times: int | None, barrier: str, fields: set[str]
) -> None:
    found = why_not(so_far.lines, kind=kind, on=on, today=TODAY, times=times, barrier=barrier)
    assert set(found) == fields
