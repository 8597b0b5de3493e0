"""Scores by their published rules, and the shipped instruments item by item."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.test_catalogue_reader import broken
from tracker.catalogue import BadCatalogue, load
from tracker.checkins import NOT_ASKED, Instrument, Kind, Score, items_of, score

INSTRUMENTS = load().instruments
PHQ_2 = ("interest", "low")
PHQ_9 = ("sleep", "energy", "appetite", "worth", "concentration", "moving", "harm")
COWS = (
    "pulse", "sweating", "restlessness", "pupils", "aches", "nose", "gut", "tremor", "yawning",
    "anxiety", "gooseflesh",
)  # fmt: skip


def given(instrument: str, *values: str | int) -> dict[str, list[str]]:
    """Answer an instrument's own questions in their order."""
    questions = INSTRUMENTS[instrument].questions
    return {q.id: [str(v)] for q, v in zip(questions, values, strict=False)}


def scored(instrument: str, answers: dict[str, list[str]]) -> Score:
    found = score(INSTRUMENTS[instrument], answers, INSTRUMENTS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("numbers", "mean"),
    [
        ((0, 0, 0), "0"),
        ((10, 10, 10), "10"),
        ((6, 7, 6), "6.3"),  # 6.333
        ((6, 7, 7), "6.7"),  # 6.667
        ((1, 2, 3), "2"),
        ((0, 0, 1), "0.3"),
        ((9, 10, 10), "9.7"),
    ],
)
def test_the_peg_is_the_mean_of_its_three_items(numbers: tuple[int, ...], mean: str) -> None:
    assert scored("peg", given("peg", *numbers)).total == mean


@pytest.mark.parametrize(
    ("instrument", "values", "total", "band"),
    [
        ("cows", [0] * 11, "0", ""),
        ("cows", [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "4", ""),
        ("cows", [4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], "5", "mild"),
        ("cows", [4, 4, 3, 1, 0, 0, 0, 0, 0, 0, 0], "12", "mild"),
        ("cows", [4, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0], "13", "moderate"),
        ("cows", [4, 4, 5, 5, 4, 2, 0, 0, 0, 0, 0], "24", "moderate"),
        ("cows", [4, 4, 5, 5, 4, 2, 1, 0, 0, 0, 0], "25", "moderately severe"),
        ("cows", [4, 4, 5, 5, 4, 4, 5, 4, 1, 0, 0], "36", "moderately severe"),
        ("cows", [4, 4, 5, 5, 4, 4, 5, 4, 2, 0, 0], "37", "severe"),
        ("cows", [4, 4, 5, 5, 4, 4, 5, 4, 4, 4, 5], "48", "severe"),
        ("phq-2", [1, 1], "2", ""),
        ("phq-2", [3, 3], "6", ""),
    ],
)
def test_sums_and_their_published_labels(
    instrument: str, values: list[int], total: str, band: str
) -> None:
    found = scored(instrument, given(instrument, *values))
    assert (found.total, found.band, found.complete) == (total, band, True)


@pytest.mark.parametrize(
    ("first", "rest", "total", "band"),
    [
        ((0, 1), (1, 1, 1, 0, 0, 0, 0), "4", ""),
        ((1, 1), (1, 1, 1, 0, 0, 0, 0), "5", "mild"),
        ((1, 1), (1, 1, 1, 1, 1, 1, 1), "9", "mild"),
        ((2, 1), (1, 1, 1, 1, 1, 1, 1), "10", "moderate"),
        ((2, 2), (2, 2, 2, 2, 1, 1, 0), "14", "moderate"),
        ((2, 2), (2, 2, 2, 2, 2, 1, 0), "15", "moderately severe"),
        ((3, 3), (3, 3, 3, 2, 1, 1, 0), "19", "moderately severe"),
        ((3, 3), (3, 3, 3, 3, 1, 1, 0), "20", "severe"),
        ((3, 3), (3, 3, 3, 3, 3, 3, 3), "27", "severe"),
    ],
)
def test_the_phq_9_counts_the_two_items_of_the_phq_2(
    first: tuple[int, ...], rest: tuple[int, ...], total: str, band: str
) -> None:
    found = scored("phq-9", given("phq-2", *first) | given("phq-9", *rest))
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize(
    ("first", "rest", "total", "band"),
    [
        ((1, 1), (1, 1, 0, 0, 0), "4", ""),
        ((1, 1), (1, 1, 1, 0, 0), "5", "mild"),
        ((2, 2), (1, 1, 1, 2, 1), "10", "moderate"),
        ((2, 2), (2, 2, 2, 2, 2), "14", "moderate"),
        ((3, 3), (3, 3, 3, 3, 3), "21", "severe"),
    ],
)
def test_the_gad_7_counts_the_two_items_of_the_gad_2(
    first: tuple[int, ...], rest: tuple[int, ...], total: str, band: str
) -> None:
    found = scored("gad-7", given("gad-2", *first) | given("gad-7", *rest))
    assert (found.total, found.band) == (total, band)


@pytest.mark.parametrize("instrument", ["phq-2", "gad-2"])
@pytest.mark.parametrize(("values", "positive"), [((1, 1), False), ((2, 1), True), ((3, 0), True)])
def test_a_short_scale_is_positive_from_its_published_cut(
    instrument: str, values: tuple[int, ...], positive: bool
) -> None:
    assert scored(instrument, given(instrument, *values)).positive is positive


@pytest.mark.parametrize(
    ("instrument", "answers", "answered", "items"),
    [
        ("peg", given("peg", 6, 7), 2, 3),
        ("peg", given("peg", 6, NOT_ASKED, 7), 2, 3),
        ("cows", given("cows", *[0] * 10), 10, 11),
        ("phq-2", given("phq-2", 3), 1, 2),
        ("phq-9", given("phq-9", 1, 1, 1, 1, 1, 1, 1), 7, 9),
    ],
)
def test_an_incomplete_scale_has_no_total(
    instrument: str, answers: dict[str, list[str]], answered: int, items: int
) -> None:
    found = scored(instrument, answers)
    assert (found.total, found.band, found.positive, found.complete) == ("", "", None, False)
    assert (found.answered, found.items) == (answered, items)


def test_what_was_not_answered_or_not_asked_has_no_score() -> None:
    for answers in ({}, given("peg", "", "", ""), given("peg", *[NOT_ASKED] * 3)):
        assert score(INSTRUMENTS["peg"], answers, INSTRUMENTS) is None
    assert score(INSTRUMENTS["phq-9"], given("phq-2", 3, 3), INSTRUMENTS) is None
    assert score(INSTRUMENTS["events"], {"events.any": ["none"]}, INSTRUMENTS) is None


def test_the_difficulty_item_is_asked_and_not_scored() -> None:
    answers = given("phq-2", 0, 0) | given("phq-9", 0, 0, 0, 0, 0, 0, 0, 3)
    assert scored("phq-9", answers).total == "0"


@pytest.mark.parametrize("value", ["3", "-1", "x", "1.5", "٣"])
def test_an_answer_that_an_item_does_not_have_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"cows\.pulse"):
        score(INSTRUMENTS["cows"], {"cows.pulse": [value]}, INSTRUMENTS)
    with pytest.raises(ValueError, match=r"peg\.pain"):
        score(INSTRUMENTS["peg"], {"peg.pain": ["11"]}, INSTRUMENTS)


