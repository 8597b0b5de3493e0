"""The look: the palette's contrast, what the files may bring, what the components are made of.

The components are drawn by an application of templates alone and held against the page harness.
`test_look_in_browser.py` opens the same page in Chromium.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from markupsafe import Markup
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from tests.harness.pages import Document, faults, words
from tracker import bilingual
from tracker.languages import said

TRACKER = Path(__file__).parent.parent / "tracker"
STATIC = TRACKER / "static"
MACROS = {"page": "page", "forms": "forms", "grid": "grid", "patient": "people"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

# The palette of the product: token, light, dark.
PALETTE = {
    "ink": ("#16232B", "#E6EDF0"),
    "surface": ("#FFFFFF", "#18242A"),
    "page": ("#F5F7F8", "#10181C"),
    "muted": ("#4A5B65", "#A9B8BF"),
    "border": ("#6A7B85", "#7F929B"),
    "accent": ("#0B5563", "#7CCBD8"),
    "on-accent": ("#FFFFFF", "#06232A"),
    "banner": ("#12323D", "#0A3A45"),
    "banner-ink": ("#FFFFFF", "#E6EDF0"),
    "done": ("#DDEFE5", "#14352A"),
    "done-ink": ("#0F5132", "#9BDDB6"),
    "due": ("#FFEFC7", "#3A2C08"),
    "due-ink": ("#6B4700", "#FFD27A"),
    "overdue": ("#FBE3E1", "#431A1A"),
    "overdue-ink": ("#8E1B1B", "#FFB1AB"),
    "active": ("#DFECF8", "#15304A"),
    "active-ink": ("#1B4B7A", "#A9D0F5"),
    "planned": ("#E4EAED", "#2A383F"),
    "planned-ink": ("#3A4A53", "#C7D3D8"),
    "hold": ("#ECE3F6", "#33214A"),
    "hold-ink": ("#53307A", "#D9BFF5"),
    "halo": ("#FFD84D", "#FFD84D"),
}
STATES = ("done", "due", "overdue", "active", "planned", "hold")
CONTRASTS = [
    *((text, ground, 4.5) for text in ("ink", "muted", "accent", "overdue-ink", "planned-ink")
      for ground in ("surface", "page")),
    *((f"{state}-ink", state, 7.0) for state in STATES),
    ("on-accent", "accent", 4.5),
    ("banner-ink", "banner", 7.0),
    ("muted", "surface", 4.5),
    ("border", "surface", 3.0),
    ("border", "page", 3.0),
]  # fmt: skip

COMPONENTS = """
{% extends "base.html" %}
{% import "macros/page.html" as page %}
{% import "macros/forms.html" as forms %}
{% import "macros/grid.html" as grid %}
{% import "macros/patient.html" as people %}
{% block scripts %}<script src="/static/grid.js" defer></script>
<script src="/static/draft.js" defer></script>{% endblock %}
{% block h1 %}Plan &amp; <em>steps</em>{% endblock %}
{% block beside_h1 %}{{ page.chip("Active", "active") }}{% endblock %}
{% block lede %}<p class="lede">Everything at once.</p>{% endblock %}
{% block content %}
{{ page.key_facts([("Current step", "Step 3 of 12", "Started Tue Nov 3, 2026"),
  ("Next", "none")]) }}
{{ page.section_nav([("read", "Reading"), ("type", "Typing")]) }}
{% call page.section("read", "Reading", [("Draft", "draft")]) %}
{{ page.chip_row([("Done", "done"), ("Due", "due"), ("Overdue", "overdue"), ("On hold", "hold"),
  ("Planned", "planned"), ("Not in catalogue", "missing"), ("Escalated", "escalated"),
  ("Late entry", "late"), ("unchanged", "unchanged"), ("Replaced", "replaced"), ("Note", "x")]) }}
{{ page.caution("Patch", "Do not cut.") }}{{ page.caution("Old sheet", "Replaced.", "stop") }}
{% call page.caution("Note", kind="note") %}<p>Own words.</p>{% endcall %}
{{ page.message("Saved.") }}{{ page.message("Not saved.", "error") }}
{{ page.summary_list([("Goal", "Walk", "#read", "Change"), ("Interpreter", "")]) }}
{{ page.table("Regimen", ["Medicine", {"label": "Dose", "numeric": true},
  {"label": "Actions", "hide_label": true}], [["oxyCODONE", "7½ tablets", "x"]]) }}
{{ page.table("Nobody", ["Patient"], [], "Nothing is due.") }}
{% call page.table("Today", ["Patient", "Due"], wide=true) %}<tr role="row">
{{ page.row_head(people.row_name("RIVERA, Maria", "Mar 14, 1961", "004512", "/p", "Mari"),
  "Patient") }}
{{ page.cell("Tue Dec 1, 2026", "Due", numeric=true) }}</tr>
<tr role="row">{{ page.row_head("NGUYỄN", "Patient") }}
{% call page.cell_of("Due") %}{{ page.chip("Done", "done") }}{% endcall %}</tr>{% endcall %}
{{ page.conflict([["Goal", "Walk", "Swim", "Run"]]) }}
{% call page.disclosure("How this is worked out", open=true) %}<p>By dates.</p>{% endcall %}
{{ page.empty("No regimen yet.", "/add", "Add one") }}
{{ page.pager("/a", "/b", "26 to 50 of 312") }}
{% endcall %}
{% call page.section("type", "Typing") %}
<form method="post" action="/draft" data-autosave="/draft/save" data-paste="rows">{{ forms.csrf() }}
<input type="hidden" name="seq" value="7">
{{ forms.text_input("goal", "Goal", "Walk", hint="In their words", optional=true) }}
{{ forms.text_input("family", "Family name", error="Enter the family name.") }}
{{ forms.date_input("first_day", "First day", "12/1/2026", echo="Tue Dec 1, 2026") }}
{{ forms.date_input("born", "Born", error="Type the year.", attrs={"data-date": "year"}) }}
{{ forms.dose_input("d1", "Morning dose", hint="As on the label", unit="tablets", count=true) }}
{{ forms.dose_input("d2", "Bedtime dose", "5.0", "Type 5.", unit="mg", words="five") }}
{{ forms.textarea("rows", "Rows to read", "1\n2") }}
{{ forms.select("reason", "Reason", [("a", "Pain"), ("b", "Risk")], "b") }}
{{ forms.choices("target", "Target", [("stop", "Stop"), ("later", "Later", "We ask again.")],
  "later") }}
{{ forms.choices("asked", "Asked", [("yes", "Yes")], none, error="Choose one.", inline=true) }}
{{ forms.checks("uses", "Times of day", [("morning", "Morning"), ("noon", "Noon")], ["noon"]) }}
{{ forms.check("confirmed", "I confirmed the name", hint="Two identifiers", error="Tick it.") }}
{% call forms.fieldset("Phones", "As typed") %}{{ forms.text_input("phone", "Phone") }}{% endcall %}
{{ grid.step_grid(medicines, steps, show_instruction=true) }}
{{ forms.draft_status("10:42 AM") }}{{ forms.re_entry(patient, "It does not match.", "Wrong.") }}
{% call forms.actions(patient) %}{{ forms.button("Save draft", "secondary", "do", "save") }}
{{ forms.button("Sign version 2") }}{{ forms.link_button("Back", "/back") }}{% endcall %}
</form>
{% if not problems %}{{ forms.form_errors(form) }}{% endif %}
<form method="post" action="/other">{{ forms.csrf() }}
{% for f in form %}{{ forms.field(f) }}{% endfor %}</form>
{% endcall %}
{% endblock %}
"""
BARE = '{% extends "base.html" %}{% block h1 %}Today{% endblock %}'
SLOTS = [("morning", "Morning"), ("bedtime", "Bedtime")]
MEDICINES = [
    {"key": "m1", "name": "oxyCODONE 5 mg tablet", "unit": "tablets", "count": True,
     "cells": SLOTS},
    {"key": "m2", "name": "fentaNYL patch 12 mcg per hour", "unit": "patches", "count": True,
     "cells": [("each", "Each time"), ("every", "Every", "hours")]},
]  # fmt: skip
PATIENT = {
    "name": "RIVERA, Maria", "preferred": "Mari", "born": "Mar 14, 1961", "age": 65,
    "record_number": "004512", "href": "/p", "language": "Spanish", "interpreter": True,
    "allergies": "none known", "physician": "Dr Amara", "state": "active", "state_words": "",
    "phone": "", "similar": "",
}  # fmt: skip


class _Answers(Form):  # type: ignore[misc]  # WTForms ships no types
    name = StringField("Name", [InputRequired("Enter the name.")], description="As on the card")
    secret = PasswordField("Password")
    note = TextAreaField("Note")
    mode = RadioField(
        "Mode",
        [InputRequired("Choose how.")],
        choices=[SelectChoice("phone", "Phone"), SelectChoice("video", "Video")],
    )
    topics = SelectMultipleField("Topics", choices=[SelectChoice("w", "Withdrawal")])
    size = SelectField("Size", choices=[SelectChoice("n", "Normal")])
    large = BooleanField("Large print")
    seen = HiddenField("Seen")


def fresh_steps(count: int = 3) -> list[dict[str, Any]]:
    return [{"number": n + 1, "start": "", "cells": {}} for n in range(count)]


def all_steps() -> list[dict[str, Any]]:
    """Steps in every state: locked, carried, refused, not in use, with and without a menu."""
    cell = {"value": "7½", "words": "seven and a half", "unchanged": "unchanged from version 1"}
    return [
        {"number": 1, "start": "12/1/2026", "start_echo": "Tue Dec 1, 2026", "locked": True,
         "last_day": "Mon Dec 28, 2026", "cells": {"m1": {"morning": {"value": "9"}}}},
        {"number": 2, "start": "12/29/26", "start_error": "Type the year.", "unused": ["m2"],
         "cells": {"m1": {"morning": cell, "bedtime": {"value": "5.0", "error": "Type 5."}}},
         "beside": [("Phone, day 3", "planned")], "instruction_error": "Too long.",
         "menu": Markup('<button class="button secondary" name="do" value="x">Duplicate</button>')},
        *fresh_steps(4)[2:],
    ]  # fmt: skip


def templates() -> Environment:
    app = Flask("look")
    bilingual.install(app)
    env = app.jinja_env
    env.loader = ChoiceLoader(
        [FileSystemLoader(TRACKER / "templates"),
         DictLoader({"components.html": COMPONENTS.strip(), "bare.html": BARE})]
    )  # fmt: skip
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["url_for"] = lambda endpoint, **at: f"/{endpoint}/{at.get('filename', '')}"
    env.globals["csrf_token"] = lambda: "token"
    env.filters["said"] = said
    return env


def draw(template: str = "components.html", **more: Any) -> str:
    form = _Answers(data={"topics": ["w"]})
    form.validate()
    look = templates()
    frame = cast(Any, look.get_template("macros/frame.html").module)
    context = {
        "lang": "en", "clinic": {"name": "Riverside Family Practice"}, "demo": True,
        "me": {"name": "Dr Amara", "roles": ["physician"]}, "form": form, "patient": PATIENT,
        "nav": frame.nav([("Today", "/today", True, ""), ("Patients", "/patients", False, "")]),
        "files": frame.files(True),
        "search_url": "/search", "search_method": "post", "sign_out_url": "/sign-out",
        "account_url": "/account", "home_url": "/", "sign_in_url": "/sign-in",
        "keep_alive_url": "/stay", "lock_url": "/lock", "kept_url": "/kept-page",
        "idle_seconds": 900, "today_iso": "2026-11-24",
        "notices": ["Draft saved for RIVERA, Maria."], "medicines": MEDICINES,
        "steps": all_steps(),
    } | more  # fmt: skip
    return look.get_template(template).render(context)


# The palette and the files ---------------------------------------------------------------------


def css() -> str:
    return (STATIC / "app.css").read_text(encoding="utf-8")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", block))


def light_and_dark() -> tuple[dict[str, str], dict[str, str]]:
    light, rest = css().split("@media (prefers-color-scheme: dark)", 1)
    return tokens(light), tokens(light) | tokens(rest.split("/* Ground")[0])


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_palette_is_the_products_in_both_schemes() -> None:
    assert light_and_dark() == tuple({t: both[n] for t, both in PALETTE.items()} for n in (0, 1))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), CONTRASTS)
def test_text_stands_out(text: str, ground: str, least: float, scheme: int) -> None:
    colors = light_and_dark()[scheme]
    assert contrast(colors[text], colors[ground]) >= least


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["surface", "page", "banner", *STATES])
def test_the_focus_ring_shows_on_every_ground(ground: str, scheme: int) -> None:
    colors = light_and_dark()[scheme]
    assert max(contrast(colors[ring], colors[ground]) for ring in ("ink", "halo")) >= 3.0


def test_no_colour_comes_from_outside_the_palette() -> None:
    allowed = {color for both in PALETTE.values() for color in both}
    # The preview of the paper is black on white in both schemes, as it will be printed.
    screen = [line for line in css().splitlines() if not line.startswith((".paper", ".tick"))]
    used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", "\n".join(screen)))
    assert used <= allowed
    assert not re.search(r"\b(rgb|hsl|oklch|color-mix)a?\(", css())


@pytest.mark.parametrize("name", sorted(p.name for p in STATIC.glob("*.[cj]s*")))
def test_a_file_brings_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    forbidden = ("data:", "http:", "https:", "@import", "url(", "text-transform", "gradient",
                 "localStorage", "sessionStorage", "indexedDB", "document.cookie", "innerHTML",
                 "eval(", "parseFloat", "stepUp", "!important")  # fmt: skip
    assert [word for word in forbidden if word in text] == []


def test_only_the_focus_ring_is_a_shadow() -> None:
    shadows = set(re.findall(r"box-shadow: ([^;]+);", css()))
    assert shadows == {"0 0 0 6px var(--halo)", "none"}
    assert "text-shadow" not in css() and "filter:" not in css()


def test_the_files_of_a_page_are_small() -> None:
    # All of them together; a page loads some. With the page itself they stay below 150 kB.
    assert sum(p.stat().st_size for p in STATIC.glob("*") if p.suffix in (".css", ".js")) < 100_000


# The markup ------------------------------------------------------------------------------------


PROBLEMS = [("family", "Enter the family name."), ("target", "Choose."), ("", "Not complete.")]


@pytest.mark.parametrize(
    "more",
    [
        {}, {"problems": PROBLEMS}, {"problems": [("steps.1.cells.m1.bedtime", "Type 5.")]},
        {"patient": PATIENT | {"state": "died", "state_words": "Died Nov 3, 2026"}},
        {"search_method": "get", "demo": False, "notices": []}, {"lang": "es"},
    ],
)  # fmt: skip
def test_every_component_is_well_made(more: dict[str, Any]) -> None:
    assert faults(draw(**more), HEADERS, signed_in=True) == []


def test_every_macro_is_on_the_page_of_components() -> None:
    shell = (TRACKER / "templates/base.html").read_text(encoding="utf-8") + "".join(
        (TRACKER / f"templates/macros/{name}.html").read_text(encoding="utf-8") for name in MACROS
    )
    for name, alias in MACROS.items():
        public = vars(templates().get_template(f"macros/{name}.html").module)
        for macro in (m for m in public if not m.startswith("_") and m not in MACROS.values()):
            assert f"{alias}.{macro}(" in COMPONENTS + shell or f"{{ {macro}(" in shell, macro


@pytest.mark.parametrize("template", ["bare.html", "errors/fault.html", "errors/bare.html"])
def test_the_shell_can_be_drawn_with_nothing(template: str) -> None:
    html = templates().get_template(template).render(title="Not found", sentence="Look again.")
    assert faults(html, HEADERS, signed_in=True) == []
    assert "Sign out" not in html
    assert "It does not calculate or suggest doses." in html


def title(**more: Any) -> str:
    return words(Document(draw(**more)).all("title")[0])


def test_the_title_names_the_page_the_patient_and_the_clinic() -> None:
    whole = "Plan & steps – RIVERA, Maria, born Mar 14, 1961 – Riverside Family Practice"
    assert title() == whole
    assert title(problems=PROBLEMS) == "Error: " + whole
    nobody = words(Document(draw("bare.html", patient=None, clinic=None)).all("title")[0])
    assert nobody == "Today"


def banner(**more: Any) -> str:
    html = draw("bare.html", patient=PATIENT | more)
    return html[html.index('class="who ') : html.index("<main")]


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({"state": "died", "state_words": "Died Nov 3, 2026"}, "Died Nov 3, 2026"),
        ({"state": "moved away"}, "Moved away"),
        ({"state": "entered in error"}, "<s>RIVERA, Maria</s>"),
    ],
)
def test_a_patient_who_is_not_active_shows_by_word_and_pattern(
    more: dict[str, Any], shown: str
) -> None:
    assert shown in banner(**more)
    assert "who-pattern" in banner(**more) and "who-pattern" not in banner()


def test_the_banner_says_who_it_is_and_leaves_out_what_it_was_not_given() -> None:
    whole = banner()
    for part in ("RIVERA, Maria", "“Mari”", "Mar 14, 1961", "(65y)", "004512",
                 "Spanish, interpreter needed", "none known", "Dr Amara"):  # fmt: skip
        assert part in whole
    assert "Allergies" not in banner(allergies=None)
    assert "not recorded" in banner(allergies="")
    assert "y)" not in banner(age=None)
    assert "RIVERA, Mario" in banner(similar="RIVERA, Mario, born Mar 2, 1961")
    assert 'class="who ' not in draw("bare.html", patient=None)


def test_markup_in_what_people_typed_stays_text() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    html = draw(patient=PATIENT | {"name": nasty, "preferred": nasty, "physician": nasty},
                notices=[nasty], problems=[("goal", nasty)])  # fmt: skip
    assert Document(html).all("img") == []
    assert faults(html, HEADERS, signed_in=True) == []


def test_a_fresh_grid_holds_no_dose_and_offers_none() -> None:
    form = '{% import "macros/grid.html" as grid %}<!doctype html><html lang="en"><title>G</title>'
    form += "<main><h1>G</h1>{{ grid.step_grid(medicines, steps) }}</main></html>"
    html = templates().from_string(form).render(medicines=MEDICINES, steps=fresh_steps())
    assert faults(html, HEADERS, signed_in=True, empty_doses=True) == []
    cells = [e for e in Document(html).all("input") if e.get("data-dose")]
    assert len(cells) == 12
    assert {(e.get("type"), e.get("inputmode"), e.get("autocomplete"), e.get("spellcheck"))
            for e in cells} == {("text", "decimal", "off", "false")}  # fmt: skip
    names = [e.get("aria-label") for e in cells]
    assert len(set(names)) == len(names)
    assert names[0] == "Step 1, oxyCODONE 5 mg tablet, morning, number of tablets"
    assert names[3] == "Step 1, fentaNYL patch 12 mcg per hour, every, number of hours"


def test_a_wtforms_field_keeps_its_id_its_error_and_what_was_chosen() -> None:
    document = Document(draw())
    by_id = document.by_id
    assert by_id["name"].get("aria-describedby") == "name-hint name-error"
    assert by_id["name"].get("aria-invalid") == "true"
    assert by_id["mode"].get("type") == "radio" and by_id["mode"].get("checked") is None
    assert by_id["topics"].get("checked") is not None
    assert by_id["secret"].get("value") in (None, "")
    shown = [words(e) for e in document.all("a") if e.get("href") in ("#name", "#mode")]
    assert shown == ["Enter the name.", "Choose how."]
