"""A signed-in person for the scanners: their cookies, and every form that their pages offer."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

MOST_PAGES = 250


@dataclass
class Form:
    """One form as a page offers it, filled in where the page leaves it open."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What makes it the same form on another patient's page: its address without ids."""
        path = re.sub(r"/\d+", "/*", urllib.parse.urlsplit(self.action).path)
        names = sorted({re.sub(r"\d+", "*", name) for name in self.fields})
        return f"{self.method} {path} {' '.join(names)}"

    def body(self) -> str:
        """Give the fields as a form would send them."""
        return urllib.parse.urlencode({n: v or "1" for n, v in self.fields.items()} or {"x": "1"})

    def __str__(self) -> str:
        return f"{self.method} {urllib.parse.urlsplit(self.action).path}"


class _Reader(HTMLParser):
    """Reads the links and the forms of one page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form, or a field of the form that is open."""
        have = {name: value or "" for name, value in attrs}
        if tag == "a" and have.get("href"):
            self.links.append(urllib.parse.urljoin(self.address, have["href"]).split("#")[0])
        elif tag == "form":
            action = urllib.parse.urljoin(self.address, have.get("action", ""))
            self.forms.append(Form(action.split("#")[0], have.get("method", "get").lower()))
        elif tag in ("input", "select", "textarea", "button") and have.get("name") and self.forms:
            self.forms[-1].fields.setdefault(have["name"], have.get("value", ""))


class Person:
    """One of the demo's people, signed in by the page."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self.address, self.name = address, name
        self._jar = http.cookiejar.CookieJar()
        self._http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        token = self._read(f"{address}/sign-in").forms[0].fields["csrf_token"]
        typed = {"csrf_token": token, "username": name, "password": password}
        self._http.open(f"{address}/sign-in", urllib.parse.urlencode(typed).encode())
        if not self.is_signed_in():
            raise SystemExit(f"{name} could not sign in")

    def cookie_header(self) -> str:
        """Give the cookies as one header."""
        return "; ".join(f"{one.name}={one.value}" for one in self._jar)

    def is_signed_in(self) -> bool:
        """Tell whether the session still opens the person's own account."""
        with self._http.open(f"{self.address}/account") as answer:
            return bool(urllib.parse.urlsplit(answer.url).path == "/account")

    def forms(self, without: Iterable[str]) -> list[Form]:
        """Walk the links and give each kind of form once, but those at addresses `without`."""
        found: dict[str, Form] = {}
        waiting, known, kinds = deque([f"{self.address}/"]), {f"{self.address}/"}, set[str]()
        while waiting and len(kinds) < MOST_PAGES:
            page = waiting.popleft()
            kind = re.sub(r"\d+", "*", urllib.parse.urlsplit(page).path)
            if kind in kinds:
                continue
            kinds.add(kind)
            read = self._read(page)
            for form in read.forms:
                if not urllib.parse.urlsplit(form.action).path.startswith(tuple(without)):
                    found.setdefault(form.kind, form)
            for link in read.links:
                if link.startswith(self.address) and link not in known:
                    known.add(link)
                    waiting.append(link)
        return list(found.values())

    def _read(self, address: str) -> _Reader:
        reader = _Reader(address)
        try:
            with self._http.open(address) as answer:
                if answer.headers.get_content_type() == "text/html":
                    reader.address = answer.url
                    reader.feed(answer.read().decode())
        except urllib.error.HTTPError as refused:
            refused.close()
        return reader
