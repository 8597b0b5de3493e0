"""What a check-in asks, in its order, and what of it must be answered or marked "not asked".

The open question comes first and the planned step is shown only after it, so that the answer is
the patient's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.checkins.instruments import Answers, Instrument

# The order of the form; topics that are not named here follow in the order of the catalogue.
ORDER = (
    "taking",
    "pain-flare",
    "function",
    "withdrawal",
    "alertness",
    "mood",
    "safety",
    "pace",
    "therapies",
)
ALWAYS = frozenset(ORDER)
PROXIES = frozenset({"supporter", "other"})  # an interpreter is the patient's voice, not a proxy
SPOKE_WITH = {
    "patient": "Patient",
    "interpreter": "Patient, through an interpreter",
    "supporter": "Supporter",
    "other": "Somebody else",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A topic of the form with its instruments; one that is not `shown` is offered closed."""

    topic: str
    words: str
    beside: str
    instruments: tuple[Instrument, ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Required:
    """One of the core set: any of these questions answers it, "not asked" included.

    A name that ends in a dot stands for every question of that instrument.
    """

    words: str
    questions: tuple[str, ...]
    alone: bool = False  # not asked of a proxy


CORE = (
    Required("How they take it", ("taking.as",)),
    Required("Pain and function", ("peg.pain", "peg.enjoyment", "peg.activity")),
    Required("Withdrawal", ("withdrawal-signs.any", "cows.")),
    Required("Alertness", ("alertness.state",)),
    Required("Mood", ("mood.low",), alone=True),
    Required("The pace", ("pace.view",)),
    Required("Therapies", ("therapies.going",)),
)


def parts(
    topics: Sequence[tuple[str, str, str, Sequence[str]]],
    instruments: Mapping[str, Instrument],
    planned: Sequence[str],
) -> tuple[Part, ...]:
    """Lay the catalogue's topics out for a form: the usual ones, those planned, the rest closed.

    `topics` are (id, words, what stands beside, instrument ids). An instrument that two topics name
    is asked once, in the first.
    """
    known = {topic[0]: topic for topic in topics}
    order = [*(id for id in ORDER if id in known), *(id for id in known if id not in ALWAYS)]
    asked: set[str] = set()
    found = []
    for id in order:
        _, words, beside, names = known[id]
        fresh = tuple(instruments[name] for name in names if name not in asked)
        asked.update(names)
        if fresh:
            found.append(Part(id, words, beside, fresh, id in ALWAYS or id in planned))
    return tuple(sorted(found, key=lambda part: not part.shown))


def missing(answers: Answers, spoke_with: str) -> tuple[tuple[str, str], ...]:
    """List the core set's open questions: the first question's id, and the sentence for it."""
    return tuple(
        (one.questions[0], f"{one.words}: choose an answer, or “Not asked”.")
        for one in CORE
        if not any(_is_answered(name, answers) for name in one.questions)
        and not (one.alone and spoke_with in PROXIES)
    )


def _is_answered(name: str, answers: Answers) -> bool:
    if name.endswith("."):
        return any(any(given) for id, given in answers.items() if id.startswith(name))
    return any(answers.get(name, ()))
