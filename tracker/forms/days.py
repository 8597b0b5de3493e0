"""A field for a day as people type it, and the base of forms that ask for one."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, StringField
from wtforms.validators import ValidationError

from tracker import dates
from tracker.languages import say


def today_typed() -> str:
    """Give today as a day is typed, in the words of the page, for a field that begins with it."""
    return say("today")


class DayField(StringField):
    """A typed day; `day` is what it was read as, None while it is blank or unreadable."""

    def __init__(self, label: str, *, required: bool = True, **more: Any) -> None:
        """Take the label, and whether a blank field is a mistake."""
        super().__init__(label, **more)
        self.required = required
        self.day: date | None = None

    def pre_validate(self, form: Form) -> None:
        """Read what was typed beside the clinic's day, which the form knows."""
        typed = (self.data or "").strip()
        if not typed and not self.required:
            return
        try:
            self.day = dates.read_date(typed, today=form.today)
        except dates.NotADate as wrong:
            raise ValidationError(wrong.sentence) from wrong

    @property
    def echo(self) -> str:
        """Say the day that was read, for beside the field."""
        return dates.screen(self.day) if self.day else ""


class DayForm(FlaskForm):
    """A form that knows the clinic's day."""

    class Meta:
        csrf = False  # the guard has checked it

    def __init__(self, today: date, *args: Any, **more: Any) -> None:
        """Keep today for the days that are typed."""
        self.today = today
        super().__init__(*args, **more)
