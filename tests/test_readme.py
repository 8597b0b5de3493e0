"""The README tells what is so: the roles, the commands, the links, the pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import roles_table, screenshots
from tracker import policy
from tracker.demo.people import PASSWORD, SIGN_INS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_the_roles_table_is_the_one_the_application_obeys() -> None:
    assert roles_table.between(README) == policy.roles_table(), (
        "write it again: python -m scripts.roles_table"
    )


@pytest.mark.parametrize("target", ["run", "test", "help", "screenshots", "lint"])
def test_the_targets_it_names_exist_and_say_what_they_do(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.* ## \S", makefile, re.MULTILINE)


def test_the_sign_ins_it_gives_are_the_demos() -> None:
    told = re.findall(r"^  (\w+)\s+(.+)$", SIGN_INS, re.MULTILINE)
    assert told and [f"| `{name}` | {who} |" in README for name, who in told] == [True] * len(told)
    assert f"the password `{PASSWORD}`" in README


def test_the_pictures_it_shows_are_those_the_script_takes() -> None:
    shown = README.split(screenshots.BEGIN)[1].split(screenshots.END)[0].strip()
    assert shown == screenshots.listed()
    taken = {path.stem for path in screenshots.PICTURES.glob("*.png")}
    assert taken == {shot.name for shot in screenshots.SHOTS}


def test_it_names_both_commands_of_the_set_up() -> None:
    assert "make run" in README and "make test" in README


@pytest.mark.parametrize("paper", PAPERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files_that_exist(paper: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", paper.read_text(encoding="utf-8"))
    own = [target for target in targets if "://" not in target]
    assert [target for target in own if not (paper.parent / target).exists()] == []


def test_ci_runs_the_command_of_the_readme() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in ci and "TRACKER_TEST_EVERY_PART=1" in ci
