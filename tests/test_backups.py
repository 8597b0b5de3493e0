"""Backups as the person who runs the machine uses them: made, checked, put back elsewhere."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text

from tests.harness import charts
from tests.harness.application import House, create
from tests.harness.cast import Cast
from tests.harness.databases import CLUSTER, Database, PostgresqlDatabase, SqliteDatabase
from tracker.models import Event, Handout, Patient, db


def run(app: Flask, *words: str | Path) -> Result:
    """Run a command as `flask --app tracker` does."""
    with app.app_context():
        db.session.remove()
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def dialect_of(app: Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "shelf"


@pytest.fixture(autouse=True)
def instance(house: House) -> Iterator[Path]:
    """The instance folder, left as it was: it outlives a test, unlike the database."""
    folder = Path(house.application.instance_path)
    yield folder
    for name in ("backup.recipient", "last-backup.json"):
        (folder / name).unlink(missing_ok=True)


@pytest.fixture
def key(demo_app: Flask, tmp_path: Path) -> Path:
    """The secret half of the key for backups, as if it lay on another machine."""
    secret = tmp_path / "backup.key"
    assert run(demo_app, "backup-key", "--out", secret).exit_code == 0
    return secret


@pytest.fixture
def archive(demo_app: Flask, key: Path, shelf: Path) -> Path:
    made = run(demo_app, "backup", "--out", shelf)
    assert made.exit_code == 0, made.output
    return next(shelf.glob("*.tar.age"))


@dataclass
class Place:
    """An empty machine: its application, and the database it was told to use."""

    app: Flask
    database: Database


@pytest.fixture
def elsewhere(house: House, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Set up empty machines of the same kind of database."""
    kept: list[Place] = []
    dialect = dialect_of(house.application)

    def one() -> Place:
        room = tmp_path / f"machine{len(kept)}"
        room.mkdir()
        database: Database = (
            SqliteDatabase(room)
            if dialect == "sqlite"
            else PostgresqlDatabase(CLUSTER, f"restored{len(kept)}")
        )
        kept.append(Place(create(room / "instance", database.url), database))
        return kept[-1]

    yield one
    for place in kept:
        with place.app.app_context():
            db.session.remove()
            db.engine.dispose()
        place.database.close()


def held(app: Flask) -> tuple[int, int, list[tuple[str, bytes]]]:
    """Count patients and events, and give every kept handout."""
    with app.app_context():
        return (
            db.session.scalar(select(func.count()).select_from(Patient)) or 0,
            db.session.scalar(select(func.count()).select_from(Event)) or 0,
            [(h.sha256, h.pdf) for h in db.session.scalars(select(Handout).order_by(Handout.id))],
        )


