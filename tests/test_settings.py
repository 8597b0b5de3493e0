"""Starting up: what is made on the first start, what is refused, and the first administrator."""

from __future__ import annotations

import gc
import re
import stat
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.harness.application import migrate
from tests.harness.cast import HILLSIDE, Cast
from tests.harness.visitor import Visitor
from tracker import create_app
from tracker.database import url_for
from tracker.models import Clinic, Event, Membership, Staff, db
from tracker.serving import application
from tracker.settings import Refused, settings, why_weak

GOOD = "s3cr3t-enough-for-a-clinic-of-any-size"


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    return folder


# ---- the first start


def test_the_first_start_makes_its_secrets_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = settings(folder, {})
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secret.key", "audit.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert first["SECRET_KEY"] != first["AUDIT_KEY"].decode()
    again = settings(folder, {})
    assert (again["SECRET_KEY"], again["AUDIT_KEY"]) == (first["SECRET_KEY"], first["AUDIT_KEY"])


def test_the_demo_and_the_clinic_share_nothing(instance: Path) -> None:
    clinic, demo = settings(instance, {}), settings(instance, {"TRACKER_DEMO": "1"})
    for name in ("SECRET_KEY", "AUDIT_KEY", "SQLALCHEMY_DATABASE_URI"):
        assert clinic[name] != demo[name]
    assert demo["SQLALCHEMY_DATABASE_URI"].endswith("/demo.sqlite3")


def test_a_clinic_has_https_unless_it_says_otherwise(instance: Path) -> None:
    safe = settings(instance, {})
    assert safe["HTTPS"] and safe["SESSION_COOKIE_SECURE"]
    assert safe["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert not settings(instance, {"TRACKER_HTTPS": "0"})["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_postgresql_address_is_read_as_people_write_it(instance: Path, scheme: str) -> None:
    found = settings(instance, {"DATABASE_URL": f"{scheme}://tracker@db/tracker"})
    assert found["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://tracker@db/tracker"


def test_a_secret_may_come_from_a_file(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{GOOD}\n")
    found = settings(instance, {"SECRET_KEY_FILE": str(tmp_path / "secret")})
    assert found["SECRET_KEY"] == GOOD


# ---- what is refused


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("short", "shorter than 32 characters"),
        ("changeme" * 5, "a well-known word"),
        ("ab" * 20, "made of too few different characters"),
        (GOOD, None),
    ],
)
def test_a_weak_secret_is_refused_outside_the_demo(
    instance: Path, secret: str, why: str | None
) -> None:
    assert why_weak(secret) == why
    assert settings(instance, {"SECRET_KEY": secret, "TRACKER_DEMO": "1"})["SECRET_KEY"] == secret
    if why is None:
        assert settings(instance, {"SECRET_KEY": secret})["SECRET_KEY"] == secret
    else:
        with pytest.raises(Refused, match=why):
            settings(instance, {"SECRET_KEY": secret})


def test_a_folder_that_others_can_read_is_refused_outside_the_demo(instance: Path) -> None:
    instance.chmod(0o755)
    with pytest.raises(Refused, match="chmod o-rwx instance"):
        settings(instance, {})
    assert settings(instance, {"TRACKER_DEMO": "1"})["DEMO"]


def test_the_demo_refuses_the_clinics_database(instance: Path) -> None:
    with pytest.raises(Refused, match="its own database"):
        settings(instance, {"TRACKER_DEMO": "1", "DATABASE_URL": "postgresql:///tracker"})


def test_without_a_configuration_the_environment_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_INSTANCE", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TRACKER_DEMO", "1")
    app = create_app()
    assert app.instance_path == str(tmp_path / "elsewhere")
    assert app.config["DEMO"] is True


# ---- the first administrator


def command(app: Flask, *words: str, typed: str = "") -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=words, input=typed)


FIRST = (
    "staff", "add", "--first-administrator", "--clinic", "Elm Street Spine",
    "--time-zone", "America/Chicago", "--name", "Dr. Dana Lee", "--username", "Dana",
)  # fmt: skip


def test_the_first_administrator_gets_a_one_time_password(empty_app: Flask) -> None:
    said = command(empty_app, *FIRST)
    assert said.exit_code == 0, said.output
    password = re.search(r"One-time password: (\S+)", said.output)
    assert password is not None
    visitor = Visitor(empty_app).sign_in("dana", password[1])
    page = visitor.http.get("/", follow_redirects=True)
    assert page.request.path == "/account/password"
    with empty_app.app_context():
        clinic = db.session.scalars(select(Clinic)).one()
        member = db.session.scalars(select(Membership)).one()
        acts = db.session.scalars(
            select(Event.act).where(Event.clinic_id == clinic.id).order_by(Event.seq)
        ).all()
    assert (clinic.name, clinic.time_zone) == ("Elm Street Spine", "America/Chicago")
    assert (member.clinic_id, member.roles) == (clinic.id, "admin")
    assert acts == ["install.clinic", "install.staff", "self.factor_added"]


