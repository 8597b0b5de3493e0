"""A form as a page offers it, read with a few patterns: hundreds of clinicians share one client.

The pages are our own and valid, so attributes stand in double quotes; the harness of the tests
reads pages as a browser would.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urldefrag, urlsplit

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CONTROL = re.compile(
    r"<input\b([^>]*)>|<select\b([^>]*)>(.*?)</select>|<textarea\b([^>]*)>(.*?)</textarea>",
    re.DOTALL,
)
_OPTION = re.compile(r"<option\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_NOT_SENT = ("submit", "button", "image", "reset", "file")

Fields = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form is sent, and what stands in it."""

    action: str
    fields: Fields

    def filled(self, values: Mapping[str, str | list[str]]) -> Fields:
        """Give the fields with these typed over."""
        typed = {name: [one] if isinstance(one, str) else one for name, one in values.items()}
        return {**self.fields, **typed}


def form(page: str, ending: str) -> Form | None:
    """Give the first form that posts to an address with this ending."""
    for match in _FORM.finditer(page):
        attributes = _attributes(match[1])
        action = attributes.get("action", "")
        if attributes.get("method") == "post" and urlsplit(action).path.endswith(ending):
            return Form(urldefrag(action).url, _fields(match[2]))
    return None


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _fields(text: str) -> Fields:
    found: Fields = {}
    for one in _CONTROL.finditer(text):
        own = _attributes(one[1] or one[2] or one[4] or "")
        name = own.get("name")
        if not name or "disabled" in own:
            continue
        if one[2] is not None:
            found.setdefault(name, []).extend(_chosen(one[3]))
        elif one[4] is not None:
            found.setdefault(name, []).append(unescape(one[5]).removeprefix("\n"))
        elif own.get("type") in ("radio", "checkbox"):
            if "checked" in own:
                found.setdefault(name, []).append(own.get("value", "on"))
        elif own.get("type") not in _NOT_SENT:
            found.setdefault(name, []).append(own.get("value", ""))
    return found


def _chosen(options: str) -> list[str]:
    every = [_attributes(one) for one in _OPTION.findall(options)]
    chosen = [one for one in every if "selected" in one] or every[:1]
    return [one.get("value", "") for one in chosen]
