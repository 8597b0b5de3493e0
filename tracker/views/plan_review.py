"""What a review of a plan and a signed version show, and how two drafts differ."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup

from tracker import dates, drafts, timeline
from tracker.catalogue import Catalogue
from tracker.charts.drafts import Desk
from tracker.charts.plans import SignedVersion
from tracker.course import Course, PlanState, held, version_state
from tracker.course.words import STATE_WORDS
from tracker.drafts import Raw
from tracker.page import today
from tracker.plans import Version
from tracker.readiness import CHECKLIST, PSYCH
from tracker.views.plan_builder import ANSWERS, MODES, STARTS, TARGETS, WORDS


def read_back_digest(raw: Raw) -> str:
    """Give the digest that a read-back vouches for: the draft without the signer's answers."""
    return drafts.digest({**raw, "answers": {}})


def review(desk: Desk, *, catalogue: Catalogue) -> dict[str, Any]:
    """Give the review page's words beside the three views: choices, checklist and cautions."""
    kinds = sorted({kind for product in desk.products.values() for kind in product.kinds})
    others = desk.regimen.lines if desk.regimen else ()
    all_kinds = {kind for line in others for kind in line.product.kinds} | set(kinds)
    return {
        "cautions": catalogue.cautions_for(kinds, all_kinds),
        "ready": desk.reading.preparation,
        "words": WORDS,
        "form_version": desk.head.form_version if desk.head else 0,
        "seen": desk.course.seq if desk.old else 0,
        "on_hold": held(desk.course) if desk.old else None,
        "read_back_done": bool(
            desk.head and desk.head.read_back_digest == read_back_digest(desk.raw)
        ),
        "checklist": [
            (
                CHECKLIST[one.item],
                dict(ANSWERS)[one.answer],
                dates.screen(one.on) if one.on else one.why,
            )
            for one in desk.reading.preparation.checklist
        ],
        "target": dict(TARGETS)[desk.reading.preparation.target],
        "starts": dict(STARTS)[desk.reading.preparation.starts],
        "psych": PSYCH[desk.reading.preparation.psych],
        "topic_words": {t.id: t.words for t in catalogue.topics},
    }


def shown(signed: SignedVersion, catalogue: Catalogue) -> dict[str, Any]:
    """Give the words of a signed version's page."""
    done = dict(ANSWERS)
    return {
        "checklist": [
            (
                CHECKLIST[one["item"]],
                done[one["answer"]],
                dates.screen(date.fromisoformat(one["on"])) if one["on"] else one["why"],
            )
            for one in signed.checklist
        ],
        "target": dict(TARGETS)[signed.version.target.value],
        "starts": dict(STARTS)[signed.version.starts.value],
        "psych": PSYCH[signed.psychological["answer"]],
        "modes": dict(MODES),
        "topic_words": {t.id: t.words for t in catalogue.topics},
    }


def picture_of(version: Version) -> Markup:
    """Give the timeline of a version as one inline drawing, with today's line in it."""
    return Markup(timeline.to_svg(timeline.planned_track(version, today())))


def stands(signed: SignedVersion, course: Course) -> tuple[str, str]:
    """Give the word and the chip of where a version stands."""
    if course.plan_id != signed.plan_id:
        return STATE_WORDS[PlanState.REPLACED]
    state = version_state(course, signed.version.number)
    return STATE_WORDS[state or PlanState.REPLACED]
