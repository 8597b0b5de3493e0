"""A draft that two people typed at once, field by field, in the words of the builder.

Nothing here writes or merges: it lays *when you opened it*, *now* and *yours* side by side.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from tracker import drafts
from tracker.catalogue import Catalogue
from tracker.charts import plans
from tracker.charts.course import course_of
from tracker.course.words import happening_title
from tracker.drafts import Raw
from tracker.page import moment
from tracker.plans import Product, cell_label, product_words
from tracker.readiness import CHECKLIST
from tracker.views.plan_builder import ANSWERS, WORDS

BLANK = "Not recorded"
_FIELDS = {
    "change_reason": "Why the plan changes",
    "reason": "Reason for tapering",
    "reason_text": "More about the reason",
    "goal": "The patient’s own goal",
    "agreed": "What the patient agreed to",
    "target": "What the plan aims for",
    "target_text": "More about the aim",
    "starts": "How steps start",
    "contact_before": "Contact required before each step",
    "first_day": "First day",
    "every": "Days for each step",
    "count": "Number of steps",
    "start_mode": "Start dates",
    "last_day": "Last day of the last step",
    "therapy_none_because": "Steps without a therapy: none, because",
    "checkin_none_because": "Steps without a check-in: none, because",
    "psych.answer": "Psychological support",
    "psych.text": "Psychological support: why not now, or a note",
}
_ROWS = {
    "medicines": "Medicine",
    "steps": "Step",
    "therapies": "Therapy",
    "rhythms": "Check-in",
    "new_medicines": "New medicine",
}
_PARTS = {
    "medicines.line": "product",
    "medicines.measure": "count or amount",
    "medicines.unit": "unit",
    "medicines.pattern": "how its doses fall",
    "medicines.uses": "times or weekdays used",
    "medicines.at": "time of day",
    "medicines.every_unit": "its interval is typed in",
    "medicines.purpose": "needed for what",
    "medicines.from_step": "from step",
    "medicines.through_step": "through step",
    "medicines.after": "after its last step",
    "medicines.after_text": "changed to what, or a note",
    "steps.start": "start",
    "steps.instruction": "words for the step",
    "therapies.id": "which",
    "therapies.steps": "steps",
    "therapies.note": "where, when and with whom",
    "rhythms.mode": "how",
    "rhythms.day": "on day",
    "rhythms.when": "counted",
    "rhythms.again": "again every so many",
    "rhythms.unit": "days, weeks or months",
    "rhythms.months": "for how many months after the taper",
    "rhythms.steps": "steps",
    "rhythms.topics": "topics",
    "new_medicines.words": "medicine",
    "new_medicines.directions": "directions",
    "new_medicines.starts": "from",
    "new_medicines.until": "until",
}
_CHOICES = {
    "reason": WORDS["reasons"],
    "target": WORDS["targets"],
    "starts": WORDS["starts"],
    "contact_before": WORDS["yes_no"],
    "start_mode": (("chained", "Follow from the first"), ("typed", "Typed one by one")),
    "psych.answer": WORDS["psych"],
    "medicines.pattern": WORDS["patterns"],
    "medicines.after": WORDS["after"],
    "medicines.at": WORDS["slots"],
    "medicines.uses": (*WORDS["slots"], *WORDS["weekdays"]),
    "rhythms.mode": WORDS["modes"],
    "rhythms.when": WORDS["when"],
    "rhythms.unit": WORDS["again_units"],
}


def who_saved(clinic_id: int, patient_id: int, seen: int) -> str:
    """Say who was quicker: who saved, signed or discarded the draft, or recorded something.

    `seen` is the place in the plan's stream that the page showed.
    """
    head = plans.draft_of(clinic_id, patient_id)
    last = next(iter(reversed(course_of(clinic_id, patient_id).happened)), None)
    if head is not None and last is not None and last.seq > seen:
        return (
            f"{last.by} recorded “{happening_title(last)}” on {moment(last.at)}. "
            "Check the draft again; what is typed in it is kept."
        )
    if head is None:
        lines = plans.version_lines(clinic_id, patient_id)
        if lines:
            return (
                f"{lines[0].signed_name} signed version {lines[0].number} meanwhile. "
                "What you typed is on this page; nothing of it was saved."
            )
        return "This draft was discarded meanwhile. What you typed is on this page."
    return (
        f"{head.saved_by} saved this draft on {moment(head.saved_at)}. "
        "What you typed is on this page; doses are never merged."
    )


def opened_as(typed: str) -> Raw | None:
    """Read back the draft that a form was made from; None when the form does not say."""
    try:
        return drafts.tidy(json.loads(typed)) if typed else None
    except ValueError:
        return None


def differences(
    opened: Raw | None,
    now: Raw | None,
    mine: Raw,
    *,
    products: Mapping[str, Product],
    catalogue: Catalogue,
) -> list[tuple[str, str, str, str]]:
    """Give field, when opened, now, mine: for each field in which now and mine differ."""
    before, theirs, ours = (_texts(raw) for raw in (opened, now, mine))
    words = _Words(mine, products, catalogue)
    rows = []
    for path in {**ours, **theirs}:
        label = words.label(path)
        if label and ours.get(path) != theirs.get(path):
            three = (side.get(path, []) for side in (before, theirs, ours))
            rows.append((label, *(words.said(path, texts) for texts in three)))
    return [(label, was, there, here) for label, was, there, here in rows]


def _texts(raw: Raw | None) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for path, text in drafts.to_form(raw) if raw is not None else ():
        if text:
            texts.setdefault(path, []).append(text)
    return texts


class _Words:
    """How the builder calls the fields of one draft."""

    def __init__(self, raw: Raw, products: Mapping[str, Product], catalogue: Catalogue) -> None:
        self._names = [
            product_words(products[row["key"]]) if row["key"] in products else ""
            for row in raw["medicines"]
        ]
        self._by_key = {key: product_words(product) for key, product in products.items()}
        self._choices: dict[str, Mapping[str, str]] = {
            **{name: dict(pairs) for name, pairs in _CHOICES.items()},
            "therapies.id": {t.id: t.words for t in catalogue.therapies},
            "rhythms.topics": {t.id: t.words for t in catalogue.topics},
        }

    def label(self, path: str) -> str:
        """Say which field it is; "" for what nobody types, such as a row's key."""
        if path in _FIELDS:
            return _FIELDS[path]
        section, _, rest = path.partition(".")
        row, _, part = rest.partition(".")
        if section == "checklist":
            how = {"answer": "answer", "on": "done on", "why": "why not, or a note"}
            return f"{CHECKLIST[row]}, {how[part]}"
        if section == "answers":
            return f"Answer to a question before signing ({row.partition('.')[0]})"
        if section == "steps" and part.startswith("cells."):
            _, medicine, cell = part.split(".")
            name = self._by_key.get(medicine, "medicine")
            return f"Step {int(row) + 1}, {name}, {cell_label(cell)}"
        said = _PARTS.get(f"{section}.{part}")
        return f"{self._row(section, int(row))}, {said}" if said else ""

    def _row(self, section: str, index: int) -> str:
        if section == "medicines" and index < len(self._names) and self._names[index]:
            return self._names[index]
        return f"{_ROWS[section]} {index + 1}"

    def said(self, path: str, texts: list[str]) -> str:
        """Say what stands in it: the words of a choice, and what was typed as it was typed."""
        kind = re.sub(r"\.[0-9]+\.", ".", path)
        choices = self._choices.get(kind, {})
        if path.startswith("checklist.") and path.endswith(".answer"):
            choices = dict(ANSWERS)
        return ", ".join(choices.get(text, text) for text in texts) or BLANK
