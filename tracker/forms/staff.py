"""Adding a member of staff, their roles, and who covers when they are away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from tracker import dates
from tracker.languages import said
from tracker.names import fold, why_not_name
from tracker.policy import ROLE_WORDS, Role

LONGEST_USERNAME = 60
_ROLES = [SelectChoice(role.value, ROLE_WORDS[role]) for role in Role]


def _a_name(_form: FlaskForm, field: StringField) -> None:
    if why := why_not_name(field.data or ""):
        raise ValidationError(why)


def _can_be_typed(_form: FlaskForm, field: StringField) -> None:
    typed = field.data or ""
    if typed != "".join(typed.split()) or not fold(typed):
        raise ValidationError(
            said("A user name is one word of letters and digits. Type one such as dlee.")
        )


def _roles() -> SelectMultipleField:
    return SelectMultipleField(said("Roles"), choices=_ROLES)


def _own_password(name: str = "password") -> PasswordField:
    return PasswordField(
        said("Your own password"),
        [InputRequired(said("Type your own password.")), Length(max=1000)],
        name=name,
    )


class AddForm(FlaskForm):
    """A new member of staff."""

    class Meta:
        csrf = False  # the guard has checked it

    name = StringField(said("Name, as on paper"), [DataRequired(said("Type the name.")), _a_name])
    username = StringField(
        said("User name"),
        [
            DataRequired(said("Type a user name.")),
            Length(
                max=LONGEST_USERNAME,
                message=said(
                    "Use at most {longest_username} characters.", longest_username=LONGEST_USERNAME
                ),
            ),
            _can_be_typed,
        ],
    )
    roles = _roles()
    password = _own_password()

    def validate_roles(self, field: SelectMultipleField) -> None:
        """Refuse a person without a role: they could sign in and do nothing."""
        if not field.data:
            raise ValidationError(said("Tick at least one role."))


class RolesForm(FlaskForm):
    """What a person may do at the clinic; nothing ticked means that they left it."""

    class Meta:
        csrf = False  # the guard has checked it

    roles = _roles()
    password = _own_password()


class ResetForm(FlaskForm):
    """A new one-time password for somebody asks for one's own."""

    class Meta:
        csrf = False  # the guard has checked it

    password = _own_password("reset_password")


class ResetFactorForm(FlaskForm):
    """Taking away somebody's second factors asks for one's own password."""

    class Meta:
        csrf = False  # the guard has checked it

    password = _own_password("factor_password")


def held(form: AddForm | RolesForm) -> frozenset[Role]:
    """Give the roles that are ticked."""
    return frozenset(Role(role) for role in form.roles.data or ())


@dataclass(frozen=True, slots=True)
class Cover:
    """When a person is away, and who covers; all None when they are not."""

    away_from: date | None = None
    away_until: date | None = None  # None: until they are back
    covered_by: int | None = None


class ReassignForm(FlaskForm):
    """Which physician takes over the patients of one who leaves."""

    class Meta:
        csrf = False  # the guard has checked it

    to = SelectField(
        said("Give them to"), [InputRequired(said("Choose a physician."))], coerce=str, choices=[]
    )

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Fill in who may take over: their ids and names."""
        self.to.choices = [SelectChoice("", said("Choose"))]
        self.to.choices += [SelectChoice(value, name) for value, name in people]


class CoverForm(FlaskForm):
    """When a person is away and who covers. All blank takes the absence back."""

    class Meta:
        csrf = False  # the guard has checked it

    away_from = StringField(said("Away from"), [Length(max=40)])
    away_until = StringField(said("Last day away"), [Length(max=40)])
    covered_by = SelectField(said("Covered by"), coerce=str, choices=[])

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Fill in who may cover: their ids and names."""
        self.covered_by.choices = [SelectChoice("", said("Nobody"))]
        self.covered_by.choices += [SelectChoice(value, name) for value, name in people]

    def read(self, today: date) -> Cover | None:
        """Give the cover as typed, or None with the errors in their fields.

        Call `offer` first.
        """
        if not self.validate():
            return None
        first, last = self._day(self.away_from, today), self._day(self.away_until, today)
        who = self.covered_by.data
        if first and last and last < first:
            _refuse(
                self.away_until,
                said(
                    "This is before {day}. Type the last day, on or after the first.",
                    day=dates.screen(first),
                ),
            )
        if (last or who) and not first:
            _refuse(self.away_from, said("Type the first day away, or leave all three blank."))
        if first and not who:
            _refuse(self.covered_by, said("Choose who covers."))
        if self.errors:
            return None
        return Cover(first, last, int(who) if who else None)

    def _day(self, field: StringField, today: date) -> date | None:
        typed = (field.data or "").strip()
        try:
            return dates.read_date(typed, today=today) if typed else None
        except dates.NotADate as failure:
            _refuse(field, failure.sentence)
            return None


def _refuse(field: Field, sentence: str) -> None:
    if not field.errors:
        field.errors = [sentence]
