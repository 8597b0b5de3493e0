"""Reports of one clinic: counts, and the list behind each count. No dose is read here.

A report is a list of lines, each in a group; a count is the number of lines of its group, so that
no number can differ from its list. `REPORTS` names them in the order of the page.
"""

from tracker.charts.reports.values import Count, Line, Report, counts, gathered, house, named
from tracker.charts.reports.which import REPORTS

__all__ = ["REPORTS", "Count", "Line", "Report", "counts", "gathered", "house", "named"]
