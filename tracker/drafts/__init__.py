"""A plan as it is being typed: a dict of strings, its reading into a version, and its edits.

A draft is JSON-able and holds the texts exactly as typed; nothing in it is a truth yet. `read`
makes a `plans.Version` of it or says what is wrong and where. Edits take a draft and return
another; no edit ever writes a dose. Pure: standard library only, "today" passed in.
"""

from tracker.drafts.change import carried, clear_doses, doses_to_clear, from_version
from tracker.drafts.edits import (
    Edited,
    add_medicine,
    add_row,
    chain,
    duplicate_row,
    lay_out,
    remove_medicine,
    remove_row,
    settle,
)
from tracker.drafts.locks import keep_starts, lay_out_later, why_locked
from tracker.drafts.reading import Reading, read
from tracker.drafts.rhythms import AFTER, UNITS, WHEN
from tracker.drafts.shape import Raw, blank, digest, from_form, tidy, to_form
from tracker.drafts.translating import FreeText, free_texts, left_over

__all__ = [
    "AFTER",
    "UNITS",
    "WHEN",
    "Edited",
    "FreeText",
    "Raw",
    "Reading",
    "add_medicine",
    "add_row",
    "blank",
    "carried",
    "chain",
    "clear_doses",
    "digest",
    "doses_to_clear",
    "duplicate_row",
    "free_texts",
    "from_form",
    "from_version",
    "keep_starts",
    "lay_out",
    "lay_out_later",
    "left_over",
    "read",
    "remove_medicine",
    "remove_row",
    "settle",
    "tidy",
    "to_form",
    "why_locked",
]
