"""Turns the columns that copy a product and its pattern into the rules' values, and back."""

from __future__ import annotations

from typing import Any

from tracker.models.regimens import ProductColumns
from tracker.plans import Measure, Pattern, Product, Schedule, Slot


def product_of(row: ProductColumns) -> Product:
    """Give the product that a row copied when it was chosen or typed."""
    return Product(
        catalogue_id=row.catalogue_id,
        name=row.name,
        label_name=row.label_name,
        form=row.form,
        form_plural=row.form_plural,
        strength=row.strength,
        concentration=row.concentration,
        route=row.route,
        kinds=tuple(k for k in row.kinds.split(",") if k),
        whole_units_only=row.whole_units_only,
    )


def schedule_of(row: ProductColumns) -> Schedule:
    """Give the pattern of a row and the cells it uses."""
    return Schedule(
        pattern=Pattern(row.pattern),
        uses=tuple(u for u in row.uses.split(",") if u),
        at=Slot(row.at_slot) if row.at_slot else None,
        every_unit=row.every_unit,
        purpose=row.purpose,
    )


def columns_for(
    product: Product, measure: Measure, unit: str, unit_plural: str, schedule: Schedule
) -> dict[str, Any]:
    """Give the columns that copy a product and its pattern into a row."""
    return {
        "catalogue_id": product.catalogue_id,
        "name": product.name,
        "label_name": product.label_name,
        "form": product.form,
        "form_plural": product.form_plural,
        "strength": product.strength,
        "concentration": product.concentration,
        "route": product.route,
        "kinds": ",".join(product.kinds),
        "whole_units_only": product.whole_units_only,
        "measure": measure.value,
        "unit": unit,
        "unit_plural": unit_plural,
        "pattern": schedule.pattern.value,
        "uses": ",".join(schedule.uses),
        "at_slot": schedule.at.value if schedule.at else "",
        "every_unit": schedule.every_unit,
        "purpose": schedule.purpose,
    }
