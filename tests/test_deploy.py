"""What stands under `deploy/` fits the application, the guide and itself."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]  # it ships no types

from tracker.commands import PLACES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
INSTALL = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")


def unit(name: str) -> dict[str, list[str]]:
    """Read a unit file: every value of every key."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_the_guide_names_every_file() -> None:
    files = {f"deploy/{path.name}" for path in DEPLOY.iterdir() if path.is_file()}
    assert files == set(re.findall(r"deploy/[\w.-]*\w", INSTALL))


def test_gunicorn_takes_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_WORKERS", "2")
    config = Config()
    typed = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    for name, value in typed.items():
        if not name.startswith("__") and name != "os":
            config.set(name, value)  # raises for a name or a value that gunicorn does not know
    assert config.preload_app and config.control_socket_disable and config.workers == 2
    assert config.bind == ["127.0.0.1:8000"]
    assert config.wsgi_app == "tracker.serving:application()"


@pytest.mark.parametrize("name", ["tracker.service", "tracker-backup.service"])
def test_a_unit_gives_the_service_nothing_it_does_not_need(name: str) -> None:
    said = unit(name)
    for key in (
        "NoNewPrivileges", "PrivateTmp", "PrivateDevices", "PrivateUsers", "ProtectHome",
        "ProtectKernelModules", "ProtectKernelTunables", "RestrictSUIDSGID", "LockPersonality",
    ):  # fmt: skip
        assert said[key] == ["true"], key
    assert said["User"] == ["tracker"] and said["UMask"] == ["0077"]
    assert said["ProtectSystem"] == ["strict"] and said["CapabilityBoundingSet"] == [""]
    assert said["IPAddressDeny"] == ["any"]
    assert "/srv/tracker/app/instance" in said["ReadWritePaths"][0]
    assert not any("DATABASE_URL" in value for value in said.get("Environment", []))


def test_the_backup_unit_calls_commands_that_exist() -> None:
    words = [
        line.split("--app tracker ")[1] for line in unit("tracker-backup.service")["ExecStart"]
    ]
    called = [one.split()[0] for one in words]
    assert called == ["backup", "verify-audit"] and set(called) <= set(PLACES)
    assert unit("tracker-backup.timer")["Persistent"] == ["true"]


def test_the_container_runs_as_nobody_and_keeps_its_code_to_root() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert "FROM debian:12-slim" in lines and "USER 10001" in lines
    assert lines.index("USER 10001") > max(
        at for at, line in enumerate(lines) if line.startswith(("RUN", "COPY"))
    )
    assert any("compileall" in line for line in lines if line.startswith("RUN"))
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY")]
    missing = [one for group in copied for one in group if not (ROOT / one).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_example_counts_itself(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert "TRACKER_TRUSTED_PROXIES=1" in text and "127.0.0.1:8000" in text
    if name == "nginx.conf":
        for header in ("X-Forwarded-For", "X-Forwarded-Proto", "Host"):
            assert f"proxy_set_header {header} " in text
        assert "return 301 https://" in text
