"""English and Spanish at the edge: which one a page speaks, and how its template says it.

A template writes `_("Sign in")`, `_("Version {n}", n=3)`, `_n("{n} row", "{n} rows", count)` or
`_c("verb", "Record")`. The call is gone before the page is drawn: each language has its own
compiled templates, with its texts in them as constants, so English costs what it cost before.

Flask-Babel holds the request's locale, which WTForms' own messages follow. The catalogue is
`translations/es/LC_MESSAGES/messages.po`, read once, when somebody first needs Spanish; nothing has
to be compiled. How to word a text is told in `docs/languages.md`.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, session
from flask.templating import Environment
from flask_babel import Babel
from jinja2 import Template, TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from tracker import languages
from tracker.languages import CONTEXT, ENGLISH, NAMES, SPANISH, one_stop

CATALOGUE = Path(__file__).parent / "translations/es/LC_MESSAGES/messages.po"
KEPT_AS = "language"  # in the browser's own cookie: before sign-in nobody knows whose choice it is
_learned: set[str] = set()


def install(app: Flask) -> None:
    """Let the application speak both languages; call it before its templates are first used."""
    app.jinja_environment = Bilingual
    Babel(app, default_locale=ENGLISH, locale_selector=languages.speaking, configure_jinja=False)
    app.jinja_env.globals.update(_filled=_filled, _counted=_counted)
    app.before_request(listen)
    app.teardown_request(fall_silent)


def listen() -> None:
    """Speak as the browser asks, until the guard knows who is there."""
    speak(session.get(KEPT_AS) or _asked_for())


def _asked_for() -> str:
    """Give the first language that the browser asks for and we speak, of whatever country."""
    asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((language for language in asked if language in NAMES), ENGLISH)


def listen_to(language: str | None) -> None:
    """Speak as the person chose for themselves, where they did."""
    if language:
        speak(language)


def speak(language: str) -> None:
    """Speak a language from here on; any other than the two is English."""
    language = language if language in NAMES else ENGLISH
    ready(language)
    languages.speak(language)


def fall_silent(_failure: BaseException | None = None) -> None:
    """Go back to English: what comes next in this thread is another request, or none."""
    languages.speak(ENGLISH)


def ready(language: str) -> None:
    """Read the catalogue of a language, once."""
    if language == SPANISH and language not in _learned:
        languages.learn(language, read_catalogue(CATALOGUE))
        _learned.add(language)


def read_catalogue(path: Path) -> dict[str, tuple[str, ...]]:
    """Give the texts of a catalogue: English to its one form, or its two; contexts go before."""
    from babel.messages.pofile import read_po  # not needed by anybody who reads English

    with path.open("rb") as file:
        catalogue = read_po(file, locale=SPANISH)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        english = message.id if isinstance(message.id, str) else message.id[0]
        forms = (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        if english and forms and all(forms):
            found[f"{message.context}{CONTEXT}{english}" if message.context else english] = forms
    return found


# ---- templates


def drawn(template: str, macro: str, *values: Any) -> Markup:
    """Draw one macro of a template in the language being spoken; it sees its values alone."""
    module = current_app.jinja_env.get_template(template).module
    found: Markup = getattr(module, macro)(*values)
    return found


class Bilingual(Environment):
    """Loads a template in the language being spoken, each language from a cache of its own."""

    language = ENGLISH
    other: Bilingual | None = None

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give what every template sees: nothing of its own, so that an import compares nothing."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        speaking = languages.speaking()
        if self.language == ENGLISH and speaking != ENGLISH:
            return self.within(speaking)._load_template(name, globals)
        return super()._load_template(name, globals)

    def within(self, language: str) -> Bilingual:
        """Give the environment whose templates hold this language's texts."""
        if self.other is None or self.other.language != language:
            ready(language)  # its texts become part of the templates
            other = self.overlay()
            other.language = language
            other.bytecode_cache = None  # it knows templates by their source, which is the same
            self.other = other
        return self.other

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Texts(self.language, name).visit(
            super()._parse(source, name, filename)
        )
        tree.set_environment(self)
        return tree


class _Texts(NodeTransformer):
    """Puts a language's texts in the place of `_(...)`, `_n(...)` and `_c(...)`."""

    def __init__(self, language: str, name: str | None) -> None:
        self.language, self.name = language, name

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        if called not in ("_", "_n", "_c"):
            return node
        fixed = 1 if called == "_" else 2
        texts = [arg.value for arg in node.args[:fixed] if isinstance(arg, nodes.Const)]
        if len(texts) != fixed or len(node.args) != fixed + (called == "_n"):
            raise TemplateSyntaxError(
                f"{called}() takes its texts as they are, and values by name",
                node.lineno,
                self.name,
            )
        if called == "_n":
            forms = languages.forms_of(texts[0], self.language) or texts
            args = [_constant(forms[0], node), _constant(forms[-1], node), node.args[2]]
            return _call("_counted", args, node)
        key = texts[0] if called == "_" else f"{texts[0]}{CONTEXT}{texts[1]}"
        text = _constant(languages.text_of(key, self.language) or texts[-1], node)
        return _call("_filled", [text], node) if node.kwargs else text


def _constant(text: str, node: nodes.Node) -> nodes.Const:
    return nodes.Const(Markup(text), lineno=node.lineno)


def _call(name: str, args: list[nodes.Expr], node: nodes.Call) -> nodes.Call:
    called = nodes.Name(name, "load", lineno=node.lineno)
    return nodes.Call(called, args, node.kwargs, None, None, lineno=node.lineno)


def _filled(text: Markup, /, **values: Any) -> Markup:
    """Put values into a text; what is no sentence of ours is escaped."""
    return Markup(one_stop(text.format(**values)))


def _counted(one: Markup, many: Markup, n: int, /, **values: Any) -> Markup:
    return Markup(one_stop((one if n == 1 else many).format(n=n, **values)))
