"""The timeline: a plan's days drawn as lanes, the words that stand for it, and its full table.

Facts go in, shapes come out (`planned_track`); the same shapes are painted to SVG for the page
(`to_svg`) and to the PDF. Every number in it was typed. Does not belong here: colours (they are in
`static/timeline.css`), database rows, and any number that nobody typed.
"""

from tracker.timeline.planned import planned_track
from tracker.timeline.shapes import Drawing, Group, Line, Outline, Rect, Shape, Text
from tracker.timeline.svg import to_svg
from tracker.timeline.table import UNTYPED, DataCell, DataRow, data_table

__all__ = [
    "UNTYPED",
    "DataCell",
    "DataRow",
    "Drawing",
    "Group",
    "Line",
    "Outline",
    "Rect",
    "Shape",
    "Text",
    "data_table",
    "planned_track",
    "to_svg",
]
