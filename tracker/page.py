"""What every page has: the template's common words, the headers, and plain pages for faults."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.datastructures import ContentSecurityPolicy
from werkzeug.exceptions import HTTPException
from wtforms.form import BaseForm

from tracker import auth, codes, dates
from tracker.addresses import url_for
from tracker.bilingual import drawn
from tracker.charts import PatientHead, emergencies
from tracker.charts.search import namesakes
from tracker.languages import ENGLISH, NAMES, big, joined, said, say, speaking, spoken
from tracker.models import Clinic, db, utc_now
from tracker.policy import ROLE_WORDS, Act, Role, Touch, allows, can
from tracker.records.acts import Conflict
from tracker.views import presence

FRAME = "macros/frame.html"
FAULTS = {
    400: said("That did not work"),
    401: said("Please sign in"),
    403: said("Not yours to open"),
    404: said("Not found"),
    405: said("Not found"),
    409: said("Somebody else was quicker"),
    413: said("Too much at once"),
    429: said("Please wait"),
    500: said("Something broke"),
    503: said("Back in a moment"),
}


def install(app: Flask) -> None:
    """Give the application its context, filters, headers and fault pages."""
    app.context_processor(context)
    app.after_request(headers)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, fault)
    app.jinja_env.globals.update(url_for=url_for, speaking=speaking, english=english)
    app.jinja_env.filters.update(
        screen_date=dates.screen,
        born=dates.born,
        moment=moment,
        big=big,
        said=said,
        printed=str.__str__,
        day=dates.screen,
        code=codes.shown,
    )


def english() -> Markup:
    """Mark what stays English on a page in another language, such as a citation or a scale."""
    return Markup(' lang="en"' if speaking() != ENGLISH else "")


def today() -> date:
    """Give the clinic's day, in the clinic's time zone."""
    clinic: Clinic | None = g.get("clinic")
    return dates.today_at(clinic.time_zone if clinic else "UTC", utc_now())


def moment(at: datetime) -> str:
    """Give a moment as the clinic's clock shows it: "Tue Nov 24, 2026, 9:42 AM"."""
    clinic: Clinic | None = g.get("clinic")
    return dates.moment(at, clinic.time_zone if clinic else "UTC")


def context() -> dict[str, Any]:
    """Give what the base template needs on every page."""
    signed_in = g.get("signed_in")
    clinic: Clinic | None = g.get("clinic")
    root, endpoint, language = request.script_root, request.endpoint or "", speaking()
    me = signed_in.actor if signed_in else None

    def may(act: str) -> bool:
        return bool(me and clinic and can(me, act, clinic.id))

    common: dict[str, Any] = {
        "can": may,
        "forms_problems": forms_problems,
        "clinic": clinic,
        "lang": language,
        "languages": NAMES,
        "demo": current_app.config["DEMO"],
        "files": _files(root, me is not None),
        **_ways_of_all(root),
    }
    if me is None:
        return common | {"language_url": url_for("language.for_now", next=_here())}
    roles = me.roles_at(clinic.id) if clinic else frozenset[Role]().union(*me.clinics.values())
    common |= {
        "me": {"name": me.name, "roles": [ROLE_WORDS[r] for r in Role if r in roles]},
        "notices": auth.heard() if request.method == "GET" else [],
        "idle_seconds": int(signed_in.idle_limit.total_seconds()),
    }
    if clinic:
        day = today()
        common |= _ways_here(root, language, clinic.id, roles, endpoint)
        common |= {"today": day, "today_iso": day.isoformat()}
        if may("emergency.told"):
            common["emergencies_unseen"] = emergencies.not_seen(clinic.id)
        common["also_open"] = [(name, moment(at)) for name, at in presence.others()]
        if g.get("patient"):
            common |= {
                "patient": banner(g.patient, clinical=may("regimen.read")),
                "head": g.patient,
            }
    return common


