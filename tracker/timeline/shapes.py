"""The shapes that a timeline is made of, and nothing that paints them.

Lengths are whole units of the drawing; x goes right, y goes down. A shape says what it is by a
class name and never how it looks: the style sheet and the PDF each know the names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A box; `x`, `y` is its upper left corner."""

    kind: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, upright or level."""

    kind: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Outline:
    """Corners joined by upright and level lines; closed, it is a surface."""

    kind: str
    corners: tuple[tuple[int, int], ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Words on one line; `y` is the line they stand on."""

    kind: str
    x: int
    y: int
    words: str
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that belong together; `label` says what they are, `kind` may be "" (no looks)."""

    kind: str
    label: str
    shapes: tuple[Shape, ...]


Shape: TypeAlias = Rect | Line | Outline | Text | Group


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole timeline: its size, its name, a sentence in its place, and its shapes in order."""

    width: int
    height: int
    title: str
    sentence: str  # the text alternative
    shapes: tuple[Shape, ...]
