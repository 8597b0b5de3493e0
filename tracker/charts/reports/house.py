"""What the clinic itself has yet to confirm, because it stands on paper."""

from __future__ import annotations

from datetime import date

from tracker.models import Clinic


def house(
    clinic: Clinic, today: date, *, allowed: bool, drafts: int
) -> tuple[tuple[str, str], ...]:
    """List what the clinic itself has yet to confirm: what, and the page where it is done.

    `drafts` Spanish phrases have no translator's approval; `allowed` says whether the clinic
    prints them on its own responsibility.
    """
    found = []
    for label, phone in (("daytime", "day_phone"), ("after-hours", "night_phone")):
        number, confirmed = getattr(clinic, phone), getattr(clinic, f"{phone}_confirmed_on")
        if not number:
            found.append((f"There is no {label} number.", "clinic.show"))
        elif confirmed is None:
            found.append((f"Nobody has confirmed the {label} number.", "clinic.show"))
        elif (today - confirmed).days > 365:
            found.append((f"The {label} number was confirmed more than a year ago.", "clinic.show"))
    if drafts:
        words = f"No named translator has approved {drafts} Spanish phrases"
        more = "the clinic prints them as drafts" if allowed else "they are not printed"
        found.append((f"{words}; {more}.", "wording.show"))
    return tuple(found)
