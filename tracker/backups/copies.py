"""Copies of a database that is in use, and putting a copy into an empty one.

SQLite by its online backup, PostgreSQL by its own programs: writers go on working meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import URL

from tracker.backups.archive import BackupRefused, on_disk
from tracker.backups.contents import Contents, contents_of

Progress = Callable[[int, int], None]  # done, in all; in bytes or pages
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_PAGES_AT_ONCE = 2000


def copy_database(engine: Engine, folder: Path, progress: Progress) -> tuple[str, Contents]:
    """Copy a database in use into a folder; give the copy's name and what it holds."""
    name = NAMES[engine.dialect.name]
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(engine.url.database or ""), folder / name, progress)
        return name, sqlite_contents(folder / name)
    return name, _copy_postgresql(engine, folder / name, progress)


def _copy_sqlite(source: Path, target: Path, progress: Progress) -> None:
    with (
        contextlib.closing(sqlite3.connect(source, isolation_level=None)) as live,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        # A snapshot held open: without it the copy begins anew at each write of somebody else.
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM alembic_version").fetchone()
        live.backup(
            copy,
            pages=_PAGES_AT_ONCE,
            progress=lambda _status, left, pages: progress(pages - left, pages),
        )
        copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file


def _copy_postgresql(engine: Engine, target: Path, progress: Progress) -> Contents:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        whole = connection.scalar(text("SELECT pg_database_size(current_database())")) or 1
        arguments = ["--format=custom", f"--snapshot={snapshot}", f"--file={target}"]
        running = _start("pg_dump", engine.url, arguments)
        contents = contents_of(connection)
        _finish("pg_dump", running, lambda: progress(min(_size(target), whole), whole))
        progress(whole, whole)
        return contents


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def sqlite_contents(path: Path, *, from_bytes: bool = False) -> Contents:
    """Count and digest a SQLite file; raises BackupRefused when SQLite finds it damaged."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            for pragma in ("integrity_check", "foreign_key_check"):
                found = connection.execute(text(f"PRAGMA {pragma}")).fetchall()
                if found not in ([], [("ok",)]):
                    raise BackupRefused(f"SQLite's {pragma} finds the copy damaged.")
            return contents_of(connection, from_bytes=from_bytes)
    finally:
        engine.dispose()


def why_not_empty(engine: Engine) -> str | None:
    """Say why a restore must not touch this database, or None when there is nothing in it."""
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        return f"{path.name} is there already." if path.exists() else None
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
    return f"The database holds {len(tables)} tables already." if tables else None


def put_database(engine: Engine, copy: Path) -> None:
    """Put a copy into an empty database, all of it or nothing."""
    if engine.dialect.name == "sqlite":
        target = Path(engine.url.database or "")
        part = target.with_name(target.name + ".part")
        shutil.copyfile(copy, part)
        part.chmod(0o600)
        with contextlib.closing(sqlite3.connect(part)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
        on_disk(part)
        part.replace(target)
        return
    arguments = ["--no-owner", "--exit-on-error", "--single-transaction", str(copy)]
    arguments = [f"--dbname={engine.url.database}", *arguments]
    _finish("pg_restore", _start("pg_restore", engine.url, arguments))


def readable_dump(copy: Path) -> None:
    """Let PostgreSQL read the list of what a dump holds; raises BackupRefused when it cannot."""
    _finish("pg_restore", _start("pg_restore", None, ["--list", str(copy)]))


def _start(program: str, url: URL | None, arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [_program(program), *arguments],
        env={**os.environ, **(dict(_where(url)) if url else {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(
    program: str, running: subprocess.Popen[str], meanwhile: Callable[[], None] = lambda: None
) -> None:
    words = None
    while words is None:
        try:
            _, words = running.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            meanwhile()
    if running.returncode:
        last = words.strip().splitlines()[-1] if words.strip() else "it said nothing"
        raise BackupRefused(f"{program} failed: {last}")


def _program(name: str) -> str:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True
    )
    found = shutil.which(name, path=os.pathsep.join([*map(str, debian), os.environ["PATH"]]))
    if found is None:
        raise BackupRefused(f"{name} is not installed (apt-get install postgresql-client).")
    return found


def _where(url: URL) -> Iterator[tuple[str, str]]:
    """Name the server in the environment: a password must not stand in a list of processes."""
    query = {name: ",".join(_all(value)) for name, value in url.query.items()}
    places = [host.partition(":") for host in _all(url.query.get("host", ()))]
    hosts = ",".join(host for host, _, _ in places)
    ports = ",".join(port or "5432" for _, _, port in places) if len(places) > 1 else ""
    known = {
        "PGHOST": url.host or hosts,
        "PGPORT": str(url.port) if url.port else ports or query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
        "PGTARGETSESSIONATTRS": query.get("target_session_attrs"),
    }
    return ((name, value) for name, value in known.items() if value)


def _all(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
