"""The history as an administrator reads it: every act and every opening of a record, by day.

No clinical text: of an act in care it tells what kind it was and never in which words; of a patient
the record number and nothing else. Only acts of the house are told in their full sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_, select

from tracker.charts.patients import kept_record, record_ids
from tracker.charts.search import record_holder
from tracker.charts.telling import told
from tracker.languages import big, said
from tracker.models import Event, Membership, Patient, ReadLog, Staff, db
from tracker.policy import ACTS, Touch
from tracker.search_keys import LONGEST_KEY, record_key

ON_A_PAGE = 50
INSTALLATION = 0

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "opened": (said("Every opening of a record"), ()),
    "printed": (
        said("Everything printed"),
        ("handout.print", "sheet.print", "hold_slip.print", "batch.print", "downtime.print"),
    ),
    "left": (
        said("Everything that left: exports, copies, paper given"),
        (
            "export.patient", "export.clinic", "install.export", "handout.give", "handout.lock",
            "audit.csv",
        ),
    ),
    "signed": (
        said("Signing in and out"),
        ("sign_in.done", "sign_in.unlocked", "sign_in.confirmed", "self.sign_out", "self.sessions"),
    ),
    "failed": (
        said("Everything that failed or was refused"),
        (
            "sign_in.failed", "sign_in.wrong_password", "sign_in.second_failed",
            "plan.sign_refused", "plan.re_entry_refused", "emergency.refused", "handout.refused",
            "refused.act", "refused.address", "refused.more",
        ),
    ),
}  # fmt: skip

_IN_FULL = ("staff.", "clinic.", "wording.", "install.", "self.", "sign_in.", "refused.", "audit.")
_ALSO_IN_FULL = {"batch.print", "downtime.print", "export.clinic"}
# Of the installation's own chain, what belongs to no person is for every administrator.
_OF_NOBODY = ("sign_in.failed", "install.backup", "install.restore", "install.font")
_READS, _OWN, _SHARED = 0, 1, 2  # the three sources, in the order of lines of one moment


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the report ended: the next begins just before it."""

    at: datetime
    source: int
    number: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.source} {self.number}"


@dataclass(frozen=True, slots=True)
class Question:
    """What the report is asked for; None and "" ask for everything."""

    clinic_id: int
    time_zone: str
    first: date | None = None
    last: date | None = None
    staff_id: int | None = None
    patient_id: int | None = None
    act: str = ""  # a key of KINDS or the name of an act
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the report."""

    place: Place
    who: str
    act: str
    what: str
    record_no: str  # of the patient; "" where there is none
    of_a_patient: bool
    particulars: str


@dataclass(frozen=True, slots=True)
class Report:
    """Some lines, newest first, and where the older ones begin."""

    lines: tuple[AuditLine, ...]
    older: Place | None


def place(text: str) -> Place | None:
    """Read a place as a page wrote it, or None."""
    parts = text.split(" ")
    try:
        at, source, number = datetime.fromisoformat(parts[0]), int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        return None
    return Place(at, source, number) if at.tzinfo and 0 <= number < 2**53 else None


def patient_with(clinic_id: int, record_no: str) -> int | None:
    """Give the patient who has this whole record number, or None."""
    folded = record_key(record_no)[:LONGEST_KEY]
    held = record_holder(clinic_id, folded) if folded else None
    return kept_record(clinic_id, held) if held is not None else None


def choices() -> tuple[tuple[str, str], ...]:
    """List what the report can be narrowed to: kinds first, then each act that leaves a line."""
    acts = sorted(
        (big(said(act.does)), act.name)
        for act in ACTS.values()
        if act.says or act.touch is Touch.READ
    )
    return (*((key, words) for key, (words, _) in KINDS.items()), *((n, w) for w, n in acts))


def page_of(question: Question, most: int = ON_A_PAGE) -> Report:
    """Give one page of the report, newest first."""
    found = sorted(_found(question, most + 1), key=lambda one: _key(one[0]), reverse=True)
    shown = found[:most]
    numbers = _record_numbers(question.clinic_id, (row for _, row in shown))
    names = _names(row.by_id for _, row in shown if isinstance(row, ReadLog))
    lines = tuple(_line(at, row, numbers, names) for at, row in shown)
    return Report(lines, lines[-1].place if found[most:] else None)


def all_lines(question: Question) -> Iterator[AuditLine]:
    """Yield every line of the report, some hundreds at a time."""
    before = question.before
    while True:
        report = page_of(replace(question, before=before), 500)
        yield from report.lines
        before = report.older
        if before is None:
            return


def _key(place: Place) -> tuple[datetime, int, int]:
    return place.at, place.source, place.number


def _found(question: Question, most: int) -> Iterator[tuple[Place, Event | ReadLog]]:
    table = ReadLog
    reads = select(table).where(table.clinic_id == question.clinic_id, *_asked(question, table))
    reads = reads.where(*_before(question, _READS, table.at, table.id))
    for row in db.session.scalars(reads.order_by(table.at.desc(), table.id.desc()).limit(most)):
        yield Place(row.at, _READS, row.id), row
    chains = [(_OWN, Event.clinic_id == question.clinic_id)]
    if question.patient_id is None:
        chains.append((_SHARED, _shared(question.clinic_id)))
    for source, chain in chains:
        events = select(Event).where(chain, *_asked(question, Event))
        events = events.where(*_before(question, source, Event.at, Event.seq))
        for one in db.session.scalars(
            events.order_by(Event.at.desc(), Event.seq.desc()).limit(most)
        ):
            yield Place(one.at, source, one.seq), one


def _shared(clinic_id: int) -> ColumnElement[bool]:
    """Choose what an administrator of this clinic may see of the installation's own chain."""
    people = select(Membership.staff_id).where(Membership.clinic_id == clinic_id)
    return and_(
        Event.clinic_id == INSTALLATION,
        or_(Event.by_id.in_(people), and_(Event.by_id.is_(None), Event.act.in_(_OF_NOBODY))),
    )


