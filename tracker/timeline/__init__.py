"""The timeline: a plan's days drawn as lanes, the words that stand for it, and its full table.

Facts go in, shapes come out (`planned_track`, and `both_tracks` with what happened); the same
shapes are painted to SVG for the page (`to_svg`) and to the PDF. Every number in it was typed, or
is an instrument's total. Does not belong here: colours (they are in `static/timeline.css`),
database rows, and any number that nobody typed.
"""

from tracker.timeline.events import Band, Differed, Happened, Marks, Panel, Point, Taken, Told
from tracker.timeline.gather import happened_of, told_of
from tracker.timeline.happened import both_tracks
from tracker.timeline.planned import planned_track
from tracker.timeline.shapes import Drawing, Group, Line, Outline, Rect, Shape, Text
from tracker.timeline.svg import to_svg
from tracker.timeline.table import UNTYPED, DataCell, DataRow, data_table

__all__ = [
    "UNTYPED",
    "Band",
    "DataCell",
    "DataRow",
    "Differed",
    "Drawing",
    "Group",
    "Happened",
    "Line",
    "Marks",
    "Outline",
    "Panel",
    "Point",
    "Rect",
    "Shape",
    "Taken",
    "Text",
    "Told",
    "both_tracks",
    "data_table",
    "happened_of",
    "planned_track",
    "to_svg",
    "told_of",
]
