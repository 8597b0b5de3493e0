"""What was typed for a medicine under another pattern: kept out of sight until the plan is signed.

"2" in the morning is not "2 each time": a cell typed under one pattern is never a cell of another.
When a medicine's pattern changes, its cells are laid aside, and lie in the grid again when it is
changed back. Nothing here reads a text, and nothing is copied: a text is moved whole.
"""

from __future__ import annotations

from typing import Any

from tracker.plans import Pattern

_NO_UNIT = "interval-"  # every so many hours or days, and neither chosen yet
_KNOWN = (
    *(pattern.value for pattern in Pattern if pattern is not Pattern.INTERVAL),
    *(f"{_NO_UNIT}{unit}" for unit in ("", "hours", "days")),
)


def dosed_as(medicine: dict[str, Any]) -> str:
    """Name what a medicine's cells are typed under: its pattern, with an interval's unit."""
    pattern: str = medicine["pattern"]
    return f"{pattern}-{medicine['every_unit']}" if pattern == "interval" else pattern


def lay_aside(raw: dict[str, Any]) -> None:
    """Move, in place, the cells of each medicine whose pattern is not that of its typing any more.

    Those typed under the pattern that it has now come back. What was laid aside for a step or a
    medicine that is gone is let go. To be called on a draft with all its fields and keys.
    """
    steps = {row["key"]: row for row in raw["steps"]}
    kept = {row["key"]: raw["aside"].get(row["key"], {}) for row in raw["medicines"]}
    for row in raw["medicines"]:
        now, before = dosed_as(row), row["typed_as"]
        if now not in _KNOWN:  # no pattern to type under: what was typed stays where it is
            continue
        row["typed_as"] = now
        if before not in _KNOWN:
            continue
        if now == before or (before == _NO_UNIT and now.startswith(_NO_UNIT)):
            continue
        away = {key: _typed(step, row["key"]) for key, step in steps.items()}
        for key, cells in kept[row["key"]].pop(now, {}).items():
            if key in steps:
                steps[key]["cells"][row["key"]] = cells
        kept[row["key"]][before] = away
    raw["aside"] = {key: told for key, parts in kept.items() if (told := _of(parts, steps))}


def _typed(step: dict[str, Any], medicine: str) -> dict[str, str]:
    """Take a medicine's cells out of a step, those with something in them."""
    cells = step["cells"].pop(medicine, {})
    return {slot: text for slot, text in cells.items() if text}


def _of(parts: dict[str, Any], steps: dict[str, Any]) -> dict[str, Any]:
    """Keep what has a text in a step that is there."""
    left = {
        under: {key: cells for key, cells in rows.items() if key in steps and any(cells.values())}
        for under, rows in parts.items()
    }
    return {under: rows for under, rows in left.items() if rows}
