"""Product choices: a medicine x form x strength, laid flat, and found by typed words.

Strengths are label text. Nothing here reads a number out of them; words are compared as words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.catalogue.entries import Medicine, MedicineProduct
from tracker.plans import Product

WORD = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|%")


@dataclass(frozen=True, slots=True)
class Form:
    """What a medicine comes as."""

    id: str
    words: str
    plural: str
    unit: str
    unit_plural: str
    measure: str  # "count" or "amount"
    route: str
    kinds: tuple[str, ...]
    whole_units_only: bool
    also: tuple[str, ...] = ()  # what people call it: "ER", "tabs"


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text, accents and case folded, "5mg" as two words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


def product_id(medicine: str, form: str, strength: str) -> str:
    """Return the stable id of a choice: "oxycodone-tablet-5-mg"."""
    slug = re.sub(r"[^a-z0-9]+", "-", strength.casefold().replace("%", " percent")).strip("-")
    return f"{medicine}-{form}-{slug}"


def product_of(
    medicine: Medicine, form: Form, strength: str, also: Sequence[str]
) -> MedicineProduct:
    """Return one choice; `also` are further names that this form of it is searched by."""
    liquid = "liquid" in form.kinds
    choice = product_id(medicine.id, form.id, strength)
    kinds = tuple(dict.fromkeys((*medicine.kinds, *form.kinds)))
    texts = (medicine.label_name, strength, form.words, *form.also, *also, *medicine.also)
    return MedicineProduct(
        id=choice,
        medicine=medicine,
        product=Product(
            catalogue_id=choice,
            name=medicine.words,
            label_name=medicine.label_name,
            form=form.words,
            form_plural=form.plural,
            strength="" if liquid else strength,
            concentration=strength if liquid else "",
            route=form.route,
            kinds=kinds,
            whole_units_only=form.whole_units_only,
        ),
        measure=form.measure,
        unit=form.unit,
        unit_plural=form.unit_plural,
        search=tuple(dict.fromkeys(word for text in texts for word in words_in(text))),
    )


def matching(products: Iterable[MedicineProduct], typed: str) -> tuple[MedicineProduct, ...]:
    """Return the choices that every typed word begins a word of, in any order, best first.

    A choice that has the typed words whole ("5" and not only "50") comes before one that has
    their beginnings; otherwise the catalogue's order stays.
    """
    words = words_in(typed)
    if not words:
        return ()
    found = [
        product
        for product in products
        if all(any(known.startswith(word) for known in product.search) for word in words)
    ]
    return tuple(sorted(found, key=lambda product: sum(w not in product.search for w in words)))