# --- The shipped instruments ----------------------------------------------------------------------


def ids(one: Instrument) -> tuple[str, ...]:
    return tuple(q.id.split(".")[1] for q in one.questions)


def test_the_items_and_their_allowed_values() -> None:
    cows = INSTRUMENTS["cows"]
    assert ids(cows) == COWS
    values = {q.id.split(".")[1]: [int(c.value) for c in q.choices] for q in cows.questions}
    assert values == {
        "pulse": [0, 1, 2, 4],
        "sweating": [0, 1, 2, 3, 4],
        "restlessness": [0, 1, 3, 5],
        "pupils": [0, 1, 2, 5],
        "aches": [0, 1, 2, 4],
        "nose": [0, 1, 2, 4],
        "gut": [0, 1, 2, 3, 5],
        "tremor": [0, 1, 2, 4],
        "yawning": [0, 1, 2, 4],
        "anxiety": [0, 1, 2, 4],
        "gooseflesh": [0, 3, 5],
    }
    assert sum(max(all_of) for all_of in values.values()) == 48
    assert ids(INSTRUMENTS["phq-2"]) == PHQ_2
    assert ids(INSTRUMENTS["phq-9"]) == (*PHQ_9, "difficulty")
    assert [len(items_of(INSTRUMENTS[i], INSTRUMENTS)) for i in ("peg", "phq-9", "gad-7")] == [
        3,
        9,
        7,
    ]
    for scale in ("phq-2", "phq-9", "gad-2", "gad-7"):
        assert all(
            [c.value for c in q.choices] == ["0", "1", "2", "3"]
            for q in INSTRUMENTS[scale].questions
        )
    assert all((q.low, q.high) == (0, 10) for q in INSTRUMENTS["peg"].questions)


