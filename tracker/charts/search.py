"""Finding patients: by what was typed into the search box, and who is like whom.

Every search is a range of the key index of one clinic (see `records.search_keys`). What the search
box holds is read once into terms; a term is a choice of key beginnings, and a patient is found
when each term fits one of their keys. The term that fewest keys fit is read, never further than
`_MOST_READ` rows, so that a search costs the same however many patients there are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from tracker import dates
from tracker.charts.patients import PatientHead, kept_record, patients_of
from tracker.languages import said
from tracker.models import Patient, PatientSearch, db
from tracker.names import digits, fold_parts, similar
from tracker.search_keys import (
    LONGEST_KEY,
    SHORTEST_PHONE,
    after,
    like_keys,
    name_parts,
    pairs_of,
    phone_digits,
    record_key,
    sound_keys,
)

MOST_FOUND = 50
LONGEST_QUESTION = 200
_MOST_TERMS = 8
_MOST_READ = 2000  # rows of the index; beyond that the page says that not all were looked through
_KEYS_FOR_EACH = 8  # rows of the index, at most, by which one patient fits a term
_MOST_LOOK_ALIKES = 5
_MOST_COMPARED = 200
_MOST_NAMESAKES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed into the search box, as read."""

    typed: str
    terms: tuple[tuple[str, ...], ...]  # each a choice of key beginnings
    birth_date: date | None = None
    refusal: str = ""  # a sentence, when it cannot be searched for


@dataclass(frozen=True, slots=True)
class Hit:
    """A patient who was found, and the merged record under which they were found."""

    head: PatientHead
    through: PatientHead | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: at most `MOST_FOUND` patients by name, and whether there are more."""

    hits: tuple[Hit, ...]
    more: bool
    everyone: bool  # False: only active patients were looked at
    unread: bool = False  # so many names begin like this that not all were looked through


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A patient who could be the same person, and what they share."""

    head: PatientHead
    same_name: bool
    same_birth_date: bool


# --- Reading what was typed -----------------------------------------------------------------------

_PHONE = re.compile(r"\+?[\d(][\d\s().+-]{5,}\d")
_LIKE_A_DATE = re.compile(r"\d{1,4}/\d{1,2}(/\d+)?")
_LONGEST_DATE = 5  # words: "Tuesday, March 14, 1961" has four


def read_question(typed: str, *, today: date) -> Question:
    """Read the search box: name parts, a date of birth, a record number, a phone, in any order."""
    text = " ".join(typed.split())
    if not text:
        return Question(
            "", (), refusal=said("Type a name, a date of birth, a record number or a phone number.")
        )
    if len(typed) > LONGEST_QUESTION:
        return Question(
            typed,
            (),
            refusal=said(
                "This is longer than {longest_question} characters. Type less.",
                longest_question=LONGEST_QUESTION,
            ),
        )
    rest, birth_date = _take_date(text.split(" "), today)
    refusal = _refused_date(rest, today)
    terms: list[tuple[str, ...]] = []
    if birth_date is not None:
        terms.append((f"d:{birth_date.isoformat()}",))
    for words in _with_phones_joined(rest):
        terms += _terms_of(words, today)
    if not terms and not refusal:
        refusal = said("There is no letter and no digit in this. Type a name, a date or a number.")
    return Question(text, tuple(terms[:_MOST_TERMS]), birth_date, refusal)


