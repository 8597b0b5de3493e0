"""Events in the sentences of their acts, in the language of whoever reads."""

from __future__ import annotations

import json

from tracker import policy
from tracker.languages import said
from tracker.models import Event
from tracker.retold import retold, retold_first

# Which words of an event were chosen, not typed; and those that begin with what was chosen.
_CHOSEN = frozenset({
    "on", "before", "review", "as_of", "mode", "with_whom", "outcome", "needed", "how", "therapy",
    "roles", "first", "last", "hours", "language", "what", "answer",
})  # fmt: skip
_CHOSEN_FIRST = {
    ("plan.hold", "reason"): ". ",
    ("plan.close", "reason"): ". ",
    ("away.record", "where"): ": ",
}


def told(event: Event) -> str:
    """Say one event in the words of its act."""
    try:
        return policy.sentence(event.act, event.by_name, _about(event))
    except KeyError:  # an older event lacks a word that the act's sentence asks for today
        does = said(policy.ACTS[event.act].does)
        return said("{by} did this: {does}", by=event.by_name, does=does)


def _about(event: Event) -> dict[str, str]:
    """Give what an event is about, its fixed words and days as the reader's language says them."""
    about = {name: str(value) for name, value in json.loads(event.about).items()}
    for name, value in about.items():
        if name in _CHOSEN:
            about[name] = retold(value)
        elif between := _CHOSEN_FIRST.get((event.act, name)):
            about[name] = retold_first(value, between)
    return about
