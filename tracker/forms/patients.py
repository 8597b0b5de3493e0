"""The forms about who a patient is: all their details, merging, and entered in error."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from tracker import dates
from tracker.languages import said
from tracker.names import digits, why_not_name

YES_NO = (("yes", said("Yes")), ("no", said("No")), ("not_asked", said("Not asked")))
_ASKED = ("leave_message", "supporter_permission")
ALLERGIES = (
    ("recorded", said("Recorded below")),
    ("none_known", said("None known")),
    ("not_recorded", said("Not recorded")),
)
STATES = (("active", said("Active")), ("moved", said("Moved away")), ("died", said("Died")))
SPOKEN = (
    said("English"), said("Spanish"), said("Amharic"), said("Arabic"), said("Cantonese"),
    said("French"), said("Haitian Creole"), said("Hindi"), said("Hmong"), said("Korean"),
    said("Mandarin"), said("Navajo"), said("Nepali"), said("Portuguese"), said("Russian"),
    said("Somali"), said("Tagalog"), said("Ukrainian"), said("Vietnamese"),
    said("American Sign Language"),
)  # fmt: skip
LANGUAGES = tuple(map(str.__str__, SPOKEN))  # as they are kept: a choice's value is never said
OTHER_LANGUAGE = "other"
YOUNGEST, OLDEST = 18, 110  # years; outside of them the date is asked about, never refused


LOST = "\N{REPLACEMENT CHARACTER}"


def visible(text: str) -> str:
    """Show what cannot be seen, or may not stand on a page, as the mark of a lost letter."""
    return "".join(LOST if _is_hidden(character) else character for character in text)


def _is_hidden(character: str) -> bool:
    number = ord(character)
    control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    return control or 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def _tidy(text: str | None) -> str:
    """Drop blanks around a text, and the carriage returns that browsers add."""
    return visible((text or "").replace("\r\n", "\n").strip())


def _text(most: int, what: str) -> Callable[[FlaskForm, Field], None]:
    """Refuse what is too long, or holds a character that cannot be seen."""

    def check(_form: FlaskForm, field: Field) -> None:
        text = field.data or ""
        if len(text) > most:
            raise ValidationError(
                said(
                    "{what} has {n} characters. Type at most {most}.",
                    what=what, n=f"{len(text):,}", most=f"{most:,}",
                )
            )  # fmt: skip
        if LOST in text:
            raise ValidationError(said("{what} has a hidden character. Type it again.", what=what))

    return check


def _name(what: str) -> Callable[[FlaskForm, Field], None]:
    def check(_form: FlaskForm, field: Field) -> None:
        if field.data and (why := why_not_name(field.data, what)):
            raise ValidationError(why)

    return check


def _phone(_form: FlaskForm, field: Field) -> None:
    text = field.data or ""
    if text and len(digits(text)) < 3:
        raise ValidationError(said("There are too few digits for a phone number. Type it in full."))
    if len(text) > 60:
        raise ValidationError(said("This is longer than a phone number. Type one number."))


def _offered(options: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


def _line(label: str, most: int, *checks: Any, description: str = "", **attributes: Any) -> Field:
    return StringField(
        label,
        [_text(most, label), *checks],
        filters=[_tidy],
        description=description,
        render_kw={"autocomplete": "off", **attributes},
    )


def _choice(label: str, options: Sequence[tuple[str, str]]) -> Field:
    def check(_form: FlaskForm, field: Field) -> None:
        if field.data not in {value for value, _ in options}:
            raise ValidationError(said("{label}: choose one of the answers.", label=label))

    return RadioField(
        label, [check], choices=_offered(options), validate_choice=False, default=options[-1][0]
    )


class PatientForm(FlaskForm):
    """Everything the clinic keeps about who a patient is; without a clinical role, less of it.

    `today` is the clinic's day. `physicians` are (id, name). The birth date is read from any
    accepted form; an unlikely age is asked about once and never refused.
    """

    class Meta:
        csrf = False  # the guard has checked it

    family_name = _line(said("Family name, or the only name"), 200, _name(said("The family name")))
    given_names = _line(said("Given names"), 200, _name(said("The given name")))
    preferred_name = _line(said("Preferred name"), 200, _name(said("The preferred name")))
    latin_name = _line(
        said("Name in Latin letters"), 200, _name(said("The name")),
        description=said("For paper, where the name is written in another script."),
    )  # fmt: skip
    birth_date = StringField(said("Date of birth"), filters=[_tidy])
    birth_date_right = BooleanField(said("The date of birth is right"))
    birth_date_asked = HiddenField(filters=[_tidy])
    record_no = _line(said("Record number"), 60, spellcheck="false")

    phone = _line(said("Phone"), 60, _phone, type="tel")
    leave_message = _choice(said("May we leave a message?"), YES_NO)
    other_phone = _line(said("Other phone"), 60, _phone, type="tel")
    address = TextAreaField(said("Address"), [_text(500, said("The address"))], filters=[_tidy])

    emergency_name = _line(said("Emergency contact"), 200)
    emergency_phone = _line(said("Emergency contact’s phone"), 60, _phone, type="tel")
    supporter_name = _line(
        said("Supporter"),
        200,
        description=said("A relative or friend who helps with the medicines."),
    )
    supporter_phone = _line(said("Supporter’s phone"), 60, _phone, type="tel")
    supporter_permission = _choice(said("May we talk to the supporter?"), YES_NO)

    language = SelectField(
        said("Language"),
        choices=_offered(
            [*zip(LANGUAGES, SPOKEN, strict=True), (OTHER_LANGUAGE, said("Another language"))]
        ),
        validate_choice=False, default="English",
    )  # fmt: skip
    other_language = _line(said("Which other language"), 40)
    interpreter = BooleanField(said("Needs an interpreter"))
    large_print = BooleanField(said("Needs large print"))

    allergies_state = _choice(said("Allergies"), ALLERGIES)
    allergies = TextAreaField(
        said("Which allergies"), [_text(1000, said("This list"))], filters=[_tidy]
    )
    physician_id = SelectField(said("Responsible physician"), validate_choice=False, default="")
    goal = TextAreaField(
        said("The patient’s own goal"), [_text(2000, said("The goal"))], filters=[_tidy],
        description=said("In their words."),
    )  # fmt: skip

    state = _choice(said("State"), [*STATES[1:], STATES[0]])
    state_since = StringField(said("Since"), filters=[_tidy])

    def __init__(
        self, *, today: date, physicians: Sequence[tuple[int, str]], clinical: bool,
        registering: bool = False, **rest: Any,
    ) -> None:  # fmt: skip
        """Lay the form out for a person and a clinic's day."""
        super().__init__(**rest)
        self.today = today
        self.asks_birth_date = False
        self._physicians = {str(staff_id) for staff_id, _ in physicians}
        self.physician_id.choices = _offered(
            [("", said("Not recorded")), *((str(staff_id), name) for staff_id, name in physicians)]
        )
        self.state.choices = _offered(STATES)
        self.read: dict[str, Any] = {}
        if not clinical:
            del self.allergies_state, self.allergies, self.goal
        if registering:
            del self.state, self.state_since

    def validate_family_name(self, field: Field) -> None:
        """Ask for the one name that everybody has."""
        if not field.data:
            raise ValidationError(said("Type the family name, or the only name the person has."))

    def validate_birth_date(self, field: Field) -> None:
        """Read the date; a future one is refused, an unlikely age is asked about."""
        day = self._day(field, year_required=True)
        if day > self.today:
            raise ValidationError(
                said("{day} is in the future. Check the year of birth.", day=dates.born(day))
            )
        self.read["birth_date"] = day
        if not is_unlikely(day, self.today):
            return
        self.asks_birth_date = True
        confirmed = self.birth_date_right.data and self.birth_date_asked.data == day.isoformat()
        self.birth_date_asked.data = day.isoformat()
        if not confirmed:
            self.birth_date_right.data = False
            raise ValidationError(
                said(
                    "Born {day}, the patient is {age} years old. Correct the date, or tick “The "
                    "date of birth is right” below it.",
                    day=dates.born(day),
                    age=dates.age(day, self.today),
                )
            )

    def validate_other_language(self, field: Field) -> None:
        """Ask for the language that the list does not have."""
        if self.language.data == OTHER_LANGUAGE and not field.data:
            raise ValidationError(said("Type the language, or choose one from the list."))

    def validate_language(self, field: Field) -> None:
        """Take only what the list offers."""
        if field.data not in {*LANGUAGES, OTHER_LANGUAGE}:
            raise ValidationError(said("Choose a language from the list, or “Another language”."))

    def validate_allergies(self, field: Field) -> None:
        """Hold the list and the answer above it together."""
        if self.allergies_state.data == "recorded" and not field.data:
            raise ValidationError(said("Type which allergies, or choose another answer above."))
        if self.allergies_state.data != "recorded" and field.data:
            raise ValidationError(
                said(
                    "There is a list, but the answer above is not “Recorded below”. Change one of "
                    "them."
                )
            )

    def validate_physician_id(self, field: Field) -> None:
        """Take only a physician of this clinic."""
        if field.data not in {"", *self._physicians}:
            raise ValidationError(said("Choose a physician of this clinic from the list."))

    def validate_state_since(self, field: Field) -> None:
        """Read since when, where the patient is not active any more."""
        if self.state.data == "active":
            if field.data:
                raise ValidationError(
                    said(
                        "There is a date, but the patient is active. Change the state, or clear it."
                    )
                )
            return
        day = self._day(field)
        if day > self.today:
            raise ValidationError(
                said("{day} is in the future. Type the day it was.", day=dates.screen(day))
            )
        if "birth_date" in self.read and day < self.read["birth_date"]:
            raise ValidationError(said("{day} is before the date of birth.", day=dates.screen(day)))
        self.read["state_since"] = day

    def _day(self, field: Field, *, year_required: bool = False) -> date:
        try:
            return dates.read_date(field.data, today=self.today, year_required=year_required)
        except dates.NotADate as refused:
            raise ValidationError(refused.sentence) from None

    def values(self) -> dict[str, Any]:
        """Give what was typed, by the names of the record's fields; only after validation."""
        told = dict(self.data)
        for extra in ("birth_date_right", "birth_date_asked", "other_language"):
            del told[extra]
        if told["language"] == OTHER_LANGUAGE:
            told["language"] = self.other_language.data
        for name in _ASKED:
            told[name] = "" if told[name] == "not_asked" else told[name]
        told["physician_id"] = int(told["physician_id"]) if told["physician_id"] else None
        told["birth_date"] = self.read["birth_date"]
        if "state" in told:
            told["state_since"] = self.read.get("state_since")
        return told

    def echo(self, name: str) -> str:
        """Give a date as it was read, for the words beside its box; "" when it was not."""
        day = self.read.get(name)
        return dates.screen(day) if day else ""


