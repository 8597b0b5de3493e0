"""A patient's request to amend the record, and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.forms.days import DayField, DayForm
from tracker.languages import said

_LONG = Length(max=2000, message=said("Type at most 2000 characters."))


class RequestForm(DayForm):
    """What the patient asks, when, and how."""

    asked_on = DayField(said("Asked on"))
    how = RadioField(
        said("How"),
        [InputRequired(said("Choose how they asked."))],
        choices=[
            SelectChoice("in_person", said("In person")),
            SelectChoice("phone", said("On the phone")),
            SelectChoice("letter", said("By letter")),
        ],
    )
    text = TextAreaField(
        said("What should be changed, in the patient’s words"),
        [DataRequired(said("Type what the patient asks.")), _LONG],
    )


class AnswerForm(FlaskForm):
    """Accepted with its correction, or denied with the reason."""

    class Meta:
        csrf = False  # the guard has checked it

    answer = RadioField(
        said("Answer"),
        [InputRequired(said("Choose the answer."))],
        choices=[
            SelectChoice("accepted", said("Accepted: the record was corrected")),
            SelectChoice("denied", said("Denied")),
        ],
    )
    correction = SelectField(said("The correction"), choices=[])
    text = TextAreaField(said("Reason, or a note"), [_LONG])
    seen = StringField("")

    def __init__(self, corrections: Iterable[tuple[int, str]], *args: Any, **more: Any) -> None:
        """Take the acts that may be the correction."""
        super().__init__(*args, **more)
        self.correction.choices = [SelectChoice("", said("Choose, where it is accepted"))]
        self.correction.choices += [SelectChoice(str(seq), words) for seq, words in corrections]
