"""A WSGI application whose `/long` ends when somebody has asked for `/go`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_SECONDS = 60
_go = threading.Event()


def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer with the word of the address; a long one that nobody ended says so."""
    if environ["PATH_INFO"] == "/go":
        _go.set()
        said = b"go"
    else:
        said = b"long" if _go.wait(MOST_SECONDS) else b"nobody came"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
