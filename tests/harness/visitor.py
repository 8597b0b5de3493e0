"""A person at a browser without JavaScript: fetches pages, fills in forms.

Every page is inspected, and forms are read from the page as a browser would, so a test posts what
the page offers and nothing else.
"""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.harness.pages import Document, faults, words
from tests.harness.passkey import SoftKey
from tracker import auth
from tracker.models import Staff, db
from tracker.policy import Actor
from tracker.records import sessions

Fields = Mapping[str, str | list[str] | None]


class Page:
    """One response, its text parsed when it is HTML."""

    def __init__(self, response: TestResponse, visitor: Visitor) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.data: bytes = response.data
        self.path: str = response.request.path
        self.location = response.headers.get("Location", "")
        self._visitor = visitor
        self.is_html = response.mimetype == "text/html" and bool(self.data)
        self.html = self.data.decode() if self.is_html else ""

    @cached_property
    def document(self) -> Document:
        """The parsed page; an answer that is no page has an empty one."""
        return Document(self.html or "<!doctype html><title></title>")

    @property
    def title(self) -> str:
        """The words of the title element."""
        return words(next(iter(self.document.all("title")), None))

    @property
    def h1(self) -> str:
        """The words of the first h1."""
        return words(next(iter(self.document.all("h1")), None))

    @property
    def text(self) -> str:
        """All words of the body, as read, white space as single spaces."""
        return words(next(iter(self.document.all("body")), None))

    @property
    def links(self) -> dict[str, str]:
        """Where each link leads, by its words."""
        return {words(e): e.get("href") or "" for e in self.document.all("a")}

    def words_of(self, name: str) -> str:
        """Return the words of the element with this id; an unknown id is an error."""
        return words(self.document.by_id[name])

    def table(self, number: int = 0) -> list[list[str]]:
        """Return the words of one table, row by row."""
        found = self.document.all("table")[number]
        return [[words(c) for c in row if c.tag in ("th", "td")] for row in found.iter("tr")]

    def form(self, action: str | None = None) -> Form:
        """Return the one form whose action ends so; without an action, the one form that posts.

        Of a form that only chooses what a page shows and one that posts, it is the one that posts.
        """
        found = [
            e
            for e in self.document.all("form")
            if (
                (e.get("method") or "").lower() == "post" and not _is_everywhere(e)
                if action is None
                else urlsplit(e.get("action") or "").path.endswith(action)
            )
        ]
        if len(found) > 1:
            found = [e for e in found if (e.get("method") or "").lower() == "post"]
        if len(found) != 1:
            offered = [e.get("action") for e in self.document.all("form")]
            raise AssertionError(f"{len(found)} forms match {action!r}; the page has {offered}")
        return Form(found[0], self._visitor, self)


def _is_everywhere(form: Element) -> bool:
    """Tell whether it stands on every page, and is not what this one is for."""
    path = urlsplit(form.get("action") or "").path
    return path.endswith("/sign-out") or path == "/language"


class Form:
    """A form as the page offers it, with what is already filled in."""

    def __init__(self, element: Element, visitor: Visitor, page: Page) -> None:
        self._visitor = visitor
        self.action = element.get("action") or page.path
        self.method = (element.get("method") or "get").lower()
        self.controls = [e for e in element.iter() if e.tag in ("input", "select", "textarea")]
        self.buttons = [e for e in element.iter("button")]
        self.fields = self._offered()

    def _offered(self) -> MultiDict[str, str]:
        fields: MultiDict[str, str] = MultiDict()
        for control in self.controls:
            name, kind = control.get("name"), control.get("type", "text")
            if not name or control.get("disabled") is not None:
                continue
            if control.tag == "textarea":
                # The line break after the start tag is gone: the parser drops it, as browsers do.
                fields.add(name, control.text or "")
            elif control.tag == "select":
                for value in _chosen(control):
                    fields.add(name, value)
            elif kind in ("radio", "checkbox"):
                if control.get("checked") is not None:
                    fields.add(name, control.get("value") or "on")
            elif kind not in ("submit", "button", "image", "reset", "file"):
                fields.add(name, control.get("value") or "")
        return fields

    @property
    def names(self) -> set[str]:
        """The names of everything that can be filled in."""
        return {e.get("name") or "" for e in self.controls} - {""}

    def fill(self, values: Fields) -> Form:
        """Type into fields by name; None leaves a choice out. A name the page lacks is an error."""
        unknown = set(values) - self.names
        if unknown:
            raise AssertionError(f"the form {self.action} has no field {sorted(unknown)}")
        for name, value in values.items():
            if value is None:
                self.fields.poplist(name)
            else:
                self.fields.setlist(name, [value] if isinstance(value, str) else value)
        return self

    def submit(
        self,
        button: str | None = None,
        values: Fields | None = None,
        /,
        *,
        status: Any = None,  # not int: mypy holds whatever `**fields` a test has against it
        **typed: Any,
    ) -> Page:
        """Fill in, press the button with these words (or none), and return the answer.

        Names that are no Python names, such as "steps.0.start", go into `values`.
        """
        self.fill({**(values or {}), **typed})
        action = self.action
        if button is not None:
            pressed = [b for b in self.buttons if words(b).startswith(button)]
            if not pressed:
                offered = [words(b) for b in self.buttons]
                raise AssertionError(f"no button {button!r} among {offered}")
            if pressed[0].get("name"):
                self.fields.add(pressed[0].get("name") or "", pressed[0].get("value") or "")
            action = pressed[0].get("formaction") or action
        if self.method == "get":
            return self._visitor.get(action, query=self.fields, status=status or 200)
        return self._visitor.post(action, self.fields, status=status)


