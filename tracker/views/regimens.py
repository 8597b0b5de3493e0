"""The regimen: a new snapshot is typed here, and shown on the patient's page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from tracker import auth, dates, page
from tracker.catalogue import Catalogue, Caution
from tracker.charts import imports as arrived
from tracker.charts import regimens as charts
from tracker.charts.streams import stream_seq
from tracker.forms import regimens as forms
from tracker.forms.regimen_reading import Reading, look, read
from tracker.languages import here, joined, said, say
from tracker.policy import does
from tracker.records import regimens as records
from tracker.records.acts import Conflict
from tracker.regimens import (
    SOURCE_WORDS,
    SUPPLIED_ELSEWHERE,
    Line,
    Regimen,
    staff_name,
    stream,
    taken_words,
)
from tracker.views import conflicts
from tracker.views.regimen_rows import choices, row_of

views = Blueprint("regimens", __name__)

ADDRESS = "/c/<int:clinic_id>/patients/<int:patient_id>/regimen"


@dataclass(frozen=True, slots=True)
class Kept:
    """A caution, and the medicines of the regimen that it comes with."""

    caution: Caution
    medicines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """What the patient's page shows of the regimens."""

    current: Regimen | None
    earlier: tuple[Regimen, ...]
    always: tuple[Kept, ...]  # not dismissible
    more: tuple[Kept, ...]
    imported: tuple[tuple[str, str], ...]  # medicines of a file, which nobody has typed yet


def catalogue() -> Catalogue:
    """Give the clinic's catalogue."""
    found: Catalogue = current_app.extensions["catalogue"]
    return found


def section(clinic_id: int, patient_id: int) -> Section:
    """Gather what `patients/_regimen.html` shows, as its `regimens`."""
    every = charts.history(clinic_id, patient_id)
    now = next((one for one in every if not one.in_error), None)
    earlier = tuple(one for one in every if one is not now)
    named = [(staff_name(line.product), line.kinds) for line in now.lines] if now else []
    imported = arrived.imported_texts(clinic_id, patient_id)
    return Section(now, earlier, *cautions(named), imported)


def cautions(
    medicines: Sequence[tuple[str, tuple[str, ...]]],
) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    """Give what to keep in mind with medicines of these names and kinds: always, and more."""
    all_kinds = {kind for _, kinds in medicines for kind in kinds}
    named: dict[str, tuple[Caution, list[str]]] = {}
    for name, kinds in medicines:
        for caution in catalogue().cautions_for(kinds, all_kinds):
            names = named.setdefault(caution.id, (caution, []))[1]
            if name not in names:
                names.append(name)
    kept = [Kept(caution, tuple(names)) for caution, names in named.values()]
    return (
        tuple(one for one in kept if not one.caution.dismissible),
        tuple(one for one in kept if one.caution.dismissible),
    )


@views.app_context_processor
def words() -> dict[str, Any]:
    """Give the templates the words of a regimen."""
    return {
        "regimen_words": taken_words,
        "product_name": staff_name,
        "source_words": SOURCE_WORDS,
    }


@views.get(ADDRESS)
@does("regimen.read")
def new(clinic_id: int, patient_id: int) -> str | Response:
    """Show an empty form, and the last regimen beside it."""
    if g.patient.merged_into_id is not None:
        return redirect(
            url_for("patients.show", clinic_id=clinic_id, patient_id=g.patient.merged_into_id)
        )
    typed = forms.with_imported(
        forms.TypedRegimen(seen=str(stream_seq(clinic_id, stream(patient_id)))),
        arrived.imported_texts(clinic_id, patient_id),
    )
    return _page(look(typed, catalogue(), {}), {}, focus="as_of")


@views.post(f"{ADDRESS}/form")
@does("regimen.draft")
def edit(clinic_id: int, patient_id: int) -> str:
    """Change the form without saving: find a product, one more medicine, one less, carry lines."""
    typed = forms.typed(request.form)
    before = _before(typed)
    act, _, number = request.form.get("do", "").partition(".")
    index = int(number) if re.fullmatch("[0-9]{1,3}", number) else -1
    if act in _OF_A_LINE and not 0 <= index < len(typed.lines):
        abort(400)
    focus = ""
    match act:
        case "find":
            pass
        case "add":
            typed = forms.with_another(typed)
            focus = f"lines.{len(typed.lines) - 1}.product"
        case "remove":
            typed = forms.without(typed, index)
            focus = f"lines.{min(index, len(typed.lines) - 1)}.product"
        case "start":
            last = charts.current(clinic_id, patient_id)
            typed = forms.with_carried(typed, last.lines if last else ())
            before = _before(typed)
            focus = "lines.0"
        case "anew":
            typed = forms.anew(typed, index, before)
            focus = f"lines.{index}.pattern"
        case _:
            abort(400)
    shown = look(typed, catalogue(), before)
    if act == "find":
        focus = _after_finding(shown, index)
    return _page(shown, before, focus=focus)


_OF_A_LINE = ("find", "remove", "anew")


def _after_finding(shown: Reading, index: int) -> str:
    found = shown.found[index]
    if found.options:
        return f"lines.{index}.chosen"
    if found.chosen is not None:
        return f"lines.{index}.pattern"
    return f"lines.{index}.form" if found.line.free else f"lines.{index}.product"


