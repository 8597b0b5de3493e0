"""The forms of escalations: raising one, adding to it, resolving it, telling the patient.

What is missing is said by the rules (`escalations.why_not_raise`, `why_not_resolve`), the same for
a form and for a check-in; here stand only the fields and how long a text may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Regexp

from tracker.escalations import ABOUT, NeededBy, Told
from tracker.forms.days import DayField, DayForm
from tracker.languages import said

_LONG = Length(max=4_000, message=said("This is longer than 4,000 characters. Shorten it."))
_LINE = Length(max=200, message=said("This is longer than 200 characters. Shorten it."))


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _line(label: str) -> StringField:
    return StringField(label, [_LINE], filters=[_tidy])


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, [_LONG], filters=[_tidy])


def _seen() -> HiddenField:
    """Carry the last place in the stream that the page showed."""
    return HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=said("Reload the page."))])


class _Form(FlaskForm):
    class Meta:
        csrf = False  # the guard has checked it

    def take(self, wrong: Mapping[str, str]) -> None:
        """Put the rules' sentences beside their fields."""
        for name, sentence in wrong.items():
            self[name].errors = [*self[name].errors, sentence]

    def texts(self, *names: str) -> dict[str, Any]:
        """Give what was typed into these fields; "" for nothing."""
        return {name: self[name].data or "" for name in names}


class RaiseForm(_Form):
    """A worry for a physician."""

    about = SelectField(
        said("What it is about"),
        choices=[
            SelectChoice("", said("Choose")),
            *(SelectChoice(words, words) for words in ABOUT),
        ],
        validate_choice=False,
    )
    needed_by = RadioField(said("An answer is needed"), choices=[], validate_choice=False)
    text = _words(said("What the physician needs to know"))
    spoken_to = _line(said("Whom you spoke to"))
    patient_is = _line(said("Where the patient is now"))

    def offer(self, next_day: str) -> None:
        """Offer the three answers, the last one with the clinic's next working day."""
        words = (
            (NeededBy.NOW, said("Now")),
            (NeededBy.TODAY, said("Today")),
            (NeededBy.NEXT_DAY, next_day),
        )
        self.needed_by.choices = [SelectChoice(value.value, text) for value, text in words]


class NoteForm(_Form):
    """Something added to an escalation."""

    seen = _seen()
    text = _words(said("Add to it"))


class ResolveForm(_Form):
    """A decision, what followed from it, and whether the patient knows."""

    seen = _seen()
    decision = _words(said("Decision"))
    plan_fact_id = SelectField(said("What was done to the plan"), choices=[], validate_choice=False)
    told = RadioField(
        said("Has the patient been told?"),
        choices=[
            SelectChoice(Told.TOLD.value, said("Yes")),
            SelectChoice(
                Told.TO_TELL.value, said("No: a nurse is to tell them (on the Today list)")
            ),
            SelectChoice(Told.NOT_NEEDED.value, said("Not needed")),
        ],
        validate_choice=False,
    )
    told_text = _line(said("Who told them, or why it is not needed"))

    def offer(self, acts: Sequence[tuple[int, str]]) -> None:
        """Offer the acts upon the plan since the escalation was raised."""
        self.plan_fact_id.choices = [
            SelectChoice("", said("Nothing, or not yet")),
            *(SelectChoice(str(fact_id), words) for fact_id, words in acts),
        ]


class ToldForm(DayForm):
    """The patient was told of the decision."""

    seen = _seen()
    told_on = DayField(said("Told on"))
    text = _words(said("What the patient said (optional)"))
