"""What a database holds, in counts and digests: equal before a backup and after a restore.

A bit that flips inside a text passes a database's own integrity check; the digest of the kept
handouts and the heads of the history's chains do not let it pass.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, func, select, table, text

from tracker.models import Base, EventHead, Handout


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts and digests of one database."""

    migration: str
    rows: dict[str, int]  # table: how many rows
    heads: tuple[tuple[int, int, str], ...]  # clinic, seq, mac: the ends of the chains
    handouts: int
    handouts_sha256: str  # over clinic, id and SHA-256 of every kept handout

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Contents:
        """Build from the plain values of a manifest; raises KeyError or TypeError otherwise."""
        return cls(**{**plain, "heads": tuple((c, s, m) for c, s, m in plain["heads"])})

    def plain(self) -> dict[str, Any]:
        """Give plain values, as a manifest holds them."""
        return asdict(self)

    def differences(self, other: Contents) -> tuple[str, ...]:
        """Say in sentences what differs between two databases; empty when they are equal."""
        told = []
        if self.migration != other.migration:
            told.append(f"migration {self.migration} became {other.migration}")
        for name in sorted({*self.rows, *other.rows}):
            before, after = self.rows.get(name, 0), other.rows.get(name, 0)
            if before != after:
                told.append(f"{name} had {before} rows and has {after}")
        if self.heads != other.heads:
            told.append("the history ends elsewhere")
        if (self.handouts, self.handouts_sha256) != (other.handouts, other.handouts_sha256):
            told.append("the kept handouts differ")
        return tuple(told)


def contents_of(connection: Connection, *, from_bytes: bool = False) -> Contents:
    """Count and digest a database through an open connection, in one transaction.

    `from_bytes` hashes every kept handout again instead of trusting the hash beside it: slower,
    and what a check of a backup is for.
    """
    digest, handouts = hashlib.sha256(), 0
    what: Any = Handout.pdf if from_bytes else Handout.sha256
    query = select(Handout.clinic_id, Handout.id, what).order_by(Handout.clinic_id, Handout.id)
    with connection.execution_options(yield_per=50).execute(query) as found:
        for clinic_id, handout_id, value in found:
            sha256 = hashlib.sha256(value).hexdigest() if from_bytes else value
            digest.update(f"{clinic_id}/{handout_id} {sha256}\n".encode())
            handouts += 1
    return Contents(
        migration=connection.scalar(text("SELECT version_num FROM alembic_version")) or "",
        rows={
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in sorted(Base.metadata.tables)
        },
        heads=tuple(
            (clinic_id, seq, mac)
            for clinic_id, seq, mac in connection.execute(
                select(EventHead.clinic_id, EventHead.seq, EventHead.mac).order_by(
                    EventHead.clinic_id
                )
            )
        ),
        handouts=handouts,
        handouts_sha256=digest.hexdigest(),
    )
