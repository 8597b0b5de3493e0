"""`rows_for`: from one patient's facts to the rows that they put on the Today list.

What is on hold, closed or away falls silent here; a death silences everything. Nothing in this
module knows what day it is: a row carries the days between which it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tracker import course as courses
from tracker.checkins import MODES, CheckIn
from tracker.course import Course, WhyClosed
from tracker.course.words import CLOSED_WORDS, HELD_WORDS
from tracker.dates import clock_words, screen, today_at
from tracker.escalations import NEEDED_WORDS, Escalation, NeededBy, State
from tracker.languages import said
from tracker.plans import Step, Version
from tracker.worklist.groups import LONGEST_GRACE, SOON_DAYS
from tracker.worklist.values import NEVER, Kind, Lane, PatientFacts, Row

DAY = timedelta(days=1)


def rows_for(facts: PatientFacts) -> tuple[Row, ...]:
    """Give a patient's rows; the same facts always give the same rows, on whatever day.

    Died: none at all. Moved away: worries that wait, calls that were promised, what was done, and
    a plan that nobody closed, so that no taper goes on at home unseen.
    """
    if facts.state == "died":
        return ()
    rows = [*_escalations(facts), *_call_backs(facts), *_done(facts)]
    if facts.state == "moved":
        rows += _left_open(facts)
    if facts.state == "active":
        rows += _paper(facts)
        for row in (*_checkins(facts), *_starts(facts), *_reviews(facts), *_no_contact(facts)):
            rows += _outside_of_away(row, facts.course)
        rows += _returns(facts.course)
    return tuple(rows)


# ---- worries


def _escalations(facts: PatientFacts) -> Iterator[Row]:
    for one in facts.escalations:
        if one.is_open:
            yield _waiting(one, today_at(facts.zone, one.raised_at))
        elif one.decision and one.state is State.TO_TELL and not one.in_error:
            yield _to_tell(one, today_at(facts.zone, one.decision.at))


def _waiting(one: Escalation, raised_on: date) -> Row:
    by = NEEDED_WORDS[one.needed_by]
    when = said("by {day}", day=screen(one.needed_on)) if one.needed_by is NeededBy.NEXT_DAY else by
    return Row(
        lane=Lane.ESCALATION,
        kind=Kind.ESCALATION,
        ref=one.id,
        what=said("Escalation, needed {when}", when=when),
        detail=one.about,
        due=one.needed_on,
        shows_from=raised_on,
        late_from=one.needed_on
        if one.needed_by is NeededBy.NOW and one.owner_id is None
        else one.needed_on + DAY,
        seq=one.seq,
        owner_id=one.owner_id,
        at=one.raised_at,
    )


def _to_tell(one: Escalation, decided_on: date) -> Row:
    return Row(
        lane=Lane.TASK,
        kind=Kind.TELL,
        ref=one.id,
        what=said("Tell the patient what was decided"),
        detail=one.about,
        due=decided_on,
        shows_from=decided_on,
        late_from=decided_on + DAY,
        seq=one.seq,
    )


# ---- contacts


def _checkins(facts: PatientFacts) -> Iterator[Row]:
    for one in facts.checkins:
        if one.open:
            yield _checkin(one, facts.spoke_last_id)


def _checkin(one: CheckIn, spoke_last_id: int | None) -> Row:
    return Row(
        lane=Lane.TASK,
        kind=Kind.CHECKIN,
        ref=one.id,
        what=_checkin_words(one),
        due=one.on,
        shows_from=one.on,
        late_from=min(one.last_day, one.on + timedelta(days=LONGEST_GRACE)) + DAY,
        tried_on=one.attempts[-1].on if one.tries else None,
        tries=one.tries,
        seq=one.seq,
        owner_id=spoke_last_id,
    )


def _checkin_words(one: CheckIn) -> str:
    mode = MODES.get(one.mode, one.mode)
    at = clock_words(one.at) if one.at else ""
    place = one.planned.place if one.planned else ""
    if at and place:
        return said("{mode} check-in at {at}, {place}", mode=mode, at=at, place=place)
    if place:
        return said("{mode} check-in, {place}", mode=mode, place=place)
    if at:
        return said("{mode} check-in at {at}", mode=mode, at=at)
    return said("{mode} check-in", mode=mode)


def _no_contact(facts: PatientFacts) -> Iterator[Row]:
    """Say that nothing is booked, from the day after the last contact that is still to be held.

    Patients in a taper and those whose plan is closed both need one, unless the plan was closed
    with the reason why none is booked, or into other care.
    """
    version = facts.course.version
    if version is None or _is_elsewhere(facts.course):
        return
    ended = courses.closed(facts.course)
    if ended is not None and ended.no_contact:
        return
    ahead = [one.on for one in facts.checkins if one.open]
    held = [one.contact.on for one in facts.checkins if one.contact]
    begin = max(ahead) + DAY if ahead else _signed_on(facts.course)
    if ahead:
        what = said("The last one planned was on {day}", day=screen(max(ahead)))
    elif held:
        what = said("The last contact was on {day}", day=screen(max(held)))
    else:
        what = said("No check-in was planned")
    yield Row(
        lane=Lane.NO_CONTACT,
        kind=Kind.NO_CONTACT,
        ref=facts.patient_id,
        what=what,
        detail=said("Plan closed: {why}", why=CLOSED_WORDS[ended.why].lower()) if ended else "",
        due=max(begin, max(held)) if held else begin,
        shows_from=begin,
        late_from=begin,
        owner_id=facts.spoke_last_id,
    )


def _is_elsewhere(course: Course) -> bool:
    """Tell whether another clinic has taken over, or nobody is there to call."""
    ended = courses.closed(course)
    return ended is not None and ended.why in (WhyClosed.MOVED, WhyClosed.DIED)


def _signed_on(course: Course) -> date:
    signing = courses.newest_signing(course)
    return signing.on if signing else date.min


def _call_backs(facts: PatientFacts) -> Iterator[Row]:
    for call in facts.course.calls:
        on = today_at(facts.zone, call.at)
        old = call.answer == "old"
        yield Row(
            lane=Lane.TASK,
            kind=Kind.CALL_BACK,
            ref=call.check_id,
            what=said("Call back: an old plan code")
            if old
            else said("Call back: a code of a plan that ended"),
            detail=said("Read out by {by}", by=call.by),
            due=on,
            shows_from=on,
            late_from=on + DAY,
            at=call.at,
        )


# ---- the plan


def _starts(facts: PatientFacts) -> Iterator[Row]:
    """Give a row for each step that is not started: coming, and then passed.

    It gives way on the day of the step after it. A hold, a pause and the end of the plan stop the
    paper on their day: what had passed before stays, nothing comes any more.
    """
    course = facts.course
    if course.version is None or courses.closed(course) is not None:
        return
    following = courses.next_step(course)
    stop = courses.held(course) or courses.paused(course)
    coming = [s for s in course.version.steps if following and s.number >= following.number]
    if stop is not None:
        coming = [step for step in coming if step.starts_on <= stop.on]
    for place, step in enumerate(coming):
        after = coming[place + 1].starts_on - DAY if place + 1 < len(coming) else NEVER
        yield _start(step, course.version, course.version_id or 0, after)


def _start(step: Step, version: Version, version_id: int, until: date) -> Row:
    ends = ""
    if step.number == len(version.steps) and version.last_day is not None:
        ends = said("The last day on paper is {day}", day=screen(version.last_day))
    return Row(
        lane=Lane.START,
        kind=Kind.START,
        ref=version_id,
        part=step.number * 4,
        what=said("Step {number}", number=step.number),
        detail=ends,
        due=step.starts_on,
        shows_from=step.starts_on - timedelta(days=SOON_DAYS),
        late_from=step.starts_on + DAY,
        until=until,
    )


def _reviews(facts: PatientFacts) -> Iterator[Row]:
    hold = courses.held(facts.course)
    if hold is None or hold.until is None:
        return
    yield Row(
        lane=Lane.TASK,
        kind=Kind.REVIEW_HOLD,
        ref=hold.id,
        what=said("Review the plan, on hold since {day}", day=screen(hold.on)),
        detail=HELD_WORDS.get(hold.why, ""),
        due=hold.until,
        shows_from=hold.until,
        late_from=hold.until + DAY,
    )


def _left_open(facts: PatientFacts) -> Iterator[Row]:
    """Ask what becomes of the plan of a patient who moved away while it was going on."""
    course = facts.course
    if course.version is None or courses.closed(course) is not None:
        return
    on = facts.state_since or _signed_on(course)
    yield Row(
        lane=Lane.TASK,
        kind=Kind.REVIEW_HOLD,
        ref=course.version_id or 0,
        what=said("Moved away, and the plan is not closed: close it, or make the record active"),
        due=on,
        shows_from=on,
        late_from=on + DAY,
    )


def _returns(course: Course) -> Iterator[Row]:
    """Ask for a review before restarting, from the day of the return, as known or as expected.

    Where no return is known, the patient stays in sight from the first day: everything else of
    theirs is silent.
    """
    if course.version is None or courses.closed(course) is not None:
        return
    for one in course.away:
        on = one.back_on or (one.until + DAY if one.until else None)
        if one.back_on is None and one.until is None:
            yield Row(
                lane=Lane.NO_CONTACT,
                kind=Kind.RETURN,
                ref=one.id,
                what=said("Away since {day}, no return is known", day=screen(one.left_on)),
                detail=one.place,
                due=one.left_on,
                shows_from=one.left_on,
                late_from=one.left_on,
            )
        elif one.reviewed_on is None and on is not None:
            yield Row(
                lane=Lane.TASK,
                kind=Kind.RETURN,
                ref=one.id,
                what=said("Back from being away: review before restarting"),
                detail=said("{place}, from {day}", place=one.place, day=screen(one.left_on)),
                due=on,
                shows_from=on,
                late_from=on + DAY,
            )


def _paper(facts: PatientFacts) -> Iterator[Row]:
    if facts.paper is not None:
        yield Row(
            lane=Lane.PAPER,
            kind=Kind.PAPER,
            ref=facts.paper.ref,
            what=facts.paper.sentence,
            due=facts.paper.since,
            shows_from=facts.paper.since,
            late_from=facts.paper.since,
        )


# ---- done, and away


def _done(facts: PatientFacts) -> Iterator[Row]:
    """Show what was done on the patient's last such day; it leaves the list at midnight."""
    by_day = [(today_at(facts.zone, one.at), one) for one in facts.done]
    last = max((on for on, _ in by_day), default=None)
    for on, one in by_day:
        if on == last:
            yield Row(
                lane=Lane.DONE,
                kind=Kind.DONE,
                ref=one.ref,
                what=said("{what} by {by}", what=one.what, by=one.by),
                detail=one.detail,
                due=on,
                shows_from=on,
                late_from=on,
                until=on,
                at=one.at,
            )


def _outside_of_away(row: Row, course: Course) -> Iterator[Row]:
    """Cut out the days on which the patient is away: a row before them, and one after.

    No row is late, or tried in vain, before it is shown: the page then asks for one day alone.
    """
    spans = [(row.shows_from, row.until)]
    for one in course.away:
        left, last = one.left_on, _last_day_away(one.back_on, one.until)
        spans = [
            part
            for begin, end in spans
            for part in (
                ((begin, min(end, left - DAY)), (max(begin, last + DAY), end))
                if last < NEVER
                else ((begin, min(end, left - DAY)),)
            )
            if part[0] <= part[1]
        ] if left <= last else spans  # fmt: skip
    for place, (begin, end) in enumerate(spans):
        tried = row.tried_on if row.tried_on and begin <= row.tried_on <= end else None
        late = max(row.late_from, begin)
        yield replace(
            row, shows_from=begin, until=end, part=row.part + place, tried_on=tried, late_from=late
        )


def _last_day_away(back_on: date | None, until: date | None) -> date:
    if back_on is not None:
        return back_on - DAY
    return until or NEVER
