"""A patient's request to amend the record, and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.forms.days import DayField, DayForm

_LONG = Length(max=2000, message="Type at most 2000 characters.")


class RequestForm(DayForm):
    """What the patient asks, when, and how."""

    asked_on = DayField("Asked on")
    how = RadioField(
        "How",
        [InputRequired("Choose how they asked.")],
        choices=[
            SelectChoice("in_person", "In person"),
            SelectChoice("phone", "On the phone"),
            SelectChoice("letter", "By letter"),
        ],
    )
    text = TextAreaField(
        "What should be changed, in the patient’s words",
        [DataRequired("Type what the patient asks."), _LONG],
    )


class AnswerForm(FlaskForm):
    """Accepted with its correction, or denied with the reason."""

    class Meta:
        csrf = False  # the guard has checked it

    answer = RadioField(
        "Answer",
        [InputRequired("Choose the answer.")],
        choices=[
            SelectChoice("accepted", "Accepted: the record was corrected"),
            SelectChoice("denied", "Denied"),
        ],
    )
    correction = SelectField("The correction", choices=[])
    text = TextAreaField("Reason, or a note", [_LONG])
    seen = StringField("")

    def __init__(self, corrections: Iterable[tuple[int, str]], *args: Any, **more: Any) -> None:
        """Take the acts that may be the correction."""
        super().__init__(*args, **more)
        self.correction.choices = [SelectChoice("", "Choose, where it is accepted")]
        self.correction.choices += [SelectChoice(str(seq), words) for seq, words in corrections]
