"""How the course is said: states, happenings and reasons in the words of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker import dates
from tracker.course.state import (
    current_step,
    held,
    on_paper,
    paused,
    plan_state,
    started_on,
)
from tracker.course.values import (
    AwayWhere,
    Course,
    Happening,
    How,
    PlanState,
    StepState,
    Supply,
    What,
    WhyClosed,
    WhyHeld,
)
from tracker.languages import joined, said, small
from tracker.plans import Version, cell_label, product_words
from tracker.sentences import dose_words

HOW_WORDS: Mapping[str, str] = {
    How.LESS: said("Less than written"),
    How.MORE: said("More than written"),
    How.MISSED: said("Missed doses"),
    How.EXTRA: said("Extra doses"),
    How.OTHER_TIMES: said("At other times"),
}
HELD_WORDS: Mapping[str, str] = {
    WhyHeld.WITHDRAWAL: said("Withdrawal is hard to bear"),
    WhyHeld.PAIN: said("Pain is out of control"),
    WhyHeld.MOOD: said("Mood or safety"),
    WhyHeld.PATIENT: said("The patient asked for a pause"),
    WhyHeld.ILLNESS: said("Illness or surgery"),
    WhyHeld.PREGNANCY: said("Pregnancy"),
    WhyHeld.LIFE: said("Something in the patient’s life"),
    WhyHeld.SUPPLY: said("Supply problem"),
    WhyHeld.OTHER: said("Another reason"),
}
CLOSED_WORDS: Mapping[str, str] = {
    WhyClosed.COMPLETED: said("Completed"),
    WhyClosed.STOPPED: said("Stopped"),
    WhyClosed.MOVED: said("Moved to other care"),
    WhyClosed.LOST: said("Lost to contact"),
    WhyClosed.DECLINED: said("Declined by the patient"),
    WhyClosed.DIED: said("The patient died"),
}
AWAY_WORDS: Mapping[str, str] = {
    AwayWhere.HOSPITAL: said("In hospital"),
    AwayWhere.TRAVEL: said("Traveling"),
    AwayWhere.FACILITY: said("In a facility"),
    AwayWhere.JAIL: said("In jail"),
}
SUPPLY_WORDS: Mapping[str, str] = {
    Supply.LOST: said("Lost"),
    Supply.STOLEN: said("Stolen"),
    Supply.SHORTAGE: said("Shortage at the pharmacy"),
    Supply.SUBSTITUTED: said("Substituted product"),
    Supply.RAN_SHORT: said("Ran short"),
}
STATE_WORDS: Mapping[PlanState, tuple[str, str]] = {  # the word, and the kind of its chip
    PlanState.DRAFT: (said("Draft"), "draft"),
    PlanState.SIGNED: (said("Signed"), "planned"),
    PlanState.ACTIVE: (said("Active"), "active"),
    PlanState.ON_HOLD: (said("On hold"), "hold"),
    PlanState.CLOSED: (said("Closed"), "done"),
    PlanState.REPLACED: (said("Replaced"), "replaced"),
}
STEP_WORDS: Mapping[StepState, tuple[str, str]] = {
    StepState.PLANNED: (said("Planned"), "planned"),
    StepState.ACTIVE: (said("Active"), "active"),
    StepState.DONE: (said("Done"), "done"),
    StepState.DIFFERENTLY: (said("Differently"), "due"),
    StepState.SKIPPED: (said("Skipped"), "replaced"),
}


def state_sentence(course: Course, today: date) -> str:
    """Say in one sentence where the plan stands; "" for a patient without a signed plan."""
    state = plan_state(course)
    if course.version is None or state is None:
        return ""
    if state is PlanState.CLOSED:
        return closed_words(course)
    hold, pause = held(course), paused(course)
    if hold:
        return said("On hold since {day}", day=dates.screen(hold.on))
    if pause:
        return said("Next step paused since {day}: physician asked", day=dates.screen(pause.on))
    paper = on_paper(course, today)
    if paper:
        since = dates.screen(paper.since)
        return said(
            "Step {number} on paper since {since}, start not recorded",
            number=paper.step.number,
            since=since,
        )
    current = current_step(course)
    if current is None:
        first = course.version.steps[0].starts_on
        return said("Signed, not started. Step 1 starts on {day}", day=dates.screen(first))
    began = started_on(course, current.key)
    since = dates.screen(began) if began else said("a day not recorded")
    return said("Step {number} since {since}", number=current.number, since=since)


def closed_words(course: Course) -> str:
    """Say why and when the plan was closed: "Closed Tue Dec 1, 2026: completed"."""
    one = next((h for h in reversed(course.happened) if h.what is What.CLOSED), None)
    if one is None:
        return ""
    words, day = small(CLOSED_WORDS[one.why]), dates.screen(one.on)
    if one.accepted_by:
        return said(
            "Closed {day}: {why}, accepted by {who}", day=day, why=words, who=one.accepted_by
        )
    return said("Closed {day}: {why}", day=day, why=words)


def happening_title(one: Happening) -> str:
    """Say what happened, without its day: "Step 2 started as written"."""
    what, more = happening_parts(one)
    return joined(": ", (what, more)) if more else what


def happening_parts(one: Happening) -> tuple[str, str]:
    """Say what happened, and apart from it what is clinical about it, or ""."""
    match one.what:
        case What.STARTED:
            return said("Step {number} started as written", number=one.number), ""
        case What.DIFFERENTLY:
            words = said("Step {number} taken differently", number=one.number)
            return words, small(HOW_WORDS[one.why])
        case What.COMPLETED:
            return said("Step {number} completed", number=one.number), ""
        case What.SKIPPED:
            return said("Step {number} skipped", number=one.number), ""
        case What.PAUSED:
            return said("Next step paused"), said("physician asked")
        case What.LIFTED:
            return said("Pause lifted"), said("go on as planned")
        case What.HELD:
            return said("Plan held"), ""
        case What.RESUMED if one.why == "moved":
            return said("Plan resumed, later dates moved"), ""
        case What.RESUMED:
            return said("Plan resumed, dates kept"), ""
        case What.CLOSED:
            return said("Plan closed"), CLOSED_WORDS[one.why].lower()


def happening_reason(one: Happening) -> str:
    """Say why, as chosen and as typed; "" where nothing was asked."""
    chosen = HELD_WORDS.get(one.why, "") if one.what is What.HELD else ""
    return joined(". ", [part for part in (chosen, one.words) if part])


def happening_day(one: Happening) -> str:
    """Say the day, or the days, it happened on."""
    day = dates.screen(one.on)
    if one.what is What.DIFFERENTLY and one.until and one.until != one.on:
        return said("{day} to {day2}", day=day, day2=dates.screen(one.until))
    return day


def amounts_by_medicine(one: Happening, version: Version) -> tuple[tuple[str, str], ...]:
    """Say the typed amounts of a happening: medicine in words, and what was taken of it."""
    return tuple(
        (product_words(medicine.product), joined(", ", taken))
        for medicine in version.medicines
        if (
            taken := [
                joined(" ", (cell_label(amount.slot), dose_words(medicine, amount.text)))
                for amount in one.amounts
                if amount.medicine == medicine.key
            ]
        )
    )
