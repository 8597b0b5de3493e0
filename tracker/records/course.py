"""Acts about what happens to a plan: steps start, differ and end; the plan is held and closed.

Each adds one fact to the plan's own stream, beside its versions. `seen` is the last place that the
page showed: of two people who write from the same page, one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import course as rules
from tracker.charts import course as chart
from tracker.charts.checkins import left_by_closing
from tracker.charts.plans import plan_stream
from tracker.checkins import Ended
from tracker.course import Amount, Course, What, WhyClosed
from tracker.course import refusals as why
from tracker.course.words import CLOSED_WORDS, HELD_WORDS, HOW_WORDS, happening_title
from tracker.dates import screen
from tracker.languages import said
from tracker.models import Happening, HappeningCell, Reversal, db
from tracker.plans import Problem
from tracker.policy import Actor, NotAllowed, can
from tracker.records.acts import Conflict, Entry, act
from tracker.records.escalations import raise_within
from tracker.records.patients import Refused, mark_alive_again, mark_died


@dataclass(frozen=True, slots=True)
class Worry:
    """What a physician is asked with a fact: by when; for "now", who knows and where they are."""

    needed_by: str
    spoken_to: str = ""
    patient_is: str = ""


def ask_physician(
    entry: Entry, worry: Worry | None, *, about: str, source: str, fact_id: int, text: str
) -> None:
    """Raise an escalation with a fact inside its act; a physician who records it raises none.

    Raises Refused of `records.escalations` for one that lacks something, a missing one included.
    """
    if worry is None and can(entry.by, "plan.hold", entry.clinic_id):
        return
    asked = worry or Worry("")
    raise_within(
        entry, about=about, needed_by=asked.needed_by, source=source, source_id=fact_id, text=text,
        spoken_to=asked.spoken_to, patient_is=asked.patient_is,
    )  # fmt: skip


def start(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, today: date,
    open_escalations: int = 0, last_contact: date | None = None,
) -> int:  # fmt: skip
    """Record that the next step started as written on a day, and give the fact's id.

    Raises Refused with the rule's sentence (`refusals.why_not_start`), Conflict when the plan's
    stream has moved on.
    """
    with act("step.start", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        _refuse(
            why.why_not_start(
                course, on=on, today=today, is_physician=can(by, "plan.hold", clinic_id),
                open_escalations=open_escalations, last_contact=last_contact,
            )
        )  # fmt: skip
        step = rules.next_step(course)
        assert step is not None
        entry.about |= {"number": str(step.number), "on": screen(on)}
        return _add(entry, course, What.STARTED, on, step_key=step.key)


def differently(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, key: str, on: date,
    until: date | None, today: date, how: str, amounts: Sequence[Amount], words: str,
    worry: Worry | None = None,
) -> int:  # fmt: skip
    """Record how a step was taken differently, with the typed amounts; give the fact's id.

    A nurse raises an escalation with it.
    """
    with act("step.differently", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        _refuse(
            why.why_not_differently(
                course, key=key, on=on, until=until, today=today, how=how, amounts=amounts,
                words=words,
            )
        )  # fmt: skip
        number = _number(course, key)
        entry.about |= {"number": str(number), "how": HOW_WORDS[how].lower(), "reason": words}
        fact_id = _add(
            entry, course, What.DIFFERENTLY, on, step_key=key, until=until, why=how, words=words
        )
        db.session.flush()
        db.session.add_all(
            HappeningCell(
                clinic_id=clinic_id,
                happening_id=fact_id,
                medicine=amount.medicine,
                slot=amount.slot,
                position=position,
                text=amount.text.text,
            )
            for position, amount in enumerate(amounts)
        )
        about = f"Step {number} taken differently: {HOW_WORDS[how].lower()}"
        ask_physician(entry, worry, about=about, source="step", fact_id=fact_id, text=words)
        return fact_id


def complete(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, today: date
) -> int:
    """Record that the current step was completed, with its last day; give the fact's id."""
    with act("step.complete", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        _refuse(why.why_not_complete(course, on=on, today=today))
        step = rules.current_step(course)
        assert step is not None
        entry.about |= {"number": str(step.number), "on": screen(on)}
        return _add(entry, course, What.COMPLETED, on, step_key=step.key)


def skip(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, today: date, words: str
) -> int:
    """Record that the next step is skipped, with the reason; give the fact's id."""
    with act("step.skip", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        _refuse(why.why_not_skip(course, on=on, today=today, words=words))
        step = rules.next_step(course)
        assert step is not None
        entry.about |= {"number": str(step.number), "reason": words}
        return _add(entry, course, What.SKIPPED, on, step_key=step.key, words=words)


def pause(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, today: date, words: str, worry: Worry
) -> int:
    """Record that the next step is paused because a physician is asked; give the fact's id.

    Raises an escalation with it. From then on the plan's code answers "stay on this step".
    """
    with act(
        "plan.pause", by=by, clinic_id=clinic_id, patient_id=patient_id, reason=words
    ) as entry:
        course = _fresh(entry, seen)
        _refuse(
            why.why_not_pause(course)
            or (None if words else Problem("words", said("Type what the physician is asked.")))
        )
        fact_id = _add(entry, course, What.PAUSED, today, words=words)
        ask_physician(
            entry, worry, about=said("Next step paused"), source="plan", fact_id=fact_id, text=words
        )
        return fact_id


def lift(*, by: Actor, clinic_id: int, patient_id: int, seen: int, today: date, words: str) -> int:
    """Record a physician's answer to a pause: go on as planned; give the fact's id."""
    with act("plan.lift", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        _refuse(why.why_not_lift(course))
        return _add(entry, course, What.LIFTED, today, words=words)


def hold(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, review_on: date,
    today: date, reason: str, words: str,
) -> int:  # fmt: skip
    """Hold the plan from a day, with a reason and a review date; give the fact's id."""
    said = ". ".join(part for part in (HELD_WORDS[reason], words) if part)
    with act(
        "plan.hold", by=by, clinic_id=clinic_id, patient_id=patient_id,
        on=screen(on), review=screen(review_on), reason=said,
    ) as entry:  # fmt: skip
        course = _fresh(entry, seen)
        _refuse(why.why_not_hold(course, on=on, review_on=review_on, today=today))
        return _add(entry, course, What.HELD, on, until=review_on, why=reason, words=words)


def resume(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, today: date, words: str = ""
) -> int:
    """Resume the plan from a day, its planned dates kept; give the fact's id.

    Later dates laid out anew are a new version: its signing resumes the plan (`records.plans`).
    """
    with act(
        "plan.resume", by=by, clinic_id=clinic_id, patient_id=patient_id, on=screen(on)
    ) as entry:
        course = _fresh(entry, seen)
        _refuse(why.why_not_resume(course, on=on, today=today))
        return _add(entry, course, What.RESUMED, on, why="kept", words=words)


def close(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, on: date, today: date, reason: str,
    words: str = "", accepted_by: str = "", takes_now: str = "", no_contact: str = "",
) -> int:  # fmt: skip
    """Close the plan with a reason; give the fact's id.

    The next contact that the rule asks for is one that such an end leaves standing. A death marks
    the patient as died in the same act, which takes them off every list.
    """
    said = ". ".join(part for part in (CLOSED_WORDS[reason], words) if part)
    with act(
        "plan.close", by=by, clinic_id=clinic_id, patient_id=patient_id,
        on=screen(on), reason=said,
    ) as entry:  # fmt: skip
        course = _fresh(entry, seen)
        left = left_by_closing(clinic_id, patient_id, Ended(on, entry.at, reason), today)
        _refuse(
            why.why_not_close(
                course, on=on, today=today, why=reason, words=words, accepted_by=accepted_by,
                takes_now=takes_now, no_contact=no_contact, next_contact=left.on if left else None,
            )
        )  # fmt: skip
        fact_id = _add(
            entry, course, What.CLOSED, on, why=reason, words=words, accepted_by=accepted_by,
            takes_now=takes_now, no_contact=no_contact,
        )  # fmt: skip
        if reason == WhyClosed.DIED:
            mark_died(entry, on)
        return fact_id


MAY_UNDO = {  # whoever may not do an act may not undo it
    What.STARTED: "step.start",
    What.DIFFERENTLY: "step.differently",
    What.COMPLETED: "step.complete",
    What.SKIPPED: "step.skip",
    What.PAUSED: "plan.pause",
    What.LIFTED: "plan.lift",
    What.HELD: "plan.hold",
    What.RESUMED: "plan.resume",
    What.CLOSED: "plan.close",
}


def undo(
    *, by: Actor, clinic_id: int, patient_id: int, seen: int, happening_id: int, reason: str
) -> int:
    """Undo the last thing that happened, by a reversal that stays on record; give its id.

    Whoever may not do an act may not undo it: raises NotAllowed. A death that is undone makes the
    patient active again.
    """
    with act("course.undo", by=by, clinic_id=clinic_id, patient_id=patient_id) as entry:
        course = _fresh(entry, seen)
        last = next((one for one in course.happened if one.id == happening_id), None)
        _refuse(
            why.why_not_undo(course, last)
            or (None if reason else Problem("words", said("Type why it is undone.")))
        )
        assert last is not None and course.plan_id is not None
        if not can(by, MAY_UNDO[last.what], clinic_id):
            raise NotAllowed(MAY_UNDO[last.what])
        entry.about |= {"what": happening_title(last), "reason": reason}
        fact_id = entry.fact(
            kind="reversal", stream=plan_stream(course.plan_id), seen=course.seq,
            replaces_id=last.id, reason=reason,
        )  # fmt: skip
        db.session.add(
            Reversal(
                clinic_id=clinic_id,
                id=fact_id,
                patient_id=patient_id,
                happening_id=last.id,
                reason=reason,
            )
        )
        if last.what is What.CLOSED and last.why == WhyClosed.DIED:
            mark_alive_again(entry)
        return fact_id


def refused(*, by: Actor, clinic_id: int, patient_id: int, what: str) -> None:
    """Record a hold or close that failed at re-entry: a wrong patient is caught there."""
    with act(
        "plan.re_entry_refused", by=by, clinic_id=clinic_id, patient_id=patient_id,
        what=what, why="the year of birth did not match",
    ):  # fmt: skip
        pass


def _fresh(entry: Entry, seen: int) -> Course:
    """Read the course inside the act; raises Conflict when its stream has moved on."""
    assert entry.patient_id is not None
    course = chart.course_of(entry.clinic_id, entry.patient_id)
    if course.plan_id is not None and course.seq != seen:
        raise Conflict("something happened to the plan meanwhile")
    return course


def _refuse(problem: Problem | None) -> None:
    if problem:
        raise Refused(problem.sentence, problem.field)


def _number(course: Course, key: str) -> int:
    steps = course.version.steps if course.version else ()
    return next(step.number for step in steps if step.key == key)


def _add(entry: Entry, course: Course, what: What, on: date, **more: Any) -> int:
    assert course.plan_id is not None
    return add_within(
        entry, plan_id=course.plan_id, version_id=course.version_id or 0, seen=course.seq,
        what=what, on=on, **more,
    )  # fmt: skip


def add_within(
    entry: Entry, *, plan_id: int, version_id: int, seen: int, what: What, on: date, **more: Any
) -> int:
    """Add one thing that happened to a plan inside an act under way, and give the fact's id.

    `more` are columns of `models.Happening`; those left out are blank.
    """
    fact_id = entry.fact(kind="happening", stream=plan_stream(plan_id), seen=seen)
    blank = {"step_key": "", "until": None, "why": "", "words": ""}
    about_the_end = {"accepted_by": "", "takes_now": "", "no_contact": ""}
    db.session.add(
        Happening(
            clinic_id=entry.clinic_id,
            id=fact_id,
            patient_id=entry.patient_id,
            plan_id=plan_id,
            version_id=version_id,
            what=what.value,
            on=on,
            **{**blank, **about_the_end, **more},
        )
    )
    db.session.flush()
    return fact_id