def _take_date(words: list[str], today: date) -> tuple[list[str], date | None]:
    """Take the longest run of words that is a date with its year; give the other words."""
    for length in range(min(_LONGEST_DATE, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            try:
                found = dates.read_date(
                    " ".join(words[start : start + length]), today=today, year_required=True
                )
            except dates.NotADate:
                continue
            return words[:start] + words[start + length :], found
    return words, None


def _refused_date(words: list[str], today: date) -> str:
    """Say why a word that looks like a date in numbers is none."""
    for word in words:
        if _LIKE_A_DATE.fullmatch(word):
            try:
                dates.read_date(word, today=today, year_required=True)
            except dates.NotADate as refused:
                return f"{word}: {refused.sentence}"
    return ""


def _with_phones_joined(words: list[str]) -> list[str]:
    """Give the words, with the groups of a phone number as one word."""
    text = " ".join(words)
    found = _PHONE.search(text)
    if found is None or not 7 <= len(digits(found[0])) <= 15:
        return words
    before, afterwards = text[: found.start()].split(), text[found.end() :].split()
    return [*before, found[0], *afterwards]


def _terms_of(word: str, today: date) -> list[tuple[str, ...]]:
    number = digits(word)
    if not number:
        return [(f"n:{part}"[:LONGEST_KEY],) for part in fold_parts(word)]
    choice = [f"r:{record_key(word)}"[:LONGEST_KEY]]
    if len(number) == len(re.sub(r"[\s().+-]", "", word)):
        phone = phone_digits(word)
        if len(phone) >= SHORTEST_PHONE:
            choice.append(f"p:{phone}"[:LONGEST_KEY])
            choice.append(f"e:{phone[::-1]}"[:LONGEST_KEY])
        if len(number) == 4 and today.year - 150 <= int(number) <= today.year:
            choice.append(f"d:{number}-")
    return [tuple(choice)]


# --- Finding --------------------------------------------------------------------------------------


def find(clinic_id: int, question: Question, *, everyone: bool) -> Found:
    """Find the patients that fit every term; active ones alone, or everyone.

    When no active patient fits, those who moved away or died are looked at as well.
    """
    found = _find(clinic_id, question, everyone=everyone)
    if not found.hits and not everyone:
        return _find(clinic_id, question, everyone=True)
    return found


def by_record_number(clinic_id: int, typed: str) -> int | None:
    """Give the one patient whose record number this is, merged or not active all the same."""
    folded = record_key(typed)[:LONGEST_KEY]
    if not folded:
        return None
    held = record_holder(clinic_id, folded)
    return None if held is None else kept_record(clinic_id, held)


def record_holder(clinic_id: int, folded: str) -> int | None:
    """Give the record, merged or not, that has this folded record number."""
    return db.session.scalar(
        select(Patient.id)
        .join(
            PatientSearch,
            (PatientSearch.clinic_id == Patient.clinic_id)
            & (PatientSearch.patient_id == Patient.id),
        )
        .where(
            PatientSearch.clinic_id == clinic_id,
            PatientSearch.key == f"r:{folded}"[:LONGEST_KEY],
            Patient.record_no_folded == folded,
        )
    )


def _find(clinic_id: int, question: Question, *, everyone: bool) -> Found:
    sizes = _sizes(clinic_id, question.terms)
    first, *others = sorted(question.terms, key=lambda term: (sizes[term], *_breadth(term)))
    unread = sizes[first] > _MOST_READ
    # One range after the other: a choice of ranges in one condition is not read from the index.
    ranges = [_range(clinic_id, prefix) for prefix in first]
    if unread:
        ranges = [*_in_full(clinic_id, question), *ranges]
    candidate = union_all(*(select(one.subquery().c.patient_id) for one in ranges)).subquery()
    patient_id = candidate.c.patient_id
    query = select(patient_id).join(
        Patient, (Patient.clinic_id == clinic_id) & (Patient.id == patient_id)
    )
    for term in others:
        query = query.where(_has(clinic_id, patient_id, term))
    if not everyone:
        query = query.where(or_(Patient.state == "active", Patient.merged_into_id.is_not(None)))
    ids, more = _enough(query)
    hits = _hits(clinic_id, ids, everyone=everyone)
    return Found(hits, more, everyone, unread and not more)


def _enough(query: Select[int]) -> tuple[list[int], bool]:
    """Give the patients to be shown, and whether there are more.

    Most patients have one key that fits, a few have several: those are asked for again.
    """
    for for_each in (1, _KEYS_FOR_EACH):
        most = (MOST_FOUND + 1) * for_each
        rows = db.session.scalars(query.limit(most)).all()
        ids = list(dict.fromkeys(rows))
        if len(ids) > MOST_FOUND or len(rows) < most:
            break
    return ids[:MOST_FOUND], len(ids) > MOST_FOUND or len(rows) == most


def _sizes(clinic_id: int, terms: tuple[tuple[str, ...], ...]) -> dict[tuple[str, ...], int]:
    """Count how many rows of the index fit each term, up to one more than may be read."""
    counts = [
        select(literal(place).label("place"), func.count())
        .select_from(_range(clinic_id, prefix, one_more=1).subquery())
        for place, term in enumerate(terms)
        for prefix in term
    ]  # fmt: skip
    sizes = dict.fromkeys(terms, 0)
    for place, count in db.session.execute(union_all(*counts)):
        sizes[terms[place]] += count
    return sizes


def _in_full(clinic_id: int, question: Question) -> list[Select[str, int]]:
    """Give those whose names sound as typed in full: two names together are few people's."""
    names = tuple(term[0][2:] for term in question.terms if term[0].startswith("n:"))
    pairs = [key for key in sound_keys(names) if " " in key]
    found = select(PatientSearch.key, PatientSearch.patient_id).where(
        PatientSearch.clinic_id == clinic_id, PatientSearch.key.in_(pairs)
    )
    return [found.limit(_MOST_READ)] if pairs else []


def _breadth(term: tuple[str, ...]) -> tuple[int, int]:
    """Order terms so that the one few patients fit drives the search."""
    return ("dreps n".index(term[0][0]), -len(term[0]))


def _range(clinic_id: int, prefix: str, one_more: int = 0) -> Select[str, int]:
    """Give the keys with this beginning, the shortest first: a whole name before longer ones."""
    return (
        select(PatientSearch.key, PatientSearch.patient_id)
        .where(PatientSearch.clinic_id == clinic_id, _begins(PatientSearch.key, prefix))
        .order_by(PatientSearch.key, PatientSearch.patient_id)
        .limit(_MOST_READ + one_more)
    )


def _begins(key: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    return and_(key >= prefix, key < after(prefix))


def _has(
    clinic_id: int, patient_id: ColumnElement[int], term: tuple[str, ...]
) -> ColumnElement[bool]:
    also = aliased(PatientSearch)
    return exists().where(
        also.clinic_id == clinic_id,
        also.patient_id == patient_id,
        or_(*(_begins(also.key, prefix) for prefix in term)),
    )


def _hits(clinic_id: int, ids: Iterable[int], *, everyone: bool) -> tuple[Hit, ...]:
    """Give the patients as they are to be shown: a merged record leads to the one that is kept."""
    heads = patients_of(clinic_id, ids)
    kept = {h.id: kept_record(clinic_id, h.id) for h in heads if h.merged_into_id is not None}
    standing = {h.id: h for h in (*heads, *patients_of(clinic_id, kept.values()))}
    hits: dict[int, Hit] = {h.id: Hit(h) for h in heads if h.merged_into_id is None}
    for head in heads:
        if head.id in kept and kept[head.id] not in hits:
            shown = standing[kept[head.id]]
            if everyone or shown.state == "active":
                hits[shown.id] = Hit(shown, through=head)
    return tuple(sorted(hits.values(), key=lambda hit: hit.head.title.casefold()))


# --- Who is like whom -----------------------------------------------------------------------------


def look_alikes(
    clinic_id: int, *, family_name: str, given_names: str, latin_name: str, birth_date: date,
    but: Iterable[int] = (),
) -> tuple[LookAlike, ...]:  # fmt: skip
    """Find who could be the same person: a similar name, or the same date of birth.

    The likest come first, five at most. `but` are records not to be named; merged ones never are.
    """
    parts, latin = name_parts(family_name, given_names), name_parts(latin_name)
    sounds = like_keys(family_name, given_names)
    telling = pairs_of(sounds) | pairs_of(like_keys(latin_name))
    # Each by itself: a name that many have must not crowd out those born on the same day.
    ids = _with_any(clinic_id, {f"d:{birth_date.isoformat()}"})
    ids |= _with_any(clinic_id, telling) | _with_any(clinic_id, sounds)
    found = [
        LookAlike(head, _same_name(head, parts, latin), head.birth_date == birth_date)
        for head in patients_of(clinic_id, ids - set(but))
        if head.merged_into_id is None
    ]
    alike = [one for one in found if one.same_name or one.same_birth_date]
    alike.sort(key=lambda one: (not one.same_name, not one.same_birth_date, one.head.title))
    return tuple(alike[:_MOST_LOOK_ALIKES])


def namesakes(head: PatientHead) -> tuple[PatientHead, ...]:
    """Find other active patients of the clinic with a similar name, by one query; three at most."""
    parts, latin = name_parts(head.family_name, head.given_names), name_parts(head.latin_name)
    own = like_keys(head.family_name, head.given_names)
    telling = pairs_of(own) | pairs_of(like_keys(head.latin_name))
    query = (
        select(PatientSearch.patient_id)
        .join(
            Patient,
            (Patient.clinic_id == PatientSearch.clinic_id)
            & (Patient.id == PatientSearch.patient_id),
        )
        .where(
            PatientSearch.clinic_id == head.clinic_id,
            PatientSearch.key.in_(telling),
            PatientSearch.patient_id != head.id,
            Patient.state == "active",
            Patient.merged_into_id.is_(None),
        )
        .limit(20)
    )
    others = patients_of(head.clinic_id, query)
    return tuple(other for other in others if _same_name(other, parts, latin))[:_MOST_NAMESAKES]


def _with_any(clinic_id: int, keys: Collection[str]) -> set[int]:
    return set(
        db.session.scalars(
            select(PatientSearch.patient_id)
            .where(PatientSearch.clinic_id == clinic_id, PatientSearch.key.in_(keys))
            .limit(_MOST_COMPARED)
        )
    )


def _same_name(head: PatientHead, parts: tuple[str, ...], latin: tuple[str, ...]) -> bool:
    theirs = name_parts(head.family_name, head.given_names)
    theirs_latin = name_parts(head.latin_name)
    return any(
        similar(mine, other)
        for mine in (parts, latin)
        for other in (theirs, theirs_latin)
        if mine and other
    )
