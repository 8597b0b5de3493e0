"""The language of the pages: one's own choice, kept with the person, or for this browser alone."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, session, url_for
from werkzeug.wrappers import Response

from tracker import auth
from tracker.bilingual import KEPT_AS
from tracker.forms.session import LanguageForm
from tracker.languages import NAMES, said
from tracker.policy import does
from tracker.records import staff as staff_records
from tracker.views.onward import onward

views = Blueprint("language", __name__)


@views.post("/language")
@does("open.language")
def for_now() -> Response:
    """Speak a language in this browser, for whoever has not chosen one of their own."""
    form = LanguageForm()
    if not form.validate():
        abort(400)
    session[KEPT_AS] = form.language.data
    return redirect(onward(), 303)


@views.post("/account/language")
@does("self.language")
def choose() -> Response:
    """Keep the person's own choice; it follows them to every browser."""
    form = LanguageForm()
    if not form.validate():
        abort(400)
    staff_records.choose_language(by=g.signed_in.actor, language=form.language.data)
    auth.tell(said("Your pages are in {language}.", language=NAMES[form.language.data]))
    return redirect(url_for("session.account"), 303)
