"""Reports of one clinic: counts, and the list behind each count. No dose is read here.

A report is a query of lines, each in a group; it is counted and listed as it stands, so that no
number can differ from its list. `REPORTS` names them in the order of the page.
"""

from tracker.charts.reports import care, plans, waiting
from tracker.charts.reports.house import house
from tracker.charts.reports.values import Count, Line, Report, counts, lines, named, patients_in

REPORTS = {
    one.name: one
    for one in (
        waiting.overdue, waiting.unreached, waiting.no_contact, waiting.not_started,
        waiting.escalations, plans.by_state, care.paired, care.started, care.attended,
        care.barriers, plans.not_handed_over, plans.checklist, care.on_time,
    )
}  # fmt: skip

__all__ = ["REPORTS", "Count", "Line", "Report", "counts", "house", "lines", "named", "patients_in"]
