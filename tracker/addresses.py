"""Addresses of pages, built once: the router takes as long for a link as a query does for a row.

What belongs here: remembering what the router made of an endpoint and its values, and filling in
one pattern for many rows. What does not: which page is meant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask

_PATIENT, _REF, _AFTER = 9_100_000_000_000_001, 9_200_000_000_000_003, "zzafterzz"

_PLAIN = {int, str}
_OTHERWISE = {"_anchor", "_external", "_method", "_scheme"}  # what is no part of a page's address


def url_for(endpoint: str, /, **values: Any) -> str:
    """Give the address of a page as Flask does; the same one twice is built once."""
    if _PLAIN.issuperset(map(type, values.values())) and _OTHERWISE.isdisjoint(values):
        return _built(flask.request.script_root, endpoint, tuple(values.items()))
    return flask.url_for(endpoint, **values)


@lru_cache(maxsize=4096)
def _built(_root: str, endpoint: str, values: tuple[tuple[str, int | str], ...]) -> str:
    named: dict[str, Any] = dict(values)
    return flask.url_for(endpoint, **named)


class OfRows:
    """One page's address for many rows: the patient, what the row is about, where to come back."""

    def __init__(self, endpoint: str, clinic_id: int, *, ref: str = "", back: str = "") -> None:
        """Build the pattern; `ref` names the id in the path, `back` is the list without a place."""
        values: dict[str, int | str] = {"clinic_id": clinic_id, "patient_id": _PATIENT}
        if ref:
            values[ref] = _REF
        # A row's place has letters, digits and hyphens alone, and stands in a query as it is.
        self._last = url_for(endpoint, **values, **({"back": back} if back else {}))
        self._usual = url_for(endpoint, **values, **({"back": f"{back}#{_AFTER}"} if back else {}))

    def of(self, patient_id: int, ref: int, after: str | None = None) -> str:
        """Give the address for one row; `after` is the place on the list to come back to."""
        made = self._last if after is None else self._usual.replace(_AFTER, after)
        return made.replace(str(_PATIENT), str(patient_id)).replace(str(_REF), str(ref))
