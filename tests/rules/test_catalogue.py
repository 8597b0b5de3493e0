"""The catalogue holds what the article names and what a regimen needs, in readable words."""

from __future__ import annotations

import re
from datetime import date

import pyphen
import pytest

from tracker.catalogue import SHIPPED, Entry, Source, load

# The article's own words, copied here by hand: the catalogue must name every one of them.
ARTICLE_THERAPIES = {
    "physical-therapy": "Physical therapy is often at the top",
    "exercise-program": "create a personalized exercise program",
    "exercise-core-strength": "personalized exercise program to strengthen core muscles",
    "exercise-flexibility": "improve flexibility",
    "exercise-posture": "correct poor posture",
    "acupuncture": "acupuncture has a growing body of evidence",
    "massage": "Massage therapy can help alleviate muscle tension",
    "yoga": "mind-body practices like yoga and meditation",
    "meditation": "mind-body practices like yoga and meditation",
    "stress-body-awareness": "stress reduction and body awareness",
    "nsaid": "Non-steroidal anti-inflammatory drugs (NSAIDs)",
    "nerve-pain-medicine": "certain nerve pain medications can be effective",
    "nerve-block": "interventional pain management techniques, such as nerve blocks",
    "spinal-cord-stimulation": "spinal cord stimulation",
    "psychological-support": "alternative therapies and psychological support",
    "multimodal-program": "multi-modal approach, combining a gradual dose reduction",
    "spine-specialist": "the role of spine specialists",
}
ARTICLE_TOPICS = {
    "withdrawal": "to manage withdrawal symptoms",
    "pain-flare": "prevent a rebound in pain",
    "hyperalgesia": "heightened sensitivity to pain",
    "supervision": "under the close supervision of a healthcare provider",
    "pace": "slowly and carefully",
    "safety": "dangers of addiction and overdose",
    "bowels": "chronic constipation",
    "alertness": "mental fogginess",
    "hormones": "hormonal imbalances",
    "bones": "decreased bone density",
    "function": "a person’s quality of life",
    "mood": "psychological support",
    "therapies": "introduction of alternative therapies",
}
ARTICLE_REASONS = {
    "risk": "the risks of long-term opioid use",
    "side_effects": "debilitating side effects",
}
TALL_MAN = {  # the names read in the FDA and ISMP table, and no others
    "oxyCODONE",
    "HYDROmorphone",
    "fentaNYL",
    "cloNIDine",
    "clonazePAM",
    "DULoxetine",
    "LORazepam",
    "ALPRAZolam",
}
OPIOIDS = (
    "oxycodone hydrocodone morphine hydromorphone oxymorphone fentanyl buprenorphine tramadol "
    "tapentadol codeine methadone meperidine levorphanol pentazocine butorphanol dihydrocodeine"
)
OTHERS = (
    "ibuprofen naproxen celecoxib meloxicam diclofenac acetaminophen gabapentin pregabalin "
    "duloxetine venlafaxine amitriptyline nortriptyline lidocaine cyclobenzaprine methocarbamol "
    "tizanidine baclofen naloxone clonidine loperamide ondansetron hydroxyzine senna polyethylene "
    "lorazepam alprazolam clonazepam diazepam zolpidem"
)
RXNORM = {  # ingredient codes seen identical in two public sources
    "codeine": "2670",
    "hydrocodone": "5489",
    "morphine": "7052",
    "oxycodone": "7804",
    "fentanyl": "4337",
    "buprenorphine": "1819",
    "hydromorphone": "3423",
    "meperidine": "6754",
    "tramadol": "10689",
    "tapentadol": "787390",
    "methadone": "6813",
    "oxymorphone": "7814",
    "levorphanol": "6378",
    "pentazocine": "8001",
    "butorphanol": "1841",
    "dihydrocodeine": "23088",
    "naloxone": "7242",
    "acetaminophen": "161",
    "ibuprofen": "5640",
}
CATALOGUE = load()
TODAY = date(2026, 11, 24)
SYLLABLES = pyphen.Pyphen(lang="en_US")


def by_id(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}


def from_article(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.id: entry.locator for entry in entries if entry.source is Source.ARTICLE}


def test_every_therapy_and_topic_of_the_article_is_there_with_its_place_in_the_text() -> None:
    assert from_article(CATALOGUE.therapies) == ARTICLE_THERAPIES
    assert from_article(CATALOGUE.topics) == ARTICLE_TOPICS
    assert from_article(CATALOGUE.reasons) == ARTICLE_REASONS


def test_what_the_article_does_not_name_is_tagged_guideline() -> None:
    rest = {e.source for e in CATALOGUE.entries() if not e.locator}
    assert rest == {Source.GUIDELINE}
    assert {"spinal-manipulation", "low-level-laser", "heat", "tai-chi", "pain-education"} <= set(
        by_id(CATALOGUE.therapies)
    )
    assert {"taking", "sleep-stress-activity", "pdmp-toxicology", "leftovers"} <= set(
        by_id(CATALOGUE.topics)
    )


