"""The bytes are a function of the sheet's values alone."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.handouts.sheets import MARIA, SHEETS, one_medicine, sheet_of
from tracker.handouts import PatientSheet, draw, from_json, kinds, made_with, to_json
from tracker.handouts.undisturbed import undisturbed

ROOT = Path(__file__).resolve().parents[2]
_ELSEWHERE = """
import hashlib, sys
from tracker.handouts import draw, from_json
for text in sys.stdin.read().splitlines():
    print(hashlib.sha256(draw(from_json(text))).hexdigest())
"""


def _hash(sheet: PatientSheet) -> str:
    return hashlib.sha256(draw(sheet)).hexdigest()


def _named(name: str) -> PatientSheet:
    return sheet_of(one_medicine(2), patient=replace(MARIA, name=name))


def test_the_same_twice() -> None:
    for make in SHEETS.values():
        assert draw(make()) == draw(make())


def test_the_same_in_another_process() -> None:
    sheets = [make() for make in SHEETS.values()] + [_named("ಸುನಿತಾ"), _named("محمد")]
    hashes = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE],
            input="\n".join(to_json(sheet) for sheet in sheets),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"},
        )
        hashes.add(tuple(done.stdout.split()))
    assert hashes == {tuple(_hash(sheet) for sheet in sheets)}


def test_the_same_after_another_name_was_printed() -> None:
    before = _hash(_named("ಸುನಿತಾ"))
    for name in ("ಕಾವ್ಯ ಶ್ರೀ", "सुनीता", "محمد علي", "יוסף"):
        draw(_named(name))
    assert _hash(_named("ಸುನಿತಾ")) == before


def test_the_same_in_many_threads() -> None:
    names = ["ಸುನಿತಾ", "محمد", "Nguyễn", "Maria"] * 5
    alone = [_hash(_named(name)) for name in names]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(_hash, map(_named, names))) == alone


def test_a_changed_value_changes_the_bytes() -> None:
    sheet = SHEETS["one medicine"]()
    assert draw(sheet) != draw(replace(sheet, printed_by="B. Ochoa"))


def test_the_kept_input_draws_the_same_sheet() -> None:
    for make in SHEETS.values():
        sheet = make()
        assert from_json(to_json(sheet)) == sheet


def test_the_record_names_template_library_words_and_fonts() -> None:
    made, spanish = made_with(), made_with(language="es")
    assert made["words"] != spanish.pop("words") and len(made["words"]) == 64
    listed = (ROOT / "tracker/fonts/SHA256SUMS").read_text().split()
    hashes = dict(zip(listed[1::2], listed[::2], strict=True))
    assert made.pop("words") and made.pop("template") and made.pop("reportlab")
    assert made == hashes


def test_the_garbage_collector_waits_while_a_sheet_is_drawn_and_goes_on_after_it() -> None:
    seen: list[bool] = []

    def work(fails: bool) -> None:
        seen.append(gc.isenabled())
        if fails:
            raise ValueError

    waiting = undisturbed(work)
    waiting(False)
    assert gc.isenabled()
    with pytest.raises(ValueError):
        waiting(True)
    assert gc.isenabled() and seen == [False, False]
    gc.disable()
    try:
        waiting(False)
        assert not gc.isenabled()  # whoever had it off finds it off
    finally:
        gc.enable()
    assert hasattr(draw, "__wrapped__") and hasattr(kinds.draw, "__wrapped__")
