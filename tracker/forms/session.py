"""Signing in and changing one's own password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length


class SignInForm(FlaskForm):
    """User name and password; what is wrong with them is never said apart."""

    class Meta:
        csrf = False  # the guard has checked it

    username = StringField("User name", [InputRequired("Type your user name."), Length(max=200)])
    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1000)])


class PasswordForm(FlaskForm):
    """The present password and the new one, twice."""

    class Meta:
        csrf = False  # the guard has checked it

    present = PasswordField(
        "Present password", [InputRequired("Type your present password."), Length(max=1000)]
    )
    new = PasswordField("New password", [InputRequired("Type a new password.")])
    again = PasswordField("New password again", [InputRequired("Type the new password again.")])


class UnlockForm(FlaskForm):
    """The password of the person whose screen is locked."""

    class Meta:
        csrf = False  # the guard has checked it

    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1000)])


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code."""

    class Meta:
        csrf = False  # the guard has checked it

    code = StringField(
        "Code",
        [
            InputRequired("Type the code that your authenticator app shows now."),
            Length(max=60, message="A code is shorter than this."),
        ],
    )


class ConfirmForm(FlaskForm):
    """The password, and, outside the demo, a code: to show again who one is."""

    class Meta:
        csrf = False  # the guard has checked it

    password = PasswordField("Password", [InputRequired("Type your password."), Length(max=1000)])
    code = StringField("Code", [Length(max=60, message="A code is shorter than this.")])


class PasskeyForm(FlaskForm):
    """A passkey's name, by which its owner knows it again."""

    class Meta:
        csrf = False  # the guard has checked it

    name = StringField("Name of the passkey", [Length(max=60)])
