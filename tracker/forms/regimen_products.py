"""Finding the product of a typed medicine: in the catalogue by its words, or as typed.

Nothing is guessed: a text that fits one product of the catalogue is shown before it is recorded,
and one that fits several is a choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracker.catalogue import Catalogue, MedicineProduct
from tracker.drafts.medicines import COUNTED
from tracker.forms.regimens import TypedLine
from tracker.languages import said
from tracker.plans import Measure, Product
from tracker.regimens import Line

OFFERED = 12  # of the products that match; for more, more is typed
LONGEST_NAME = 120
LONGEST_STRENGTH = 60
UNITS = ("mL", "mg", "mcg", "g")
OTHER_FORM = "other"
FREE_KINDS = (
    "opioid", "benzodiazepine", "sedative", "gabapentinoid", "muscle-relaxant", "acetaminophen",
    "nsaid",
)  # fmt: skip
NONE_OF_THESE = "none"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A product, and what a dose cell of it holds unless another measure is chosen."""

    product: Product
    measure: Measure | None  # None: a form that the catalogue does not know
    unit: str
    unit_plural: str


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the typed product: `line` is how the form shows it now."""

    line: TypedLine
    chosen: Chosen | None = None
    options: tuple[MedicineProduct, ...] = ()
    matches: int = 0
    field: str = ""  # where it stopped, within the line; "" when it did not
    sentence: str = ""


def find(line: TypedLine, catalogue: Catalogue, before: Mapping[str, Line]) -> Found:
    """Find the product of a typed line; `before` are the lines it may be carried from, by id.

    A catalogue product that was not yet shown comes with a sentence that asks to check it.
    """
    if line.carried:
        return _carried(line, before.get(line.carried))
    typed = _plain(line.product)
    if not typed:
        sentence = said("Type the medicine: part of its name, its strength and its form.")
        return Found(line, field="product", sentence=sentence)
    if len(typed) > LONGEST_NAME:
        sentence = said(
            "A medicine’s name has at most {most} characters. Shorten it.", most=LONGEST_NAME
        )
        return Found(line, field="product", sentence=sentence)
    if _plain(line.matched) == typed:
        if line.chosen == NONE_OF_THESE:
            return free_entry(replace(line, chosen="", free=True), catalogue)
        if (known := catalogue.product(line.chosen)) is not None:
            return _known(line, known)
    if line.free and (line.form or line.strength):
        return free_entry(line, catalogue)
    return _matching(line, typed, catalogue)


def _carried(line: TypedLine, before: Line | None) -> Found:
    if before is None:
        sentence = said("The earlier line is not there any more. Type this medicine anew.")
        return Found(replace(line, carried=""), field="product", sentence=sentence)
    kept = replace(
        line,
        pattern=before.schedule.pattern.value,
        at=before.schedule.at.value if before.schedule.at else "",
        every_unit=before.schedule.every_unit,
    )
    return Found(kept, Chosen(before.product, before.measure, before.unit, before.unit_plural))


def _known(line: TypedLine, known: MedicineProduct) -> Found:
    shown = replace(line, product=known.words, chosen=known.id, matched=known.words, free=False)
    chosen = Chosen(known.product, Measure(known.measure), known.unit, known.unit_plural)
    return Found(shown, chosen)


def _matching(line: TypedLine, typed: str, catalogue: Catalogue) -> Found:
    found = catalogue.find_products(typed)
    exact = [one for one in found if one.words.casefold() == typed.casefold()]
    if exact:
        return _known(line, exact[0])
    if len(found) == 1:
        one = _known(line, found[0])
        sentence = said(
            "This was read as {product}. Check that it is the one, then save.",
            product=found[0].words,
        )
        return replace(one, field="product", sentence=sentence)
    if found:
        sentence = said(
            "{n} products match “{typed}”. Choose one, or type more words of it.",
            n=len(found),
            typed=typed,
        )
        return Found(
            replace(line, chosen="", matched=line.product, free=False),
            options=found[:OFFERED],
            matches=len(found),
            field="chosen",
            sentence=sentence,
        )
    sentence = said(
        "Nothing in the catalogue matches “{typed}”. Check the spelling, or choose its form and "
        "type its strength to record it as it is.",
        typed=typed,
    )
    return Found(
        replace(line, chosen="", matched="", free=True), field="product", sentence=sentence
    )


def free_entry(line: TypedLine, catalogue: Catalogue) -> Found:
    """Give a product that the catalogue does not have, from its typed name, form and strength."""
    forms = forms_of(catalogue)
    shape = forms.get(line.form)
    if shape is None and line.form != OTHER_FORM:
        return Found(line, field="form", sentence=said("Choose its form as on the label."))
    other = _plain(line.form_other)
    if shape is None and not (other and len(other) <= LONGEST_STRENGTH):
        sentence = said(
            "Type its form as on the label, in at most {most} characters.", most=LONGEST_STRENGTH
        )
        return Found(line, field="form_other", sentence=sentence)
    if refused := why_not_strength(line.strength):
        return Found(line, field="strength", sentence=refused)
    name, strength = _plain(line.product), _plain(line.strength)
    kinds = tuple(kind for kind in FREE_KINDS if kind in line.kinds)
    if shape is None:
        product = Product(None, name, name, other, other, strength, "", "", kinds, False)
        return Found(line, Chosen(product, None, "", ""))
    liquid = "liquid" in shape.product.kinds
    product = replace(
        shape.product,
        name=name,
        label_name=name,
        strength="" if liquid else strength,
        concentration=strength if liquid else "",
        kinds=(*kinds, *shape.product.kinds),
    )
    return Found(line, replace(shape, product=product))


def forms_of(catalogue: Catalogue) -> dict[str, Chosen]:
    """Name the forms that the catalogue has, each as a product without name and strength."""
    shapes: dict[str, Chosen] = {}
    for one in catalogue.medicines:
        product = one.product
        of_form = tuple(kind for kind in product.kinds if kind not in one.medicine.kinds)
        blank = replace(
            product,
            catalogue_id=None,
            name="",
            label_name="",
            strength="",
            concentration="",
            kinds=of_form,
        )
        shape = Chosen(blank, Measure(one.measure), one.unit, one.unit_plural)
        shapes.setdefault(product.form, shape)
    return dict(sorted(shapes.items()))


_SLIPS = (
    (r"[µμ]|\bug\b", said("µg is read as mg. Write mcg, as in “# mcg”.")),
    (r"[0-9][A-Za-zµ]", said("Put a blank between the number and its unit, as in “# mg”.")),
    (
        r"(?<![0-9])\.[0-9]",
        said("A point with no zero before it can be overlooked. Write 0 before it."),
    ),
    (r"\.[0-9]*0(?![0-9])", said("A zero at the end of a decimal is misread. Leave it out.")),
    (r"[0-9]\.(?![0-9])", said("A point with no digit after it is misread. Leave it out.")),
    (r"[0-9]{4}", said("From 1,000 on a comma groups the digits. Write it so.")),
)


def why_not_strength(typed: str) -> str | None:
    """Say why a text cannot stand as the label's strength, or None.

    Source: ISMP error-prone abbreviations; the same slips as in a dose.
    """
    text = _plain(typed)
    if not text:
        return said("Type its strength as on the label, with the unit.")
    if len(text) > LONGEST_STRENGTH:
        return said("A strength has at most {most} characters. Shorten it.", most=LONGEST_STRENGTH)
    return next((why for slip, why in _SLIPS if re.search(slip, text)), None)


def measured(line: TypedLine, chosen: Chosen) -> tuple[Measure, str, str] | tuple[str, str]:
    """Give measure, unit and plural of a line's doses, or the field and sentence that stopped it.

    Left as it is, a dose is what the form is measured in: tablets, capsules and patches are
    counted, a liquid is an amount in mL.
    """
    if line.carried or (line.dose == "" and chosen.measure is not None):
        return chosen.measure or Measure.COUNT, chosen.unit, chosen.unit_plural
    counts = chosen.measure is Measure.COUNT
    if line.dose == Measure.COUNT:
        if counts:
            return Measure.COUNT, chosen.unit, chosen.unit_plural
        if chosen.measure is Measure.AMOUNT:
            return "dose", said("This form is measured in {unit}, not counted.", unit=chosen.unit)
        if line.counted in COUNTED:
            return Measure.COUNT, line.counted, COUNTED[line.counted]
        return "counted", said("Choose what is counted.")
    if line.dose not in UNITS:
        return "dose", said("Choose whether a dose is a count or an amount.")
    if counts and line.dose in ("mL", "g"):
        return "dose", said("This form is counted. Choose a count, mg or mcg.")
    return Measure.AMOUNT, line.dose, line.dose


def _plain(text: str) -> str:
    return " ".join(text.split())
