"""Walks an application by its links, as one person: one address for every page they reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException

from tests.harness.visitor import Page, Visitor

REDIRECTS = (301, 302, 303, 307, 308)


def pages_of(visitor: Visitor, start: str = "/", *, also: Sequence[str] = ()) -> dict[str, str]:
    """Return an address of each page reached from `start` by links: endpoint to path.

    Every page on the way is inspected. Files, such as a PDF, are fetched and left out. The links
    of the pages in `also` are followed too, even where another page of their kind was seen.
    """
    urls = visitor.app.url_map.bind("localhost")
    found: dict[str, str] = {}
    waiting, known = deque([start, *also]), {start, *also}
    while waiting:
        path = waiting.popleft()
        try:
            endpoint, _ = urls.match(urlsplit(path).path)
        except HTTPException as failure:
            raise AssertionError(f"a link leads to {path}, where nothing is") from failure
        if endpoint in found and path not in also:
            continue
        page = _fetch(visitor, path)
        if page.is_html and page.status == 200:
            found.setdefault(endpoint, path)
        for target in _targets(page):
            if target not in known:
                known.add(target)
                waiting.append(target)
    return found


def _fetch(visitor: Visitor, path: str) -> Page:
    answer = visitor.http.get(path)
    return visitor.get(path, status=answer.status_code)


def _targets(page: Page) -> Iterator[str]:
    if page.status in REDIRECTS:
        yield page.location
        return
    assert page.status == 200, f"a link leads to {page.path}, which answers {page.status}"
    for link in page.links.values():
        parts = urlsplit(link)
        if not parts.scheme and parts.path:
            yield link.split("#")[0]
