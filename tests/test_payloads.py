"""Text that would act, stored in every free field there is, stays text on every page and file.

Each field is filled behind the application, so that no form's own check hides a page's mistake.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import icalendar
import pytest
from flask import Flask
from sqlalchemy import Text, select, text

from tests.handouts.reading import pdftotext
from tests.harness.crawl import pages_of
from tests.harness.visitor import Page, Visitor
from tests.test_audit import unprotected
from tracker.demo.people import PASSWORD
from tracker.models import Base, Clinic, Patient, db
from tracker.models.protection import fact_tables

# A formula, a tag that loads, a template's expression, an entity, a quote that ends an attribute.
PAYLOAD = """=1+1"'><img src=x onerror=b()>{{7*7}}&lt;"""

FREE = {
    "access_token": ("words",),
    "amendment_answer": ("text",),
    "amendment_request": ("text",),
    "away": ("place",),
    "away_note": ("words",),
    "batch_sheet": ("refused", "plainly"),
    "call_back": ("words",),
    "checkin_alarm": ("words", "handled_by", "handled_how"),
    "checkin_answer": ("asked", "value", "words"),
    "checkin_attempt": ("note",),
    "checkin_record": ("spoke_name", "note"),
    "clinic": (
        "name", "address", "hours", "flare_text", "leftover_text", "mood_protocol",
        "day_phone_confirmed_by", "night_phone_confirmed_by",
    ),
    "emergency_access": ("reason",),
    "entered_in_error": ("reason",),
    "escalation": ("about", "text", "spoken_to", "patient_is"),
    "escalation_note": ("text", "spoken_to", "patient_is"),
    "escalation_resolved": ("decision", "told_text"),
    "escalation_told": ("told_by", "text"),
    "event": ("by_name",),
    "fact": ("reason",),
    "handout_given": ("given_to", "explained_by"),
    "happening": ("words", "accepted_by", "takes_now", "no_contact"),
    "patient": (
        "family_name", "given_names", "preferred_name", "record_no", "phone", "other_phone",
        "address", "emergency_name", "emergency_phone", "supporter_name", "supporter_phone",
        "allergies", "goal",
    ),
    "patient_merge": ("reason",),
    "phrase_approval": ("translator", "qualification"),
    "plan_version": (
        "signed_name", "read_back_name", "reason", "goal", "agreed", "target_text",
        "therapy_none_because", "checkin_none_because", "change_reason",
    ),
    "regimen": ("note",),
    "regimen_cell": ("typed_by",),
    "regimen_line": ("label_says", "reason", "name", "label_name", "strength", "purpose"),
    "reversal": ("reason",),
    "staff": ("name",),
    "staff_session": ("agent",),
    "step_cell": ("typed_by",),
    "step_content": ("instruction",),
    "supply_problem": ("words",),
    "therapy_event": ("words", "text"),
    "version_medicine": ("after_last_text", "name", "label_name", "strength", "purpose"),
    "version_pairing": ("words", "note"),
    "worklist": ("what", "detail", "name", "record_no", "on_step", "last_contact", "therapies"),
}  # fmt: skip

# Not free text: ids, JSON, keys, hashes, words of the catalogue, and what only a rule lets in.
BUILT = {
    "authenticator": ("secret",),
    "checkin_booking": ("topics",),
    "clinic": (
        "closed_days", "day_phone", "night_phone", "emergency_phone", "crisis_phone",
        "poison_phone", "time_zone",
    ),
    "clinic_revision": ("body",),
    "clinic_words": ("body",),
    "draft": ("body",),
    "event": ("about", "digests"),
    "handout": ("frozen", "drawn_with"),
    "import_file": ("refused",),
    "import_row": ("body", "medicines"),
    "kept_form": ("path", "address", "act", "body"),
    "membership": ("roles",),
    "passkey": ("name", "credential_id", "public_key"),
    "patient": ("latin_name",),
    "patient_revision": ("body",),
    "plan_version": (
        "checklist", "psychological", "new_medicines", "unchanged", "answers", "typed",
    ),
    "planned_checkin": ("topics",),
    "print_batch": ("wanted",),
    "recovery_code": ("code_hash",),
    "regimen_line": (
        "catalogue_id", "form", "form_plural", "concentration", "route", "kinds", "unit",
        "unit_plural", "uses",
    ),
    "staff": ("password_hash",),
    "staff_revision": ("body",),
    "staff_session": ("address", "form", "notices", "challenge"),
    "version_medicine": (
        "catalogue_id", "form", "form_plural", "concentration", "route", "kinds", "unit",
        "unit_plural", "uses",
    ),
    "version_translation": ("of", "text"),
    "worklist": ("said",),
}  # fmt: skip


