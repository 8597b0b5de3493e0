"""Pages that no link reaches by itself, in a browser: nothing in the console under the policy.

With the pages that `test_screens` walks to, these are all pages there are; `FILES` are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.harness import charts
from tests.harness.browser import Window, axe_faults, sideways_faults
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tests.test_amendment_requests import ask
from tests.test_imports import uploaded
from tests.test_printing import print_all
from tracker.charts.checkins import checkins_of
from tracker.charts.course import course_of
from tracker.charts.patients import patient_of
from tracker.models import AmendmentRequest, CodeCheck, ImportFile, ImportRow, db, utc_now
from tracker.records import away, course, emergencies, kept, papers, patients

# What answers a GET and is no page: bytes, data for scripts and programs, and ways onward.
FILES = {
    "feeds.show", "fhir.everything", "fhir.metadata", "fhir.patient", "fhir.search",
    "handouts.pdf", "handouts.stamped", "health.alive", "health.ready", "patients.new",
    "printing.archive", "printing.blank_form", "printing.pdf", "regimens.products", "session.home",
    "session.sign_out", "sheets.pdf", "static", "today.changes",
}  # fmt: skip
# Pages before a session is whole, which the tests of their rooms open in a browser.
BEFORE = {"session.sign_in", "second.show", "second.set_up"}
_HERE, _BACK = "{home}/patients/{away}", "{home}/patients/{back}"
PLACES = {
    "amendment_requests.decide": ("amara", f"{_HERE}/amendments/{{AmendmentRequest}}"),
    "away.back": ("amara", f"{_HERE}/away/{{left}}/back"),
    "away.call": ("amara", f"{_HERE}/calls/{{CodeCheck}}"),
    "away.review": ("amara", f"{_BACK}/away/{{returned}}/review"),
    "checkins.ask_cancel": ("amara", f"{_HERE}/checkins/{{checkin}}/cancel"),
    "checkins.ask_move": ("amara", f"{_HERE}/checkins/{{checkin}}/move"),
    "confirm.show": ("amara", "/account/confirm"),
    "course.lift": ("amara", f"{_BACK}/course/lift"),
    "course.undo": ("amara", f"{_BACK}/course/undo/{{paused}}"),
    "emergencies.read": ("eli", "{own}/emergency/{access}"),
    "escalations.index": ("amara", "{home}/escalations"),
    "handouts.printed": ("amara", f"{_HERE}/handout/{{handout}}"),
    "imports.line": ("amara", "{home}/imports/lines/{ImportRow}"),
    "imports.show": ("amara", "{home}/imports/{ImportFile}"),
    "patients.unmerge": ("amara", f"{_HERE}/merged/{{merged}}/undo"),
    "plans.review": ("amara", "{home}/patients/{draft}/plan/draft/review"),
    "printing.batch": ("amara", "{home}/printing/batches/{batch}"),
    "sheets.ask_given": ("amara", "{slip}"),
    "sheets.lock_page": ("amara", f"{_HERE}/handout/{{handout}}/locked"),
    "unlock.kept": ("amara", "/kept/{kept}"),
}


@pytest.fixture
def paths(
    app: Flask, cast: Cast, amara: Visitor, bo: Visitor, dee: Visitor
) -> dict[str, tuple[str, str]]:
    """Bring about what these pages are for; give who opens which, by the view's name."""
    with app.app_context():
        made = _records(cast)
    ask(bo, cast, made["away"])
    uploaded(dee, cast)
    slips = f"/c/{cast.hillside}/patients/{made['held']}/handout"
    amara.get(slips).form("/sheets/hold-slip").submit()
    (made["slip"],) = (to for to in amara.get(slips).links.values() if to.endswith("/given"))
    made["batch"] = print_all(amara, cast).path.rsplit("/", 1)[1]
    with app.app_context():
        for model in (AmendmentRequest, CodeCheck, ImportFile, ImportRow):
            made[model.__name__] = db.session.scalars(select(model.id).order_by(model.id)).first()
    return {
        view: (who, path.format(home=f"/c/{cast.hillside}", own=f"/c/{cast.prairie}", **made))
        for view, (who, path) in PLACES.items()
    }


