"""The worklist as rules: which rows a patient's facts put on the Today list, and when.

`rows_for` turns one patient's facts into rows that hold dates and never a group; which group a row
stands in follows from its dates and the day on which somebody looks (`groups`). Pure: standard
library only, no database. `charts.worklist` reads the facts, `records.worklist` keeps the rows.
"""

from tracker.worklist.groups import LONGEST_GRACE, SOON_DAYS, TITLES, Group, group_of, says
from tracker.worklist.rows import rows_for
from tracker.worklist.values import (
    NEVER,
    Done,
    Kind,
    Lane,
    Paper,
    PatientFacts,
    Row,
)

__all__ = [
    "LONGEST_GRACE",
    "NEVER",
    "SOON_DAYS",
    "TITLES",
    "Done",
    "Group",
    "Kind",
    "Lane",
    "Paper",
    "PatientFacts",
    "Row",
    "group_of",
    "rows_for",
    "says",
]