def test_every_column_of_words_is_one_or_the_other() -> None:
    there = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text)
    }
    told = [(t, c) for part in (FREE, BUILT) for t, columns in part.items() for c in columns]
    assert set(told) == there and len(told) == len(there)


@pytest.fixture
def poisoned(demo_app: Flask) -> Flask:
    """The demo, the payload in every free field of every row."""
    with demo_app.app_context(), db.engine.connect() as connection:
        writing = connection.execution_options(writing=True)
        for table, columns in FREE.items():
            if table in fact_tables():
                for statement in unprotected(demo_app, table):
                    writing.execute(text(statement))
            sets = ", ".join(f"{column} = :payload" for column in columns)
            writing.execute(text(f"UPDATE {table} SET {sets}"), {"payload": PAYLOAD})
        connection.commit()
    return demo_app


def ids(app: Flask) -> tuple[int, int]:
    """Give the first clinic, and its patient with the most in the record."""
    with app.app_context():
        clinic_id = db.session.scalars(select(Clinic.id).order_by(Clinic.id)).first() or 0
        richest = db.session.scalar(
            text("SELECT patient_id FROM fact GROUP BY patient_id ORDER BY count(*) DESC LIMIT 1")
        )
        assert db.session.get(Patient, (clinic_id, richest))
    return clinic_id, richest


def acting(page: Page) -> list[str]:
    """Name what the payload became on a page, besides text."""
    found = [f"<{e.tag}>" for e in page.document.all("img") if e.get("src") == "x"]
    found += [
        f"{element.tag} {name}"
        for element in page.document.elements
        for name in element.attrib
        if str(name).startswith("on") or "{{" in str(name)
    ]
    return found + ["the tag as it was typed"] * ("<img src=x" in page.html)


def test_it_stays_text_on_every_page_and_in_every_file(poisoned: Flask) -> None:
    clinic_id, patient_id = ids(poisoned)
    base = f"/c/{clinic_id}/patients/{patient_id}"
    seen = 0
    for who in ("amara", "dee"):
        visitor = Visitor(poisoned).sign_in(who, PASSWORD)
        start = f"/c/{clinic_id}/staff" if who == "dee" else base
        for path in pages_of(visitor, start).values():
            page = visitor.get(path)
            assert acting(page) == [], path
            seen += PAYLOAD in page.text
    assert seen > 30

    amara = Visitor(poisoned).sign_in("amara", PASSWORD)
    form = amara.get(f"{base}/exports").form("/exports")
    record = form.submit(status=200, format="fhir", whom=PAYLOAD)
    assert PAYLOAD in json.dumps(json.loads(record.data), ensure_ascii=False).replace('\\"', '"')
    diary = (
        amara.get(f"{base}/exports")
        .form("/exports")
        .submit(status=200, format="calendar", whom=PAYLOAD)
    )
    read = icalendar.Calendar.from_ical(diary.data)
    assert read.errors == [] and all(PAYLOAD in str(e["SUMMARY"]) for e in read.walk("VEVENT"))

    dee = Visitor(poisoned).sign_in("dee", PASSWORD)
    asked = dee.get(f"/c/{clinic_id}/audit").form("/audit")
    told = asked.submit("Take it along", status=200, first="", last="")
    cells = [c for row in csv.reader(io.StringIO(told.data.decode("utf-8-sig"))) for c in row]
    assert f"'{PAYLOAD}" in cells and not [c for c in cells if c.startswith("=")]


def test_it_stays_text_on_paper(poisoned: Flask, tmp_path: Path) -> None:
    clinic_id, patient_id = ids(poisoned)
    amara = Visitor(poisoned).sign_in("amara", PASSWORD)
    page = amara.get(f"/c/{clinic_id}/patients/{patient_id}/handout")
    printed = amara.follow(page.form("/handout").submit("Print"))
    link = next(href for words, href in printed.links.items() if "PDF" in words)
    pdf = amara.get(link).data
    assert PAYLOAD.replace(" ", "") in "".join(pdftotext(pdf, tmp_path).split())
    assert b"/JavaScript" not in pdf and b"/Launch" not in pdf
