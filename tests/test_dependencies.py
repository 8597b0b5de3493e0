"""What a clinic installs is what was chosen: every file by its SHA-256, from whatever registry."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "requirements-hashes.txt").read_text(encoding="utf-8")


def named(text: str) -> dict[str, Requirement]:
    """Give each package that a requirements file pins, by its name in one spelling."""
    lines = (
        line.partition(" #")[0].split(" --hash")[0].rstrip(" \\") for line in text.splitlines()
    )
    found = [Requirement(line) for line in lines if re.match(r"[A-Za-z]", line)]
    return {re.sub(r"[-_.]+", "-", one.name).lower(): one for one in found}


def test_every_runtime_package_stands_in_it_at_its_version() -> None:
    hashed = named(TEXT)
    for name, pinned in named((ROOT / "requirements.txt").read_text(encoding="utf-8")).items():
        assert hashed[name].specifier == pinned.specifier, f"{name}: write the hashes again"


def test_what_is_installed_here_is_what_stands_in_it() -> None:
    here = {n: r for n, r in named(TEXT).items() if r.marker is None or r.marker.evaluate()}
    assert len(here) > 40
    assert {n: version(n) for n in here} == {
        n: str(r.specifier).removeprefix("==") for n, r in here.items()
    }


def test_each_package_has_its_hashes_and_nothing_says_where_to_get_it() -> None:
    entries = re.split(r"\n(?=[A-Za-z])", "\n".join(TEXT.splitlines()[3:]))
    assert len(entries) > 40
    for entry in entries:
        assert re.fullmatch(r"\S+==\S+[^\n]*( \\\n    --hash=sha256:[0-9a-f]{64})+", entry), entry
    assert "://" not in TEXT and "index" not in TEXT and "find-links" not in TEXT


def test_a_clinic_and_a_container_install_by_it() -> None:
    guide = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    assert "scripts/environment requirements.txt" not in guide
    assert guide.count("scripts/environment requirements-hashes.txt") >= 2
    container = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements-hashes.txt" in container
    assert "--require-hashes" in (ROOT / "scripts/environment").read_text(encoding="utf-8")


@pytest.mark.parametrize("is_right", [True, False])
def test_a_file_with_other_bytes_is_not_installed(tmp_path: Path, is_right: bool) -> None:
    wheel = tmp_path / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("small.py", "")
        file.writestr(
            "small-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1\n"
        )
        file.writestr("small-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr("small-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes() if is_right else b"other").hexdigest()
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"small==1 --hash=sha256:{digest}\n", encoding="utf-8")
    said = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-index", "--no-deps",
         "--find-links", str(tmp_path), "--target", str(tmp_path / "here"), "-r", str(wanted)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.returncode == 0) is is_right, said.stderr
    assert (tmp_path / "here" / "small.py").exists() is is_right
