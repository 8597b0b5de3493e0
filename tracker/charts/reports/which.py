"""Which reports there are, in the order of the page."""

from __future__ import annotations

from tracker.charts.reports import care, plans, waiting
from tracker.charts.reports.values import Report

REPORTS = {
    one.name: one
    for one in (
        Report("overdue", "Overdue check-ins", "Who spoke with the patient last", "Planned for",
               "Past the last day on which they were to be held.",
               "No check-in is overdue.", waiting.overdue, "overdue"),
        Report("unreached", "Not reached yet", "Who tried last", "Tried last",
               "Tried at least once, not held and not cancelled.",
               "Nobody waits to be reached.", waiting.unreached, "due"),
        Report("no-contact", "No next contact", "Responsible physician", "Since",
               "A signed plan, and no contact booked from today on.",
               "Everyone with a plan has a next contact.", waiting.no_contact, "overdue"),
        Report("not-started", "Start not recorded", "Responsible physician", "On paper since",
               "The date of a step has passed, and nobody recorded that it started.",
               "Every step whose date has passed has its start recorded.", waiting.not_started,
               "due"),
        Report("escalations", "Open escalations", "Raised", "Raised on",
               "Waiting for a physician’s answer, by the days since they were raised.",
               "No escalation is open.", waiting.escalations, "escalated"),
        Report("plans", "Plans by state", "State", "Since",
               "The newest plan of each patient.",
               "No plan has been begun.", plans.by_state, "active"),
        Report("paired", "Therapies paired with steps", "Therapy", "Signed on",
               "Patients whose version in force pairs the therapy with a step.",
               "No version in force pairs a therapy.", care.paired),
        Report("started", "Therapies started", "Therapy", "Started on",
               "Patients for whom a start was recorded.",
               "No start of a therapy was recorded.", care.started, "active"),
        Report("attended", "Therapies attended", "Therapy", "Last on",
               "Patients for whom at least one session was recorded.",
               "No session was recorded.", care.attended, "done"),
        Report("barriers", "What is in the way of therapies", "What", "Recorded on",
               "Recorded, with no session and no start since.",
               "Nothing is recorded as being in the way.", care.barriers, "due"),
        Report("paper", "Versions not handed over", "Sheet", "Signed on",
               "The version in force, with no sheet of it recorded as given.",
               "A sheet of every version in force was given.", plans.not_handed_over, "due"),
        Report("checklist", "Checklist items not done", "Item", "Signed on",
               "Answered “not done” at the signing of the version in force.",
               "No item was answered “not done”.", plans.checklist),
        Report("on-time", "Check-ins on time", "Held", "Held on",
               "Planned check-ins held in the last 28 days.",
               "No planned check-in was held in the last 28 days.", care.on_time, "done"),
    )
}  # fmt: skip
