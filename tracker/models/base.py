"""What every table shares: the declarative base, ids, time, and the guard over facts.

A fact is a row of a class that inherits `FactRow`. The session refuses to change or delete one;
triggers on both databases refuse it again for whatever walks past the session.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    Date,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    Text,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, ORMExecuteState, Session, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC and refuse a moment without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC back, whatever zone the connection speaks in."""
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read SQLite's text, which has no zone, in one go: a list has a moment in each row."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda text: None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Day(TypeDecorator[date]):
    """A day as a value of a statement: SQLite's text is made in one go, many times in a list's."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Write the day as SQLite keeps it."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda day: None if day is None else date.isoformat(day)


# Search keys are compared by code point on both databases, so that a prefix can use the index.
FOLDED: TypeEngine[str] = String(400).with_variant(String(400, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """The declarative base: named constraints, UTC moments, 64-bit ids."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcTime, int: BigInteger, str: Text}


class FactRow:
    """Marks a table whose rows are only ever added."""


class _Session(FlaskSession):
    """A session that may read from a replica; see `read_elsewhere`."""

    def get_bind(self, *given: Any, **named: Any) -> Engine | Connection:
        """Give the replica while it is read from, else what every session gets."""
        elsewhere: Engine | None = self.info.get("elsewhere")
        return elsewhere if elsewhere is not None else super().get_bind(*given, **named)


# Only sessions and engines come from Flask-SQLAlchemy; the tables stand on their own base.
db = SQLAlchemy(session_options={"expire_on_commit": False, "class_": _Session})

_last_id = 0
_id_lock = threading.Lock()
_EPOCH_MS = 1_767_225_600_000  # 2026-01-01 UTC: ids of this project begin here


def utc_now() -> datetime:
    """Give the present moment in UTC."""
    return datetime.now(UTC)


def new_id() -> int:
    """Give a new id that grows with time and fits 53 bits; 13 random bits keep workers apart."""
    global _last_id
    stamp = int(utc_now().timestamp() * 1000) - _EPOCH_MS
    with _id_lock:
        _last_id = max((stamp << 13) | secrets.randbits(13), _last_id + 1)
        return _last_id


def id_column() -> Mapped[int]:
    """Declare the second half of a composite key `(clinic_id, id)`."""
    return mapped_column(BigInteger, primary_key=True, autoincrement=False, default=new_id)


def clinic_column() -> Mapped[int]:
    """Declare the first half of a composite key `(clinic_id, id)`."""
    return mapped_column(BigInteger, primary_key=True, autoincrement=False)


_audit_keys: WeakKeyDictionary[Engine, bytes] = WeakKeyDictionary()


def lend_audit_key(engine: Engine, key: bytes) -> None:
    """Bind the key of the event chain to one engine, so that records need no web framework."""
    _audit_keys[engine] = key


def audit_key() -> bytes:
    """Give the event chain's key for the session's engine; raises KeyError when none was lent."""
    bind = db.session.get_bind()
    return _audit_keys[bind.engine]


READ_BEFORE = "read before"  # in a session's `info`: what a page remembers, see `charts.reading`


def begin_writing() -> Session:
    """End the page's reading transaction and begin a writing one; give the session.

    SQLite refuses to write in a transaction that began by reading once another writer was quicker.
    """
    session = db.session()
    session.info.pop(READ_BEFORE, None)
    session.commit()
    session.info.pop("elsewhere", None)
    session.connection(execution_options={"writing": True})
    return session


def read_elsewhere(name: str) -> bool:
    """Let what is read next come from a replica, until something is written; tell whether it does.

    Without a replica of this name, or when it does not answer, nothing changes.
    """
    replica = db.engines.get(name)
    if replica is None:
        return False
    try:
        replica.connect().close()
    except OperationalError:
        return False
    session = db.session()
    session.commit()
    session.info["elsewhere"] = replica
    return True


def plain_rows(statement: Executable, values: Mapping[str, Any]) -> CursorResult[Any]:
    """Ask for plain rows within the session's transaction, past what it does to make objects.

    A third of the price, for what every request asks. Nothing that waits to be written is
    written first.
    """
    return db.session.connection().execute(statement, values)


class FactsAreAppendOnly(RuntimeError):
    """Raised when code tries to change or delete a fact."""


@event.listens_for(Session, "before_flush")
def _refuse_changed_facts(session: Session, _context: Any, _instances: Any) -> None:
    touched = [o for o in session.dirty if session.is_modified(o)] + list(session.deleted)
    for row in touched:
        if isinstance(row, FactRow):
            raise FactsAreAppendOnly(f"{type(row).__name__} rows are added, never changed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change_of_facts(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, FactRow):
        raise FactsAreAppendOnly(f"{mapper.class_.__name__} rows are added, never changed")
