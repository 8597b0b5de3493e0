"""The interface in two languages: every text has its Spanish, and no page shows its English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from flask import Flask
from jinja2 import Environment
from sqlalchemy import select

from scripts import translations
from tests.harness.cast import Cast
from tests.harness.crawl import pages_of
from tests.harness.english import EnglishWords
from tests.harness.visitor import Visitor
from tracker.bilingual import CATALOGUE, read_catalogue
from tracker.catalogue import load
from tracker.catalogue.spoken import texts_by_file
from tracker.checkins.instruments import PUBLISHED
from tracker.demo.people import PASSWORD
from tracker.languages import Spoken
from tracker.models import WorklistRow, db

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "tracker/templates"

# English for good: the terminal, the log, files for programs, and paper, which has its own library.
ENGLISH = (
    "tracker/audit_commands", "tracker/backup", "tracker/backups/", "tracker/bilingual",
    "tracker/catalogue/",
    "tracker/commands", "tracker/database", "tracker/demo/", "tracker/exchange/",
    "tracker/exchange_commands", "tracker/handouts/", "tracker/logs", "tracker/models/",
    "tracker/paper_commands", "tracker/retention_commands", "tracker/serving", "tracker/settings",
    "tracker/staff_commands", "tracker/worklist_commands", "tracker/factors", "tracker/passkeys",
    "tracker/languages", "tracker/day_words", "tracker/search_keys", "tracker/views/fhir",
    "tracker/records/audit", "tracker/records/spoken_of",
    "tracker/doses", "tracker/number_words",  # the number in words has a room of its own
    "tracker/charts/calendars", "tracker/charts/sessions", "tracker/charts/supervision",
)  # fmt: skip


@cache
def messages() -> tuple[Message, ...]:
    return tuple(message for message in translations.kept() if message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


# ---- the catalogue


def test_the_catalogue_holds_the_texts_of_the_interface_and_no_others() -> None:
    in_use = {(m.id, m.context) for m in translations.texts() if m.id}
    in_catalogue = {(m.id, m.context) for m in messages()}
    assert in_use - in_catalogue == set(), "run `make translations`"
    assert in_catalogue - in_use == set(), "run `make translations`"


def test_every_text_has_its_spanish() -> None:
    assert [message.id for message in messages() if not all(forms(message))] == []
    assert [message.id for message in messages() if message.fuzzy] == []


def test_values_and_marks_are_the_same_in_both_languages() -> None:
    for message in messages():
        for english, es in zip(originals(message), forms(message), strict=True):
            for mark in (r"\{\w*\}", r"</?\w+[^>]*>"):
                assert sorted(re.findall(mark, english)) == sorted(re.findall(mark, es)), es
            assert english[:1].isspace() == es[:1].isspace(), repr(es)
            assert english[-1:].isspace() == es[-1:].isspace(), repr(es)


def test_no_text_holds_a_dose() -> None:
    """A dose is never touched by a translation: no text of ours has a number with a dose unit."""
    dose = re.compile(r"\d\s*(mg|mcg|mL|tabl|pastill)", re.IGNORECASE)
    for message in messages():
        for english, es in zip(originals(message), forms(message), strict=True):
            assert dose.findall(english) == dose.findall(es)


# ---- nothing is left unwrapped


def _templates() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted(TEMPLATES.rglob("*.html"))]


WORD = re.compile(r"[A-Za-z]{2}")
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:aria-label|placeholder|title|data-label|alt)="([^"]*)"')
LIKE_A_TEXT = re.compile(
    r"[A-Z“¿][a-z’]+[^A-Z]*|[A-Z][a-z]*( .*)| ?(and|by|for|in|of|on|or|raised|to) "
)
CALLS = ("_", "_n", "_c")


@pytest.mark.parametrize("path", _templates())
def test_no_template_has_a_text_of_its_own(path: str) -> None:
    assert list(_unwrapped((ROOT / path).read_text(encoding="utf-8"))) == []


def _unwrapped(source: str) -> Iterator[str]:
    """Find words between tags, in attributes that are read out, and in the code of a template."""
    data, before = "", ["", ""]
    for _, kind, value in Environment().lex(source):
        if kind == "data":
            data += value
        elif kind in ("variable_begin", "block_begin"):
            data += "\0"
        elif kind == "name" and value == "main_class":
            data += value  # what follows it is a class
        elif kind == "string" and not (before[1] == "(" and before[0] in CALLS):
            text = ast.literal_eval(value)
            if LIKE_A_TEXT.fullmatch(text) and not (before[1] == "," or text.endswith("Field")):
                yield text
        if kind not in ("whitespace", "data"):
            before = [before[1], value]
    yield from (found for found in SPOKEN_ATTRIBUTE.findall(data) if WORD.search(found))
    data = re.sub(r'<[^>]*>| [a-z-]+="[^"]*"|main_class(narrow|wide)', "\0", data)
    yield from (piece.strip() for piece in data.split("\0") if WORD.search(piece))


def _modules() -> list[str]:
    found = (str(path.relative_to(ROOT)) for path in sorted((ROOT / "tracker").rglob("*.py")))
    return [path for path in found if not path.startswith(ENGLISH)]


SENTENCE = re.compile(r"[A-Z“¿].* .*[a-z.?!]")
SPEAKERS = {"said", "say", "counted", "say_counted", "said_as", "joined"}
FOR_PROGRAMMERS = {"ValueError", "TypeError", "RuntimeError", "LookupError", "KeyError", "error"}


@pytest.mark.parametrize("path", _modules())
def test_no_module_has_a_sentence_that_cannot_be_translated(path: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    apart = {id(inner) for node in ast.walk(tree) for inner in _set_apart(node)}
    left = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart
        if SENTENCE.fullmatch(node.value)
    ]
    assert left == []


# What these put together is kept with the record as particulars, and read as it was kept.
PARTICULARS = ("tracker/records/", "tracker/drafts/pasting", "tracker/policy/")


@pytest.mark.parametrize("path", [path for path in _modules() if not path.startswith(PARTICULARS)])
def test_no_module_puts_a_sentence_together_by_itself(path: str) -> None:
    """Nobody can look up an f-string, whoever it is given to; what it must not be is a sentence."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    refusals = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        for inner in ast.walk(node)
    }
    texts = (
        "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and id(node) not in refusals
    )
    assert [text for text in texts if re.fullmatch(r"[A-Z“…].* [a-z]{2,} .*[a-z.…]", text)] == []


