"""Signing in and changing one's own password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from tracker.languages import NAMES, said


class SignInForm(FlaskForm):
    """User name and password; what is wrong with them is never said apart."""

    class Meta:
        csrf = False  # the guard has checked it

    username = StringField(
        said("User name"), [InputRequired(said("Type your user name.")), Length(max=200)]
    )
    password = PasswordField(
        said("Password"), [InputRequired(said("Type your password.")), Length(max=1000)]
    )


class PasswordForm(FlaskForm):
    """The present password and the new one, twice."""

    class Meta:
        csrf = False  # the guard has checked it

    present = PasswordField(
        said("Present password"),
        [InputRequired(said("Type your present password.")), Length(max=1000)],
    )
    new = PasswordField(said("New password"), [InputRequired(said("Type a new password."))])
    again = PasswordField(
        said("New password again"), [InputRequired(said("Type the new password again."))]
    )


class UnlockForm(FlaskForm):
    """The password of the person whose screen is locked."""

    class Meta:
        csrf = False  # the guard has checked it

    password = PasswordField(
        said("Password"), [InputRequired(said("Type your password.")), Length(max=1000)]
    )


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code."""

    class Meta:
        csrf = False  # the guard has checked it

    code = StringField(
        said("Code"),
        [
            InputRequired(said("Type the code that your authenticator app shows now.")),
            Length(max=60, message=said("A code is shorter than this.")),
        ],
    )


class ConfirmForm(FlaskForm):
    """The password, and, outside the demo, a code: to show again who one is."""

    class Meta:
        csrf = False  # the guard has checked it

    password = PasswordField(
        said("Password"), [InputRequired(said("Type your password.")), Length(max=1000)]
    )
    code = StringField(said("Code"), [Length(max=60, message=said("A code is shorter than this."))])


class PasskeyForm(FlaskForm):
    """A passkey's name, by which its owner knows it again."""

    class Meta:
        csrf = False  # the guard has checked it

    name = StringField(said("Name of the passkey"), [Length(max=60)])


class LanguageForm(FlaskForm):
    """The language of the pages, each under its own name."""

    class Meta:
        csrf = False  # the guard has checked it

    language = RadioField(
        said("Language of the pages"),
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
    )
