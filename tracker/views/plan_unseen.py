"""What goes with the plan builder's form without a box on the page: texts of cells nobody sees now.

A time that is not ticked, a step in which a medicine is not used, another pattern. They are kept
for the day they are chosen again, and read by nobody until then.
"""

from __future__ import annotations

from collections.abc import Collection

from tracker import drafts
from tracker.drafts import Raw
from tracker.plans import Pattern, Slot, Weekday

_USES = {
    Pattern.TIMES.value: tuple(slot.value for slot in Slot),
    Pattern.WEEKDAYS.value: tuple(day.value for day in Weekday),
}


def other_uses(row: Raw) -> list[str]:
    """Give the ticked times or weekdays of a medicine that its pattern has no boxes for."""
    return [use for use in row["uses"] if use not in _USES.get(row["pattern"], ())]


def patterns_aside(raw: Raw, medicine: str) -> set[str]:
    """Give the patterns under which something was typed for a medicine and laid aside."""
    return {under.partition("-")[0] for under in raw["aside"].get(medicine, ())}


def fields(raw: Raw, seen: Collection[str]) -> list[tuple[str, str]]:
    """Give name and text of each cell without a box; `seen` names the fields that have one."""
    cells = [
        (f"steps.{index}.cells.{medicine}.{slot}", text)
        for index, row in enumerate(raw["steps"])
        for medicine, typed in row["cells"].items()
        for slot, text in typed.items()
    ]
    aside = drafts.to_form({"aside": raw["aside"]})
    return [*((name, text) for name, text in cells if text and name not in seen), *aside]
