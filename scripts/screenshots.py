"""Takes the pictures of docs/screenshots/ from a demo clinic made for the purpose.

The clock stands still and the same invented people are loaded every time, so a picture changes only
when its page does, or an id or plan code on it.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import time_machine
from flask import Flask, url_for
from flask_migrate import upgrade
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select

from tests.harness import charts
from tests.harness.browser import launch, served, window
from tests.harness.cast import Person
from tracker import create_app, demo
from tracker.demo.people import PASSWORD
from tracker.models import Draft, Membership, Patient, PlanVersion, Staff, db
from tracker.policy import Actor, Role

NOW = datetime(2026, 11, 24, 15, 42, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
README = ROOT / "README.md"
BEGIN, END = "<!-- screenshots: begin -->", "<!-- screenshots: end -->"


@dataclass(frozen=True)
class Shot:
    """One picture: its file name, its caption, whose page it is, and how it is looked at."""

    name: str
    caption: str
    endpoint: str
    who: str = "amara"
    scroll_to: str = ""
    width: int = 1280
    height: int = 800
    color_scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Shot("today", "Today: what needs a person now", "today.show"),
    Shot("patient", "A patient's page: the current step, and what comes next", "patients.show"),
    Shot("regimen", "The regimen, typed as on the bottle", "regimens.new"),
    Shot("plan-builder", "The plan builder: every dose is typed into its own cell", "plans.draft",
         scroll_to="table"),
    Shot("plan-review", "Review before signing: table, sentences, timeline", "plans.review",
         scroll_to="table"),
    Shot("timeline", "A signed version with its timeline", "plans.show", scroll_to="svg"),
    Shot("handout", "The paper as it will be printed", "handouts.show", scroll_to=".paper-room"),
    Shot("plan-dark", "The same, by the system's preference for dark", "plans.show",
         scroll_to="svg", color_scheme="dark"),
    Shot("patient-phone", "The patient's page on a phone", "patients.show", width=360, height=740),
    Shot("staff", "Staff, for an administrator", "staff.index", who="dee"),
)  # fmt: skip


def ready_to_sign(app: Flask) -> tuple[int, int]:
    """Add a patient whose draft lacks nothing, as the demo's physician; give clinic and patient."""
    with app.app_context():
        row = db.session.execute(
            select(Staff, Membership.clinic_id)
            .join(Membership, Membership.staff_id == Staff.id)
            .where(Staff.username == "amara")
        ).one()
        staff, clinic_id = row
        roles = {clinic_id: frozenset({Role.PHYSICIAN})}
        amara = Person(
            staff.name, staff.username, PASSWORD, clinic_id, Actor(staff.id, staff.name, roles)
        )
        patient_id = charts.register(
            amara, family_name="Ashby", given_names="Ruth", record_no="DEMO-901"
        )
        charts.record_regimen(amara, patient_id)
        charts.draft(amara, patient_id)
        return clinic_id, patient_id


def addresses(app: Flask) -> dict[str, str]:
    """Return the address of each endpoint that is pictured, for a patient who shows it best."""
    with app.app_context():
        signed = db.session.execute(
            select(PlanVersion.clinic_id, PlanVersion.patient_id, PlanVersion.id)
            .join(Patient, Patient.id == PlanVersion.patient_id)
            .order_by(Patient.record_no)
        ).first()
        typing = db.session.execute(
            select(Draft.clinic_id, Draft.patient_id).where(Draft.kind == "plan")
        ).first()
    if signed is None or typing is None:
        raise RuntimeError("the demo has no signed plan or no draft to show")
    with app.test_request_context():
        shown = {"clinic_id": signed.clinic_id, "patient_id": signed.patient_id}
        draft = {"clinic_id": typing.clinic_id, "patient_id": typing.patient_id}
        return {
            "today.show": url_for("today.show", clinic_id=signed.clinic_id),
            "staff.index": url_for("staff.index", clinic_id=signed.clinic_id),
            "patients.show": url_for("patients.show", **shown),
            "regimens.new": url_for("regimens.new", **shown),
            "plans.show": url_for("plans.show", **shown, version_id=signed.id),
            "handouts.show": url_for("handouts.show", **shown),
            "plans.draft": url_for("plans.draft", **draft),
        }


def take(shot: Shot, browser: Browser, address: str, path: str) -> None:
    """Open the page as the person named, scroll to its point, and keep what the window shows."""
    view = window(
        browser,
        address,
        color_scheme=shot.color_scheme,
        width=shot.width,
        height=shot.height,
    )
    view.context.clock.set_fixed_time(NOW)
    view.sign_in(shot.who, PASSWORD)
    page = view.go(path)
    if shot.scroll_to:
        page.locator(f"main {shot.scroll_to}").first.evaluate(
            "element => element.scrollIntoView({block: 'start'})"
        )
        page.evaluate("scrollBy(0, -96)")
    page.screenshot(path=PICTURES / f"{shot.name}.png")
    view.context.close()


def listed() -> str:
    """Return the README's section: each picture under its caption."""
    return "\n\n".join(
        f"**{shot.caption}**\n\n![{shot.caption}](docs/screenshots/{shot.name}.png)"
        for shot in SHOTS
    )


def write_readme() -> None:
    """Put the pictures between the README's marks."""
    text = README.read_text(encoding="utf-8")
    start, rest = text.split(BEGIN, 1)
    README.write_text(f"{start}{BEGIN}\n{listed()}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


def main() -> int:
    """Load a fresh demo and take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, time_machine.travel(NOW, tick=False):
        app = create_app({"INSTANCE": folder, "TRACKER_DEMO": "1", "HASH_MEMORY_KIB": 8})
        with app.app_context():
            upgrade()
            demo.load()
        where = addresses(app)
        clinic_id, patient_id = ready_to_sign(app)
        with app.test_request_context():
            where["plans.review"] = url_for(
                "plans.review", clinic_id=clinic_id, patient_id=patient_id
            )
        with served(app) as address, sync_playwright() as playwright:
            browser = launch(playwright)
            for number, shot in enumerate(SHOTS, 1):
                print(f"{number} of {len(SHOTS)}: {shot.name}.png", flush=True)
                take(shot, browser, address, where[shot.endpoint])
            browser.close()
    write_readme()
    return 0


if __name__ == "__main__":
    sys.exit(main())
