"""Writes the table "Who may do what" into the README, from the ACTS the application obeys."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tracker.policy import roles_table

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- roles: begin -->", "<!-- roles: end -->"


def between(text: str) -> str:
    """Return what stands between the two marks."""
    found = re.search(f"{re.escape(BEGIN)}\n(.*?){re.escape(END)}", text, re.DOTALL)
    if found is None:
        raise ValueError("the README has lost its marks for the roles table")
    return found[1].strip()


def main() -> int:
    """Put the table between the marks."""
    text = README.read_text(encoding="utf-8")
    start, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    README.write_text(f"{start}{BEGIN}\n{roles_table()}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
