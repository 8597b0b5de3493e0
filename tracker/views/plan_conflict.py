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
from tracker.languages import joined, said
from tracker.page import moment
from tracker.plans import Product, cell_label, product_words
from tracker.readiness import CHECKLIST
from tracker.views.plan_builder import ANSWERS, WORDS

BLANK = said("Not recorded")
_FIELDS = {
    "change_reason": said("Why the plan changes"),
    "reason": said("Reason for tapering"),
    "reason_text": said("More about the reason"),
    "goal": said("The patient’s own goal"),
    "agreed": said("What the patient agreed to"),
    "target": said("What the plan aims for"),
    "target_text": said("More about the aim"),
    "starts": said("How steps start"),
    "contact_before": said("Contact required before each step"),
    "first_day": said("First day"),
    "every": said("Days for each step"),
    "count": said("Number of steps"),
    "start_mode": said("Start dates"),
    "last_day": said("Last day of the last step"),
    "therapy_none_because": said("Steps without a therapy: none, because"),
    "checkin_none_because": said("Steps without a check-in: none, because"),
    "psych.answer": said("Psychological support"),
    "psych.text": said("Psychological support: why not now, or a note"),
}
_ROWS = {
    "medicines": said("Medicine"),
    "steps": said("Step"),
    "therapies": said("Therapy"),
    "rhythms": said("Check-in"),
    "new_medicines": said("New medicine"),
}
_PARTS = {
    "medicines.line": said("product"),
    "medicines.measure": said("count or amount"),
    "medicines.unit": said("unit"),
    "medicines.pattern": said("how its doses fall"),
    "medicines.uses": said("times or weekdays used"),
    "medicines.at": said("time of day"),
    "medicines.every_unit": said("its interval is typed in"),
    "medicines.purpose": said("needed for what"),
    "medicines.from_step": said("from step"),
    "medicines.through_step": said("through step"),
    "medicines.after": said("after its last step"),
    "medicines.after_text": said("changed to what, or a note"),
    "steps.start": said("start"),
    "steps.instruction": said("words for the step"),
    "therapies.id": said("which"),
    "therapies.steps": said("steps"),
    "therapies.note": said("where, when and with whom"),
    "rhythms.mode": said("how"),
    "rhythms.day": said("on day"),
    "rhythms.when": said("counted"),
    "rhythms.again": said("again every so many"),
    "rhythms.unit": said("days, weeks or months"),
    "rhythms.months": said("for how many months after the taper"),
    "rhythms.steps": said("steps"),
    "rhythms.topics": said("topics"),
    "new_medicines.words": said("medicine"),
    "new_medicines.directions": said("directions"),
    "new_medicines.starts": said("from"),
    "new_medicines.until": said("until"),
}
_CHECKED = {
    "answer": said("answer"),
    "on": said("done on"),
    "why": said("why not, or a note"),
}
_CHOICES = {
    "reason": WORDS["reasons"],
    "target": WORDS["targets"],
    "starts": WORDS["starts"],
    "contact_before": WORDS["yes_no"],
    "start_mode": (("chained", said("Follow from the first")), ("typed", said("Typed one by one"))),
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
        return said(
            "{by} recorded “{last}” on {when}. Check the draft again; what is typed in it is kept.",
            by=last.by,
            last=happening_title(last),
            when=moment(last.at),
        )
    if head is None:
        lines = plans.version_lines(clinic_id, patient_id)
        if lines:
            return said(
                "{signed_name} signed version {number} meanwhile. "
                "What you typed is on this page; nothing of it was saved.",
                signed_name=lines[0].signed_name,
                number=lines[0].number,
            )
        return said("This draft was discarded meanwhile. What you typed is on this page.")
    return said(
        "{saved_by} saved this draft on {when}. "
        "What you typed is on this page; doses are never merged.",
        saved_by=head.saved_by,
        when=moment(head.saved_at),
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
            return joined(", ", (CHECKLIST[row], _CHECKED[part]))
        if section == "answers":
            return said("Answer to a question before signing ({kind})", kind=row.partition(".")[0])
        if section == "steps" and part.startswith("cells."):
            _, medicine, cell = part.split(".")
            name = self._by_key.get(medicine, said("medicine"))
            return said(
                "Step {number}, {name}, {cell}",
                number=int(row) + 1,
                name=name,
                cell=cell_label(cell),
            )
        words = _PARTS.get(f"{section}.{part}")
        return joined(", ", (self._row(section, int(row)), words)) if words else ""

    def _row(self, section: str, index: int) -> str:
        if section == "medicines" and index < len(self._names) and self._names[index]:
            return self._names[index]
        return joined(" ", (_ROWS[section], str(index + 1)))

    def said(self, path: str, texts: list[str]) -> str:
        """Say what stands in it: the words of a choice, and what was typed as it was typed."""
        kind = re.sub(r"\.[0-9]+\.", ".", path)
        choices = self._choices.get(kind, {})
        if path.startswith("checklist.") and path.endswith(".answer"):
            choices = dict(ANSWERS)
        return joined(", ", [choices.get(text, text) for text in texts]) or BLANK
