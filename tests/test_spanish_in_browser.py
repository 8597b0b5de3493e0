"""Paper in Spanish as a browser shows it: access, and no sideways scroll on a phone."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast
from tracker.handouts import phrases
from tracker.records import wording


def test_the_pages_of_spanish_paper_are_open_to_everybody(
    open_window: Callable[..., Window], app: Flask, cast: Cast
) -> None:
    amara, dee = cast["amara"], cast["dee"]
    with app.app_context():
        patient_id = charts.register(amara, language="Spanish", large_print=True)
        charts.record_regimen(amara, patient_id)
        goal = {"of": charts.RIVERA["goal"], "text": "Caminar al lago con mi nieto"}
        charts.draft(amara, patient_id, translations=[goal])
        charts.sign(amara, patient_id)
        wording.allow_drafts(
            by=dee.actor,
            clinic_id=dee.clinic_id,
            language="es",
            language_name="Spanish",
            words=phrases.load("es").fingerprint,
        )
    patient = f"/c/{cast.hillside}/patients/{patient_id}"
    pages = {
        "amara": [f"{patient}/handout", f"{patient}/plan/draft"],
        "dee": [f"/c/{cast.hillside}/clinic/spanish"],
    }
    for who, paths in pages.items():
        window = open_window(width=360)
        window.arrive(who)
        for path in paths:
            page = window.go(path)
            assert axe_faults(page) == []
            assert sideways_faults(page) == []
