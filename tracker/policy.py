"""Who may do what, and how history tells it: one table.

The ACTS table drives the guard, the buttons, the events, the words of the history, the README's
table of roles and the test of every role against every route. A view without an act answers 403.
Names of acts are for ever: retire one, never rename it, for the history already speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar


class Role(StrEnum):
    """What a member of staff is at one clinic; a person may hold several."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    DESK = "desk"
    ADMIN = "admin"


ROLE_WORDS = {
    Role.PHYSICIAN: "Physician",
    Role.NURSE: "Nurse",
    Role.DESK: "Front desk",
    Role.ADMIN: "Administrator",
}


class Touch(StrEnum):
    """What an act does to the record."""

    OPEN = "open"  # needs no sign-in
    LOOK = "look"  # reads, nothing of one patient
    READ = "read"  # opens one patient's record; goes to the read log
    WRITE = "write"  # adds to the record; leaves an event
    DRAFT = "draft"  # changes a draft or the person's own session; leaves no event


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done: who may, what it touches, and its sentence in the history.

    `says` is filled from the event: `{by}` is the person's name, the rest is the event's own
    words. `does` finishes the sentence "may ..." for the roles table.
    """

    name: str
    touch: Touch
    roles: frozenset[Role]
    does: str
    says: str = ""


P, N, D, A = Role.PHYSICIAN, Role.NURSE, Role.DESK, Role.ADMIN
CLINICAL = frozenset({P, N})
FRONT = frozenset({P, N, D})
EVERYONE = frozenset(Role)


def _table(*acts: Act) -> Mapping[str, Act]:
    table = {act.name: act for act in acts}
    if len(table) != len(acts):
        raise ValueError("two acts share a name")
    return table


O, L, R, W, T = Touch.OPEN, Touch.LOOK, Touch.READ, Touch.WRITE, Touch.DRAFT  # noqa: E741 (a column of the table)
NOBODY: frozenset[Role] = frozenset()

ACTS: Mapping[str, Act] = _table(
    # ---- open to anyone
    Act("open.static", O, NOBODY, "load the style sheet, scripts and icon"),
    Act("open.sign_in", O, NOBODY, "see the sign-in page and sign in"),
    Act("open.health", O, NOBODY, "ask whether the server is alive"),
    # ---- one's own session
    Act("self.home", L, EVERYONE, "choose a clinic"),
    Act("self.account", L, EVERYONE, "see their own account"),
    Act("self.sign_out", T, EVERYONE, "sign out", "{by} signed out"),
    Act("self.password", T, EVERYONE, "change their own password", "{by} changed their password"),
    Act("self.stay", T, EVERYONE, "stay signed in"),
    Act("help.look", L, EVERYONE, "read what is derived and what never is"),
    # ---- the clinic's lists
    Act("today.look", L, FRONT, "see the Today page"),
    Act("patient.search", L, FRONT, "search for patients"),
    # ---- patients
    Act("patient.read", R, FRONT, "open a patient's page", "{by} opened the record"),
    Act("patient.register", W, FRONT, "register a patient", "{by} registered the patient"),
    Act("patient.edit", W, FRONT, "edit a patient's identity", "{by} changed {fields}"),
    Act(
        "patient.merge",
        W,
        CLINICAL,
        "merge two records of one person, and undo it",
        "{by} merged {merged} into this record: {reason}",
    ),
    Act(
        "patient.unmerge",
        W,
        CLINICAL,
        "undo a merge",
        "{by} undid the merge of {merged}: {reason}",
    ),
    Act(
        "fact.in_error",
        W,
        CLINICAL,
        "mark a fact as entered in error",
        "{by} marked the {what} as entered in error: {reason}",
    ),
    Act("history.read", R, CLINICAL, "read a patient's history", "{by} read the history"),
    # ---- regimen
    Act("regimen.read", R, CLINICAL, "read a regimen", "{by} read the regimen"),
    Act("regimen.draft", T, CLINICAL, "prepare a regimen"),
    Act("regimen.write", W, CLINICAL, "write a regimen", "{by} recorded the regimen as of {as_of}"),
    # ---- plan
    Act("plan.read", R, CLINICAL, "read a plan", "{by} read the plan"),
    Act("plan.draft", T, CLINICAL, "prepare a draft plan"),
    Act(
        "plan.discard",
        W,
        CLINICAL,
        "discard a draft plan",
        "{by} discarded a draft plan",
    ),
    Act(
        "plan.read_back",
        W,
        CLINICAL,
        "read a draft back before another person signs it",
        "{by} read back the draft of the plan",
    ),
    Act(
        "plan.sign",
        W,
        frozenset({P}),
        "sign a version of a plan",
        "{by} signed version {number} of the plan, code {code}",
    ),
    Act(
        "plan.sign_refused",
        W,
        frozenset({P}),
        "have a failed re-entry recorded",
        "{by} was refused at signing: {why}",
    ),
    # ---- therapies over time
    Act("therapy.read", R, CLINICAL, "read a patient’s therapies", "{by} read the therapies"),
    Act(
        "therapy.record",
        W,
        CLINICAL,
        "record what became of a therapy",
        "{by} recorded {therapy}: {what}",
    ),
    # ---- escalations
    Act(
        "escalation.raise",
        W,
        FRONT,
        "raise an escalation",
        "{by} raised an escalation, needed {needed}: {about}",
    ),
    Act("escalation.read", R, CLINICAL, "read an escalation", "{by} read an escalation"),
    Act(
        "escalation.note",
        W,
        CLINICAL,
        "add to an escalation",
        "{by} added to the escalation: {about}",
    ),
    Act(
        "escalation.accept",
        W,
        frozenset({P}),
        "accept an escalation",
        "{by} accepted the escalation: {about}",
    ),
    Act(
        "escalation.resolve",
        W,
        frozenset({P}),
        "resolve an escalation",
        "{by} resolved the escalation: {about}",
    ),
    Act(
        "escalation.told",
        W,
        CLINICAL,
        "record that the patient was told of a decision",
        "{by} recorded that the patient was told: {about}",
    ),
    # ---- check-ins
    Act("checkin.dates", R, FRONT, "see a patient's check-in dates", "{by} saw the check-in dates"),
    Act("checkin.read", R, CLINICAL, "read a check-in", "{by} read a check-in"),
    Act("checkin.draft", T, CLINICAL, "type a check-in"),
    Act(
        "checkin.record",
        W,
        CLINICAL,
        "record a check-in or a contact",
        "{by} recorded a check-in of {on}, {mode}, with the {with_whom}",
    ),
    Act(
        "checkin.amend",
        W,
        CLINICAL,
        "amend a check-in by a new copy",
        "{by} amended the check-in of {on}: {reason}",
    ),
    Act(
        "checkin.not_reached",
        W,
        CLINICAL,
        "record that a patient was not reached",
        "{by} did not reach the patient for the check-in of {on}: {outcome}",
    ),
    Act("checkin.book", W, FRONT, "book a check-in", "{by} booked a check-in for {on}, {mode}"),
    Act(
        "checkin.move",
        W,
        FRONT,
        "move a check-in",
        "{by} moved the check-in of {before} to {on}, {mode}: {reason}",
    ),
    Act(
        "checkin.cancel",
        W,
        CLINICAL,
        "cancel a check-in",
        "{by} cancelled the check-in of {on}: {reason}",
    ),
    # ---- paper
    Act("handout.read", R, FRONT, "see the handout", "{by} looked at the handout"),
    Act(
        "handout.print",
        W,
        FRONT,
        "print the current handout",
        "{by} printed the handout of version {number}",
    ),
    Act("handout.pdf", R, FRONT, "open a printed handout", "{by} opened a printed handout"),
    Act(
        "handout.give",
        W,
        FRONT,
        "record that a handout was given",
        "{by} recorded that the handout of version {number} was given to {to}",
    ),
    Act(
        "code.check",
        W,
        FRONT,
        "check a plan code",
        "{by} checked a plan code: {answer}",
    ),
    # ---- administration
    Act("staff.look", L, frozenset({A}), "see the staff of the clinic"),
    Act("staff.add", W, frozenset({A}), "add a member of staff", "{by} added {who} as {roles}"),
    Act(
        "staff.roles",
        W,
        frozenset({A}),
        "change roles",
        "{by} changed the roles of {who} to {roles}",
    ),
    Act("staff.cover", W, frozenset({A}), "record cover", "{by} recorded cover for {who}: {cover}"),
    Act("staff.disable", W, frozenset({A}), "disable a member of staff", "{by} disabled {who}"),
    Act("staff.enable", W, frozenset({A}), "enable a member of staff", "{by} enabled {who}"),
    Act(
        "staff.reset",
        W,
        frozenset({A}),
        "give a new one-time password",
        "{by} gave {who} a one-time password",
    ),
    Act("clinic.look", L, frozenset({A}), "see the clinic's details"),
    Act("clinic.edit", W, frozenset({A}), "change the clinic's details", "{by} changed {fields}"),
    Act("catalogue.look", L, EVERYONE, "read the catalogue and its review dates"),
    # ---- the installation itself, from the command line or the sign-in page
    Act("install.clinic", W, NOBODY, "create a clinic by command", "{by} created the clinic"),
    Act(
        "install.font",
        W,
        NOBODY,
        "add a font by command",
        "{by} added the font {file_name}, SHA-256 {sha256}",
    ),
    Act("install.staff", W, NOBODY, "add staff by command", "{by} added {who} as {roles}"),
    Act("sign_in.done", W, NOBODY, "sign in", "{by} signed in"),
    Act("sign_in.failed", W, NOBODY, "fail to sign in", "a sign-in failed"),
)


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts: what the records need to know of them.

    `clinics` maps clinic ids to the roles held there. `COMMAND` stands for the command line.
    """

    staff_id: int | None
    name: str
    clinics: Mapping[int, frozenset[Role]]

    def roles_at(self, clinic_id: int) -> frozenset[Role]:
        """Give the roles this person holds at a clinic; empty for a stranger."""
        return self.clinics.get(clinic_id, frozenset())


