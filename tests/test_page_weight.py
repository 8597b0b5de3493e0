"""A page weighs at most 150 kB with all that it loads, and loads it from here alone."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.harness.crawl import pages_of
from tests.harness.visitor import Page, Visitor
from tracker.demo.people import PASSWORD

MOST = 150_000  # bytes, uncompressed
# The whole catalogue and every phrase of the paper, each on one page to be searched and read over;
# and the check-in, which without a script asks everything on one page.
LONG = {
    "catalogue.show": 200_000, "wording.show": 200_000,
    "checkins.ask": 160_000, "checkins.ask_new": 160_000, "checkins.ask_amend": 160_000,
}  # fmt: skip
LOADS = (("link", "href"), ("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src"))


def loaded(page: Page) -> set[str]:
    """Give the address of everything that a browser fetches for a page."""
    return {
        urljoin(f"http://localhost{page.path}", address)
        for tag, attribute in LOADS
        for element in page.document.all(tag)
        if (address := element.get(attribute))
    }


@pytest.mark.parametrize("who", ["amara", "dee"])
def test_no_page_is_heavy_or_looks_elsewhere(demo_app: Flask, who: str) -> None:
    visitor = Visitor(demo_app).sign_in(who, PASSWORD)
    weights: dict[str, int] = {}
    heavy, elsewhere = {}, set()
    for endpoint, path in pages_of(visitor).items():
        page = visitor.get(path)
        weight = len(page.data)
        for address in loaded(page):
            if urlsplit(address).netloc != "localhost":
                elsewhere.add(address)
                continue
            place = urlsplit(address).path
            if place not in weights:
                weights[place] = len(visitor.http.get(place, buffered=True).data)
            weight += weights[place]
        if weight > LONG.get(endpoint, MOST):
            heavy[endpoint] = weight
    assert len(weights) > 5 and all(weights.values())
    assert heavy == {} and elsewhere == set()
