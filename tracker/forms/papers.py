"""Handing a sheet over, and reading a plan code."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from tracker.forms.days import today_typed
from tracker.languages import said

OLD_SHEET = (
    ("gone", said("Yes, it was thrown away")),
    ("kept", said("No, the patient still has it")),
    ("unknown", said("Unknown")),
    ("none", said("There was no older sheet")),
)


class GivenForm(FlaskForm):
    """To whom, when, explained by whom, and the old sheet."""

    class Meta:
        csrf = False  # the guard has checked it

    seen = HiddenField(validators=[Regexp(r"^[0-9]{1,9}$", message=said("Reload the page."))])
    given_to = StringField(
        said("Given to"), [DataRequired(said("Type who was given the sheet.")), Length(max=200)]
    )
    given_on = StringField(said("Given on"), [Length(max=40)], default=today_typed)
    explained_by = StringField(said("Explained by which nurse or physician"), [Length(max=200)])
    old_sheet = RadioField(
        said("Was the old sheet thrown away?"),
        [InputRequired(said("Choose what became of the old sheet."))],
        choices=[SelectChoice(value, label) for value, label in OLD_SHEET],
    )


WHERE = (("portal", said("A patient portal")), ("email", said("An e-mail")))


class LockForm(FlaskForm):
    """The password of a copy, typed twice, and what the copy is for."""

    class Meta:
        csrf = False  # the guard has checked it

    password = PasswordField(said("Password"), [Length(max=200)])
    again = PasswordField(said("The same password once more"), [Length(max=200)])
    where = RadioField(
        said("What is the copy for?"),
        [InputRequired(said("Choose what the copy is for."))],
        choices=[SelectChoice(value, label) for value, label in WHERE],
    )

    @property
    def where_words(self) -> str:
        """What the copy is for, as the history tells it."""
        return {"portal": said("a portal"), "email": said("an e-mail")}[self.where.data]


class CodeForm(FlaskForm):
    """The plan code as it is read out."""

    class Meta:
        csrf = False  # the guard has checked it

    code = StringField(
        said("Plan code"), [DataRequired(said("Type the code from the sheet.")), Length(max=40)]
    )