COMMAND = Actor(staff_id=None, name="The command line", clinics={})
SIGN_IN_PAGE = Actor(staff_id=None, name="The sign-in page", clinics={})


class NotAllowed(Exception):
    """Raised when a person may not do an act at a clinic; `act` names it."""

    def __init__(self, act: str) -> None:
        super().__init__(f"not allowed: {act}")
        self.act = act


def can(by: Actor, act: str, clinic_id: int) -> bool:
    """Tell whether a person may do an act at a clinic; raises KeyError for an unknown act."""
    return bool(ACTS[act].roles & by.roles_at(clinic_id))


def require(by: Actor, act: str, clinic_id: int) -> None:
    """Refuse, by raising NotAllowed, an act that the person may not do at the clinic.

    Acts that no role holds are the installation's own: only the command line, or the sign-in
    page speaking for a person, may do them.
    """
    entry = ACTS[act]
    if not entry.roles:
        return
    if not can(by, act, clinic_id):
        raise NotAllowed(act)


def sentence(act: str, by: str, about: Mapping[str, str]) -> str:
    """Tell one event in words, from the act's own line in the table."""
    return ACTS[act].says.format_map({"by": by, **about})


def roles_table() -> str:
    """Write who may do what as a Markdown table, one line for each act that some role holds."""
    lines = [
        f"| may ... | {' | '.join(ROLE_WORDS[role] for role in Role)} |",
        f"| --- |{' --- |' * len(Role)}",
    ]
    lines += [
        f"| {act.does} | {' | '.join('yes' if role in act.roles else '–' for role in Role)} |"
        for act in ACTS.values()
        if act.roles and act.touch is not Touch.OPEN
    ]
    return "\n".join(lines)


View = TypeVar("View", bound=Callable[..., Any])


def does(act: str) -> Callable[[View], View]:
    """Mark a view with the act it performs; raises KeyError at import for an unknown act."""
    entry = ACTS[act]

    def mark(view: View) -> View:
        view.act = entry  # type: ignore[attr-defined]  # a view carries its act
        return view

    return mark