@lru_cache(maxsize=8)
def _ways_of_all(_root: str) -> dict[str, str]:
    """Give the addresses that everybody's pages lead to; made once for the path we live at."""
    return {
        "home_url": url_for("session.home"),
        "sign_in_url": url_for("session.sign_in"),
        "sign_out_url": url_for("session.sign_out"),
        "account_url": url_for("session.account"),
        "lock_url": url_for("unlock.lock"),
        "kept_url": url_for("unlock.kept_page"),
        "keep_alive_url": url_for("session.stay"),
    }


@lru_cache(maxsize=8)
def _files(_root: str, idle: bool) -> Markup:
    return drawn(FRAME, "files", idle)


@lru_cache(maxsize=1024)
def _ways_here(
    _root: str, language: str, clinic_id: int, roles: frozenset[Role], endpoint: str
) -> dict[str, Any]:  # fmt: skip
    """Give the ways from a page to the clinic's others; made once for each set of roles."""
    more = _pages(_MORE, clinic_id, roles, endpoint)
    with spoken(language):
        found: dict[str, Any] = {
            "nav": drawn(FRAME, "nav", _pages(_NAV, clinic_id, roles, endpoint)),
            "nav_more": drawn(FRAME, "menu", more) if more else "",
        }
    if allows(roles, "patient.search"):
        found |= {
            "search_url": url_for("patients.search", clinic_id=clinic_id),
            "search_method": "post",
        }
    return found


def _here() -> str | None:
    """Give the address to come back to once the language was chosen; after a form, the start."""
    return request.full_path.rstrip("?") if request.method == "GET" else None


def forms_problems(form: BaseForm) -> list[tuple[str, str]]:
    """Give a form's errors for the summary at the top: field id and sentence."""
    return [(field.id, str(field.errors[0])) for field in form if field.errors]


_STATE = {"active": said("active"), "moved": said("moved away"), "died": said("died")}
_ALLERGIES = {"none_known": said("none known"), "not_recorded": said("not recorded")}


def _similar(head: PatientHead) -> str:
    """Say who could be mixed up with this patient; asked once in a request."""
    asked: dict[int, str] = g.setdefault("similar", {})
    if head.id not in asked:
        others = () if head.merged_into_id else namesakes(head)
        asked[head.id] = "; ".join(
            say("{name}, born {born}", name=one.title, born=dates.born(one.birth_date))
            for one in others
        )
    return asked[head.id]


def banner(head: PatientHead, *, clinical: bool) -> dict[str, Any]:
    """Give the patient banner's words; without `clinical` it holds no clinical item."""
    since = dates.screen(head.state_since) if head.state_since else ""
    state = _STATE[head.state]
    return {
        "name": head.title,
        "preferred": head.preferred_name,
        "born": dates.born(head.birth_date),
        "age": dates.age(head.birth_date, today()) if head.state != "died" else None,
        "record_number": head.record_no,
        "href": url_for("patients.show", clinic_id=head.clinic_id, patient_id=head.id),
        "language": head.language,
        "interpreter": head.interpreter,
        "allergies": _ALLERGIES.get(head.allergies_state, head.allergies) if clinical else None,
        "physician": head.physician_name,
        "phone": head.phone,
        "similar": _similar(head),
        "state": state,
        "state_words": joined(" ", filter(None, (state.capitalize(), since)))
        if head.state != "active"
        else "",
    }


_NAV = (
    (said("Today"), "today.look", "today.show", "d"),
    (said("Patients"), "patient.search", "patients.search", ""),
    (said("Check a plan code"), "code.check", "codes.check", "c"),
    (said("Printing"), "printing.look", "printing.show", ""),
    (said("Reports"), "report.look", "reports.index", ""),
    (said("Staff"), "staff.look", "staff.index", ""),
    (said("Clinic"), "clinic.look", "clinic.show", ""),
)
# What is wanted less often stands in the person's menu: the row above has room for one line.
_MORE = (
    (said("Import"), "import.look", "imports.index", ""),
    (said("Audit"), "audit.ask", "audit.ask", ""),
    (said("Catalogue"), "catalogue.look", "catalogue.show", ""),
)


def _pages(
    pages: Iterable[tuple[str, str, str, str]], clinic_id: int, roles: frozenset[Role], here: str
) -> list[tuple[str, str, bool, str]]:
    return [
        (label, url_for(endpoint, clinic_id=clinic_id), here == endpoint, key)
        for label, act, endpoint, key in pages
        if allows(roles, act)
    ]


