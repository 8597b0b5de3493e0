"""A person at a browser, over the wire: reads forms from pages and posts what the page offers."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.datastructures import MultiDict

from tests.harness.visitor import Page, Visitor


@dataclass
class _Request:
    path: str


@dataclass
class Answer:
    """One answer as the harness's pages take it."""

    status_code: int
    headers: Message
    data: bytes
    request: _Request

    @property
    def mimetype(self) -> str:
        """What kind of document it is."""
        return self.headers.get_content_type()


ANY = -1  # as the wanted status: whatever comes


class Away(Exception):
    """Raised when nobody answers: the server is gone, or went while it answered."""


class Wire:
    """The way to a server on this machine, with the cookies it gave."""

    def __init__(self, port: int, seconds: float = 30) -> None:
        self._port, self._seconds = port, seconds
        self.cookies: dict[str, str] = {}

    def get(self, path: str, query_string: Any = None, **_: Any) -> Answer:
        """Fetch a page."""
        return self._ask("GET", f"{path}?{urlencode(query_string)}" if query_string else path)

    def post(self, path: str, data: Any = None, **_: Any) -> Answer:
        """Post a form."""
        fields = data if isinstance(data, MultiDict) else MultiDict(data or {})
        return self._ask("POST", path, urlencode(list(fields.items(multi=True))))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "Connection": "close",  # a kept one may be closed by the server while a post is sent
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._seconds)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as gone:
            raise Away(type(gone).__name__) from gone
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(answer.status, answer.headers, data, _Request(urlsplit(path).path))


class Client(Visitor):
    """The harness's visitor on a wire; pages are not inspected here, they are elsewhere."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.wire = Wire(port)
        self.wire.cookies.update(cookies or {})
        self.http: Any = self.wire
        self.signed_in = bool(cookies)
        self.token = ""

    def _answer(self, response: Any, wanted: int, empty_doses: bool) -> Page:
        page = Page(response, self)
        if wanted != ANY and page.status != wanted:
            raise Refused(page.status, page.text[:200] if page.is_html else "")
        return page


class Refused(Exception):
    """Raised for an answer that was not the wanted one; `status` is what came."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status
