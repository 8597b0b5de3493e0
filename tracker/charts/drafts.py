"""A plan draft and all that it is read with: products, regimen, catalogue, earlier version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker import course as rules
from tracker import drafts
from tracker.catalogue import Catalogue
from tracker.charts import plans, regimens
from tracker.charts.course import course_of
from tracker.charts.patients import PatientHead
from tracker.course import Course
from tracker.doses import DoseText
from tracker.drafts import Raw, Reading
from tracker.plans import EVERY, Product, Version, product_words
from tracker.regimens import Line, Regimen, line_words

LINE, SHELF = "line:", "product:"  # where a medicine of a draft was chosen from
MOST_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft on the desk: what was typed, and what it means beside the chart."""

    raw: Raw
    reading: Reading
    products: Mapping[str, Product]  # by medicine key
    choices: tuple[tuple[str, str], ...]  # medicines of the regimen that may be added
    regimen: Regimen | None
    old: plans.SignedVersion | None  # the version in force; None where a new plan begins
    head: plans.DraftHead | None
    course: Course  # what happened to the plan so far

    @property
    def locked(self) -> frozenset[str]:
        """The steps (keys) that have begun, which a new version leaves as they are."""
        return rules.locked_steps(self.course) if self.old else frozenset()


def lay(
    patient: PatientHead, raw: Raw | None, *, catalogue: Catalogue, today: date, by: str,
    at: datetime | None = None,
) -> Desk:  # fmt: skip
    """Lay a patient's plan draft on the desk: the one being typed (`raw`), or the one kept.

    Without either, a new draft begins: from the version in force, where there is one, or with the
    opioids of the regimen and not one dose. Writes nothing.
    """
    head = plans.draft_of(patient.clinic_id, patient.id)
    newest = plans.in_force(patient.clinic_id, patient.id)
    course = course_of(patient.clinic_id, patient.id, newest)
    old = None if rules.closed(course) else newest
    regimen = regimens.current(patient.clinic_id, patient.id)
    if raw is None:
        raw = drafts.tidy(head.raw) if head else _begun(patient, regimen, old)
    products = products_of(patient, raw, old.version if old else None, catalogue)
    reading = drafts.read(
        raw,
        products=products,
        today=today,
        therapies={t.id: t.words for t in catalogue.therapies},
        topics={t.id for t in catalogue.topics},
        regimen_cells=_before(raw, regimen),
        psychological={t.id for t in catalogue.therapies if t.category == "behavioral"},
        unchanged=_unchanged(raw, regimen),
        old=old.version if old else None,
        by=head.saved_by if head else by,
        at=head.saved_at if head else at,
        locked=rules.locked_steps(course) if old else (),
    )
    used = {row["line"] for row in raw["medicines"]}
    return Desk(
        raw=raw,
        reading=reading,
        products=products,
        choices=tuple(
            (LINE + str(line.id), product_words(line.product))
            for line in (regimen.lines if regimen else ())
            if not line.other_prescriber and LINE + str(line.id) not in used
        ),
        regimen=regimen,
        old=old,
        head=head,
        course=course,
    )


def products_of(
    patient: PatientHead, raw: Raw, old: Version | None, catalogue: Catalogue
) -> dict[str, Product]:
    """Find each medicine's product: in a regimen, on the catalogue's shelf, or as signed before.

    A line of an earlier regimen still counts, for a draft may be older than the newest regimen.
    """
    wanted = [_line_id(row["line"]) for row in raw["medicines"]]
    found_lines = regimens.lines(
        patient.clinic_id, patient.id, [one for one in wanted if one is not None]
    )
    lines = {str(id): line.product for id, line in found_lines.items()}
    signed = {medicine.key: medicine.product for medicine in (old.medicines if old else ())}
    found: dict[str, Product] = {}
    for row in raw["medicines"]:
        product: Product | None = signed.get(row["key"]) if not row["line"] else None
        if row["line"].startswith(LINE):
            product = lines.get(row["line"].removeprefix(LINE)) or signed.get(row["key"])
        elif row["line"].startswith(SHELF):
            entry = catalogue.product(row["line"].removeprefix(SHELF))
            product = entry.product if entry else None
        if product is not None:
            found[row["key"]] = product
    return found


def _line_id(named: str) -> int | None:
    number = named.removeprefix(LINE)
    readable = named.startswith(LINE) and number.isascii() and number.isdigit()
    return int(number) if readable and len(number) < 19 else None


def medicine_row(line: Line) -> dict[str, Any]:
    """Begin a plan's medicine from a regimen line: its pattern, but no time of day and no dose."""
    return {
        "line": LINE + str(line.id),
        "measure": line.measure.value,
        "unit": line.unit,
        "pattern": line.schedule.pattern.value,
        "every_unit": line.schedule.every_unit,
        "purpose": line.schedule.purpose,
    }


def _begun(patient: PatientHead, regimen: Regimen | None, old: plans.SignedVersion | None) -> Raw:
    if old is not None:
        raw = drafts.from_version(
            old.version, spent=plans.spent_keys(patient.clinic_id, old.plan_id)
        )
        before = drafts.tidy(old.typed)
        for name in ("reason", "reason_text", "agreed", "checklist", "psych", "rhythms"):
            raw[name] = before[name]
        lines = {row["key"]: row["line"] for row in before["medicines"]}
        for row in raw["medicines"]:
            row["line"] = lines.get(row["key"], "")
        return drafts.tidy(raw)
    begun = [
        medicine_row(line)
        for line in (regimen.lines if regimen else ())
        if "opioid" in line.product.kinds and not line.other_prescriber
    ]
    return drafts.tidy(
        {
            "medicines": begun[:MOST_AT_ONCE],
            "goal": patient.goal,
            "start_mode": "chained",
            "therapies": [{"steps": "all"}],
            "rhythms": [{"steps": "all", "topics": []}],
        }
    )


def _before(raw: Raw, regimen: Regimen | None) -> dict[str, dict[str, DoseText]]:
    """Give what is taken before step 1, where the pattern is the same and can be laid beside."""
    lines = {LINE + str(line.id): line for line in (regimen.lines if regimen else ())}
    found: dict[str, dict[str, DoseText]] = {}
    for row in raw["medicines"]:
        line = lines.get(row["line"])
        if line is None:
            continue
        cells = line.texts
        if (line.schedule.pattern.value, line.measure.value) != (row["pattern"], row["measure"]):
            cells = {}
        elif line.schedule.every_unit != row["every_unit"]:
            cells = {slot: text for slot, text in cells.items() if slot != EVERY}
        found[row["key"]] = cells
    return found


def _unchanged(raw: Raw, regimen: Regimen | None) -> tuple[str, ...]:
    used = {row["line"] for row in raw["medicines"]}
    return tuple(
        line_words(line)
        for line in (regimen.lines if regimen else ())
        if LINE + str(line.id) not in used
    )
