"""What the clinic itself has yet to confirm, because it stands on paper."""

from __future__ import annotations

from datetime import date

from tracker.languages import said
from tracker.models import Clinic


def house(
    clinic: Clinic, today: date, *, allowed: bool, drafts: int
) -> tuple[tuple[str, str], ...]:
    """List what the clinic itself has yet to confirm: what, and the page where it is done.

    `drafts` Spanish phrases have no translator's approval; `allowed` says whether the clinic
    prints them on its own responsibility.
    """
    found = []
    for label, phone in ((said("daytime"), "day_phone"), (said("after-hours"), "night_phone")):
        number, confirmed = getattr(clinic, phone), getattr(clinic, f"{phone}_confirmed_on")
        if not number:
            found.append((said("There is no {label} number.", label=label), "clinic.show"))
        elif confirmed is None:
            found.append(
                (said("Nobody has confirmed the {label} number.", label=label), "clinic.show")
            )
        elif (today - confirmed).days > 365:
            found.append(
                (
                    said("The {label} number was confirmed more than a year ago.", label=label),
                    "clinic.show",
                )
            )
    if drafts:
        words = (
            said(
                "No named translator has approved {drafts} Spanish phrases; "
                "the clinic prints them as drafts.",
                drafts=drafts,
            )
            if allowed
            else said(
                "No named translator has approved {drafts} Spanish phrases; they are not printed.",
                drafts=drafts,
            )
        )
        found.append((words, "wording.show"))
    return tuple(found)