def _records(cast: Cast) -> dict[str, Any]:
    by = cast["amara"]
    today = utc_now().date()
    made: dict[str, Any] = {}
    made["away"], version = charts.signed_plan(by)
    made["back"], _ = charts.signed_plan(by, family_name="Okoro", record_no="TEST-B")
    made["held"], _ = charts.signed_plan(by, family_name="Held", record_no="TEST-H")
    course.hold(
        by=by.actor, clinic_id=by.clinic_id, patient_id=made["held"],
        seen=course_of(by.clinic_id, made["held"]).seq, on=today, today=today,
        review_on=today + timedelta(days=14), reason="pain", words="",
    )  # fmt: skip
    made["draft"] = charts.register(by, family_name="Draft", record_no="TEST-D")
    charts.record_regimen(by, made["draft"])
    charts.draft(by, made["draft"])
    made["merged"] = charts.register(by, family_name="Rivero", record_no="TEST-M")
    here: dict[str, Any] = {"by": by.actor, "clinic_id": by.clinic_id, "patient_id": made["away"]}
    there = here | {"patient_id": made["back"]}
    seen = [patient_of(by.clinic_id, made[one]).seq for one in ("away", "merged")]  # type: ignore[union-attr]  # both were just made
    patients.merge(
        by=by.actor, clinic_id=by.clinic_id, kept_id=made["away"], merged_id=made["merged"],
        seen=seen[0], seen_merged=seen[1], reason="The same person",
    )  # fmt: skip
    made["checkin"] = checkins_of(by.clinic_id, made["away"])[0].id
    made["handout"] = charts.printed_handout(by, made["away"])
    made["left"] = away.leave(**here, kind="travel", place="Aunt", left_on=today, until=None)
    made["returned"] = away.leave(**there, kind="travel", place="Aunt", left_on=today, until=None)
    away.back(**there, away_id=made["returned"], seen=1, on=today, words="")
    made["paused"] = course.pause(
        **there, seen=1, today=today, words="Sleeps badly", worry=course.Worry("today")
    )
    papers.check_code(
        by=by.actor, clinic_id=by.clinic_id, typed="AAAA-AAAA", answer="old", words="Old",
        patient_id=made["away"], version_id=version,
    )  # fmt: skip
    made["access"] = emergencies.open_record(
        by=cast["eli"].actor, from_clinic_id=cast.prairie, clinic_id=cast.hillside,
        patient_id=made["away"], reason="Found drowsy", hours=2,
    )  # fmt: skip
    made["kept"] = kept.keep(
        staff_id=by.staff_id, path=f"/c/{by.clinic_id}/patients/{made['away']}/edit",
        address=f"/c/{by.clinic_id}/patients/{made['away']}/edit", act="patient.edit",
        body='[["goal", "Swim"]]',
    )  # fmt: skip
    return made


def test_each_is_clean_accessible_and_fits(
    open_window: Callable[..., Window], cast: Cast, paths: Mapping[str, tuple[str, str]]
) -> None:
    wrong: list[str] = []
    for who in ("amara", "eli"):
        window = open_window()
        window.arrive(who)
        for view, path in ((view, path) for view, (opens, path) in paths.items() if opens == who):
            page = window.go(path)
            if page.url.removeprefix(window.address) != path:
                wrong.append(f"{view} led to {page.url}")
            found = axe_faults(page) + sideways_faults(page) + window.faults
            wrong += [f"{view} {fault}" for fault in found]
            window.faults.clear()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [("", "/nowhere", 404), ("bo", "/c/{0}/staff", 403), ("bo", "/c/{0}/patients/1", 404)],
)
def test_a_fault_page_is_clean_too(
    open_window: Callable[..., Window], cast: Cast, who: str, path: str, status: int
) -> None:
    window = open_window()
    if who:
        window.arrive(who)
    answer = window.page.goto(window.address + path.format(cast.hillside))
    assert answer is not None and answer.status == status
    assert axe_faults(window.page) == []
