"""The cookie with a browser's form token: verified and signed once, not with every page.

What is remembered follows from the cookie's own bytes and the secret key. The session of a person
is another cookie and a row of the database, which is read every time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, Request, current_app, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from tracker.models import utc_now

MOST = 4096  # cookies remembered in one process
TOKEN = "csrf_token"


class FormCookie(SecureCookieSessionInterface):
    """Flask's signed cookie; one that was found good is taken for good until the day is over."""

    def __init__(self) -> None:
        self._good: dict[tuple[Any, ...], dict[str, Any]] = {}

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Give what the cookie holds, all of it texts; a forged one holds nothing."""
        text = request.cookies.get(self.get_cookie_name(app), "")
        key = (app.secret_key, text, utc_now().date())
        if key not in self._good:
            found = super().open_session(app, request)
            if not found:
                return found
            if len(self._good) >= MOST:
                self._good.clear()
            self._good[key] = dict(found)
        return self.session_class(self._good[key])


def sign_once() -> None:
    """Give this request's forms the token that was signed for the same cookie before."""
    if raw := session.get(TOKEN):
        g.csrf_token = _signed(current_app.secret_key, raw)


@lru_cache(maxsize=MOST)
def _signed(_secret: Any, _raw: str) -> str:
    token: str = generate_csrf()
    return token
