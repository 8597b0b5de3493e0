"""Exporting: as what, and for whom."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.languages import said

FORMATS = (("fhir", said("FHIR R4 Bundle")), ("calendar", said("calendar of check-ins")))
_HINTS = {
    "fhir": said("The whole record, for another program"),
    "calendar": said("Calendar of check-ins for the patient: no medicines, no doses"),
}


def _whom() -> StringField:
    return StringField(
        said("For whom, and what for"),
        [
            DataRequired(said("Type for whom the record is, and what for.")),
            Length(max=200, message=said("Type at most 200 characters.")),
        ],
    )


class WhomForm(FlaskForm):
    """For whom a clinic's records are: that stands in every patient's disclosures."""

    class Meta:
        csrf = False  # the guard has checked it

    whom = _whom()


class ExportForm(FlaskForm):
    """The format, and for whom it is: that stands in the patient's disclosures."""

    class Meta:
        csrf = False  # the guard has checked it

    format = RadioField(
        said("As what"),
        [InputRequired(said("Choose what to export."))],
        choices=[SelectChoice(value, _HINTS[value]) for value, _ in FORMATS],
    )
    whom = _whom()