_POLICY = ContentSecurityPolicy(
    {
        "default-src": "'none'",
        **dict.fromkeys(("script-src", "style-src", "img-src", "font-src"), "'self'"),
        **dict.fromkeys(("connect-src", "form-action"), "'self'"),
        **dict.fromkeys(("base-uri", "frame-ancestors", "object-src"), "'none'"),
    }
)
_HEADERS = (
    ("Content-Security-Policy", _POLICY.to_header()),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def headers(response: Response) -> Response:
    """Put the security headers on every response, faults included."""
    for name, value in _HEADERS:
        response.headers[name] = value
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    act = g.get("act")
    if act is None or act.name != "open.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def plain_page(code: int, sentence: str) -> tuple[str, int]:
    """Give a plain page for a fault: what happened, and what to do now."""
    title = FAULTS.get(code, FAULTS[500])
    if code >= 500:  # the shell asks the database, which may be what broke
        bare = current_app.jinja_env.get_template("errors/bare.html")
        again, token = request.full_path.rstrip("?"), request.form.get("csrf_token", "")
        sent = sent_form()
        return bare.render(
            title=title,
            sentence=sentence,
            again=again,
            token=token,
            sent=sent,
            lang=speaking(),
        ), code
    lost = sent_form() if code == 400 and g.get("signed_in") else []
    words = {"title": title, "sentence": sentence, "code": code, "sent": lost}
    return render_template("errors/fault.html", **words), code


def sent_form() -> list[tuple[str, str]]:
    """Give what this request's form held, by field, so that a fault loses nothing that was typed.

    Passwords, codes of second factors and the form's token are left out; so is all of a form about
    who one is.
    """
    act: Act | None = g.get("act")
    if request.method != "POST" or act is None or act.name.startswith(("self.", "open.")):
        return []
    return [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name and text
    ]


_SENTENCES = {
    400: said("The form could not be read. Nothing was saved. Go back and try again."),
    403: said("Your role does not include this. Ask an administrator if it should."),
    404: said(
        "There is nothing here for you at this address. Check it, or search for the patient."
    ),
    405: said(
        "There is nothing here for you at this address. Check it, or search for the patient."
    ),
    413: said("The form is larger than this server takes. Nothing was saved."),
    429: said("Too many tries. Wait 15 minutes, or ask an administrator."),
}


def http_fault(failure: HTTPException) -> Any:
    """Answer a refused request with a plain page."""
    code = failure.code or 500
    if code < 400:
        return failure
    if isinstance(failure, CSRFError):
        g.signed_in = g.get("signed_in") or _whole()
        return plain_page(
            400, said("This page was open too long. Go back, reload it and try again.")
        )
    return plain_page(code, _SENTENCES.get(code, said("Nothing was saved. Please try again.")))


def _whole() -> auth.SignedIn | None:
    """Give the person behind a form whose token was wrong, when their session is whole."""
    found = auth.who()
    return found if found and found.stage is auth.Stage.WHOLE else None


def conflict(_failure: Conflict) -> Any:
    """Answer a form that somebody else overtook, where the view did not answer itself."""
    return plain_page(
        409,
        said("Somebody else changed this record while you worked. Nothing of yours was saved."),
    )


def database_away(failure: DBAPIError) -> Any:
    """Answer when the database cannot be reached or is full; nothing was half saved."""
    db.session.rollback()
    current_app.logger.error("database: %s", type(failure.orig).__name__)
    return plain_page(
        503, said("The database does not answer. Nothing was half saved. Try again in a moment.")
    )


def fault(failure: Exception) -> Any:
    """Answer a fault of ours with a plain page; the log names its kind and place, no patient."""
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise failure
    db.session.rollback()
    current_app.logger.error("fault at %s: %s", request.endpoint, type(failure).__name__)
    signed = g.get("act")
    touched = signed is not None and signed.touch is Touch.WRITE
    return plain_page(
        500,
        said("The fault is ours. Nothing was half saved.")
        if touched
        else said("The fault is ours."),
    )
