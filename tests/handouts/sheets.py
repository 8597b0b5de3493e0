"""Plans and sheets for the tests of the paper: synthetic people, odd and unique doses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from tracker.doses import DoseText
from tracker.handouts.build import patient_sheet
from tracker.handouts.values import (
    CheckInLine,
    ClinicLines,
    EarlierSheet,
    PatientLines,
    PatientSheet,
    Phone,
    SupportLine,
)
from tracker.plans import (
    AfterLast,
    Cell,
    HowStepsStart,
    Measure,
    NewMedicine,
    PairedCheckIn,
    PairedTherapy,
    Pattern,
    PlanMedicine,
    Product,
    Schedule,
    Slot,
    Step,
    StepMedicine,
    Target,
    Version,
)

FIRST = date(2026, 12, 1)
PRINTED = date(2026, 11, 23)
CLINIC = ClinicLines(
    name="Hillside Spine",
    day=Phone("(555) 010-0100", "Mon–Fri 8–5", date(2026, 10, 2)),
    night=Phone("(555) 010-0199", "", date(2026, 10, 2)),
)
MARIA = PatientLines("Maria Rivera", date(1961, 3, 14), "004512", supporter="Luis, my brother")


def product(name: str, strength: str, form: str, plural: str, **more: object) -> Product:
    kinds = more.get("kinds", ("opioid",))
    assert isinstance(kinds, tuple)
    return Product(
        catalogue_id=None,
        name=name,
        label_name=name,
        form=form,
        form_plural=plural,
        strength=strength,
        concentration=str(more.get("concentration", "")),
        route="by mouth",
        kinds=kinds,
        whole_units_only=False,
    )


OXY5 = product("oxycodone", "5 mg", "tablet", "tablets")
OXY10 = product("oxycodone", "10 mg", "tablet", "tablets")
MORPHINE_ER = product(
    "morphine sulfate", "15 mg", "extended-release tablet", "extended-release tablets",
    kinds=("opioid", "extended-release"),
)  # fmt: skip
PATCH = product("fentanyl", "12 mcg per hour", "patch", "patches", kinds=("opioid", "patch"))
LIQUID = product(
    "oxycodone", "", "oral solution", "oral solution",
    concentration="5 mg per 5 mL", kinds=("opioid", "liquid"),
)  # fmt: skip
TRAMADOL = product("tramadol", "50 mg", "tablet", "tablets")

SLOTS = tuple(slot.value for slot in Slot)


def medicine(
    key: str, of: Product, schedule: Schedule, through: int, **more: object
) -> PlanMedicine:
    amount = bool(of.concentration)
    patch = "patch" in of.kinds
    from_step, after = more.get("from_step", 1), more.get("after", AfterLast.STOP)
    assert isinstance(from_step, int) and isinstance(after, AfterLast)
    return PlanMedicine(
        key=key,
        product=of,
        measure=Measure.AMOUNT if amount else Measure.COUNT,
        unit="mL" if amount else ("patch" if patch else "tablet"),
        unit_plural="mL" if amount else ("patches" if patch else "tablets"),
        schedule=schedule,
        from_step=from_step,
        through_step=through,
        after_last=after,
        after_last_text=str(more.get("after_text", "")),
    )


def times(*uses: str) -> Schedule:
    return Schedule(Pattern.TIMES, uses or SLOTS)


def cells(**texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(slot, DoseText(text)) for slot, text in texts.items())


THERAPIES = (
    PairedTherapy("physical-therapy", "Physical therapy", "Hillside Gym, Tuesdays 10 AM"),
    PairedTherapy("yoga", "Yoga", ""),
)


def version(
    medicines: tuple[PlanMedicine, ...],
    rows: list[dict[str, dict[str, str]]],
    *,
    every: int = 28,
    **more: object,
) -> Version:
    """Build a version: for each step, medicine key -> slot -> text."""
    steps = tuple(
        Step(
            number=number,
            key=f"s{number}",
            starts_on=FIRST + timedelta(days=every * (number - 1)),
            medicines=tuple(StepMedicine(key, cells(**texts)) for key, texts in row.items()),
            therapies=THERAPIES if number <= 2 else THERAPIES[:1],
            checkins=(
                PairedCheckIn("phone", FIRST + timedelta(days=every * (number - 1) + 2), ()),
                PairedCheckIn("in_person", FIRST + timedelta(days=every * (number - 1) + 14), ()),
            ),
            instruction="",
        )
        for number, row in enumerate(rows, start=1)
    )
    made = Version(
        number=2,
        code="7F3K92QD",
        signed_on=PRINTED,
        signed_by="Dr. Dana Lee",
        reason="pain_function",
        goal="Walk my dog around the lake again",
        target=Target.STOP,
        target_text="",
        starts=HowStepsStart.ON_DATE,
        contact_before_step=False,
        medicines=medicines,
        steps=steps,
        last_day=FIRST + timedelta(days=every * len(rows) - 1),
        new_medicines=(NewMedicine("naproxen 250 mg tablets", "1 with food each morning", "", ""),),
        unchanged=("lisinopril 10 mg, one each morning",),
        therapy_none_because="",
        checkin_none_because="",
        change_reason="Maria asked for longer steps",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def sheet_of(made: Version, **more: object) -> PatientSheet:
    given: dict[str, object] = {
        "clinic": CLINIC,
        "patient": MARIA,
        "physician": "Dr. Dana Lee",
        "printed_on": PRINTED,
        "printed_by": "K. Osei",
        "replaces": EarlierSheet(1, date(2026, 10, 2)),
        "support": SupportLine("paired", "Sam Ortiz, Thursdays"),
    }
    given.update(more)
    return patient_sheet(made, **given)  # type: ignore[arg-type]


def one_medicine(steps: int = 12) -> Version:
    """One tablet at two times of day; noon and evening are not used."""
    rows = [{"m1": {"morning": f"{40 + n}", "bedtime": f"{80 + n}½"}} for n in range(steps)]
    rows[-1]["m1"]["bedtime"] = "0"
    return version((medicine("m1", OXY5, times("morning", "bedtime"), steps),), rows)


def two_strengths(steps: int = 12) -> Version:
    """Two strengths of one drug at three times of day, over 12 months."""
    three = times("morning", "noon", "bedtime")
    rows = [
        {
            "m1": {"morning": f"{11 + n}", "noon": f"{31 + n}", "bedtime": f"{51 + n}"},
            "m2": {"morning": f"{71 + n}½", "noon": "0", "bedtime": f"{91 + n}"},
        }
        for n in range(steps)
    ]
    both = (medicine("m1", OXY5, three, steps), medicine("m2", OXY10, three, steps))
    return version(both, rows, every=30)


def patch_and_as_needed() -> Version:
    """A patch every 72 hours, and a tablet as needed reduced on its own dates."""
    rows = [
        {
            "m1": {"each": "3", "every": "72"},
            "m2": {"each": "2", "gap": "6", "most": "4"},
        },
        {"m1": {"each": "3", "every": "72"}, "m2": {"each": "1", "gap": "8", "most": "3"}},
        {"m1": {"each": "2", "every": "72"}, "m2": {"each": "1", "gap": "8", "most": "3"}},
        {"m1": {"each": "1", "every": "72"}},
    ]
    patch = medicine("m1", PATCH, Schedule(Pattern.INTERVAL, (), every_unit="hours"), 4)
    need = medicine(
        "m2", OXY5, Schedule(Pattern.AS_NEEDED, (), purpose="strong back pain"), 3,
        after=AfterLast.CHANGE, after_text="the new pill below",
    )  # fmt: skip
    return version((patch, need), rows)


def liquid() -> Version:
    """An oral solution, with a last step that stays until it is reviewed."""
    rows = [{"m1": {"morning": f"{n}.5", "evening": f"{n + 20}.25"}} for n in range(7, 3, -1)]
    only = medicine("m1", LIQUID, times("morning", "evening"), 4, after=AfterLast.STAY)
    return version((only,), rows, last_day=None)


def one_after_the_other() -> Version:
    """Two opioids tapered in turn: the second joins at step 4."""
    rows: list[dict[str, dict[str, str]]] = [
        {"m1": {"morning": f"{13 - n}", "bedtime": f"{17 - n}"}} for n in range(3)
    ]
    rows += [{"m2": {"morning": f"{23 - n}", "evening": f"{37 - n}"}} for n in range(3)]
    return version(
        (
            medicine("m1", MORPHINE_ER, times("morning", "bedtime"), 3),
            medicine("m2", TRAMADOL, times("morning", "evening"), 6, from_step=4),
        ),
        rows,
    )


def weekdays() -> Version:
    """Some weekdays only, at bedtime."""
    uses = ("monday", "wednesday", "friday")
    rows = [
        {"m1": {"monday": f"{5 - n}", "wednesday": f"{9 - n}½", "friday": "0"}} for n in range(3)
    ]
    only = medicine("m1", OXY5, Schedule(Pattern.WEEKDAYS, uses, at=Slot.BEDTIME), 3)
    return version((only,), rows)


def six_medicines(steps: int = 6) -> Version:
    """Six medicines with all four times of day."""
    products = [OXY5, OXY10, MORPHINE_ER, TRAMADOL, LIQUID, PATCH]
    six = tuple(medicine(f"m{n}", of, times(), steps) for n, of in enumerate(products, start=1))
    rows = [
        {
            f"m{n}": {slot: f"{n}{step}{place}" for place, slot in enumerate(SLOTS, start=1)}
            for n in range(1, 7)
        }
        for step in range(1, steps + 1)
    ]
    return version(six, rows)


_MIXED: tuple[tuple[Product, Schedule, dict[str, str]], ...] = (
    (OXY5, times(), {"morning": "1½", "noon": "7", "evening": "0", "bedtime": "3½"}),
    (MORPHINE_ER, times("morning", "bedtime"), {"morning": "1", "bedtime": "3"}),
    (PATCH, Schedule(Pattern.INTERVAL, (), every_unit="hours"), {"each": "2", "every": "72"}),
    (LIQUID, times("morning", "evening"), {"morning": "7.5", "evening": "2.25"}),
    (
        OXY10,
        Schedule(Pattern.AS_NEEDED, (), purpose="strong back pain"),
        {"each": "1½", "gap": "6", "most": "4"},
    ),
    (TRAMADOL, times("noon", "bedtime"), {"noon": "9", "bedtime": "½"}),
)


def mixed(medicines: int, steps: int = 6) -> Version:
    """One to six medicines: tablets, a patch, a liquid, one as needed; no two steps alike."""
    some = _MIXED[:medicines]
    rows = [
        {
            f"m{n}": {
                slot: text if slot in ("every", "gap") or text == "0" else f"{step}{text}"
                for slot, text in typed.items()
            }
            for n, (_, _, typed) in enumerate(some, start=1)
        }
        for step in range(1, steps + 1)
    ]
    taken = (medicine(f"m{n}", of, how, steps) for n, (of, how, _) in enumerate(some, start=1))
    return version(tuple(taken), rows)


CHECKINS = (
    CheckInLine(date(2026, 12, 3), "phone", "nurse K. Osei", "10:30 AM"),
    CheckInLine(date(2026, 12, 15), "in_person", "Dr. Dana Lee"),
)

SHEETS: dict[str, Callable[[], PatientSheet]] = {
    "one medicine": lambda: sheet_of(one_medicine(), checkins=CHECKINS),
    "two strengths": lambda: sheet_of(two_strengths()),
    "patch and as needed": lambda: sheet_of(patch_and_as_needed(), current_step=2),
    "liquid until reviewed": lambda: sheet_of(liquid(), paper="a4"),
    "one after the other": lambda: sheet_of(one_after_the_other(), current_step=4),
    "weekdays": lambda: sheet_of(weekdays()),
    "six medicines": lambda: sheet_of(six_medicines()),
    "last step": lambda: sheet_of(one_medicine(3), current_step=3),
    "sixty steps": lambda: sheet_of(one_medicine(60), paper="a4", calendar_months=24),
    "draft": lambda: sheet_of(replace(one_medicine(), code="")),
}
