"""What a start loads, and what waits until it is wanted. Held by names; nothing is timed here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from tracker import commands
from tracker.catalogue import BadCatalogue
from tracker.serving import application

ROOT = Path(__file__).parent.parent
LARGE = {
    "alembic", "flask_migrate", "icalendar", "pikepdf", "pyrage", "reportlab", "segno", "uharfbuzz",
    "webauthn",
}  # fmt: skip
ROOMS = {
    "tracker.backups", "tracker.catalogue", "tracker.demo", "tracker.exchange", "tracker.handouts",
    "tracker.timeline", "tracker.views.today",
}  # fmt: skip


def loaded(words: str, instance: Path) -> set[str]:
    """Give what a Python of its own has loaded after these words."""
    instance.mkdir(mode=0o700, exist_ok=True)
    words = f"from tracker import create_app\n{words}\nimport sys\nprint(*sys.modules)"
    environment = {**os.environ, "TRACKER_INSTANCE": str(instance), "TRACKER_HTTPS": "0"}
    told = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return set(told.stdout.split())


def test_an_application_that_nobody_asked_has_neither_its_pages_nor_what_they_need(
    tmp_path: Path,
) -> None:
    found = loaded("create_app()", tmp_path / "instance")
    assert {"tracker.models", "tracker.guard", "sqlalchemy"} <= found
    assert found & (LARGE | ROOMS) == set()


def test_the_first_page_brings_the_others_and_no_command_and_no_migration(tmp_path: Path) -> None:
    words = "page = create_app().test_client().get('/sign-in')\nassert page.status_code == 200"
    found = loaded(words, tmp_path / "instance")
    assert {"tracker.views.today", "tracker.handouts", "reportlab"} <= found
    assert not {name for name in found if name.endswith("commands") and name != "tracker.commands"}
    assert found & {"alembic", "flask_migrate", "mako", "webauthn"} == set()


def test_a_server_has_loaded_the_pages_and_the_paper_before_it_says_anything(
    tmp_path: Path,
) -> None:
    words = (
        "from tracker.serving import application\nfrom tracker.settings import Refused\n"
        "try: application()\nexcept Refused: pass"  # its database is not there yet
    )
    assert loaded(words, tmp_path / "instance") >= ROOMS - {"tracker.demo"}


def test_a_server_refuses_a_catalogue_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "instance" / "catalogue"
    own.mkdir(parents=True, mode=0o700)
    own.parent.chmod(0o700)
    (own / "therapies.toml").write_text("[[therapy]]\n")
    for name, value in {"TRACKER_INSTANCE": str(own.parent), "DATABASE_URL": ""}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(BadCatalogue, match=r"^therapies\.toml"):
        application()


@pytest.mark.parametrize("name", commands.PLACES)
def test_every_command_stands_where_the_table_says(app: Flask, name: str) -> None:
    found = app.test_cli_runner().invoke(args=[name, "--help"])
    assert found.exit_code == 0 and found.output.startswith("Usage:")
