"""What a check-in asks, in its order, and what of it must be answered or marked "not asked".

The open question comes first and the planned step is shown only after it, so that the answer is
the patient's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.checkins.instruments import Answers, Instrument
from tracker.languages import said

# The topics in front, in the order of the form, each with what is asked every time.
FRONT: Mapping[str, tuple[str, ...]] = {
    "taking": ("taking",),
    "pain-flare": ("peg",),
    "withdrawal": ("withdrawal-signs", "cows"),
    "alertness": ("alertness",),
    "mood": ("mood",),
    "safety": ("events",),
    "pace": ("pace",),
    "therapies": ("therapies",),
}
LATER = ("flare", "goal", "naloxone")  # in sight, after the next contact: if there is time
PROXIES = frozenset({"supporter", "other"})  # an interpreter is the patient's voice, not a proxy
SPOKE_WITH = {
    "patient": said("Patient"),
    "interpreter": said("Patient, through an interpreter"),
    "supporter": said("Supporter"),
    "other": said("Somebody else"),
}


class Place(StrEnum):
    """Where a part stands on the form."""

    FRONT = "front"  # every time, or planned for this time
    LATER = "later"  # in sight after the next contact
    CLOSED = "closed"  # offered, and opened when it is wanted


@dataclass(frozen=True, slots=True)
class Part:
    """A topic of the form, or some of its instruments, in one place."""

    topic: str
    words: str
    beside: str
    instruments: tuple[Instrument, ...]
    place: Place

    @property
    def shown(self) -> bool:
        """Tell whether it is in sight without being opened."""
        return self.place is not Place.CLOSED


@dataclass(frozen=True, slots=True)
class Required:
    """One of the core set: any of these questions answers it, "not asked" included.

    A name that ends in a dot stands for every question of that instrument.
    """

    words: str
    questions: tuple[str, ...]
    alone: bool = False  # not asked of a proxy


CORE = (
    Required(said("How they take it"), ("taking.as",)),
    Required(said("Pain and function"), ("peg.pain", "peg.enjoyment", "peg.activity")),
    Required(said("Withdrawal"), ("withdrawal-signs.any", "cows.")),
    Required(said("Alertness"), ("alertness.state",)),
    Required(said("Mood"), ("mood.low",), alone=True),
    Required(said("The pace"), ("pace.view",)),
    Required(said("Therapies"), ("therapies.going",)),
)


def parts(
    topics: Sequence[tuple[str, str, str, Sequence[str]]],
    instruments: Mapping[str, Instrument],
    planned: Sequence[str],
) -> tuple[Part, ...]:
    """Lay the catalogue's topics out for a form: in front what is asked every time or planned.

    `topics` are (id, words, what stands beside, instrument ids). An instrument that two topics name
    is asked once, in the first.
    """
    known = {topic[0]: topic for topic in topics}
    order = [*(id for id in FRONT if id in known), *(id for id in known if id not in FRONT)]
    asked: set[str] = set()
    found: dict[Place, list[Part]] = {place: [] for place in Place}
    for id in order:
        _, words, beside, names = known[id]
        fresh = [name for name in names if name not in asked]
        asked.update(names)
        for place in Place:
            here = [name for name in fresh if _place(id, name, planned) is place]
            if here:
                asks = tuple(instruments[name] for name in here)
                found[place].append(Part(id, words, beside, asks, place))
    return tuple(part for place in Place for part in found[place])


def _place(topic: str, instrument: str, planned: Sequence[str]) -> Place:
    if topic in planned or instrument in FRONT.get(topic, ()):
        return Place.FRONT
    return Place.LATER if instrument in LATER else Place.CLOSED


def missing(answers: Answers, spoke_with: str) -> tuple[tuple[str, str], ...]:
    """List the core set's open questions: the first question's id, and the sentence for it."""
    return tuple(
        (one.questions[0], said("{words}: choose an answer, or “Not asked”.", words=one.words))
        for one in CORE
        if not any(_is_answered(name, answers) for name in one.questions)
        and not (one.alone and spoke_with in PROXIES)
    )


def _is_answered(name: str, answers: Answers) -> bool:
    if name.endswith("."):
        return any(any(given) for id, given in answers.items() if id.startswith(name))
    return any(answers.get(name, ()))
