"""The triggers that keep facts as they were written, on SQLite and on PostgreSQL.

The session guard in `base` covers the application; these cover everything else that can reach the
database. `INSERT OR REPLACE` passes a DELETE trigger on SQLite unless `recursive_triggers` is on,
so the connection turns it on; PostgreSQL needs a trigger of its own for TRUNCATE.
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, event, text

from tracker.models.base import Base, FactRow

REFUSAL = "facts are added, never changed"


def fact_tables() -> tuple[str, ...]:
    """Give the names of all tables whose rows are facts, sorted."""
    return tuple(
        sorted(
            mapper.local_table.name  # type: ignore[attr-defined]  # a mapped class has a Table
            for mapper in Base.registry.mappers
            if issubclass(mapper.class_, FactRow)
        )
    )


def statements(dialect: str, tables: tuple[str, ...]) -> tuple[str, ...]:
    """Give the DDL that protects these tables; `dialect` is "sqlite" or "postgresql"."""
    return tuple(s for table in tables for s in _PROTECTIONS[dialect](table)) if tables else ()


def _sqlite(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    )


PG_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)


def _postgresql(table: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    )


_PROTECTIONS = {"sqlite": _sqlite, "postgresql": _postgresql}


@event.listens_for(Base.metadata, "after_create")
def _protect(_metadata: MetaData, connection: Connection, **_rest: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(PG_FUNCTION))
    for statement in statements(connection.dialect.name, fact_tables()):
        connection.execute(text(statement))
