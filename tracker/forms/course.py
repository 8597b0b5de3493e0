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
from tracker.forms.days import DayField, DayForm, today_typed
from tracker.languages import said

_LONG = Length(max=2_000, message=said("This is longer than 2,000 characters. Shorten it."))
_LINE = Length(max=200, message=said("This is longer than 200 characters. Shorten it."))


def _choice(label: str, words: Mapping[str, str], asked: str) -> SelectField:
    return SelectField(
        label,
        [InputRequired(asked)],
        choices=[SelectChoice("", said("Choose")), *(SelectChoice(k, w) for k, w in words.items())],
    )


def _line(label: str) -> StringField:
    return StringField(label, [_LINE], filters=[_tidy])


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, [_LONG], filters=[_tidy])


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


class CourseForm(DayForm):
    """A form about the plan; `seen` is the last place in its stream that the page showed."""

    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=said("Reload the page."))])

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


NEEDED = {"now": said("Now"), "today": said("Today"), "next_day": said("On the next working day")}


class WorryForm(CourseForm):
    """A form that raises an escalation with what it records, where the person is no physician."""

    needed_by = _choice(
        said("A physician answers"), NEEDED, said("Choose by when an answer is needed.")
    )
    spoken_to = _line(said("For now: whom you spoke to"))
    patient_is = _line(said("For now: where the patient is"))

    def without_worry(self) -> None:
        """Leave the escalation out: a physician records it."""
        del self.needed_by, self.spoken_to, self.patient_is


class StartForm(CourseForm):
    """The day on which the next step started."""

    on = DayField(said("Started on"), default=today_typed)


class CompleteForm(CourseForm):
    """The last day of a step."""

    on = DayField(said("Last day of the step"), default=today_typed)


class SkipForm(CourseForm):
    """A step that is left out."""

    on = DayField(said("Decided on"), default=today_typed)
    words = _words(said("Why it is skipped"))


class DifferentlyForm(WorryForm):
    """How a step was taken; its amounts are dose cells beside this form."""

    key = SelectField(said("Which step"), [InputRequired(said("Choose the step."))])
    how = _choice(said("How it was taken"), HOW_WORDS, said("Choose how it was taken."))
    on = DayField(said("From"))
    until = DayField(said("Through, if more than one day"), required=False)
    words = _words(said("Reason, and what was taken when"))

    def offer(self, steps: Iterable[tuple[str, str]]) -> None:
        """Offer these steps, by key."""
        self.key.choices = [SelectChoice(key, words) for key, words in steps]


class PauseForm(WorryForm):
    """What the physician is asked."""

    words = _words(said("What the physician is asked"))


class LiftForm(CourseForm):
    """A physician's answer to a pause."""

    words = _words(said("What was decided (optional)"))


class HoldForm(CourseForm):
    """A hold, with the year of birth typed again."""

    reason = _choice(said("Reason"), HELD_WORDS, said("Choose the reason."))
    review_on = DayField(said("Review on"))
    on = DayField(said("On hold from"), default=today_typed)
    words = _words(said("More about it (optional)"))
    birth_year = StringField(said("The patient’s year of birth"))


KEPT, MOVED = "kept", "moved"


class ResumeForm(CourseForm):
    """The end of a hold: dates kept, or laid out anew from a typed interval."""

    on = DayField(said("Resume on"), default=today_typed)
    dates = SelectField(
        said("Later dates"),
        [InputRequired(said("Choose what becomes of the later dates."))],
        choices=[
            SelectChoice("", said("Choose")),
            SelectChoice(KEPT, said("Keep the planned dates")),
            SelectChoice(MOVED, said("Lay them out anew, as a new version")),
        ],
    )
    first = DayField(said("The next step starts on"), required=False)
    every = StringField(said("Days for each step"))


class CloseForm(CourseForm):
    """The end of a plan, with the year of birth typed again."""

    why = _choice(said("Why the plan ends"), CLOSED_WORDS, said("Choose why the plan ends."))
    on = DayField(said("Closed on"), default=today_typed)
    accepted_by = _line(said("Care accepted by (a transfer)"))
    words = _words(said("Reason"))
    takes_now = _words(said("What the patient takes from now on"))
    no_contact = _line(said("Why no next contact is booked"))
    birth_year = StringField(said("The patient’s year of birth"))


class UndoForm(CourseForm):
    """Why something is undone."""

    words = _words(said("Why it is undone"))


class AwayForm(WorryForm):
    """A time away."""

    kind = _choice(said("Where"), AWAY_WORDS, said("Choose where the patient is."))
    place = _line(said("Name of the place (optional)"))
    left_on = DayField(said("Since"), default=today_typed)
    until = DayField(said("Expected back"), required=False)


class BackForm(CourseForm):
    """The return from a time away."""

    on = DayField(said("Back on"), default=today_typed)
    words = _words(said("What was changed there, as told (optional)"))


class ReviewForm(CourseForm):
    """A physician's decision before a plan restarts."""

    words = _words(said("What was decided"))


class SupplyForm(WorryForm):
    """A supply problem."""

    what = _choice(said("What happened"), SUPPLY_WORDS, said("Choose what happened."))
    on = DayField(said("On"), default=today_typed)
    words = _words(said("What is known of it"))


class CallForm(CourseForm):
    """The call that a plan code's answer promised."""

    words = _words(said("What was said"))