def test_cows_is_for_the_room_and_scores_only_added_ache() -> None:
    cows = INSTRUMENTS["cows"]
    assert [cows.fits(mode) for mode in ("phone", "video", "in_person")] == [False, False, True]
    assert "only" in cows.note and "withdrawal added" in cows.note
    assert cows.loinc == cows.total_loinc == ""


def test_every_published_scale_gives_credit() -> None:
    for one in INSTRUMENTS.values():
        assert bool(one.credit) is (one.method != ""), one.id


def test_mood_is_asked_of_the_patient_alone() -> None:
    assert {one.id for one in INSTRUMENTS.values() if one.alone} == {
        "mood", "phq-2", "phq-9", "gad-2", "gad-7",
    }  # fmt: skip


def test_loinc_codes_are_the_verified_ones() -> None:
    codes = {
        one.id: (one.loinc, one.total_loinc, [q.loinc for q in one.questions if q.loinc])
        for one in INSTRUMENTS.values()
        if one.loinc or any(q.loinc for q in one.questions)
    }
    assert codes == {
        "peg": ("91148-7", "91147-9", ["75893-8", "91145-3", "91146-1"]),
        "phq-2": ("55757-9", "55758-7", ["44250-9", "44255-8"]),
        "phq-9": (
            "44249-1", "44261-6",
            ["44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8"],
        ),
        "gad-2": ("", "", ["69725-0", "68509-9"]),
        "gad-7": ("69737-5", "70274-6", ["69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]),
    }  # fmt: skip


def test_what_is_left_out_for_its_rights() -> None:
    words = " ".join(
        " ".join((one.words, one.credit, *(q.ask for q in one.questions)))
        for one in INSTRUMENTS.values()
    ).casefold()
    for absent in ("bowel function index", "sows", "promis"):
        assert absent not in words


def test_answers_in_words() -> None:
    which = next(q for q in INSTRUMENTS["events"].questions if q.kind is Kind.SIGNS)
    assert which.words_of(["naloxone", "overdose"]) == (
        "Overdose, or a close call, Naloxone was used"
    )
    assert which.words_of([NOT_ASKED]) == "Not asked"
    pain = INSTRUMENTS["peg"].questions[0]
    assert (pain.words_of(["7"]), pain.words_of([])) == ("7", "")


# --- The reader -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('method = "mean"', 'method = "median"', "not known"),
        ("version = 1", 'version = "1"', "version must be a whole number"),
        ("version = 1", "version = true", "version must be a whole number"),
        ("version = 1", "version = -1", "version must be a whole number"),
        ('id = "enjoyment"', 'id = "pain"', "a question id is there twice"),
        ('value = "differently"', 'value = "unsure"', "a value is there twice"),
        ("low = 13, high = 24", "low = 12, high = 24", "without overlap"),
        ('value = "4", words = "Above 120"', 'value = "many", words = "M"', "whole numbers alone"),
        ('continues = "phq-2"', 'continues = "phq-3"', "not known"),
        ('kind = "signs"\n', "", "must list them"),
    ],
)
def test_a_bad_instrument_is_refused_by_name(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    if not new:
        old, new = 'kind = "text"', 'kind = "signs"'
    with pytest.raises(BadCatalogue, match=sentence):
        load(broken(tmp_path, "instruments.toml", old, new))


OWN = """
[[instrument]]
id = "mood"
words = "Mood, as our clinic asks"
version = {version}
alone = true
source = "clinic"
references = ["CDC22"]
reviewed_on = 2026-11-24
review_by = 2027-11-23

[[instrument.question]]
id = "low"
ask = "How is your mood, and have you thought of hurting yourself?"
choices = [
    {{ value = "no", words = "No, neither" }},
    {{ value = "{yes}", words = "Yes" }},
    {{ value = "declined", words = "Would rather not say" }},
]
"""


def own(folder: Path, **values: object) -> Path:
    folder.mkdir()
    words = OWN.format(**{"version": 2, "yes": "yes", **values})
    (folder / "instruments.toml").write_text(words, encoding="utf-8")
    return folder


def test_a_clinic_words_a_question_anew_under_a_new_version(tmp_path: Path) -> None:
    mood = load(extra=own(tmp_path / "own")).instruments["mood"]
    assert (mood.version, mood.questions[0].words_of(["no"])) == (2, "No, neither")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"version": 1}, "version must be above 1"), ({"yes": "oui"}, "only words may change")],
)
def test_a_clinic_does_not_take_a_question_from_the_rules(
    tmp_path: Path, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(BadCatalogue, match=sentence):
        load(extra=own(tmp_path / "own", **values))
