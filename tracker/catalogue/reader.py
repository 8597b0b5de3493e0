"""Reads the catalogue's files into a `Catalogue`; refuses a bad file, naming the entry.

The clinic's own folder may hold files of the same names: an entry there adds to the shipped
ones, or takes the place of the one with its id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypedDict, TypeVar

from tracker.catalogue.entries import (
    Caution,
    ChecklistItem,
    Entry,
    Medicine,
    MedicineProduct,
    Reason,
    Reference,
    Scale,
    Source,
    Therapy,
    Topic,
)
from tracker.catalogue.files import BadCatalogue, Table, entries_of, named_of, read_toml
from tracker.catalogue.instruments import read_instrument, why_not_replace
from tracker.catalogue.products import Form, matching, product_of
from tracker.checkins import Instrument

SHIPPED = Path(__file__).parent
LONGEST_LOCATOR = 10  # words; a locator finds a place, it does not quote a passage
# The one key of each file's list of entries, and the ids that go with words of their own.
LISTS = {
    "references.toml": "reference",
    "cautions.toml": "caution",
    "therapies.toml": "therapy",
    "checkins.toml": "topic",
    "instruments.toml": "instrument",
    "checklist.toml": "item",
    "reasons.toml": "reason",
    "medicines.toml": "medicine",
}
NAMED = {"therapies.toml": ("categories",), "medicines.toml": ("kinds", "forms")}

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the clinic offers and asks, as data. Retired entries are looked up by id only."""

    therapies: tuple[Therapy, ...]
    topics: tuple[Topic, ...]
    scales: tuple[Scale, ...]
    medicines: tuple[MedicineProduct, ...]
    medicine_names: tuple[Medicine, ...]
    cautions: tuple[Caution, ...]
    checklist: tuple[ChecklistItem, ...]
    reasons: tuple[Reason, ...]
    references: tuple[Reference, ...]
    categories: dict[str, str]  # of therapies: id -> words
    kinds: dict[str, str]  # of medicines: id -> words
    retired: tuple[Entry, ...]
    retired_medicines: tuple[MedicineProduct, ...]

    def therapy(self, id: str) -> Therapy | None:
        """Return the therapy with this id, retired or not; None when there is none."""
        return _found(id, self.therapies, self.retired, Therapy)

    def topic(self, id: str) -> Topic | None:
        """Return the check-in topic with this id, retired or not; None when there is none."""
        return _found(id, self.topics, self.retired, Topic)

    @property
    def instruments(self) -> dict[str, Instrument]:
        """Return every instrument by its id, retired ones too."""
        retired = (entry for entry in self.retired if isinstance(entry, Scale))
        return {scale.id: scale.instrument for scale in (*self.scales, *retired)}

    def product(self, id: str) -> MedicineProduct | None:
        """Return the product choice with this id, retired or not; None when there is none."""
        every = (*self.medicines, *self.retired_medicines)
        return next((product for product in every if product.id == id), None)

    def find_products(self, words: str) -> tuple[MedicineProduct, ...]:
        """Find product choices by typed words, each the beginning of a word: "oxy 5 tab"."""
        return matching(self.medicines, words)

    def cautions_for(
        self, kinds: Collection[str], all_kinds_in_regimen: Collection[str]
    ) -> tuple[Caution, ...]:
        """Return what to keep in mind with a line of `kinds`, given all kinds of the regimen.

        Beside the kinds of its product a line has "supplied-elsewhere" when another prescriber
        supplies it, and "change-to-buprenorphine" when the plan ends in that change.
        """
        return tuple(
            caution for caution in self.cautions if caution.applies(kinds, all_kinds_in_regimen)
        )

    def overdue(self, today: date) -> tuple[Entry, ...]:
        """Return the offered entries whose review date is past."""
        return tuple(entry for entry in self.entries() if entry.review_by < today)

    def entries(self) -> tuple[Entry, ...]:
        """Return every offered entry, file by file."""
        return (
            *self.therapies,
            *self.topics,
            *self.scales,
            *self.cautions,
            *self.checklist,
            *self.reasons,
            *self.medicine_names,
        )


def _found(id: str, offered: tuple[E, ...], retired: tuple[Entry, ...], what: type[E]) -> E | None:
    every = (*offered, *(entry for entry in retired if isinstance(entry, what)))
    return next((entry for entry in every if entry.id == id), None)


def load(folder: Path = SHIPPED, extra: Path | None = None) -> Catalogue:
    """Read the catalogue in `folder`, with the clinic's own folder `extra` laid over it.

    Raises BadCatalogue, which names the file and the entry: a key nobody knows or a missing one,
    an id used twice, a source without its locator, a missing or impossible review date, a
    staff name that is not the label name in other letters, a kind, form or reference that is
    not listed. A `source = "clinic"` is for the clinic's own folder alone.
    """
    return _Reading(folder, extra).catalogue()