def _set_apart(node: ast.AST) -> Iterator[ast.AST]:
    """Give what is no sentence for a page, or one that is said already."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value  # a docstring
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        if name in SPEAKERS | FOR_PROGRAMMERS:
            yield from ast.walk(node)
    if isinstance(node, ast.Assert | ast.Compare):
        yield from ast.walk(node)


# ---- pages


# Pages that show English beside Spanish on purpose: the paper's own phrases, and the time zones.
BOTH = ("wording.", "clinic.edit")


@pytest.mark.parametrize("who", ["amara", "cleo", "dee"])
def test_no_page_in_spanish_has_an_english_word(demo_app: Flask, who: str) -> None:
    english = EnglishWords(demo_app, read_catalogue(CATALOGUE))
    visitor = Visitor(demo_app)
    visitor.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es-MX,es;q=0.9,en;q=0.5"
    visitor.sign_in(who, PASSWORD)
    left = {}
    for endpoint, path in pages_of(visitor).items():
        page = visitor.get(path)
        assert '<html lang="es">' in page.html
        if not endpoint.startswith(BOTH) and (found := list(english.on(page))):
            left[path] = found
    assert left == {}


def test_an_english_word_would_be_found(demo_app: Flask) -> None:
    """The search itself: on an English page it finds plenty."""
    english = EnglishWords(demo_app, read_catalogue(CATALOGUE))
    page = Visitor(demo_app).get("/sign-in")
    page.document.root.set("lang", "es")
    assert any("Password" in found for found in english.on(page))


def test_the_catalogues_texts_for_staff_are_in_both_languages() -> None:
    spanish = read_catalogue(CATALOGUE)
    texts = {text for _, text in texts_by_file()}
    assert len(texts) > 400
    assert [text for text in sorted(texts) if text not in spanish] == []


def test_the_published_scales_are_those_that_stay_english() -> None:
    shelf = load()
    assert {one.id for one in shelf.scales if one.instrument.method} == PUBLISHED
    for scale in shelf.scales:
        for question in scale.instrument.questions:
            assert isinstance(question.ask, Spoken) == (scale.id not in PUBLISHED)


def test_the_language_is_the_browsers_until_a_person_chooses(app: Flask) -> None:
    for asked, language in (("es-US,en;q=0.5", "es"), ("en", "en"), ("fr", "en"), ("", "en")):
        visitor = Visitor(app)
        visitor.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = asked
        assert f'<html lang="{language}">' in visitor.get("/sign-in").html
        assert f'<html lang="{language}">' in visitor.get("/nowhere", status=404).html


def test_a_choice_before_sign_in_lasts_until_the_person_makes_their_own(
    app: Flask, cast: Cast
) -> None:
    visitor = Visitor(app)
    page = visitor.get("/sign-in").form("/language").submit("Español")
    page = visitor.follow(page)
    assert page.h1 == "Iniciar sesión"
    page = page.form("/sign-in").submit(username="amara", password="", status=422)
    assert "Escriba su contraseña." in page.text
    visitor.sign_in("amara", cast["amara"].password)
    assert visitor.get("/account").h1 == "Su cuenta"
    page = visitor.get("/account").form("/account/language").submit(language="en")
    assert "Your pages are in English." in visitor.follow(page).text
    elsewhere = Visitor(app)
    elsewhere.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    elsewhere.sign_in("amara", cast["amara"].password)
    assert elsewhere.get("/account").h1 == "Your account"


def test_an_unknown_language_is_refused(amara: Visitor) -> None:
    for path in ("/language", "/account/language"):
        amara.post(path, {"language": "fr"}, status=400)
        amara.post(path, {}, status=400)
    assert amara.get("/account").h1 == "Your account"


def test_a_message_is_kept_in_no_language(amara: Visitor) -> None:
    """It is said when it is read: the choice that it tells of already holds."""
    page = amara.get("/account").form("/account/language").submit(language="es")
    assert "Idioma de sus páginas: Español." in amara.follow(page).text


def test_the_rows_of_today_are_spoken_and_kept_in_english(demo_app: Flask) -> None:
    visitor = Visitor(demo_app)
    visitor.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "es"
    visitor.sign_in("amara", PASSWORD)
    page = visitor.follow(visitor.get("/", status=302))
    for words in ("Aviso al médico", "Seguimiento: Teléfono", "programado", "Hecho hoy"):
        assert words in page.text
    with demo_app.app_context():
        rows = db.session.scalars(select(WorklistRow.what)).all()
    assert "Tell the patient what was decided" in rows
    assert not [row for row in rows if "\x1e" in row]
