"""What happened to a plan, as it is typed: one small form for each act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Regexp

from tracker.course.words import (
    AWAY_WORDS,
    CLOSED_WORDS,
    HELD_WORDS,
    HOW_WORDS,
    SUPPLY_WORDS,
)
from tracker.forms.days import DayField, DayForm

_LONG = Length(max=2_000, message="This is longer than 2,000 characters. Shorten it.")
_LINE = Length(max=200, message="This is longer than 200 characters. Shorten it.")


def _choice(label: str, words: Mapping[str, str], asked: str) -> SelectField:
    return SelectField(
        label,
        [InputRequired(asked)],
        choices=[SelectChoice("", "Choose"), *(SelectChoice(k, w) for k, w in words.items())],
    )


def _line(label: str) -> StringField:
    return StringField(label, [_LINE], filters=[_tidy])


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, [_LONG], filters=[_tidy])


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class CourseForm(DayForm):
    """A form about the plan; `seen` is the last place in its stream that the page showed."""

    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message="Reload the page.")])

    def __init__(self, today: date, *args: Any, **more: Any) -> None:
        """Keep today, and no refusal yet."""
        super().__init__(today, *args, **more)
        self.refusals: list[tuple[str, str]] = []  # field ("" for none) and sentence

    @property
    def place(self) -> int:
        """The place in the stream that the page showed."""
        return int(self.seen.data or 0)

    def blame(self, field: str, sentence: str) -> None:
        """Put a refusal beside the field it is about, or above them all."""
        if field in self._fields and not self._fields[field].errors:
            self._fields[field].errors = [sentence]
        else:
            self.refusals.append(("", sentence))


NEEDED = {"now": "Now", "today": "Today", "next_day": "On the next working day"}


class WorryForm(CourseForm):
    """A form that raises an escalation with what it records, where the person is no physician."""

    needed_by = _choice("A physician answers", NEEDED, "Choose by when an answer is needed.")
    spoken_to = _line("For now: whom you spoke to")
    patient_is = _line("For now: where the patient is")

    def without_worry(self) -> None:
        """Leave the escalation out: a physician records it."""
        del self.needed_by, self.spoken_to, self.patient_is


class StartForm(CourseForm):
    """The day on which the next step started."""

    on = DayField("Started on", default="today")


class CompleteForm(CourseForm):
    """The last day of a step."""

    on = DayField("Last day of the step", default="today")


class SkipForm(CourseForm):
    """A step that is left out."""

    on = DayField("Decided on", default="today")
    words = _words("Why it is skipped")


class DifferentlyForm(WorryForm):
    """How a step was taken; its amounts are dose cells beside this form."""

    key = SelectField("Which step", [InputRequired("Choose the step.")])
    how = _choice("How it was taken", HOW_WORDS, "Choose how it was taken.")
    on = DayField("From")
    until = DayField("Through, if more than one day", required=False)
    words = _words("Reason, and what was taken when")

    def offer(self, steps: Iterable[tuple[str, str]]) -> None:
        """Offer these steps, by key."""
        self.key.choices = [SelectChoice(key, words) for key, words in steps]


class PauseForm(WorryForm):
    """What the physician is asked."""

    words = _words("What the physician is asked")


class LiftForm(CourseForm):
    """A physician's answer to a pause."""

    words = _words("What was decided (optional)")


class HoldForm(CourseForm):
    """A hold, with the year of birth typed again."""

    reason = _choice("Reason", HELD_WORDS, "Choose the reason.")
    review_on = DayField("Review on")
    on = DayField("On hold from", default="today")
    words = _words("More about it (optional)")
    birth_year = StringField("The patient’s year of birth")


KEPT, MOVED = "kept", "moved"


class ResumeForm(CourseForm):
    """The end of a hold: dates kept, or laid out anew from a typed interval."""

    on = DayField("Resume on", default="today")
    dates = SelectField(
        "Later dates",
        [InputRequired("Choose what becomes of the later dates.")],
        choices=[
            SelectChoice("", "Choose"),
            SelectChoice(KEPT, "Keep the planned dates"),
            SelectChoice(MOVED, "Lay them out anew, as a new version"),
        ],
    )
    first = DayField("The next step starts on", required=False)
    every = StringField("Days for each step")


class CloseForm(CourseForm):
    """The end of a plan, with the year of birth typed again."""

    why = _choice("Why the plan ends", CLOSED_WORDS, "Choose why the plan ends.")
    on = DayField("Closed on", default="today")
    accepted_by = _line("Care accepted by (a transfer)")
    words = _words("Reason")
    takes_now = _words("What the patient takes from now on")
    no_contact = _line("Why no next contact is booked")
    birth_year = StringField("The patient’s year of birth")


class UndoForm(CourseForm):
    """Why something is undone."""

    words = _words("Why it is undone")


class AwayForm(WorryForm):
    """A time away."""

    kind = _choice("Where", AWAY_WORDS, "Choose where the patient is.")
    place = _line("Name of the place (optional)")
    left_on = DayField("Since", default="today")
    until = DayField("Expected back", required=False)


class BackForm(CourseForm):
    """The return from a time away."""

    on = DayField("Back on", default="today")
    words = _words("What was changed there, as told (optional)")


class ReviewForm(CourseForm):
    """A physician's decision before a plan restarts."""

    words = _words("What was decided")


class SupplyForm(WorryForm):
    """A supply problem."""

    what = _choice("What happened", SUPPLY_WORDS, "Choose what happened.")
    on = DayField("On", default="today")
    words = _words("What is known of it")


class CallForm(CourseForm):
    """The call that a plan code's answer promised."""

    words = _words("What was said")
