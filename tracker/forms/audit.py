"""Asking for the audit report: which days, whose acts, which patient, which act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from tracker.forms.days import DayField, DayForm
from tracker.languages import said


class AuditForm(DayForm):
    """Everything may be left open; what is filled in narrows the report."""

    first = DayField(said("From"), required=False)
    last = DayField(said("Through"), required=False)
    person = SelectField(said("Person"), choices=[])
    record_no = StringField(
        said("Record number"), [Length(max=60, message=said("Type at most 60 characters."))]
    )
    act = SelectField(said("Act"), choices=[])

    def __init__(
        self,
        today: date,
        people: Iterable[tuple[int, str]],
        acts: Iterable[tuple[str, str]],
        *args: Any,
        **more: Any,
    ) -> None:
        """Take the clinic's day, its people, and the acts that can be chosen."""
        super().__init__(today, *args, **more)
        self.person.choices = [SelectChoice("", said("Everybody"))]
        self.person.choices += [SelectChoice(str(one), name) for one, name in people]
        self.act.choices = [SelectChoice("", said("Every act"))]
        self.act.choices += [SelectChoice(value, words) for value, words in acts]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a range that ends before it begins."""
        fine: bool = super().validate(extra_validators)
        if self.first.day and self.last.day and self.last.day < self.first.day:
            self.last.errors = [said("The last day is before the first. Change one of them.")]
            return False
        return fine
