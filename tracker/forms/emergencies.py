"""Asking for emergency access: which clinic, which patient, why, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker import dates
from tracker.languages import said
from tracker.policy.ways_in import MOST_HOURS


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as read."""

    clinic_id: int
    record_no: str
    birth_date: date
    reason: str
    hours: int


class EmergencyForm(FlaskForm):
    """The patient is named by two things that only somebody who is with them can know."""

    class Meta:
        csrf = False  # the guard has checked it

    clinic = SelectField(said("Clinic of the patient"), coerce=str, choices=[])
    record_no = StringField(
        said("Record number there"),
        [DataRequired(said("Type the whole record number.")), Length(max=60)],
    )
    birth_date = StringField(
        said("Date of birth"),
        [DataRequired(said("Type the date of birth with its year.")), Length(max=40)],
    )
    reason = TextAreaField(
        said("Reason"),
        [
            DataRequired(said("Say why. The administrator of that clinic reads it.")),
            Length(max=1000),
        ],
    )
    hours = StringField(
        said("For how many hours"),
        [
            DataRequired(
                said("Type a whole number of hours, 1 to {most_hours}.", most_hours=MOST_HOURS)
            )
        ],
    )

    def offer(self, clinics: Iterable[tuple[int, str]]) -> None:
        """Fill in the other clinics of this installation."""
        self.clinic.choices = [SelectChoice("", said("Choose"))]
        self.clinic.choices += [SelectChoice(str(value), name) for value, name in clinics]

    def read(self, today: date) -> Asked | None:
        """Give what was asked, or None with the errors in their fields. Call `offer` first."""
        self.validate()
        if not self.clinic.data and not self.clinic.errors:
            self.clinic.errors = [said("Choose the clinic.")]
        born = None
        if not self.birth_date.errors:
            try:
                born = dates.read_date(self.birth_date.data or "", today=today, year_required=True)
            except dates.NotADate as failure:
                self.birth_date.errors = [failure.sentence]
        typed = (self.hours.data or "").strip()
        if not self.hours.errors and not (
            typed.isascii() and typed.isdigit() and len(typed) < 3 and 1 <= int(typed) <= MOST_HOURS
        ):
            self.hours.errors = [
                said("Type a whole number of hours, 1 to {most_hours}.", most_hours=MOST_HOURS)
            ]
        if self.errors or born is None:
            return None
        return Asked(
            int(self.clinic.data),
            (self.record_no.data or "").strip(),
            born,
            (self.reason.data or "").strip(),
            int(typed),
        )
