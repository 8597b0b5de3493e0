"""Names as they are searched and compared, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.names import digits, fold, fold_parts, phonetic, similar, why_not_name


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Maria Rivera", "maria rivera"),
        ("  Maria \t  RIVERA ", "maria rivera"),
        ("RIVERA, Maria", "rivera maria"),
        ("Nguyễn Văn An", "nguyen van an"),
        ("Nguye\u0302\u0303n", "nguyen"),
        ("Žižek", "zizek"),
        ("Łukasz", "lukasz"),
        ("Ștefan Țurcanu", "stefan turcanu"),
        ("Şule I\u015f\u0131k İpek", "sule isik ipek"),
        ("Søren Ångström", "soren angstrom"),
        ("Đặng", "dang"),
        ("Æsa Þórðardóttir", "aesa thordardottir"),
        ("Strauß", "strauss"),
        ("STRAUSS", "strauss"),
        ("STRAUẞ", "strauss"),
        ("O'Neil", "oneil"),
        ("O\u2019Neil", "oneil"),
        ("O`Neil", "oneil"),
        ("O\u00b4Neil", "oneil"),
        ("ONeil", "oneil"),
        ("\u02bbAkahi", "akahi"),
        ("Smith-Jones", "smith jones"),
        ("Smith\u2013Jones", "smith jones"),
        ("J. R. Smith, Jr.", "j r smith jr"),
        ("Ольга", "ольга"),
        ("ОЛЬГА", "ольга"),
        ("Фёдор", "федор"),
        ("Ελένη", "ελενη"),
        ("ΣΟΦΟΣ", "σοφοσ"),
        ("محمد", "محمد"),
        ("مُحَمَّد", "محمد"),
        ("مـحـمـد", "محمد"),
        ("أحمد", "احمد"),
        ("\u0639\u0644\u06cc", "\u0639\u0644\u064a"),
        ("יוסף", "יוסף"),
        ("יוֹסֵף", "יוסף"),
        ("प्रिया", "प्रिया"),
        ("ಕಾವ್ಯ", "ಕಾವ್ಯ"),
        ("ሰላም", "ሰላም"),
        ("김민준", "김민준"),
        ("李伟", "李伟"),
        ("さくら がく", "さくら がく"),
        ("\uff21\uff4e\uff4e", "ann"),
        ("Bo\u00adris", "boris"),
        ("An\u0000na", "anna"),
        ("\u200eAnna\u200f", "anna"),
        ("Henry 2nd", "henry 2nd"),
        ("<b>Bo</b>", "b bo b"),
        ("???", ""),
        ("", ""),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert fold_parts(name) == tuple(folded.split())


def test_different_kana_and_vowel_signs_stay_different() -> None:
    assert fold("\u304b") != fold("\u304c")
    assert fold("कि") != fold("कु")
    assert fold("กา") != fold("กี")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())
    assert isinstance(phonetic(text), str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith", "Smyth"),
        ("Smith", "Schmidt"),
        ("Philip", "Filip"),
        ("Jiménez", "Gimenez"),
        ("Gonzalez", "Gonzales"),
        ("Catherine", "Kathryn"),
        ("Christine", "Kristin"),
        ("Mohamed", "Muhammad"),
        ("Knight", "Night"),
        ("Wright", "Right"),
        ("Hernandez", "Ernandes"),
        ("Yvonne", "Ivonne"),
        ("Yusuf", "Jusuf"),
        ("Walter", "Valter"),
        ("Xavier", "Savier"),
        ("Szymon", "Simon"),
        ("Alex", "Aleks"),
        ("Rodger", "Roger"),
        ("Jon Smith", "John Smyth"),
    ],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert phonetic(one) == phonetic(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rivera", "Romero"),
        ("Kim", "Kin"),
        ("Brown", "Green"),
        ("Guerra", "Gerra"),
        ("Ольга", "Олег"),
        ("محمد", "أحمد"),
    ],
)
def test_names_that_do_not_sound_alike_differ(one: str, other: str) -> None:
    assert phonetic(one) != phonetic(other)


def test_another_script_is_its_own_key() -> None:
    assert phonetic("Ольга Smith") == "ольга smt"
    assert phonetic("") == ""


SIMILAR = [
    ("Maria Rivera", "Maria Rivera"),
    ("Maria Rivera", "RIVERA, Maria"),
    ("Maria Rivera", "Mario Rivera"),
    ("Maria Rivera", "Maria Elena Rivera"),
    ("Maria E. Rivera", "Maria Elena Rivera"),
    ("M Rivera", "Maria Rivera"),
    ("Jon Smith", "Smyth John"),
    ("Philip Jiménez", "Filip Gimenez"),
    ("Łukasz Žižek", "Lukasz Zizek"),
    ("Sean O'Neil", "Sean ONeil"),
    ("Sean O Neil", "Sean O'Neil"),
    ("Ana de la Cruz", "Ana Delacruz"),
    ("Nguyễn Văn An", "Nguyen An Van"),
    ("Ольга Иванова", "Ольга Иваново"),
    ("محمد علي", "مُحَمَّد على"),
    ("Suharto", "suharto"),
    ("Suharto", "Soeharto"),
    ("Suharto", "Ahmad Suharto"),
    ("Brain Cole", "Brian Cole"),
    ("Ann Cole", "Anna Cole"),
    ("Anna Cole", "Ann Cole"),
    ("J R", "R J"),
    ("Mary Marie", "Marie Mary Ann"),
]
NOT_SIMILAR = [
    ("Maria Rivera", "Maria Lopez"),
    ("Maria Rivera", "Peter Rivera"),
    ("Li Wu", "Le Wu"),
    ("Suharto", "Ahmad Suhartono"),
    ("Suharto", "Sukarno"),
    ("Maria Maria", "Maria Rivera"),
    ("J R", "John Rivera"),
    ("Kim Lee", "Tom Lee"),
    ("Ольга Иванова", "Олег Иванов"),
    ("李伟", "王伟"),
    ("", "Maria Rivera"),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), SIMILAR)
def test_similar_names(one: str, other: str) -> None:
    assert similar(fold_parts(one), fold_parts(other))
    assert similar(fold_parts(other), fold_parts(one))


@pytest.mark.parametrize(("one", "other"), NOT_SIMILAR)
def test_names_that_are_not_similar(one: str, other: str) -> None:
    assert not similar(fold_parts(one), fold_parts(other))
    assert not similar(fold_parts(other), fold_parts(one))


def test_a_part_gives_way_when_another_needs_its_place() -> None:
    # "anna" could take "anna" or "hanna"; "hana" has only "hanna".
    assert similar(("anna", "hana"), ("hanna", "anna"))
    assert similar(("jon", "jan", "cole"), ("jan", "cole", "jun"))


LETTERS = st.text("abcdefghijklmnopqrstuvwxyzé'- \u0438\u0645", max_size=24)


@settings(max_examples=200, deadline=None)
@given(LETTERS, LETTERS)
def test_likeness_has_no_direction_and_no_order(one: str, other: str) -> None:
    a, b = fold_parts(one), fold_parts(other)
    assert similar(a, b) == similar(b, a)
    assert similar(a, a) == bool(a)
    assert similar(a, tuple(reversed(a))) == bool(a)


def test_a_name_of_many_parts_is_compared_at_once() -> None:
    many = tuple("ab" + chr(97 + n % 26) + chr(97 + n // 26) for n in range(50))
    assert similar(many, tuple(reversed(many)))


@pytest.mark.parametrize(
    "name",
    [
        "Maria Rivera",
        "Suharto",
        "X",
        "O'Neil",
        "<b>Bo</b>",
        "<img src=x onerror=1>",
        "Robert'); DROP TABLE patients;--",
        "مُحَمَّد",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "יוסף\u200f",
        "प्रिया",
        "李伟",
        "Zo\u0308e",
        "=cmd",
        "Henry 2nd",
        "a" * 200,
    ],
)
def test_a_name_is_stored_as_typed(name: str) -> None:
    assert why_not_name(name) is None


EMPTY = "The name is empty. Type the name; one word is enough."
TURNING = "The name has a hidden character that turns text around. Type the name again."
HIDDEN = "The name has a tab, a line break or a hidden character. Type the name again."
LETTERLESS = "The name has no letter. Type the name as the person writes it."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", EMPTY),
        (" \u00a0 ", EMPTY),
        ("a" * 201, "The name is longer than 200 characters. Type a shorter form of it."),
        ("a" * 10_000, "The name is longer than 200 characters. Type a shorter form of it."),
        *((f"Maria{character}Rivera", TURNING) for character in "\u202a\u202b\u202c\u202d\u202e"),
        *((f"Maria{character}Rivera", TURNING) for character in "\u2066\u2067\u2068\u2069"),
        ("Mar\ufffda", "A letter of this name was lost in copying. Type the name again."),
        ("Maria\nRivera", HIDDEN),
        ("Maria\tRivera", HIDDEN),
        ("Maria\u2028Rivera", HIDDEN),
        ("Maria\x00", HIDDEN),
        ("Maria\x7f", HIDDEN),
        ("Ma\u200bria", HIDDEN),
        ("Ma\u00adria", HIDDEN),
        ("\ufeffMaria", HIDDEN),
        ("Maria\ue000", HIDDEN),
        ("Maria\ud800", HIDDEN),
        ("Maria\uffff", HIDDEN),
        ("\U000e0041Maria", HIDDEN),
        ("???", LETTERLESS),
        ("12345", LETTERLESS),
        ("-", LETTERLESS),
    ],
)
def test_what_is_no_name(name: str, sentence: str) -> None:
    assert why_not_name(name) == sentence


@pytest.mark.parametrize(
    ("phone", "kept"),
    [
        ("(555) 010-2233", "5550102233"),
        ("+1 555.010.2233 x4", "155501022334"),
        ("\u0665\u0665\u0665", "555"),
        ("\uff15\uff15\uff15", "555"),
        ("5\u00b2", "5"),
        ("call the son", ""),
        ("", ""),
    ],
)
def test_digits_of_a_phone_number(phone: str, kept: str) -> None:
    assert digits(phone) == kept
