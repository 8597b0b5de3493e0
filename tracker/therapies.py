"""Rules of therapies over time: what may follow what, and where a therapy stands, in words.

A therapy is referred, started, attended some number of times, stopped; and something may stand in
the way of it. Pure: the lines are passed in. Sessions are counts that were typed, added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.dates import screen
from tracker.languages import counted, joined, said


class Kind(StrEnum):
    """One thing that can happen with a therapy."""

    REFERRED = "referred"
    STARTED = "started"
    ATTENDED = "attended"
    STOPPED = "stopped"
    BARRIER = "barrier"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.REFERRED: said("Referred"),
    Kind.STARTED: said("Started"),
    Kind.ATTENDED: said("Attended"),
    Kind.STOPPED: said("Stopped"),
    Kind.BARRIER: said("Something in the way"),
}

# The first three stand in the article's and the catalogue's own words: cost, transport, coverage.
BARRIERS: Mapping[str, str] = {
    "cost": said("cost"),
    "transport": said("transport"),
    "coverage": said("not covered by insurance"),
    "time": said("no time, work or family"),
    "waiting": said("waiting list"),
    "none_near": said("none nearby"),
    "worse": said("pain was worse after it"),
    "unwell": said("too unwell"),
    "language": said("language"),
    "not_wanted": said("does not want it"),
    "other": said("something else"),
}

MOST_SESSIONS = 99  # in one line; more than that is a slip of the key


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a therapy's stream."""

    fact_id: int
    kind: Kind
    on: date
    by: str
    at: datetime
    times: int = 0
    barrier: str = ""
    text: str = ""
    in_error: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One therapy and where it stands; `id` is None while nothing has been recorded of it."""

    id: int | None
    therapy: str  # catalogue id
    words: str
    lines: tuple[Line, ...] = ()
    seq: int = 0
    planned: bool = False  # paired with the step in force or a later one
    patient_id: int = 0

    def _last(self, *kinds: Kind) -> Line | None:
        counted = [one for one in self.lines if not one.in_error and one.kind in kinds]
        return max(counted, key=lambda one: (one.on, one.fact_id), default=None)

    @property
    def sessions(self) -> int:
        """How many sessions were attended, as recorded."""
        return sum(map(_times, self.lines))

    @property
    def state(self) -> str:
        """One of planned, referred, started, stopped."""
        last = self._last(Kind.REFERRED, Kind.STARTED, Kind.ATTENDED, Kind.STOPPED)
        if last is None:
            return "planned"
        return "started" if last.kind is Kind.ATTENDED else last.kind.value

    @property
    def barrier(self) -> Line | None:
        """What stands in the way now: the last barrier, unless it was attended or begun since."""
        wall, on = self._last(Kind.BARRIER), self._last(Kind.STARTED, Kind.ATTENDED, Kind.STOPPED)
        if wall is None or (on and (on.on, on.fact_id) > (wall.on, wall.fact_id)):
            return None
        return wall

    @property
    def says(self) -> str:
        """Where it stands: "referred Tue Nov 3, 2026, not started; transport"."""
        return joined("; ", [self._course(), *self._in_the_way()])

    def _course(self) -> str:
        state = self.state
        if state == "planned":
            return (
                said("planned, nothing recorded yet")
                if self.planned
                else said("nothing recorded yet")
            )
        last = self._last(Kind(state), Kind.ATTENDED) if state == "started" else None
        began = self._last(Kind(state))
        if state == "referred" and began:
            return said("referred {day}, not started", day=screen(began.on))
        if state == "stopped" and began:
            stopped = said(
                "stopped {day}, {attended}", day=screen(began.on), attended=self._attended()
            )
            return joined(": ", [stopped, *filter(None, [began.text])])
        parts = [self._attended()]
        if began:
            parts.insert(0, said("started {day}", day=screen(began.on)))
        if last and last.kind is Kind.ATTENDED:
            parts.append(said("last {day}", day=screen(last.on)))
        return joined(", ", parts)

    def _attended(self) -> str:
        times = self.sessions
        if times == 0:
            return said("no session recorded")
        return counted("attended {n} time", "attended {n} times", times)

    def _in_the_way(self) -> list[str]:
        wall = self.barrier
        if wall is None:
            return []
        words = BARRIERS.get(wall.barrier, BARRIERS["other"])
        if wall.text:
            return [said("in the way: {what} ({words})", what=words, words=wall.text)]
        return [said("in the way: {what}", what=words)]


def _times(line: Line) -> int:
    return 0 if line.in_error else line.times


def why_not(
    lines: Sequence[Line], *, kind: str, on: date | None, today: date, times: int | None,
    barrier: str,
) -> Mapping[str, str]:  # fmt: skip
    """Give a sentence for each field that keeps a line from being recorded; {} when none does.

    `lines` are those of the therapy so far; `on` and `times` are None for what could not be read.
    """
    wrong: dict[str, str] = {}
    if kind not in set(Kind):
        return {"kind": said("Choose what happened.")}
    if on is None:
        wrong["on"] = said("Say on which day.")
    elif on > today:
        wrong["on"] = said("This day is still to come. Record it when it has happened.")
    standing = Standing(None, "", "", tuple(lines))
    if standing.state == "stopped" and kind not in (Kind.REFERRED, Kind.STARTED):
        wrong["kind"] = said("It was stopped. Record that it was referred or started again first.")
    if kind == Kind.ATTENDED and not (times and 1 <= times <= MOST_SESSIONS):
        wrong["times"] = said(
            "Type how many sessions, 1 to {most_sessions}.", most_sessions=MOST_SESSIONS
        )
    if kind == Kind.BARRIER and barrier not in BARRIERS:
        wrong["barrier"] = said("Choose what stands in the way.")
    return wrong
