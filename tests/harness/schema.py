"""What a database is made of, as text to compare: tables, keys, checks, indexes, triggers."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

SQLITE = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"

POSTGRESQL = (
    """SELECT 'column ' || table_name || '.' || column_name,
              concat_ws(' ', data_type, character_maximum_length, collation_name,
                        'null ' || is_nullable, 'default ' || column_default)
       FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT 'trigger ' || tgname, pg_get_triggerdef(oid)
       FROM pg_trigger WHERE NOT tgisinternal""",
    """SELECT 'function ' || proname, prosrc FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace""",
)

OF_THE_MIGRATIONS = "alembic_version"


def described(connection: Connection) -> dict[str, str]:
    """Describe every object of a database by name; the migrations' own table is left out."""
    rows = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return {name: body for name, body in rows if OF_THE_MIGRATIONS not in name}


def _postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    for query in POSTGRESQL:
        yield from ((name, body) for name, body in connection.execute(text(query)))


def _sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    for name, sql in connection.execute(text(SQLITE)):
        words = " ".join(sql.replace('"', "").split())
        if not name.startswith("table "):
            yield name, words
            continue
        # A migration may name columns and constraints in another order than the models do.
        inside = words[words.index("(") + 1 : words.rindex(")")]
        yield name, "; ".join(sorted(part.strip() for part in _parts(inside)))


def _parts(inside: str) -> Iterator[str]:
    """Split at the commas that stand outside of brackets."""
    depth, start = 0, 0
    for place, letter in enumerate(inside):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield inside[start:place]
            start = place + 1
    yield inside[start:]
