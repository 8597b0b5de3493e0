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
from tracker.plans import Version, cell_label, product_words
from tracker.sentences import dose_words

HOW_WORDS: Mapping[str, str] = {
    How.LESS: "Less than written",
    How.MORE: "More than written",
    How.MISSED: "Missed doses",
    How.EXTRA: "Extra doses",
    How.OTHER_TIMES: "At other times",
}
HELD_WORDS: Mapping[str, str] = {
    WhyHeld.WITHDRAWAL: "Withdrawal is hard to bear",
    WhyHeld.PAIN: "Pain is out of control",
    WhyHeld.MOOD: "Mood or safety",
    WhyHeld.PATIENT: "The patient asked for a pause",
    WhyHeld.ILLNESS: "Illness or surgery",
    WhyHeld.PREGNANCY: "Pregnancy",
    WhyHeld.LIFE: "Something in the patient’s life",
    WhyHeld.SUPPLY: "Supply problem",
    WhyHeld.OTHER: "Another reason",
}
CLOSED_WORDS: Mapping[str, str] = {
    WhyClosed.COMPLETED: "Completed",
    WhyClosed.STOPPED: "Stopped",
    WhyClosed.MOVED: "Moved to other care",
    WhyClosed.LOST: "Lost to contact",
    WhyClosed.DECLINED: "Declined by the patient",
    WhyClosed.DIED: "The patient died",
}
AWAY_WORDS: Mapping[str, str] = {
    AwayWhere.HOSPITAL: "In hospital",
    AwayWhere.TRAVEL: "Traveling",
    AwayWhere.FACILITY: "In a facility",
    AwayWhere.JAIL: "In jail",
}
SUPPLY_WORDS: Mapping[str, str] = {
    Supply.LOST: "Lost",
    Supply.STOLEN: "Stolen",
    Supply.SHORTAGE: "Shortage at the pharmacy",
    Supply.SUBSTITUTED: "Substituted product",
    Supply.RAN_SHORT: "Ran short",
}
STATE_WORDS: Mapping[PlanState, tuple[str, str]] = {  # the word, and the kind of its chip
    PlanState.DRAFT: ("Draft", "draft"),
    PlanState.SIGNED: ("Signed", "planned"),
    PlanState.ACTIVE: ("Active", "active"),
    PlanState.ON_HOLD: ("On hold", "hold"),
    PlanState.CLOSED: ("Closed", "done"),
    PlanState.REPLACED: ("Replaced", "replaced"),
}
STEP_WORDS: Mapping[StepState, tuple[str, str]] = {
    StepState.PLANNED: ("Planned", "planned"),
    StepState.ACTIVE: ("Active", "active"),
    StepState.DONE: ("Done", "done"),
    StepState.DIFFERENTLY: ("Differently", "due"),
    StepState.SKIPPED: ("Skipped", "replaced"),
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
        return f"On hold since {dates.screen(hold.on)}"
    if pause:
        return f"Next step paused since {dates.screen(pause.on)}: physician asked"
    paper = on_paper(course, today)
    if paper:
        since = dates.screen(paper.since)
        return f"Step {paper.step.number} on paper since {since}, start not recorded"
    current = current_step(course)
    if current is None:
        first = course.version.steps[0].starts_on
        return f"Signed, not started. Step 1 starts on {dates.screen(first)}"
    began = started_on(course, current.key)
    since = dates.screen(began) if began else "a day not recorded"
    return f"Step {current.number} since {since}"


def closed_words(course: Course) -> str:
    """Say why and when the plan was closed: "Closed Tue Dec 1, 2026: completed"."""
    one = next((h for h in reversed(course.happened) if h.what is What.CLOSED), None)
    if one is None:
        return ""
    words = CLOSED_WORDS[one.why]
    more = f", accepted by {one.accepted_by}" if one.accepted_by else ""
    return f"Closed {dates.screen(one.on)}: {words[0].lower()}{words[1:]}{more}"


def happening_title(one: Happening) -> str:
    """Say what happened, without its day: "Step 2 started as written"."""
    step = f"Step {one.number}"
    match one.what:
        case What.STARTED:
            return f"{step} started as written"
        case What.DIFFERENTLY:
            how = HOW_WORDS[one.why]
            return f"{step} taken differently: {how[0].lower()}{how[1:]}"
        case What.COMPLETED:
            return f"{step} completed"
        case What.SKIPPED:
            return f"{step} skipped"
        case What.PAUSED:
            return "Next step paused: physician asked"
        case What.LIFTED:
            return "Pause lifted: go on as planned"
        case What.HELD:
            return "Plan held"
        case What.RESUMED:
            return "Plan resumed, " + ("later dates moved" if one.why == "moved" else "dates kept")
        case What.CLOSED:
            return f"Plan closed: {CLOSED_WORDS[one.why].lower()}"


def happening_reason(one: Happening) -> str:
    """Say why, as chosen and as typed; "" where nothing was asked."""
    chosen = HELD_WORDS.get(one.why, "") if one.what is What.HELD else ""
    return ". ".join(part for part in (chosen, one.words) if part)


def happening_day(one: Happening) -> str:
    """Say the day, or the days, it happened on."""
    day = dates.screen(one.on)
    if one.what is What.DIFFERENTLY and one.until and one.until != one.on:
        return f"{day} to {dates.screen(one.until)}"
    return day


def amounts_by_medicine(one: Happening, version: Version) -> tuple[tuple[str, str], ...]:
    """Say the typed amounts of a happening: medicine in words, and what was taken of it."""
    return tuple(
        (product_words(medicine.product), ", ".join(said))
        for medicine in version.medicines
        if (
            said := [
                f"{cell_label(amount.slot)} {dose_words(medicine, amount.text)}"
                for amount in one.amounts
                if amount.medicine == medicine.key
            ]
        )
    )
