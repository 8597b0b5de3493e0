"""The form of one line of a therapy: what happened, when, how often, what is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Regexp

from tracker.forms.days import DayField, DayForm
from tracker.languages import said
from tracker.therapies import BARRIERS, KIND_WORDS

_LINE = Length(max=300, message=said("This is longer than 300 characters. Shorten it."))


class TherapyForm(DayForm):
    """One thing that happened with a therapy; the rules say what is missing."""

    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=said("Reload the page."))])
    therapy = SelectField(said("Therapy"), choices=[], validate_choice=False)
    kind = RadioField(
        said("What happened"),
        choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()],
        validate_choice=False,
    )
    on = DayField(said("On"))
    times = StringField(said("How many sessions since the last entry"))
    barrier = SelectField(
        said("What stands in the way"),
        choices=[
            SelectChoice("", said("Choose")),
            *(SelectChoice(k, w) for k, w in BARRIERS.items()),
        ],
        validate_choice=False,
    )
    text = StringField(said("With whom, why, or what is done about it (optional)"), [_LINE])

    def offer(self, therapies: Iterable[tuple[str, str]]) -> None:
        """Offer the catalogue's therapies."""
        self.therapy.choices = [
            SelectChoice("", said("Choose")), *(SelectChoice(id, words) for id, words in therapies)
        ]  # fmt: skip

    def sessions(self) -> int | None:
        """Give how many sessions were typed; None for what is no whole number."""
        typed = (self.times.data or "").strip()
        if not typed:
            return 0
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None

    def take(self, wrong: Mapping[str, str]) -> None:
        """Put the rules' sentences beside their fields."""
        for name, sentence in wrong.items():
            if not self[name].errors:
                self[name].errors = [sentence]
