"""The clinic's details: what its paper says, its clock, its defaults."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.languages import said
from tracker.names import digits, why_not_name

LONGEST_LINE = 120
LONGEST_TEXT = 1000
SHORTEST_IDLE, LONGEST_IDLE = 5, 30
PHONES = ("day_phone", "night_phone")
US_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def time_zones() -> tuple[tuple[str, str], ...]:
    """Give the time zones to choose from: those of the United States first, then all by name."""
    known = available_timezones()
    rest = sorted(zone for zone in known if zone.split("/")[0] in _REGIONS and zone not in US_ZONES)
    first = [zone for zone in US_ZONES if zone in known]
    return tuple((zone, zone.replace("_", " ")) for zone in (*first, *rest, "UTC"))


def _a_phone(_form: FlaskForm, field: Field) -> None:
    typed = (field.data or "").strip()
    if typed and len(digits(typed)) < 3:
        raise ValidationError(said("Type a phone number, such as (555) 010-2233."))
    if len(typed) > 40:
        raise ValidationError(said("Use at most 40 characters for a phone number."))


def _a_clinic(_form: FlaskForm, field: Field) -> None:
    if why := why_not_name(field.data or ""):
        raise ValidationError(why)


def _at_most(most: int) -> Length:
    return Length(max=most, message=said("Use at most {most} characters.", most=f"{most:,}"))


def _line(label: str) -> StringField:
    return StringField(label, [_at_most(LONGEST_LINE)])


def _text(label: str) -> TextAreaField:
    return TextAreaField(label, [_at_most(LONGEST_TEXT)])


def _needed(label: str) -> StringField:
    return StringField(label, [DataRequired(said("Type the number to be printed.")), _a_phone])


class ClinicForm(FlaskForm):
    """All details of a clinic. A tick beside a phone confirms it today, by the person who saves."""

    class Meta:
        csrf = False  # the guard has checked it

    name = StringField(said("Name"), [DataRequired(said("Type the clinic’s name.")), _a_clinic])
    address = TextAreaField(said("Address"), [_at_most(300)])
    hours = _line(said("Opening hours"))
    closed_days = _line(said("Closed days"))
    day_phone = StringField(said("Daytime phone"), [_a_phone])
    day_phone_confirmed = BooleanField(said("I confirmed the daytime phone today"))
    night_phone = StringField(said("Phone after hours"), [_a_phone])
    night_phone_confirmed = BooleanField(said("I confirmed the phone after hours today"))
    emergency_phone = _needed(said("Emergency"))
    crisis_phone = _needed(said("Crisis line"))
    poison_phone = _needed(said("Poison control"))
    time_zone = SelectField(said("Time zone"), choices=[])
    paper = RadioField(
        said("Paper"), choices=[SelectChoice("letter", said("US Letter")), SelectChoice("a4", "A4")]
    )
    language = RadioField(
        said("Language of new handouts"),
        choices=[SelectChoice("en", said("English")), SelectChoice("es", said("Spanish"))],
    )
    idle_minutes = StringField(said("Minutes without work until a person is signed off"))
    read_back = BooleanField(said("A second person reads each plan back before it is signed"))
    flare_text = _text(said("When pain is worse"))
    leftover_text = _line(said("Where leftover medicine goes"))
    mood_protocol = _text(said("When somebody speaks of harming themselves"))

    def offer(self, zone: str) -> None:
        """Fill in the time zones; the clinic's own stays, even one that is no longer listed."""
        known = {zone: zone, **dict(time_zones())}
        self.time_zone.choices = [SelectChoice(value, words) for value, words in known.items()]

    def validate_idle_minutes(self, field: Field) -> None:
        """Refuse anything but a whole number of minutes from 5 to 30."""
        typed = (field.data or "").strip()
        in_figures = typed.isascii() and typed.isdigit() and len(typed) < 3
        if not in_figures or not SHORTEST_IDLE <= int(typed) <= LONGEST_IDLE:
            raise ValidationError(
                said(
                    "Type a whole number of minutes from {shortest_idle} to {longest_idle}.",
                    shortest_idle=SHORTEST_IDLE,
                    longest_idle=LONGEST_IDLE,
                )
            )

    def validate_day_phone_confirmed(self, field: Field) -> None:
        """Refuse to confirm a number that is not there."""
        _something_to_confirm(self.day_phone, field)

    def validate_night_phone_confirmed(self, field: Field) -> None:
        """Refuse to confirm a number that is not there."""
        _something_to_confirm(self.night_phone, field)

    def details(self) -> dict[str, Any]:
        """Give the details as typed, blanks around them taken off; the ticks left out."""
        typed = {
            name: _lines(value) if isinstance(value, str) else value
            for name, value in self.data.items()
            if not name.endswith("_confirmed")
        }
        return typed | {"idle_minutes": int(typed["idle_minutes"])}

    def confirmed(self) -> tuple[str, ...]:
        """Name the phones that are ticked as confirmed."""
        return tuple(phone for phone in PHONES if self[f"{phone}_confirmed"].data)


def _lines(typed: str) -> str:
    """Give a text as it is kept: a browser ends each line its own way."""
    return typed.replace("\r\n", "\n").strip()


def _something_to_confirm(phone: Field, tick: Field) -> None:
    if tick.data and not (phone.data or "").strip():
        raise ValidationError(said("Type the number first, or take the tick away."))
