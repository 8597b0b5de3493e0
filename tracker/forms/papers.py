"""Handing a sheet over, and reading a plan code."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

OLD_SHEET = (
    ("gone", "Yes, it was thrown away"),
    ("kept", "No, the patient still has it"),
    ("unknown", "Unknown"),
    ("none", "There was no older sheet"),
)


class GivenForm(FlaskForm):
    """To whom, when, explained by whom, and the old sheet."""

    class Meta:
        csrf = False  # the guard has checked it

    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message="Reload the page.")])
    given_to = StringField(
        "Given to", [DataRequired("Type who was given the sheet."), Length(max=200)]
    )
    given_on = StringField("Given on", [Length(max=40)], default="today")
    explained_by = StringField("Explained by which nurse or physician", [Length(max=200)])
    old_sheet = RadioField(
        "Was the old sheet thrown away?",
        [InputRequired("Choose what became of the old sheet.")],
        choices=[SelectChoice(value, label) for value, label in OLD_SHEET],
    )


class CodeForm(FlaskForm):
    """The plan code as it is read out."""

    class Meta:
        csrf = False  # the guard has checked it

    code = StringField("Plan code", [DataRequired("Type the code from the sheet."), Length(max=40)])