def flip_a_byte(path: Path) -> None:
    bytes_ = bytearray(path.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    path.write_bytes(bytes_)


def test_a_clinic_comes_back_on_an_empty_machine(
    demo_app: Flask, archive: Path, key: Path, elsewhere: Callable[[], Place]
) -> None:
    patients, events, handouts = held(demo_app)
    assert patients and handouts
    there = elsewhere().app
    done = run(there, "restore", archive, "--key", key)
    assert done.exit_code == 0, done.output
    assert "The history is whole" in done.output
    # One event more: that it was restored. The one of the backup itself came after the copy.
    assert held(there) == (patients, events, handouts)
    with there.app_context():
        told = select(Event.act).where(Event.clinic_id == 0).order_by(Event.seq.desc()).limit(1)
        assert db.session.scalar(told) == "install.restore"
    assert run(there, "verify-audit").exit_code == 0
    ours, theirs = Path(demo_app.instance_path), Path(there.instance_path)
    assert (theirs / "audit.key").read_text() == (ours / "audit.key").read_text()
    assert stat.S_IMODE((theirs / "audit.key").stat().st_mode) == 0o600


def test_the_archive_is_of_one_moment_although_somebody_writes(
    app: Flask, cast: Cast, shelf: Path, tmp_path: Path, elsewhere: Callable[[], Place]
) -> None:
    secret = tmp_path / "backup.key"
    run(app, "backup-key", "--out", secret)
    made = run(app, "backup", "--out", shelf)
    assert made.exit_code == 0, made.output
    with app.app_context():
        charts.register(cast["amara"], record_no="AFTER-1")
    archive = next(shelf.glob("*.tar.age"))
    there = elsewhere().app
    assert run(there, "restore", archive, "--key", secret).exit_code == 0
    assert held(there)[0] == held(app)[0] - 1


def test_a_backup_is_checked_with_and_without_the_key(archive: Path, key: Path) -> None:
    # Checked on a machine that knows nothing of the clinic.
    other = create(archive.parent.parent / "checker", f"sqlite:///{archive.parent}/none.sqlite3")
    without = run(other, "verify-backup", archive)
    assert without.exit_code == 0 and "is the archive that was made" in without.output
    whole = run(other, "verify-backup", archive, "--key", key)
    assert whole.exit_code == 0, whole.output
    assert "It opens" in whole.output
    assert not list(Path(other.instance_path).glob("backup-*"))


def test_a_flipped_byte_is_not_restored(
    archive: Path, key: Path, elsewhere: Callable[[], Place]
) -> None:
    flip_a_byte(archive)
    there = elsewhere().app
    for command in (("verify-backup", archive), ("restore", archive, "--key", key)):
        refused = run(there, *command)
        assert refused.exit_code == 1
        assert "is damaged" in refused.output
    with there.app_context():
        from tracker.backups.copies import why_not_empty

        assert why_not_empty(db.engine) is None


def test_a_forged_manifest_does_not_help(
    archive: Path, key: Path, elsewhere: Callable[[], Place]
) -> None:
    from tracker.backups.archive import manifest_beside, sha256_of

    beside = manifest_beside(archive)
    plain = json.loads(beside.read_text())
    plain["contents"]["rows"]["patient"] += 1
    beside.write_text(json.dumps(plain))
    refused = run(elsewhere().app, "restore", archive, "--key", key)
    assert refused.exit_code == 1 and "not the one inside" in refused.output

    flip_a_byte(archive)
    plain["archive_sha256"] = sha256_of(archive)
    beside.write_text(json.dumps(plain))
    refused = run(elsewhere().app, "verify-backup", archive, "--key", key)
    assert refused.exit_code == 1 and "does not open" in refused.output


def test_another_key_opens_nothing(demo_app: Flask, archive: Path, tmp_path: Path) -> None:
    instance = Path(demo_app.instance_path)
    (instance / "backup.recipient").unlink()
    other = tmp_path / "other.key"
    run(demo_app, "backup-key", "--out", other)
    refused = run(demo_app, "verify-backup", archive, "--key", other)
    assert refused.exit_code == 1 and "does not open" in refused.output
    words = tmp_path / "words.key"
    words.write_text("not a key\n")
    refused = run(demo_app, "verify-backup", archive, "--key", words)
    assert refused.exit_code == 1 and "holds no age key" in refused.output


def test_nothing_is_restored_over_something(demo_app: Flask, archive: Path, key: Path) -> None:
    before = held(demo_app)
    refused = run(demo_app, "restore", archive, "--key", key)
    assert refused.exit_code == 1
    assert "into an empty place only" in refused.output
    assert held(demo_app) == before


def test_an_altered_handout_is_found(
    demo_app: Flask, key: Path, shelf: Path, elsewhere: Callable[[], Place]
) -> None:
    dialect = dialect_of(demo_app)
    if dialect != "sqlite":
        off, way = "ALTER TABLE handout DISABLE TRIGGER ALL", "pdf || '\\x00'::bytea"
    else:
        off, way = "DROP TRIGGER handout_no_update", "CAST(pdf || x'00' AS BLOB)"
    with demo_app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writing=True)
        writing.execute(text(off))
        writing.execute(text(f"UPDATE handout SET pdf = {way}"))
        writing.commit()
    assert run(demo_app, "backup", "--out", shelf).exit_code == 0
    archive = next(shelf.glob("*.tar.age"))
    if dialect == "sqlite":
        found = run(demo_app, "verify-backup", archive, "--key", key)
    else:  # a dump is counted when it is restored
        found = run(elsewhere().app, "restore", archive, "--key", key)
    assert found.exit_code == 1 and "the kept handouts differ" in found.output


def test_no_name_stands_in_what_is_carried_away(
    demo_app: Flask, archive: Path, shelf: Path
) -> None:
    with demo_app.app_context():
        names = {name.encode() for name in db.session.scalars(select(Patient.family_name))}
    assert names
    for path in shelf.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not [name for name in names if name in path.read_bytes()], path.name
    assert not list(Path(demo_app.instance_path).glob("backup-*"))


def test_only_the_newest_archives_are_kept(demo_app: Flask, key: Path, shelf: Path) -> None:
    for day in (1, 2, 3):
        with time_machine.travel(datetime(2026, 12, day, tzinfo=UTC), tick=False):
            assert run(demo_app, "backup", "--out", shelf, "--keep", "2").exit_code == 0
    names = sorted(path.name for path in shelf.iterdir())
    assert names == [
        f"tracker-202612{day}T000000Z.{end}"
        for day in ("02", "03")
        for end in ("manifest.json", "tar.age")
    ]


def test_without_a_key_nothing_is_made(empty_app: Flask, shelf: Path, tmp_path: Path) -> None:
    refused = run(empty_app, "backup", "--out", shelf)
    assert refused.exit_code == 1
    assert "There is no key to encrypt for" in refused.output
    assert not shelf.exists()


def test_a_key_is_never_written_over(demo_app: Flask, key: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    again = run(demo_app, "backup-key", "--out", tmp_path / "second.key")
    assert again.exit_code == 1 and "is there already" in again.output
    (Path(demo_app.instance_path) / "backup.recipient").unlink()
    again = run(demo_app, "backup-key", "--out", key)
    assert again.exit_code == 1 and "stays as it is" in again.output


def test_what_is_no_backup_is_named_plainly(demo_app: Flask, archive: Path) -> None:
    from tracker.backups.archive import manifest_beside

    beside = manifest_beside(archive)
    for words, sentence in (
        (None, "is missing"),
        ("{", "cannot be read"),
        ('{"format": 99}', "of a format this version does not read"),
    ):
        beside.unlink(missing_ok=True)
        if words is not None:
            beside.write_text(words)
        refused = run(demo_app, "verify-backup", archive)
        assert refused.exit_code == 1 and sentence in refused.output
