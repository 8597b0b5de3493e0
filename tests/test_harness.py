"""The harness finds what it is there to find: a good page passes, and each fault is named."""

from __future__ import annotations

import pytest

from tests.harness.pages import faults

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
BODY = """<h1>Search</h1>
<p><a href="/patients">Patients</a> <a href="#results">Results</a> <a href="tel:988">Call</a></p>
<form action="/patients" method="get"><label for="q">Name</label><input id="q" name="q">
<button>Search</button></form>
<form action="/plans" method="post"><input type="hidden" name="csrf_token" value="x">
<fieldset><legend>Mode</legend>
<label><input type="radio" name="mode" value="phone"> Phone</label></fieldset>
<input aria-label="Step 1, morning" name="steps.0.cells.m1.morning" autocomplete="off">
<button>Save</button></form>
<h2 id="results">Results</h2>
<table><tr><th scope="col">Name</th></tr><tr><td>Rivera</td></tr></table>
<svg viewBox="0 0 2 1" role="img" aria-labelledby="t"><title id="t">A lane</title>
<path d="M0 0h1"/></svg>"""


def page(body: str = BODY, title: str = "Search – Tracker", lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head><body><main>{body}</main></body></html>"
    )


def test_a_good_page_has_no_fault() -> None:
    assert faults(page(), HEADERS, signed_in=True, empty_doses=True) == []
    assert faults(page(title="Error: Search"), HEADERS, signed_in=True) == []


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("<html>" + page(), "doctype"),
        (page(BODY + "</div>"), "not valid HTML"),
        (page(lang=""), "no lang"),
        (page(title="Patients"), "does not start with the h1"),
        (page(BODY + "<h1>Again</h1>"), "2 h1"),
        (page().replace("<title>Search – Tracker</title>", ""), "0 titles"),
        (page(BODY + "<h4>Deep</h4>"), "jumps from h2 to h4"),
        (page().replace("main>", "div>"), "main element"),
        (page(BODY + '<p id="q">x</p>'), "used 2 times"),
        (page(BODY + '<p aria-describedby="gone">x</p>'), "points at nothing"),
        (page(BODY + '<input name="x">'), "has no label"),
        (page(BODY + '<label><input type="radio" name="x">X</label>'), "fieldset"),
        (page(BODY + '<button type="button"></button>'), "no words"),
        (page(BODY + '<img src="/a.png">'), "no alt"),
        (page(BODY + '<a href="/x"></a>'), "has no words"),
        (page(BODY + '<img alt="" src="https://cdn.example/a.png">'), "another host"),
        (page(BODY + '<img alt="" src="//cdn.example/a.png">'), "another host"),
        (page(BODY + '<img alt="" src="data:image/png;base64,AA">'), "another host or kind"),
        (page(BODY + '<a href="javascript:x()">x</a>'), "another host or kind"),
        (page(BODY + '<a href="#">x</a>'), "leads nowhere"),
        (page(BODY + '<a href="#gone">x</a>'), "not on the page"),
        (page(BODY + "<p style='color:red'>x</p>"), "inline attribute style"),
        (page(BODY + "<p onclick='x()'>x</p>"), "inline attribute onclick"),
        (page(BODY + "<script>x()</script>"), "inline script"),
        (page().replace("</head>", "<style>p{}</style></head>"), "<style>"),
        (page(BODY + '<p tabindex="2">x</p>'), "tab order"),
        (page(BODY + '<form method="get"><p>x</p></form>'), "no action"),
        (page(BODY + '<form action="/x"><p>x</p></form>'), "no method"),
        (page(BODY + '<form action="/x" method="post"><p>x</p></form>'), "0 CSRF tokens"),
        (
            page(
                BODY + '<form action="/x" method="get">'
                '<input type="hidden" name="csrf_token" value="x"></form>'
            ),
            "into the address",
        ),
        (page(BODY + "<table><tr><th>x</th></tr></table>"), "no scope"),
        (
            page(BODY + '<input type="number" data-dose aria-label="x" autocomplete="off">'),
            "plain text",
        ),
        (
            page(BODY + '<input data-dose aria-label="x" autocomplete="off" placeholder="5">'),
            "suggests",
        ),
        (page(BODY + '<input data-dose aria-label="x">'), "lets the browser suggest"),
        (
            page(BODY + '<input data-dose aria-label="x" autocomplete="off" value="5">'),
            "arrives with",
        ),
    ],
)
def test_each_fault_of_a_page_is_named(html: str, sentence: str) -> None:
    found = faults(html, HEADERS, signed_in=True, empty_doses=True)
    assert any(sentence in fault for fault in found), found


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("Content-Security-Policy", "default-src 'self'", "default-src 'none'"),
        ("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'", "unsafe-"),
        ("Content-Security-Policy", "default-src 'none'; img-src data:", "data:"),
        ("Content-Security-Policy", "default-src 'none'", "frame-ancestors"),
        ("X-Content-Type-Options", "", "nosniff"),
        ("Referrer-Policy", "unsafe-url", "Referrer-Policy"),
        ("Cache-Control", "private", "no-store"),
    ],
)
def test_each_missing_header_is_named(header: str, value: str, sentence: str) -> None:
    found = faults(page(), {**HEADERS, header: value}, signed_in=True)
    assert any(sentence in fault for fault in found), found


def test_a_page_for_anyone_may_be_stored() -> None:
    assert faults(page(), {**HEADERS, "Cache-Control": "public"}, signed_in=False) == []