@pytest.mark.parametrize("entry", CATALOGUE.entries(), ids=lambda e: f"{type(e).__name__}-{e.id}")
def test_an_entry_says_where_it_comes_from_and_when_it_is_reviewed(entry: Entry) -> None:
    assert entry.words
    assert entry.reference
    assert len(entry.locator.split()) <= 10
    assert entry.reviewed_on <= TODAY < entry.review_by <= date(2027, 11, 24)


def test_the_checklist_and_the_reasons_are_those_of_the_plan() -> None:
    assert list(by_id(CATALOGUE.checklist)) == [
        "naloxone",
        "pdmp",
        "toxicology",
        "mood",
        "pregnancy",
        "coprescribers",
        "baseline",
    ]
    assert set(by_id(CATALOGUE.reasons)) == {
        "pain_function",
        "risk",
        "side_effects",
        "patient_asks",
        "other",
    }


def test_the_core_topics_are_those_that_every_check_in_answers() -> None:
    core = {topic.id for topic in CATALOGUE.topics if topic.core}
    assert core == {
        "taking",
        "withdrawal",
        "pain-flare",
        "function",
        "alertness",
        "mood",
        "pace",
        "therapies",
        "supervision",
    }


# Paper words


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a short text."""
    sentences = len(re.findall(r"[.!?:](?:\s|$)", text))
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(len(SYLLABLES.inserted(word).split("-")) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


PAPER = [
    (entry.id, entry.patient_words)
    for entries in (
        CATALOGUE.therapies,
        CATALOGUE.topics,
        CATALOGUE.cautions,
        CATALOGUE.checklist,
        CATALOGUE.reasons,
    )
    for entry in entries
]


@pytest.mark.parametrize(("id", "text"), PAPER, ids=[id for id, _ in PAPER])
def test_paper_words_are_plain_sentences_at_or_below_grade_six(id: str, text: str) -> None:
    assert text.endswith(".")
    assert grade(text) <= 6
    assert not re.search(r"\d", text), "no number on paper that nobody typed"


@pytest.mark.parametrize(("id", "text"), PAPER, ids=[id for id, _ in PAPER])
def test_paper_words_use_no_error_prone_abbreviation(id: str, text: str) -> None:
    assert not re.search(r"\b(?:QD|QOD|HS|BT|MS|cc|D/C|AM|PM)\b|µ", text)


# Medicines


def test_the_medicines_that_a_regimen_needs_are_there() -> None:
    labels = " ".join(medicine.label_name for medicine in CATALOGUE.medicine_names)
    assert [name for name in (OPIOIDS + " " + OTHERS).split() if name not in labels] == []


def test_tall_man_letters_stand_only_where_they_were_verified() -> None:
    mixed = {
        word
        for medicine in CATALOGUE.medicine_names
        for word in medicine.words.split()
        if word != word.lower()
    }
    assert mixed == TALL_MAN
    assert all(m.label_name == m.label_name.lower() for m in CATALOGUE.medicine_names)


def test_only_verified_rxnorm_codes_are_shipped_and_they_match_the_name() -> None:
    names = {code: name for name, code in RXNORM.items()}
    for medicine in CATALOGUE.medicine_names:
        for code in medicine.rxnorm:
            assert names[code] in medicine.label_name or code == "7242"


def test_a_product_is_copied_whole_from_its_medicine_form_and_strength() -> None:
    tablet = CATALOGUE.product("oxycodone-tablet-5-mg")
    assert tablet is not None
    assert tablet.words == "oxyCODONE 5 mg tablet"
    assert tablet.product.label_name == "oxycodone"
    assert tablet.product.kinds == ("opioid",)
    assert (tablet.measure, tablet.unit, tablet.unit_plural) == ("count", "tablet", "tablets")
    assert not tablet.product.whole_units_only

    liquid = CATALOGUE.product("morphine-oral-solution-10-mg-per-5-ml")
    assert liquid is not None
    assert (liquid.product.strength, liquid.product.concentration) == ("", "10 mg per 5 mL")
    assert (liquid.measure, liquid.unit) == ("amount", "mL")
    assert liquid.words == "morphine 10 mg per 5 mL oral solution"

    patch = CATALOGUE.product("fentanyl-patch-12-mcg-per-hour")
    assert patch is not None
    assert patch.product.name == "fentaNYL"
    assert patch.product.kinds == ("opioid", "patch")
    assert patch.product.whole_units_only
    assert CATALOGUE.product("no-such-thing") is None


def test_kinds_that_carry_a_rule_are_on_every_product_they_belong_to() -> None:
    for choice in CATALOGUE.medicines:
        product = choice.product
        assert ("extended-release" in product.kinds) == ("extended-release" in product.form)
        assert ("liquid" in product.kinds) == bool(product.concentration)
        assert ("acetaminophen" in product.kinds) == ("acetaminophen" in product.label_name)
        assert bool(product.strength) != bool(product.concentration)
        if {"extended-release", "patch", "film"} & set(product.kinds):
            assert product.whole_units_only


def test_strength_texts_follow_the_safe_writing_of_doses() -> None:
    for choice in CATALOGUE.medicines:
        text = choice.product.strength or choice.product.concentration
        assert not re.search(r"\d\.\d*0(?!\d)|(?<!\d)\.\d|\d{4}|µ|\d(?:mg|mcg|mL|g)\b", text), text


def test_no_file_has_a_key_for_an_amount_to_take() -> None:
    for path in SHIPPED.glob("*.toml"):
        keys = re.findall(r"^\s*([a-z_]+) =", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert not {"dose", "default", "maximum", "max", "factor", "mme"} & set(keys), path.name


@pytest.mark.parametrize(
    ("typed", "first", "count"),
    [
        ("oxy 5 tab", "oxycodone-tablet-5-mg", None),
        ("tab 5 oxy", "oxycodone-tablet-5-mg", None),
        ("oxycontin 40", "oxycodone-extended-release-tablet-40-mg", 1),
        ("OXYCODONE 5MG/325", "oxycodone-acetaminophen-tablet-5-mg-325-mg", None),
        ("fent 25", "fentanyl-patch-25-mcg-per-hour", 1),
        ("hydromo 4", "hydromorphone-tablet-4-mg", 1),
        ("belbuca 75", "buprenorphine-buccal-film-75-mcg", None),
        ("LIDO 5", "lidocaine-topical-patch-5-percent", 1),
        ("mórphine 15 tab", "morphine-tablet-15-mg", None),
        ("oxy liquid", "oxycodone-oral-solution-5-mg-per-5-ml", None),
        ("morphine er 15 tabs", "morphine-extended-release-tablet-15-mg", 1),
        ("tramadol XR 100 caps", "tramadol-extended-release-capsule-100-mg", 1),
        ("oxycodone ir 15", "oxycodone-tablet-15-mg", 1),
        ("fentanyl patches 25", "fentanyl-patch-25-mcg-per-hour", 1),
        ("lyrica 7.5", None, 0),
        ("zzz", None, 0),
        ("", None, 0),
        ("  /  ", None, 0),
    ],
)
def test_products_are_found_by_the_beginnings_of_words(
    typed: str, first: str | None, count: int | None
) -> None:
    found = [product.id for product in CATALOGUE.find_products(typed)]
    assert (found[0] if found else None) == first
    assert count is None or len(found) == count


def test_a_whole_word_comes_before_its_beginning() -> None:
    strengths = [p.product.strength for p in CATALOGUE.find_products("tapentadol tablet 50")]
    assert strengths == ["50 mg", "50 mg"]
    five = [p.product.strength for p in CATALOGUE.find_products("morphine tablet 1")]
    assert five == ["15 mg", "15 mg", "100 mg"]


# Cautions


@pytest.mark.parametrize(
    ("kinds", "regimen", "expected"),
    [
        ({"benzodiazepine", "sedative"}, {"opioid", "sedative"}, ["sedative-with-opioid"]),
        ({"sedative"}, {"opioid", "sedative"}, ["sedative-with-opioid"]),
        ({"benzodiazepine"}, {"benzodiazepine"}, []),
        ({"gabapentinoid"}, {"gabapentinoid", "opioid"}, ["gabapentinoid-with-opioid"]),
        ({"gabapentinoid"}, {"gabapentinoid"}, []),
        ({"opioid", "patch"}, {"opioid", "patch"}, ["opioid-patch"]),
        ({"opioid", "liquid"}, {"opioid", "liquid"}, ["liquid"]),
        ({"opioid", "extended-release"}, {"opioid"}, ["extended-release"]),
        ({"opioid", "acetaminophen"}, {"opioid"}, ["acetaminophen"]),
        ({"opioid", "methadone"}, {"opioid"}, ["program-supplied"]),
        ({"opioid", "supplied-elsewhere"}, {"opioid"}, ["supplied-elsewhere"]),
        ({"change-to-buprenorphine"}, set(), ["change-to-buprenorphine"]),
        ({"topical"}, {"opioid"}, []),
        (set(), {"opioid"}, []),
    ],
)
def test_cautions_follow_the_kind_of_medicine(
    kinds: set[str], regimen: set[str], expected: list[str]
) -> None:
    assert [caution.id for caution in CATALOGUE.cautions_for(kinds, regimen)] == expected


def test_breathing_warnings_cannot_be_dismissed() -> None:
    fixed = {caution.id for caution in CATALOGUE.cautions if not caution.dismissible}
    assert fixed == {
        "sedative-with-opioid",
        "gabapentinoid-with-opioid",
        "change-to-buprenorphine",
    }
    nerve = CATALOGUE.therapy("nerve-pain-medicine")
    assert nerve is not None
    assert [caution.id for caution in nerve.linked_cautions] == ["gabapentinoid-with-opioid"]


# Review dates


def test_an_entry_is_overdue_from_the_day_after_its_review_date() -> None:
    assert CATALOGUE.overdue(date(2027, 11, 23)) == ()
    assert CATALOGUE.overdue(date(2027, 11, 24)) == CATALOGUE.entries()