@views.post(ADDRESS)
@does("regimen.write")
def save(clinic_id: int, patient_id: int) -> str | Response | tuple[str, int]:
    """Record the regimen, or show what stands in the way with everything typed still there."""
    typed = forms.typed(request.form)
    before = _before(typed)
    reading = read(typed, catalogue(), before, today=page.today(), born=g.patient.birth_date)
    if g.patient.merged_into_id is not None:
        return _page(reading, before, trouble=_MERGED), 409
    if reading.problems or reading.as_of is None or reading.source is None:
        return _page(reading, before), 422
    seen = int(typed.seen) if re.fullmatch("[0-9]{1,9}", typed.seen) else -1
    try:
        regimen_id = records.record(
            by=g.signed_in.actor,
            clinic_id=clinic_id,
            patient_id=patient_id,
            seen=seen,
            as_of=reading.as_of,
            source=reading.source,
            note=reading.typed.note,
            lines=reading.lines,
        )
    except Conflict:
        return _overtaken(clinic_id, patient_id, seen, reading, before), 409
    auth.tell(_recorded(clinic_id, patient_id, regimen_id, reading))
    back = url_for("patients.show", clinic_id=clinic_id, patient_id=patient_id)
    return redirect(f"{back}#regimen", 303)


_MERGED = said(
    "This record was merged into another one while you typed. Nothing of yours was saved. Open the "
    "patient from the search and type it there."
)


def _recorded(clinic_id: int, patient_id: int, regimen_id: int, reading: Reading) -> str:
    day = dates.screen(reading.as_of) if reading.as_of else ""
    told = said("The regimen of {who} as of {day} is recorded.", who=g.patient.title, day=day)
    now = charts.current(clinic_id, patient_id)
    if now is None or now.id == regimen_id:
        return told
    later = said(
        "The one as of {day} is later and stays the current one.", day=dates.screen(now.as_of)
    )
    return joined(" ", (told, later))


def _overtaken(
    clinic_id: int, patient_id: int, seen: int, reading: Reading, before: Mapping[str, Line]
) -> str:
    """Show what somebody else recorded meanwhile beside what was typed; saving again is allowed."""
    other = charts.recorded_after(clinic_id, patient_id, seen)
    if other is not None:
        why = said(
            "{who} recorded a regimen at {when}, after you opened this form.",
            who=other.recorded_by,
            when=page.moment(other.recorded_at),
        )
    else:
        why = said("A regimen was marked as entered in error, after you opened this form.")
    kept = said(
        "Nothing of yours was saved, and nothing you typed is lost. Read what stands below. If "
        "yours is still right, save it again."
    )
    trouble = joined(" ", (why, kept))
    opened, now = (
        charts.recorded_until(clinic_id, patient_id, seen),
        charts.current(clinic_id, patient_id),
    )
    rows = conflicts.rows(
        _side(opened),
        _side(now),
        conflicts.of_regimen(reading.as_of, reading.source, reading.typed.note, reading.lines),
    )
    place = stream_seq(clinic_id, stream(patient_id))
    typed = replace(reading.typed, seen=str(place))
    return _page(
        replace(reading, typed=typed), before, trouble=trouble, theirs=other, conflict=rows
    )


def _side(one: Regimen | None) -> conflicts.Side:
    return conflicts.of_regimen(one.as_of, one.source, one.note, one.lines) if one else {}


def _before(typed: forms.TypedRegimen) -> dict[str, Line]:
    """Fetch the earlier lines of this chart that the form carries, by id as the form names it."""
    ids = [int(line.carried) for line in typed.lines if re.fullmatch("[0-9]{1,18}", line.carried)]
    found = charts.lines(g.clinic.id, g.patient.id, ids) if ids else {}
    return {str(line_id): line for line_id, line in found.items()}


def _page(
    reading: Reading, before: Mapping[str, Line], *, focus: str = "", trouble: str = "",
    theirs: Regimen | None = None, conflict: Sequence[conflicts.Row] = (),
) -> str:  # fmt: skip
    clinic_id, patient_id = g.clinic.id, g.patient.id
    problems = [(problem.field, problem.sentence) for problem in reading.problems]
    errors: dict[str, str] = {}
    for name, sentence in problems:
        errors.setdefault(name, sentence)
    named = [
        (
            staff_name(one.chosen.product),
            one.chosen.product.kinds + ((SUPPLIED_ELSEWHERE,) if one.line.other else ()),
        )
        for one in reading.found
        if one.chosen is not None
    ]
    always, more = cautions(named)
    return render_template(
        "regimens/new.html",
        typed=reading.typed,
        rows=[row_of(one, before, g.clinic.time_zone) for one in reading.found],
        problems=([("", trouble)] if trouble else []) + problems,
        errors=errors,
        focus="" if problems or trouble else focus,
        trouble=trouble,
        last=theirs or charts.current(clinic_id, patient_id),
        theirs=theirs,
        conflict=conflict,
        always=always,
        more=more,
        choices=choices(catalogue()),
    )


@views.get("/c/<int:clinic_id>/products")
@does("catalogue.look")
def products(clinic_id: int) -> Response:
    """Give every product that is offered, as JSON, for the list that helps while typing."""
    return jsonify(
        products=[
            {
                "id": one.id,
                "words": one.words,
                "shown": here(staff_name(one.product)),
                "search": one.search,
                "unit": say(one.unit_plural),
                "fractions": one.measure == "count" and not one.product.whole_units_only,
            }
            for one in catalogue().medicines
        ]
    )