class _Common(TypedDict):
    id: str
    words: str
    source: Source
    locator: str
    references: tuple[Reference, ...]
    reviewed_on: date
    review_by: date
    retired: bool


class _Reading:
    """One reading of the files; afterwards only the `Catalogue` is kept."""

    def __init__(self, folder: Path, extra: Path | None) -> None:
        self.named: dict[str, dict[str, tuple[str, object]]] = {}
        self.tables: dict[str, dict[str, Table]] = {}
        self.replaced: dict[str, Table] = {}  # instruments that the clinic words anew
        for name in LISTS:
            if not (folder / name).is_file():
                raise BadCatalogue(name, "", "this file is missing.")
            self._lay(folder / name, own=False)
        if extra is not None and extra.is_dir():
            for path in sorted(extra.glob("*.toml")):
                self._lay_own(path)

    def _lay_own(self, path: Path) -> None:
        if path.name in LISTS:
            self._lay(path, own=True)
        elif not path.name.startswith("handout."):  # that one has its own reader
            raise BadCatalogue(path.name, "", f"use one of the names {', '.join(LISTS)}.")

    def _lay(self, path: Path, *, own: bool) -> None:
        values = read_toml(path)
        for key in NAMED.get(path.name, ()):
            for id, value in named_of(path.name, values, key).items():
                self.named.setdefault(key, {})[id] = (path.name, value)
        found = entries_of(path.name, values, LISTS[path.name], own=own)
        if values:
            raise BadCatalogue(path.name, "", f"unknown key {', '.join(sorted(values))}.")
        before = self.tables.setdefault(path.name, {})
        if path.name == "instruments.toml":
            self.replaced |= {id: table for id, table in before.items() if id in found}
        before.update(found)

    def catalogue(self) -> Catalogue:
        self.references = self._references()
        self.kinds = self._words("kinds")
        self.categories = self._words("categories")
        self.forms = self._forms()
        cautions = self._each("cautions.toml", self._caution)
        self.cautions = {caution.id: caution for caution in cautions}
        therapies = self._each("therapies.toml", self._therapy)
        topics = self._each("checkins.toml", self._topic)
        scales = self._each("instruments.toml", self._scale)
        checklist = self._each("checklist.toml", self._item)
        reasons = self._each("reasons.toml", self._reason)
        self.products: dict[str, MedicineProduct] = {}
        medicines = self._each("medicines.toml", self._medicine)
        every: list[Entry] = [
            *therapies, *topics, *scales, *checklist, *reasons, *cautions, *medicines,
        ]  # fmt: skip
        products = self.products.values()
        return Catalogue(
            therapies=_offered(therapies),
            topics=_offered(topics),
            scales=_offered(scales),
            medicines=tuple(p for p in products if not p.medicine.retired),
            medicine_names=_offered(medicines),
            cautions=_offered(cautions),
            checklist=_offered(checklist),
            reasons=_offered(reasons),
            references=tuple(self.references.values()),
            categories=self.categories,
            kinds=self.kinds,
            retired=tuple(entry for entry in every if entry.retired),
            retired_medicines=tuple(p for p in products if p.medicine.retired),
        )

    def _each(self, file: str, read: Callable[[Table], E]) -> list[E]:
        found = []
        for table in self.tables[file].values():
            found.append(read(table))
            table.done()
        return found

    def _references(self) -> dict[str, Reference]:
        found = {}
        for id, table in self.tables["references.toml"].items():
            found[id] = Reference(
                id=id,
                citation=table.text("citation"),
                where=table.text("where"),
                read=table.choice("read", ("source", "second-hand", "not read")),
            )
            table.done()
        return found

    def _words(self, key: str) -> dict[str, str]:
        return {
            id: Table(file, f"[{key}]", {id: value}).said(id)
            for id, (file, value) in self.named.get(key, {}).items()
        }

    def _forms(self) -> dict[str, Form]:
        found = {}
        for id, (file, value) in self.named.get("forms", {}).items():
            if not isinstance(value, dict):
                raise BadCatalogue(file, f"forms.{id}", "write it as a table.")
            table = Table(file, f"forms.{id}", value)
            found[id] = Form(
                id=id,
                words=table.text("words"),
                plural=table.text("plural"),
                unit=table.text("unit"),
                unit_plural=table.text("unit_plural"),
                measure=table.choice("measure", ("count", "amount")),
                route=table.text("route"),
                kinds=table.choices("kinds", self.kinds, optional=True),
                whole_units_only=table.flag("whole_units_only"),
                also=table.texts("also", optional=True),
            )
            table.done()
        return found

    def _common(self, table: Table) -> _Common:
        source = Source(table.choice("source", self._sources(table)))
        reviewed_on, review_by = table.day("reviewed_on"), table.day("review_by")
        if not reviewed_on < review_by <= _a_year_after(reviewed_on):
            raise table.bad("review_by must be after reviewed_on and within twelve months of it.")
        references = tuple(
            self.references[id] for id in table.choices("references", self.references)
        )
        if not references:
            raise table.bad("references must name at least one reference.")
        return {
            "id": table.name,
            "words": table.said("words"),
            "source": source,
            "locator": _locator(table, source),
            "references": references,
            "reviewed_on": reviewed_on,
            "review_by": review_by,
            "retired": table.flag("retired", default=False),
        }

    def _sources(self, table: Table) -> tuple[str, ...]:
        both = (Source.ARTICLE.value, Source.GUIDELINE.value)
        return (*both, Source.CLINIC.value) if table.own else both

    def _caution(self, table: Table) -> Caution:
        kinds = table.choices("kinds", self.kinds)
        if not kinds:
            raise table.bad("kinds must name at least one kind of medicine.")
        return Caution(
            **self._common(table),
            patient_words=table.text("patient_words"),
            kinds=kinds,
            with_kinds=table.choices("with_kinds", self.kinds, optional=True),
            dismissible=table.flag("dismissible"),
        )

    def _therapy(self, table: Table) -> Therapy:
        linked = table.choices("linked_cautions", self.cautions, optional=True)
        wider = [id for id in self.tables["therapies.toml"] if id != table.name]
        return Therapy(
            **self._common(table),
            patient_name=table.text("patient_name"),
            patient_words=table.text("patient_words"),
            category=table.choice("category", self.categories),
            part_of=table.choice("part_of", wider) if table.has("part_of") else "",
            helps=table.said("helps"),
            record=table.all_said("record"),
            cautions=table.all_said("cautions"),
            linked_cautions=tuple(self.cautions[id] for id in linked),
        )

    def _topic(self, table: Table) -> Topic:
        return Topic(
            **self._common(table),
            patient_words=table.text("patient_words"),
            core=table.flag("core", default=False),
            ask=table.all_said("ask"),
            beside=table.said("beside"),
            instruments=table.choices("instruments", self.tables["instruments.toml"]),
        )

    def _scale(self, table: Table) -> Scale:
        common = self._common(table)
        shorter = [id for id in self.tables["instruments.toml"] if id != table.name]
        found = read_instrument(table, common["words"], shorter)
        if table.name in self.replaced:
            before = self.replaced[table.name]
            if why := why_not_replace(found, read_instrument(before, found.words, shorter)):
                raise table.bad(why)
        return Scale(**common, instrument=found)

    def _item(self, table: Table) -> ChecklistItem:
        return ChecklistItem(
            **self._common(table),
            patient_words=table.text("patient_words"),
            beside=table.said("beside"),
        )

    def _reason(self, table: Table) -> Reason:
        return Reason(**self._common(table), patient_words=table.text("patient_words"))

    def _medicine(self, table: Table) -> Medicine:
        common = self._common(table)
        common["words"] = str.__str__(common["words"])  # a medicine's name is the same everywhere
        label_name = table.text("label_name", default=common["words"])
        if common["words"].casefold() != label_name.casefold():
            raise table.bad("words and label_name must be the same name: only capitals may differ.")
        medicine = Medicine(
            **common,
            label_name=label_name,
            kinds=table.choices("kinds", self.kinds),
            rxnorm=table.texts("rxnorm", optional=True),
            also=table.texts("also", optional=True),
        )
        for row in table.tables("forms"):
            self._add_products(medicine, row)
        return medicine

    def _add_products(self, medicine: Medicine, row: Table) -> None:
        form = self.forms[row.choice("form", self.forms)]
        also = row.texts("also", optional=True)
        strengths = row.texts("strengths")
        row.done()
        if not strengths:
            raise row.bad(f"{form.id} has no strengths.")
        for strength in strengths:
            product = product_of(medicine, form, strength, also)
            if product.id in self.products:
                raise row.bad(f"{product.id} is there twice.")
            self.products[product.id] = product


def _offered(entries: Iterable[E]) -> tuple[E, ...]:
    return tuple(entry for entry in entries if not entry.retired)


def _locator(table: Table, source: Source) -> str:
    if source is not Source.ARTICLE:
        if table.has("locator"):
            raise table.bad("only an entry from the article has a locator.")
        return ""
    locator = table.text("locator")
    if len(locator.split()) > LONGEST_LOCATOR:
        raise table.bad(f"locator must be at most {LONGEST_LOCATOR} words of the article.")
    return locator


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