def _asked(question: Question, table: type[Event] | type[ReadLog]) -> Iterator[ColumnElement[bool]]:
    zone = ZoneInfo(question.time_zone)
    if question.first:
        yield table.at >= datetime.combine(question.first, time.min, zone)
    if question.last:
        yield table.at < datetime.combine(question.last + timedelta(days=1), time.min, zone)
    if question.staff_id is not None:
        yield table.by_id == question.staff_id
    if question.patient_id is not None:
        yield table.patient_id.in_(record_ids(question.clinic_id, question.patient_id))
    if question.act == "opened":
        if table is Event:
            yield table.act.is_(None)
    elif question.act in KINDS:
        yield table.act.in_(KINDS[question.act][1])
    elif question.act:
        yield table.act == question.act


def _before(
    question: Question,
    source: int,
    at: SQLColumnExpression[datetime],
    number: SQLColumnExpression[int],
) -> Iterator[ColumnElement[bool]]:
    place = question.before
    if place is None:
        return
    if source == place.source:
        yield or_(at < place.at, and_(at == place.at, number < place.number))
    else:
        yield at <= place.at if source < place.source else at < place.at


def _line(
    place: Place, row: Event | ReadLog, numbers: dict[int, str], names: dict[int, str]
) -> AuditLine:
    act = ACTS[row.act]
    in_full = act.name.startswith(_IN_FULL) or act.name in _ALSO_IN_FULL
    return AuditLine(
        place=place,
        who=row.by_name if isinstance(row, Event) else names.get(row.by_id, "Somebody"),
        act=act.name,
        what=act.does[0].upper() + act.does[1:],
        record_no=numbers.get(row.patient_id or 0, ""),
        of_a_patient=row.patient_id is not None,
        particulars=told(row) if isinstance(row, Event) and in_full else "",
    )


def _record_numbers(clinic_id: int, rows: Iterable[Event | ReadLog]) -> dict[int, str]:
    ids = {row.patient_id for row in rows if row.patient_id}
    found = db.session.execute(
        select(Patient.id, Patient.record_no).where(
            Patient.clinic_id == clinic_id, Patient.id.in_(ids)
        )
    )
    return {patient_id: record_no for patient_id, record_no in found}


def _names(staff_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(set(staff_ids))))
    return {staff_id: name for staff_id, name in rows}