def is_unlikely(birth_date: date, today: date) -> bool:
    """Tell whether a date of birth is asked about: younger than 18 or older than 110."""
    return not YOUNGEST <= dates.age(birth_date, today) <= OLDEST


def typed(values: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Give a record's fields as a person would type them into the form."""
    shown = dict(values)
    for name in ("birth_date", "state_since"):
        shown[name] = dates.born(shown[name]) if shown.get(name) else ""
    if shown["language"] not in LANGUAGES:
        shown["language"], shown["other_language"] = OTHER_LANGUAGE, shown["language"]
    shown["physician_id"] = str(shown["physician_id"] or "")
    for name in _ASKED:
        shown[name] = shown[name] or "not_asked"
    if is_unlikely(values["birth_date"], today):  # somebody confirmed it when it was recorded
        shown["birth_date_right"] = True
        shown["birth_date_asked"] = values["birth_date"].isoformat()
    return shown


class ReasonForm(FlaskForm):
    """Why something is undone or marked; the history keeps these words."""

    class Meta:
        csrf = False  # the guard has checked it

    reason = TextAreaField(said("Reason"), [_text(1000, said("The reason"))], filters=[_tidy])

    def validate_reason(self, field: Field) -> None:
        """Ask for a reason."""
        if not field.data:
            raise ValidationError(said("Type the reason. The history keeps it."))
