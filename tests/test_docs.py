"""The documents cannot lag: what they name exists, and what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
ABOUT_SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def rooms() -> set[str]:
    """Return the rooms of the house as the document writes them: "plans.py", "drafts/"."""
    found = (ROOT / "tracker").iterdir()
    named = {f"{p.name}/" if p.is_dir() else p.name for p in found}
    return {name for name in named if not name.startswith("__")}


def test_every_room_has_its_line() -> None:
    told = set(re.findall(r"`([\w]+(?:\.py|/))`", ARCHITECTURE.split("## Who may import")[0]))
    assert rooms() - told == set()
    assert {name for name in told if not (ROOT / name).exists()} - rooms() - {"instance/"} == set()


def test_the_modules_of_a_room_that_are_named_exist() -> None:
    rows = re.findall(r"^\| `(\w+)/` \| (.+) \|$", ARCHITECTURE, re.MULTILINE)
    gone = [
        f"{room}/{module}"
        for room, words in rows
        for group in re.findall(r"\((`[\w`, ]+`)\)", words)
        for module in re.findall(r"\w+", group)
        if not (ROOT / "tracker" / room / f"{module}.py").exists()
    ]
    assert gone == []


@pytest.mark.parametrize("paper", [ARCHITECTURE, ABOUT_SECURITY], ids=["architecture", "security"])
def test_the_tests_that_are_named_exist(paper: str) -> None:
    named = set(re.findall(r"`(?:tests/(?:rules/)?)?(test_\w+)(?:\.py)?`", paper))
    there = {path.stem for path in ROOT.glob("tests/**/test_*.py")}
    assert named and named - there == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem[:4])
def test_a_decision_says_why_and_what_was_rejected(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert text.startswith(f"# {decision.name[:4]}: ")
    parts = re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Rejected"]
    assert len(text.split()) < 350  # half a page


def test_the_newest_version_leads_the_changes() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\d+)\.(\d+)\.(\d+)", changes, re.MULTILINE)
    assert versions and versions == sorted(versions, key=lambda v: [*map(int, v)], reverse=True)
    first = re.search(r"^### (\w+)", changes, re.MULTILINE)
    assert first is not None and first[1] == "Security"
