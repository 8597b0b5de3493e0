"""What the catalogue holds, as frozen values: the shapes only, no file is read here.

Every entry says in plain words what it is, where it comes from (the seed article, with its own
words as the locator, or a guideline), what it rests on, and when it must be reviewed again. No
entry holds an amount to take, a factor between medicines or a limit: there is no field for one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.checkins import Instrument
from tracker.plans import Product


class Source(StrEnum):
    """Who recommends an entry."""

    ARTICLE = "article"
    GUIDELINE = "guideline"
    CLINIC = "clinic"  # only in the clinic's own folder


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that facts were taken from, and how it was read for this project."""

    id: str  # "CDC22"
    citation: str  # readable
    where: str
    read: str  # "source", "second-hand" or "not read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry carries."""

    id: str
    words: str  # for staff
    source: Source
    locator: str  # the article's own words, at most ten; "" unless source is the article
    references: tuple[Reference, ...]
    reviewed_on: date
    review_by: date
    retired: bool  # kept so that old records can be read, offered no more

    @property
    def reference(self) -> str:
        """Return every citation as one readable text."""
        return " ".join(reference.citation for reference in self.references)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution(Entry):
    """What to keep in mind with a kind of medicine."""

    patient_words: str
    kinds: tuple[str, ...]  # the line has one of these
    with_kinds: tuple[str, ...]  # and some line of the regimen one of these; () for no condition
    dismissible: bool  # False: shown for as long as it applies

    def applies(self, kinds: Collection[str], all_kinds_in_regimen: Collection[str]) -> bool:
        """Say whether it applies to a line with `kinds` in a regimen with all those kinds."""
        return any(kind in kinds for kind in self.kinds) and (
            not self.with_kinds or any(kind in all_kinds_in_regimen for kind in self.with_kinds)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy(Entry):
    """A therapy that can stand beside a step."""

    patient_name: str  # short, for a heading on paper
    patient_words: str
    category: str  # an id of `Catalogue.categories`
    part_of: str  # the id of the wider therapy, or ""
    helps: str  # what the evidence says, for staff
    record: tuple[str, ...]
    cautions: tuple[str, ...]
    linked_cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Entry):
    """An instrument with where it comes from: a published scale, or questions of our own."""

    instrument: Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Entry):
    """A topic of a check-in."""

    patient_words: str
    core: bool  # in the set that each check-in answers or marks "not asked"
    ask: tuple[str, ...]
    beside: str  # what stands beside the question; never advice on a dose
    instruments: tuple[str, ...]  # ids of the instruments it is asked with, in order


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem(Entry):
    """What is recorded before a taper: done on, not done (why) or not applicable."""

    patient_words: str
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason(Entry):
    """A ready reason for tapering."""

    patient_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Entry):
    """A medicine as the pharmacy label names it; `words` has tall-man letters where verified."""

    label_name: str
    kinds: tuple[str, ...]
    rxnorm: tuple[str, ...]  # ingredient codes, only where verified; () otherwise
    also: tuple[str, ...]  # other names to search by, never shown as the name


@dataclass(frozen=True, slots=True)
class MedicineProduct:
    """One product choice: a medicine in one form and strength."""

    id: str  # "oxycodone-tablet-5-mg", stable
    medicine: Medicine
    product: Product
    measure: str  # "count" or "amount": what a dose cell of it holds
    unit: str  # one of it in a dose cell: "tablet", "mL"
    unit_plural: str
    search: tuple[str, ...]  # folded words it is found by

    @property
    def words(self) -> str:
        """Return the choice as staff read it: name, strength or concentration, form."""
        product = self.product
        amount = product.strength or product.concentration
        return f"{product.name} {amount} {product.form}"