def test_what_the_command_is_not_told_it_asks_for(empty_app: Flask) -> None:
    said = command(
        empty_app,
        *("staff", "add", "--first-administrator"),
        typed="Elm Street Spine\nAmerica/Chicago\nDr. Dana Lee\ndana\n",
    )
    assert said.exit_code == 0, said.output
    with empty_app.app_context():
        assert db.session.scalars(select(Staff.name)).all() == ["Dr. Dana Lee"]


def test_the_command_makes_one_first_administrator_only(empty_app: Flask) -> None:
    assert command(empty_app, *FIRST).exit_code == 0
    again = command(empty_app, *FIRST)
    assert again.exit_code == 1 and "an administrator already" in again.output


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--time-zone", "Chicago", "Chicago is not a time zone"),
        ("--name", "   ", ""),
    ],
)
def test_the_command_refuses_what_cannot_be_and_adds_nobody(
    empty_app: Flask, option: str, value: str, sentence: str
) -> None:
    words = list(FIRST)
    words[words.index(option) + 1] = value
    said = command(empty_app, *words)
    assert said.exit_code == 1 and sentence in said.output, said.output
    with empty_app.app_context():
        assert db.session.scalars(select(Staff)).all() == []
        assert db.session.scalars(select(Clinic)).all() == []


def test_a_person_is_added_to_a_clinic_by_name(app: Flask, cast: Cast) -> None:
    add = ("staff", "add", "--clinic", HILLSIDE, "--name", "Fay Ito", "--username", "fay")
    said = command(app, *add, "--role", "nurse", "--role", "desk")
    assert said.exit_code == 0 and "Added Fay Ito (Nurse, Front desk)." in said.output
    with app.app_context():
        fay = db.session.scalars(select(Staff).where(Staff.username == "fay")).one()
        assert fay.must_change_password
        assert db.session.get_one(Membership, (cast.hillside, fay.id)).roles == "nurse,desk"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--clinic", HILLSIDE, "--username", "fay"), "at least one --role"),
        (
            ("--clinic", "Nowhere", "--username", "fay", "--role", "nurse"),
            "no clinic named Nowhere",
        ),
        (("--clinic", HILLSIDE, "--username", "AMARA", "--role", "nurse"), "already signs in"),
    ],
)
def test_adding_a_person_refuses_with_a_sentence(
    app: Flask, words: tuple[str, ...], sentence: str
) -> None:
    said = command(app, "staff", "add", "--name", "Fay Ito", *words)
    assert said.exit_code == 1 and sentence in said.output, said.output


def test_the_demo_is_loaded_into_the_demo_only(app: Flask) -> None:
    said = command(app, "demo", "load")
    assert said.exit_code == 1 and "TRACKER_DEMO=1" in said.output


def test_a_server_starts_only_on_the_newest_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    for name, value in {
        "TRACKER_INSTANCE": str(instance),
        "TRACKER_DEMO": "1",
        "DATABASE_URL": "",
        "SECRET_KEY": "",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(gc, "freeze", lambda: None)  # the suite goes on in this process
    with pytest.raises(Refused, match="flask --app tracker db upgrade"):
        application()
    migrate(create_app())
    assert application().test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("postgres://u@h/db", "postgresql+psycopg://u@h/db"),
        (
            "postgresql://u:p@one:5432,two/db?target_session_attrs=read-write",
            "postgresql+psycopg://u:p@/db?host=one:5432&host=two&target_session_attrs=read-write",
        ),
        ("postgresql://one,two/db", "postgresql+psycopg:///db?host=one&host=two"),
    ],
)
def test_one_address_may_name_several_servers(typed: str, meant: str) -> None:
    assert url_for(typed) == meant


def test_a_backup_asks_every_server_and_shows_no_password() -> None:
    from sqlalchemy import make_url

    from tracker.backups.copies import _where

    url = make_url(url_for("postgresql://u:p@one:5433,two/db?target_session_attrs=read-write"))
    assert dict(_where(url)) == {
        "PGHOST": "one,two",
        "PGPORT": "5433,5432",
        "PGUSER": "u",
        "PGPASSWORD": "p",
        "PGDATABASE": "db",
        "PGTARGETSESSIONATTRS": "read-write",
    }
    assert dict(_where(make_url("postgresql+psycopg:///db?host=/run/pg"))) == {
        "PGHOST": "/run/pg", "PGDATABASE": "db",
    }  # fmt: skip