def _chosen(select: Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [o for o in options if o.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [_value(o) for o in chosen]


def _value(option: Element) -> str:
    value = option.get("value")
    return words(option) if value is None else value


def signed_in(app: Flask, name: str) -> str:
    """Start a whole session, as the last step of sign-in does, and give its token."""
    token = secrets.token_urlsafe(32)
    with app.app_context():
        staff_id, full_name = db.session.execute(
            select(Staff.id, Staff.name).where(Staff.username == name)
        ).one()
        sessions.sign_in(
            by=Actor(staff_id, full_name, {}), token_hash=auth.hash_of(token), address="127.0.0.1",
            agent="", how="passkey", clear=auth.forgiven(name),
        )  # fmt: skip
    return token


class Visitor:
    """Someone at a browser of their own, signed in or not; every HTML answer is inspected."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()
        self.signed_in = False
        self.token = ""

    def get(
        self, path: str, *, query: Any = None, status: int = 200, empty_doses: bool = False
    ) -> Page:
        """Fetch a page, expect this status, and inspect it."""
        return self._answer(self.http.get(path, query_string=query), status, empty_doses)

    def post(self, path: str, data: Any = None, *, status: int | None = None) -> Page:
        """Post a form with the CSRF token last seen; expect 303 (or the status given).

        An answer that is a page, such as a 422 with its sentences, is inspected like any other.
        """
        fields: MultiDict[str, str] = MultiDict(data or {})
        if self.token and "csrf_token" not in fields:
            fields.add("csrf_token", self.token)
        return self._answer(self.http.post(path, data=fields), status or 303, False)

    def upload(
        self, path: str, name: str, data: bytes, file_name: str, *, status: int = 303
    ) -> Page:
        """Post one file under the name of its field, as a form for files does."""
        fields = {"csrf_token": self.token, name: (io.BytesIO(data), file_name)}
        return self._answer(self.http.post(path, data=fields), status, False)

    def follow(self, page: Page) -> Page:
        """Fetch where a redirect leads."""
        assert page.location, f"{page.path} answered {page.status} and leads nowhere"
        return self.get(page.location)

    def sign_in(self, name: str, password: str) -> Visitor:
        """Sign in by the page, as a person would: password, then passkey.

        Somebody who has no second factor yet sets a passkey up, as everyone must.
        """
        page = self.get("/sign-in").form("/sign-in").submit(username=name, password=password)
        if page.location.startswith("/sign-in/"):
            self.give_passkey(page, name)
        self.signed_in = True
        return self

    def arrive(self, name: str) -> Visitor:
        """Be signed in already, with a form token in hand: what sign-in leaves, without its pages.

        For tests of what comes after it; the pages of sign-in have tests of their own.
        """
        with self.app.test_request_context():
            self.http.set_cookie(auth.cookie_name(), signed_in(self.app, name))
            self.token, kept = generate_csrf(), dict(session)
        with self.http.session_transaction() as browser:
            browser.update(kept)
        self.signed_in = True
        return self

    def give_passkey(self, page: Page, name: str) -> str:
        """Give the second factor where this page leads, and return where to go on to."""
        asked = self.http.get(page.location, follow_redirects=True)
        self.token = re.findall(r'name="csrf_token" value="([^"]+)"', asked.text)[0]
        way, key = asked.request.path, SoftKey(name.strip().casefold())
        make = key.create if way.endswith("/set-up") else key.sign
        fields = {"csrf_token": self.token}
        options = self.http.post(f"{way}/options", data=fields).json
        fields["credential"] = make(options or {}, "http://localhost")
        done = self.http.post(
            f"{way}/passkey", data=fields, query_string=urlsplit(page.location).query
        )
        assert done.status_code == 200, done.text
        return str((done.json or {})["next"])

    def _answer(self, response: TestResponse, wanted: int, empty_doses: bool) -> Page:
        page = Page(response, self)
        assert page.status == wanted, (
            f"{response.request.method} {page.path} answered {page.status} instead of {wanted}: "
            f"{page.location or page.text[:600] or page.data[:200]!r}"
        )
        if page.is_html:
            if page.status in (301, 302, 303, 307, 308):
                return page
            for element in page.document.all("input"):
                if element.get("name") == "csrf_token":
                    self.token = element.get("value") or self.token
            found = faults(
                page.document,
                dict(page.headers),
                signed_in=self.signed_in,
                empty_doses=empty_doses,
            )
            assert not found, f"{page.path}:\n- " + "\n- ".join(found)
        elif self.signed_in and not page.path.startswith("/static/"):
            assert "no-store" in page.headers.get("Cache-Control", ""), f"{page.path} may be stored"
        return page
