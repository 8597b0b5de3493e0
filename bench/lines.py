"""One line of the report: a figure, its goal, and whether it is reached."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One figure beside its goal; without a limit it is told and not judged."""

    what: str
    figure: float
    limit: float | None = None
    aim: float | None = None
    at_least: bool = False  # the goal is reached from above
    unit: str = ""
    told: str = ""  # what it was made of

    @property
    def verdict(self) -> str:
        """Say how the figure stands to its goal."""
        if self.limit is None:
            return "told"
        if not self._reaches(self.limit):
            return f"MISSED by {self._off(self.limit)}" if self.limit else "MISSED"
        if self.aim is None:
            return "pass"
        return "aim" if self._reaches(self.aim) else f"pass, aim missed by {self._off(self.aim)}"

    @property
    def missed(self) -> bool:
        """Whether even the limit is missed."""
        return self.limit is not None and not self._reaches(self.limit)

    def _off(self, goal: float) -> str:
        return f"{abs(self.figure / goal - 1):.0%}"

    def _reaches(self, goal: float) -> bool:
        return self.figure >= goal if self.at_least else self.figure <= goal

    @property
    def goal(self) -> str:
        """Say the goal."""
        if self.limit is None:
            return ""
        sign = "≥" if self.at_least else "≤"
        aim = f", aim {self.aim:g}" if self.aim is not None else ""
        return f"{sign} {self.limit:g}{aim}"

    @property
    def said(self) -> str:
        """Say the figure."""
        return (
            f"{self.figure:,.2f}{self.unit}"
            if self.figure < 100
            else f"{self.figure:,.0f}{self.unit}"
        )

    def row(self) -> str:
        """Write the line for a terminal."""
        return f"{self.what:<66} {self.said:>10}  {self.goal:<14} {self.verdict:<25} {self.told}"


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the value below which so many percent lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def median(values: Sequence[float]) -> float:
    """Give the median."""
    return statistics.median(values)
