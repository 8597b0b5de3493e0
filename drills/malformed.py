"""Ten thousand malformed posts over every form: no fault, nothing changed, the field named."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

from flask import url_for
from sqlalchemy import func, select, table
from werkzeug.datastructures import MultiDict

import tracker
from drills.clinic import Clinic as Made
from drills.clinic import clinic
from tests.harness.visitor import Page, Visitor
from tracker import demo
from tracker.demo.people import PASSWORD
from tracker.models import (
    Clinic,
    Escalation,
    Fact,
    Handout,
    Membership,
    PlannedCheckIn,
    PlanVersion,
    TherapyEvent,
    db,
)

NASTY = (
    "", " ", "\x00", "\ufffd", "a" * 10_001, "١٢٣", "1e9", "-1", "0x10", "½" * 50, "NaN",
    "9" * 400, "<script>alert(1)</script>", "' OR 1=1 --", "\r\nSet-Cookie: x=1", "\u202eabc",
    "../../etc/passwd", "{{7*7}}", "%00", "2026-02-30", "99/99/9999", "on", "null", "[]", "{}",
    "//[", "\U0001f4a9", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
)  # fmt: skip


TRACKER = Path(tracker.__file__).parent


def _names() -> tuple[str, ...]:
    """Name every field that the application's code asks for, and some of a plan's grid."""
    found = {
        "medicines.0.uses", "medicines.0.pattern", "steps.0.cells.m1.morning", "steps.1.start",
        "therapies.0.id", "rhythms.0.day", "checklist.naloxone.answer", "lines.0.name",
    }  # fmt: skip
    for path in TRACKER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"""form(?:\.get|\.getlist)?[\[(]["']([\w.]+)["']""", text))
        if path.parent.name == "forms":
            found |= set(re.findall(r"^    (\w+) = ", text, re.MULTILINE))
    return tuple(sorted(found))


NAMES = _names()
ENDS_A_SESSION = ("session.", "factors.", "second_factor.", "confirm.")
ADDED_ONLY = ("fact", "patient_revision", "clinic_revision", "staff_revision", "plan_version")
ROLES = ("amara", "bo", "cleo", "dee")


def run(posts: int = 10_000, seed: int = 7) -> dict[str, object]:
    """Post so many malformed forms as every role.

    Counts faults, refusals that name no field, and posts that left something behind although they
    were not answered as saved.
    """
    chance = random.Random(seed)
    told: Counter[int] = Counter()
    faults, unnamed, half = set[str](), set[str](), set[str]()
    with clinic(0, people=False) as made:
        visitors, ways = _doors(made)
        before = _rows(made)
        for number in range(posts):
            visitor, way = visitors[number % len(visitors)], chance.choice(ways)
            if number % 50 < len(visitors):
                _renew(visitor, ROLES[number % len(visitors)], anew=number % 2_000 < len(visitors))
            answer = visitor.http.post(way, data=_malformed(visitor, chance))
            told[answer.status_code] += 1
            after = _rows(made)
            if answer.status_code >= 500:
                faults.add(way)
            if answer.status_code == 422 and not _names_a_field(Page(answer, visitor)):
                unnamed.add(way)
            if answer.status_code != 303 and after != before:
                half.add(way)
            before = after
    return {
        "posts": sum(told.values()),
        "forms": len(ways),
        "answers": dict(sorted(told.items())),
        "faults": sorted(faults),
        "refused without naming a field": sorted(unnamed),
        "left something behind": sorted(half),
        "good": not (faults or unnamed or half),
    }


def _doors(made: Made) -> tuple[list[Visitor], list[str]]:
    """Sign in each role of the demo, and give the address of every form with ids that exist."""
    app = made.app
    app.config["DEMO"], app.config["PROPAGATE_EXCEPTIONS"] = True, False
    with app.app_context():
        demo.load()
        clinic_id = db.session.scalars(select(Clinic.id).order_by(Clinic.id)).first()
        known = {"clinic_id": clinic_id, **_ids(clinic_id or 0)}
    visitors = [Visitor(app).sign_in(name, PASSWORD) for name in ROLES]
    ways = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "POST" in (rule.methods or ()) and not rule.endpoint.startswith(ENDS_A_SESSION):
                values = {name: known.get(name, 1) for name in rule.arguments}
                ways.append(url_for(rule.endpoint, **values))
    return visitors, sorted(ways)


def _renew(visitor: Visitor, name: str, *, anew: bool) -> None:
    """Take a form token anew; sign in again if the session was ended or locked, or `anew`.

    Dangerous acts ask who one is some minutes after signing in, and then read no form.
    """
    page = visitor.http.get("/account")
    if page.status_code != 200 or anew:
        visitor.http = visitor.app.test_client()
        visitor.sign_in(name, PASSWORD)
        page = visitor.http.get("/account")
    visitor.token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]


def _ids(clinic_id: int) -> dict[str, Any]:
    """Give one id of each noun; a patient with a plan, and what hangs on that plan."""
    version = db.session.scalars(
        select(PlanVersion).where(PlanVersion.clinic_id == clinic_id).order_by(PlanVersion.id)
    ).first()
    assert version is not None

    def one(model: Any) -> int:
        found = select(model.id).where(
            model.clinic_id == clinic_id, model.patient_id == version.patient_id
        )
        return db.session.scalars(found.order_by(model.id)).first() or 1

    return {
        "patient_id": version.patient_id,
        "version_id": version.id,
        "plan_id": version.plan_id,
        "number": 1,
        "handout_id": one(Handout),
        "checkin_id": one(PlannedCheckIn),
        "therapy_id": one(TherapyEvent),
        "escalation_id": one(Escalation),
        "fact_id": one(Fact),
        "staff_id": db.session.scalar(select(func.max(Membership.staff_id))),
    }


def _rows(made: Made) -> tuple[int, ...]:
    with made.app.app_context():
        return tuple(
            db.session.scalar(select(func.count()).select_from(table(name))) or 0
            for name in ADDED_ONLY
        )


def _malformed(visitor: Visitor, chance: random.Random) -> MultiDict[str, str]:
    """Give fields of every form, most of them nonsense, some missing, some twice."""
    fields: MultiDict[str, str] = MultiDict()
    fields.add("csrf_token", visitor.token)
    for name in NAMES:
        for _ in range(chance.choice((0, 1, 1, 1, 2))):
            fields.add(name, chance.choice(NASTY))
    return fields


def _names_a_field(page: Page) -> bool:
    """Tell whether a refusal has its sentence, in the summary or beside what was typed."""
    beside = r'class="(error|caution)'
    summary = (
        r'class="summary-errors".*?<a href="#[^"]+">[^<]+</a>'  # a page may show no form any more
    )
    return bool(page.is_html and re.search(f"{beside}|{summary}", page.html, re.DOTALL))
