"""Where a person goes on to after signing in: an address of ours, carried in `next`, or the start.

This module holds no pages.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

from tracker.charts.kept import is_page_kept
from tracker.models import utc_now
from tracker.records.kept import KEPT_FOR


def path_here(address: str) -> str | None:
    """Give the path of an address of this site; None for one that leads elsewhere, or is none."""
    try:
        parts = urlsplit(address)
    except ValueError:  # such as "//[": what begins a host and ends nowhere
        return None
    return None if parts.scheme or parts.netloc else parts.path


def onward() -> str:
    """Give the address to go on to, if it is one of ours; else the start."""
    target = request.args.get("next", "")
    ours = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if ours and path_here(target) is not None else url_for("session.home")


def to_next(endpoint: str) -> str:
    """Give the address of one more page on the way, which carries `next` along."""
    return url_for(endpoint, next=request.args.get("next") or None)


def back_to(staff_id: int | None) -> str:
    """Give the address to go on to; `#resume` asks the page's script for what was typed there."""
    target = onward()
    waits = is_page_kept(staff_id or 0, target.split("?")[0], utc_now() - KEPT_FOR)
    return f"{target}#resume" if waits else target
