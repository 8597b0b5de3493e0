"""The catalogue's reader lays the clinic's folder over the shipped one, and refuses a bad file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tracker.catalogue import SHIPPED, BadCatalogue, Source, load

CATALOGUE = load()


# The clinic's own folder

OWN_THERAPY = """
[[therapy]]
id = "{id}"
words = "{words}"
patient_name = "Pool class"
patient_words = "You move in warm water."
category = "active"
helps = "The clinic's own class."
record = ["date"]
cautions = []
source = "clinic"
references = ["CDC22"]
reviewed_on = 2026-11-24
review_by = 2027-11-24
{more}
"""


def own(folder: Path, file: str, text: str) -> Path:
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_the_clinic_adds_an_entry_of_its_own(tmp_path: Path) -> None:
    text = OWN_THERAPY.format(id="pool-class", words="Pool class", more="")
    found = load(extra=own(tmp_path, "therapies.toml", text))
    assert len(found.therapies) == len(CATALOGUE.therapies) + 1
    added = found.therapy("pool-class")
    assert added is not None
    assert added.source is Source.CLINIC


def test_the_clinic_overrides_an_entry_by_its_id_in_its_place(tmp_path: Path) -> None:
    text = OWN_THERAPY.format(id="yoga", words="Yoga at our clinic", more="")
    found = load(extra=own(tmp_path, "therapies.toml", text))
    assert [t.id for t in found.therapies] == [t.id for t in CATALOGUE.therapies]
    changed = found.therapy("yoga")
    assert changed is not None
    assert changed.words == "Yoga at our clinic"


def test_a_retired_entry_is_offered_no_more_but_can_be_read(tmp_path: Path) -> None:
    text = OWN_THERAPY.format(id="yoga", words="Yoga", more="retired = true")
    found = load(extra=own(tmp_path, "therapies.toml", text))
    assert "yoga" not in [therapy.id for therapy in found.therapies]
    assert found.therapy("yoga") is not None
    assert found.topic("yoga") is None
    assert "yoga" not in {entry.id for entry in found.overdue(date(2030, 1, 1))}


OWN_MEDICINE = """
[[medicine]]
id = "oxycodone"
words = "oxyCODONE"
label_name = "oxycodone"
kinds = ["opioid"]
forms = [{ form = "tablet", strengths = ["5 mg"] }]
source = "clinic"
references = ["US-LABEL"]
reviewed_on = 2026-11-24
review_by = 2027-11-24
"""


def test_a_medicine_is_overridden_with_all_its_products(tmp_path: Path) -> None:
    found = load(extra=own(tmp_path, "medicines.toml", OWN_MEDICINE))
    assert [p.id for p in found.medicines if p.medicine.id == "oxycodone"] == [
        "oxycodone-tablet-5-mg"
    ]


def test_a_retired_medicine_is_not_found_by_words(tmp_path: Path) -> None:
    text = OWN_MEDICINE + "retired = true\n"
    found = load(extra=own(tmp_path, "medicines.toml", text))
    assert found.find_products("oxycodone 5 mg tablet")[0].id.startswith("oxycodone-acetamin")
    assert found.product("oxycodone-tablet-5-mg") is not None


def test_the_clinic_may_have_no_folder_and_files_that_have_other_readers(tmp_path: Path) -> None:
    assert load(extra=tmp_path / "nothing") == CATALOGUE
    assert load(extra=own(tmp_path, "handout.en.toml", "x = 1")) == CATALOGUE


def test_a_file_name_that_nobody_reads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match=r"^therapy\.toml: use one of the names "):
        load(extra=own(tmp_path, "therapy.toml", ""))


# Refusals: a change to one file, and the sentence about it

CHANGES = [
    ("therapies.toml", 'category = "active"', 'category = "activ"', "'activ' is not known"),
    ("therapies.toml", 'category = "active"', 'kategory = "active"', "category is missing"),
    (
        "therapies.toml",
        'category = "active"',
        'category = "active"\ndose = "5"',
        "unknown key dose",
    ),
    ("therapies.toml", 'category = "active"', 'category = ""', "words on one line"),
    ("therapies.toml", 'category = "active"', 'category = " active"', "words on one line"),
    ("therapies.toml", 'category = "active"', "category = 5", "must be text in quotes"),
    ("therapies.toml", '\nsource = "article"', '\nsource = "web"', "'web' is not known"),
    ("therapies.toml", '\nsource = "article"', '\nsource = "clinic"', "'clinic' is not known"),
    ("therapies.toml", '\nsource = "article"', '\nsource = "guideline"', "only an entry from the"),
    ("therapies.toml", 'locator = "Physical therapy is often at the top"\n', "", "locator is miss"),
    ("therapies.toml", "is often at the top", "is often at the top of a very long list", "at most"),
    ("therapies.toml", "reviewed_on = 2026-11-24", "", "reviewed_on is missing"),
    ("therapies.toml", "review_by = 2027-11-23", "", "review_by is missing"),
    ("therapies.toml", "review_by = 2027-11-23", "review_by = 2027-11-25", "twelve months"),
    ("therapies.toml", "review_by = 2027-11-23", "review_by = 2026-11-24", "twelve months"),
    ("therapies.toml", "review_by = 2027-11-23", 'review_by = "2027-11-23"', "without quotes"),
    ("therapies.toml", "review_by = 2027-11-23", "review_by = 2027-11-23T00:00:00", "without quo"),
    ("therapies.toml", 'references = ["CDC22", "AHRQ227", "CPGQA"]', "references = []", "at least"),
    ("therapies.toml", '"AHRQ227", "CPGQA"]', '"AHRQ999"]', "'AHRQ999' is not known"),
    ("therapies.toml", '"AHRQ227", "CPGQA"]', '"CDC22"]', "says the same thing twice"),
    ("therapies.toml", '["CDC22", "AHRQ227", "CPGQA"]', '"CDC22"', "must be a list of texts"),
    ("therapies.toml", 'id = "physical-therapy"', 'id = "Physical Therapy"', "an id has only"),
    ("therapies.toml", 'id = "acupuncture"', 'id = "physical-therapy"', "this id is there twice"),
    ("therapies.toml", 'part_of = "exercise-program"', 'part_of = "walking"', "'walking' is not"),
    ("therapies.toml", '"gabapentinoid-with-opioid"', '"gabapentin"', "'gabapentin' is not known"),
    ("therapies.toml", "[categories]", "[kategories]", "unknown key kategories"),
    ("therapies.toml", '\nactive = "Active care"', "\nactive = 1", "must be text in quotes"),
    ("checkins.toml", "\ncore = true", '\ncore = "yes"', "must be true or false"),
    ("checkins.toml", '"cows"]', '"sows"]', "'sows' is not known"),
    ("checkins.toml", "[[topic]]", "[[subject]]", "unknown key subject"),
    ("cautions.toml", "\ndismissible = false", "", "dismissible is missing"),
    ("cautions.toml", 'kinds = ["liquid"]', "kinds = []", "at least one kind"),
    ("cautions.toml", 'kinds = ["liquid"]', 'kinds = ["fluid"]', "'fluid' is not known"),
    ("medicines.toml", 'label_name = "oxycodone"', 'label_name = "oxycodon"', "only capitals may"),
    ("medicines.toml", 'form = "capsule"', 'form = "kapsule"', "'kapsule' is not known"),
    ("medicines.toml", '"7.5 mg", "10 mg"', '"7.5 mg", "7,5 mg", "10 mg"', "is there twice"),
    ("medicines.toml", 'strengths = ["5 mg"] }', "strengths = [] }", "capsule has no strengths"),
    ("medicines.toml", 'strengths = ["5 mg"] }', 'strengths = ["5 mg"], dose = "1" }', "unknown"),
    ("medicines.toml", 'measure = "count"', 'measure = "number"', "'number' is not known"),
    ("medicines.toml", "whole_units_only = false", "", "whole_units_only is missing"),
    ("medicines.toml", "[forms.tablet]", "[forms]\ntablet = 1\n[forms.pill]", "as a table"),
    ("references.toml", 'read = "source"', 'read = "skimmed"', "'skimmed' is not known"),
    ("reasons.toml", "[[reason]]", "[[reason", "not a readable TOML file"),
]


def broken(folder: Path, file: str, old: str, new: str) -> Path:
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("file", "old", "new", "sentence"), CHANGES)
def test_a_bad_file_is_refused_by_name(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    with pytest.raises(BadCatalogue) as refused:
        load(broken(tmp_path, file, old, new))
    assert refused.value.file == file
    assert sentence in refused.value.sentence
    assert str(refused.value).startswith(file)


def test_the_entry_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue) as refused:
        load(
            broken(
                tmp_path,
                "checkins.toml",
                'instruments = ["withdrawal-signs", "cows"]',
                "instruments = 1",
            )
        )
    assert refused.value.entry == "withdrawal"
    assert str(refused.value).startswith("checkins.toml, withdrawal: instruments must be")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("medicine = 1", "write each entry under [[medicine]]"),
        ("forms = 1", "write [forms] as a table"),
        (OWN_MEDICINE.replace("forms = [{", "forms = [1, {"), "a list of tables"),
        (OWN_MEDICINE.replace('["5 mg"]', '["5 mg", "5  MG"]'), "without spaces to spare"),
        (OWN_MEDICINE.replace('["5 mg"]', '["5 mg", "5 MG"]'), "is there twice"),
    ],
)
def test_a_bad_file_of_the_clinic_is_refused_too(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadCatalogue) as refused:
        load(extra=own(tmp_path, "medicines.toml", text))
    assert sentence in refused.value.sentence


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match=r"^references\.toml: this file is missing\.$"):
        load(tmp_path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reasons.toml").write_bytes(b'x = "\xff"')
    with pytest.raises(BadCatalogue, match="not a readable TOML file"):
        load(extra=tmp_path)


def test_a_review_on_leap_day_is_due_by_the_end_of_february(tmp_path: Path) -> None:
    text = OWN_MEDICINE.replace("2026-11-24", "2028-02-29").replace("2027-11-24", "2029-02-28")
    found = load(extra=own(tmp_path, "medicines.toml", text))
    assert found.medicine_names[0].review_by == date(2029, 2, 28)
