"""Parts of the queries of reports: charts, marks, newest versions; what the databases differ in.

A record that was merged is told under the one it ended in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from tracker.course import What
from tracker.models import EnteredInError, Happening, Patient, PlanVersion, Reversal, db


def in_error(clinic_id: Any, fact_id: Any) -> Any:
    """Tell of a fact whether it was entered in error."""
    return exists().where(EnteredInError.clinic_id == clinic_id, EnteredInError.fact_id == fact_id)


def said_as(column: Any, words: Mapping[Any, str]) -> ColumnElement[str]:
    """Give the words of a column's values."""
    return case({str(value): said for value, said in words.items()}, value=column)


def ends(clinic_id: int) -> Subquery:
    """Find for each merged record the one it ended in: `record_id`, `kept_id`."""
    merged = (
        select(Patient.id.label("record_id"), Patient.merged_into_id.label("kept_id"))
        .where(Patient.clinic_id == clinic_id, Patient.merged_into_id.is_not(None))
        .cte(recursive=True)
    )
    further, last = aliased(Patient), aliased(Patient)
    merged = merged.union_all(
        select(merged.c.record_id, further.merged_into_id).where(
            further.clinic_id == clinic_id,
            further.id == merged.c.kept_id,
            further.merged_into_id.is_not(None),
        )
    )
    return (
        select(merged.c.record_id, merged.c.kept_id)
        .join(last, and_(last.clinic_id == clinic_id, last.id == merged.c.kept_id))
        .where(last.merged_into_id.is_(None))
        .subquery()
    )


def chart_of(clinic_id: int, record: type[Patient]) -> ColumnElement[int]:
    """Give the patient in whose chart a record is told: itself, or the one it ended in."""
    kept = ends(clinic_id)
    into = select(kept.c.kept_id).where(kept.c.record_id == record.id).scalar_subquery()
    return case((record.merged_into_id.is_(None), record.id), else_=into)


def in_charts(clinic_id: int, of: Select[Any]) -> Select[Any]:
    """Tell lines of merged records under the ones they ended in; equal lines count once."""
    told, record = of.subquery(), aliased(Patient)
    return (
        select(
            chart_of(clinic_id, record).label("patient_id"),
            *(column for column in told.c if column.name != "patient_id"),
        )
        .join(record, and_(record.clinic_id == clinic_id, record.id == told.c.patient_id))
        .distinct()
    )


def newest_versions(clinic_id: int) -> Subquery:
    """Find the newest version of each chart that is not entered in error, and its newest plan."""
    record = aliased(Patient)
    chart = chart_of(clinic_id, record)
    place = func.row_number().over(
        partition_by=chart, order_by=(PlanVersion.signed_at.desc(), PlanVersion.number.desc())
    )
    ranked = (
        select(PlanVersion.id, PlanVersion.plan_id, PlanVersion.number, PlanVersion.signed_on,
               chart.label("patient_id"), place.label("place"))
        .join(record, and_(record.clinic_id == PlanVersion.clinic_id,
                           record.id == PlanVersion.patient_id))
        .where(PlanVersion.clinic_id == clinic_id,
               ~in_error(PlanVersion.clinic_id, PlanVersion.id))
        .subquery()
    )  # fmt: skip
    return select(ranked).where(ranked.c.place == 1).subquery()


def stands() -> ColumnElement[bool]:
    """Tell of what happened whether it counts: not undone, and not entered in error."""
    undone = exists().where(
        Reversal.clinic_id == Happening.clinic_id, Reversal.happening_id == Happening.id
    )
    return and_(~in_error(Happening.clinic_id, Happening.id), ~undone)


def closed_plans(clinic_id: int) -> Select[Any]:
    """Name the plans that were closed."""
    return select(Happening.plan_id).where(
        Happening.clinic_id == clinic_id, Happening.what == What.CLOSED, stands()
    )


def day_of(moment: Any) -> ColumnElement[date]:
    """Give the day of a moment, in UTC."""
    if db.engine.dialect.name == "postgresql":
        return cast(func.timezone("UTC", moment), Date)
    return func.date(moment, type_=Date)


def days_later(day: ColumnElement[date], days: ColumnElement[int]) -> ColumnElement[date]:
    """Give the day so many days later, as each database counts days."""
    if db.engine.dialect.name == "postgresql":
        return cast(day, Date) + cast(days, Integer)
    return func.date(day, cast(days, String) + " days", type_=Date)


def each_in(text: Any) -> tuple[Any, Any]:
    """Give the objects of a JSON list as a table, and a function for the text of one field."""
    if db.engine.dialect.name == "postgresql":
        elements = func.jsonb_array_elements(cast(text, JSONB))
        table = elements.table_valued("value", joins_implicitly=True)
        return table, lambda name: cast(table.c.value, JSONB)[name].astext
    table = func.json_each(text).table_valued("value", joins_implicitly=True)
    return table, lambda name: func.json_extract(table.c.value, f"$.{name}")
