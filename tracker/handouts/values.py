"""Everything a patient sheet shows, as frozen text, dates and yes-or-no: the input that is kept.

Belongs here: the values and their JSON form. A cell is the text that was typed, never a number.
Not here: wording (`phrases`, `patient`), drawing, or where the values come from (`build`).
"""

from __future__ import annotations

import json
import types
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Phone:
    """A clinic's number as typed, when it answers, and when someone last made sure of it."""

    number: str
    hours: str = ""
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Who answers in an emergency: the United States' numbers unless the clinic sets others."""

    emergency: str = "911"
    crisis: str = "988"
    poison: str = "1-800-222-1222"


@dataclass(frozen=True, slots=True)
class ClinicLines:
    """What the sheet says of the clinic. Protocol texts are the clinic's own; "" prints a line."""

    name: str
    day: Phone
    night: Phone
    numbers: Numbers = Numbers()
    flare_text: str = ""  # what to do when pain is worse
    leftovers_to: str = ""  # where unused medicine goes
    language_line: str = ""  # whom to call, in the patient's language


@dataclass(frozen=True, slots=True)
class PatientLines:
    """Who the sheet is for. `latin_only` prints the Latin name alone, for want of a font."""

    name: str
    born: date
    record_number: str
    latin_name: str = ""
    latin_only: bool = False
    supporter: str = ""


@dataclass(frozen=True, slots=True)
class CellText:
    """One cell, exactly as typed. `slot` as in `plans.Cell`."""

    slot: str
    text: str


@dataclass(frozen=True, slots=True)
class MedicineRow:
    """What one medicine's step says."""

    step: int
    cells: tuple[CellText, ...]
    change_dates: tuple[date, ...] = ()  # of a patch, derived from the typed interval
    changes_go_on: bool = False  # the last of them is not the last: it stays, with no end


@dataclass(frozen=True, slots=True)
class MedicineTable:
    """One medicine of the plan with its steps. Two strengths are two of these."""

    key: str
    label_name: str
    strength: str
    concentration: str
    form: str
    form_plural: str
    kinds: tuple[str, ...]
    measure: str  # "count" or "amount"
    unit: str
    unit_plural: str
    pattern: str  # "times", "interval", "weekdays" or "as_needed"
    uses: tuple[str, ...]
    at: str
    every_unit: str
    purpose: str
    after: str  # "stop", "stay" or "change"
    after_text: str
    rows: tuple[MedicineRow, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step's dates and the prescriber's own words about it."""

    number: int
    starts_on: date
    last_day: date | None  # None: until reviewed
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One planned contact."""

    on: date
    mode: str  # "phone", "video" or "in_person"
    who: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class TreatmentLine:
    """One paired therapy: its words, where and when as typed, and its steps."""

    words: str
    note: str = ""
    steps: tuple[int, ...] = ()
    key: str = ""  # catalogue id, by which another language finds the therapy's name


@dataclass(frozen=True, slots=True)
class NewMedicineLine:
    """A medicine started with the plan, as typed."""

    words: str
    directions: str
    starts: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class SupportLine:
    """The answer on psychological support: paired, in_place, declined, not_now or ""."""

    answer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class EarlierSheet:
    """The version that this sheet replaces, and its date."""

    version: int
    of: date


@dataclass(frozen=True, slots=True)
class Stamp:
    """Printed on a copy of a kept sheet: which version replaced it, and when."""

    version: int
    on: date


@dataclass(frozen=True, slots=True)
class PatientSheet:
    """The whole frozen input of a patient sheet: the same values always make the same bytes."""

    clinic: ClinicLines
    patient: PatientLines
    physician: str
    version: int
    code: str  # 8 characters; "" for a draft
    printed_on: date
    printed_by: str
    how_steps_start: str  # "on_date" or "wait"
    contact_before_step: bool
    steps: tuple[StepLine, ...]
    medicines: tuple[MedicineTable, ...]
    current_step: int  # the step that page 1 shows first
    under_way: bool  # True: the patient is at this step; False: the plan has not begun
    replaces: EarlierSheet | None = None
    unchanged: tuple[str, ...] = ()
    new_medicines: tuple[NewMedicineLine, ...] = ()
    checkins: tuple[CheckInLine, ...] = ()
    treatments: tuple[TreatmentLine, ...] = ()
    support: SupportLine = SupportLine()
    goal: str = ""
    calendar_months: int = 4
    paper: str = "letter"  # "letter" or "a4"
    language: str = "en"
    draft: bool = False
    stamp: Stamp | None = None
    size: str = "standard"  # "standard" or "large"
    diary: bool = False  # page 4
    untranslated: tuple[str, ...] = ()  # places with no words in its language: they stop the print
    left_out: tuple[str, ...] = ()  # places left out for want of them; named before printing
    phrases_approved: int = 0  # of the drafts: by a translator whom the clinic recorded
    drafts_allowed: bool = False  # an administrator allowed phrases that no translator approved

    @property
    def is_large(self) -> bool:
        """Whether it is printed in large print: one medicine a page, one block for each step."""
        return self.size == "large"


def to_json(sheet: PatientSheet) -> str:
    """Write a sheet's values as JSON text with sorted keys; dates as ISO."""
    return json.dumps(asdict(sheet), default=date.isoformat, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> PatientSheet:
    """Read back what `to_json` wrote. Raises ValueError or TypeError for anything else."""
    made = _read(PatientSheet, json.loads(text))
    if not isinstance(made, PatientSheet):
        raise ValueError("This is not the kept input of a patient sheet.")
    return made


def _read(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        if value is None:
            return None
        return _read(next(k for k in get_args(kind) if k is not type(None)), value)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], member) for member in value)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        if not isinstance(value, dict) or not set(value) <= set(hints):
            raise ValueError(f"The kept input does not fit {kind.__name__}.")
        return kind(**{name: _read(hints[name], part) for name, part in value.items()})
    if kind is date:
        return date.fromisoformat(value)
    if not isinstance(value, kind):
        raise ValueError(f"The kept input has {value!r} where a {kind.__name__} belongs.")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Give what each field of a value holds; a page reads many sheets, so it is found out once."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
