"""Who may do what, and how history tells it: one table.

The ACTS table drives the guard, the buttons, the events, the words of the history, the README's
table of roles and the test of every role against every route. A view without an act answers 403.
Names of acts are for ever: retire one, never rename it, for the history already speaks of it.
The lines of the table stand in `acts` (the record and the house), `ways_in` (who one
is), `care` (what happens in care), `leaving` (exports) and `auditing` (the history itself).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tracker.languages import said
from tracker.policy.acts import HOUSE
from tracker.policy.auditing import AUDITING
from tracker.policy.care import CARE
from tracker.policy.leaving import LEAVING
from tracker.policy.paper import PAPER
from tracker.policy.roles import CLINICAL, EVERYONE, FRONT, NOBODY, ROLE_WORDS, Act, Role, Touch
from tracker.policy.ways_in import WAYS_IN

__all__ = [
    "ACTS",
    "CLINICAL",
    "COMMAND",
    "EVERYONE",
    "FRONT",
    "NOBODY",
    "ROLE_WORDS",
    "SIGN_IN_PAGE",
    "Act",
    "Actor",
    "NotAllowed",
    "Role",
    "Touch",
    "allows",
    "can",
    "does",
    "require",
    "roles_table",
    "sentence",
]


def _table(acts: Iterable[Act]) -> Mapping[str, Act]:
    table: dict[str, Act] = {}
    for act in acts:
        if act.name in table:
            raise ValueError("two acts share a name")
        table[act.name] = act
    return table


ACTS: Mapping[str, Act] = _table((*HOUSE, *WAYS_IN, *CARE, *PAPER, *LEAVING, *AUDITING))


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


# Who acts where no person of the clinic does: named in English in the record, said where shown.
_NAMES = (said("The command line"), said("The sign-in page"))
COMMAND, SIGN_IN_PAGE = (
    Actor(staff_id=None, name=str.__str__(name), clinics={}) for name in _NAMES
)


class NotAllowed(Exception):
    """Raised when a person may not do an act at a clinic; `act` names it."""

    def __init__(self, act: str) -> None:
        super().__init__(f"not allowed: {act}")
        self.act = act


def can(by: Actor, act: str, clinic_id: int) -> bool:
    """Tell whether a person may do an act at a clinic; raises KeyError for an unknown act."""
    return allows(by.roles_at(clinic_id), act)


def allows(roles: frozenset[Role], act: str) -> bool:
    """Tell whether any of these roles may do an act; raises KeyError for an unknown act."""
    return not ACTS[act].roles.isdisjoint(roles)


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
    who = next((name for name in _NAMES if name == by), by)
    return said(ACTS[act].says, by=who, **{name: str(value) for name, value in about.items()})


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
