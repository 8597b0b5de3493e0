"""What a plan needs besides steps and doses before a physician may sign it.

The choices, the checklist and the pairings, and the sentences for what is missing. Pure. Steps and
doses themselves are in `plans`; what they make us ask is in `questions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.languages import counted, said
from tracker.plans import Problem, Target, ranges

CHECKLIST = {
    "naloxone": said("Naloxone offered"),
    "pdmp": said("Prescription monitoring program (PDMP) checked"),
    "toxicology": said("Toxicology"),
    "mood": said("Mood and suicide risk assessed"),
    "pregnancy": said("Pregnancy considered"),
    "coprescribers": said("Co-prescribers of sedatives told"),
    "baseline": said("Baseline pain, function and withdrawal recorded"),
}
REASONS = {
    "pain_function": said("Pain and function have not improved enough"),
    "risk": said("The risks have become greater than the benefits"),
    "side_effects": said("Side effects"),
    "patient_asks": said("The patient asks for it"),
    "other": said("Another reason"),
}
PSYCH = {
    "paired": said("Paired as a therapy in this plan"),
    "in_place": said("Already in place"),
    "declined": said("Offered and declined"),
    "not_now": said("Not now"),
}

_BOTH = {
    "therapy": said(
        "Every step has a therapy, and a reason for none is typed. Clear one of the two."
    ),
    "check-in": said(
        "Every step has a check-in, and a reason for none is typed. Clear one of the two."
    ),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer of the checklist before a taper. Recorded, never interpreted."""

    item: str  # a key of CHECKLIST
    answer: str  # "done", "not_done", "na"; "" while unanswered
    on: date | None
    why: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A check-in as it was laid: on day `day` of the named steps, and again every `again`."""

    mode: str
    day: str
    again: str
    steps: str
    topics: tuple[str, ...]
    when: str = ""  # "on" through the steps, days "before" the next one, "after" the taper
    unit: str = ""  # of `again`: "weeks" or "months"; else days
    months: str = ""  # after the taper: for how many


@dataclass(frozen=True, slots=True)
class Preparation:
    """All that a signature needs besides steps and doses: choices, answers, pairings."""

    reason: str  # a key of REASONS, or ""
    reason_text: str
    goal: str
    agreed: str
    target: str  # a Target, or ""
    target_text: str
    starts: str  # a HowStepsStart, or ""
    contact_before: str  # "yes", "no" or ""
    checklist: tuple[Checked, ...]
    psych: str  # a key of PSYCH, or ""
    psych_text: str
    steps: int
    therapy_steps: frozenset[int]  # numbers of the steps with a therapy
    checkin_steps: frozenset[int]  # numbers of the steps with a check-in
    therapy_none_because: str
    checkin_none_because: str
    talking_paired: bool  # a psychological therapy is paired with some step
    version: int = 1
    change_reason: str = ""
    rhythms: tuple[Rhythm, ...] = ()
    answers: tuple[tuple[str, str, str], ...] = ()  # question id, reason, text


def why_not_signed(ready: Preparation) -> tuple[Problem, ...]:
    """List what a plan still lacks before it may be signed, besides its steps and doses.

    Reason, goal, agreement, target, how steps start, the checklist, a therapy and a check-in for
    every step or "none, because", and an answer on psychological support. Pairing is the source
    article's advice; the checklist follows CDC 2022, recommendation 5.
    """
    return (
        *_choices_missing(ready),
        *(problem for answer in ready.checklist for problem in _checklist_missing(answer)),
        *_pairing_missing(ready, "therapy", ready.therapy_steps, ready.therapy_none_because),
        *_psych_missing(ready),
        *_pairing_missing(ready, "check-in", ready.checkin_steps, ready.checkin_none_because),
    )


def _choices_missing(ready: Preparation) -> list[Problem]:
    missing = {
        "reason": (not ready.reason, said("Choose the reason for tapering.")),
        "reason_text": (
            ready.reason == "other" and not ready.reason_text,
            said("Type the other reason for tapering."),
        ),
        "goal": (not ready.goal, said("Type the patient's own goal.")),
        "agreed": (not ready.agreed, said("Type what the patient agreed to.")),
        "target": (not ready.target, said("Choose what the plan aims for.")),
        "target_text": (
            ready.target == Target.CHANGE and not ready.target_text,
            said("Type the medicine that the plan changes to."),
        ),
        "starts": (not ready.starts, said("Choose how steps start.")),
        "contact_before": (
            not ready.contact_before,
            said("Choose whether a contact is required before each step."),
        ),
        "change_reason": (
            ready.version > 1 and not ready.change_reason,
            said("Type why the plan changes."),
        ),
    }
    return [Problem(name, words) for name, (lacks, words) in missing.items() if lacks]


def _checklist_missing(checked: Checked) -> Iterator[Problem]:
    field, item = f"checklist.{checked.item}", CHECKLIST[checked.item]
    if checked.answer not in ("done", "not_done", "na"):
        yield Problem(
            f"{field}.answer", said("{item}: choose done, not done or not applicable.", item=item)
        )
    elif checked.answer == "done" and checked.on is None:
        yield Problem(f"{field}.on", said("{item}: type the day it was done.", item=item))
    elif checked.answer == "not_done" and not checked.why:
        yield Problem(f"{field}.why", said("{item}: type why it was not done.", item=item))


def _pairing_missing(
    ready: Preparation, noun: str, paired: frozenset[int], because: str
) -> Iterator[Problem]:
    field = "therapy_none_because" if noun == "therapy" else "checkin_none_because"
    lacking = frozenset(range(1, ready.steps + 1)) - paired
    if lacking and not because:
        yield Problem(field, _lacking(noun, lacking))
    elif because and ready.steps and not lacking:
        yield Problem(field, _BOTH[noun])


def _lacking(noun: str, numbers: frozenset[int]) -> str:
    steps = ranges(numbers)
    if noun == "therapy":
        return counted(
            "Step {steps} has no therapy. Pair one, or type why there is none.",
            "Steps {steps} have no therapy. Pair one, or type why there is none.",
            len(numbers),
            steps=steps,
        )
    return counted(
        "Step {steps} has no check-in. Pair one, or type why there is none.",
        "Steps {steps} have no check-in. Pair one, or type why there is none.",
        len(numbers),
        steps=steps,
    )


def _psych_missing(ready: Preparation) -> Iterator[Problem]:
    if ready.psych not in PSYCH:
        yield Problem("psych.answer", said("Choose an answer on psychological support."))
    elif ready.psych == "not_now" and not ready.psych_text:
        yield Problem("psych.text", said("Psychological support: type why not now."))
    elif ready.psych == "paired" and not ready.talking_paired:
        yield Problem(
            "psych.answer",
            said(
                "Psychological support is answered with a paired therapy, but no step has one. "
                "Pair one, or choose another answer."
            ),
        )
