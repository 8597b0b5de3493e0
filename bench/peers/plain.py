"""Bare Flask: hello world, and the raw query of the Today page with nothing around it."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import date

from flask import Flask, Response

app = Flask(__name__)
_own = threading.local()

# The rows that the Today page shows first: escalations that wait, then what is overdue, each the
# earliest first.
_SHOWN = """
SELECT patient_id, kind, ref, part, due, late_from, tries, owner_id, at, what, detail, name,
       name_folded, born, record_no, physician_id, on_step, last_contact, said
FROM worklist
"""
_WAITING = (
    _SHOWN
    + """WHERE clinic_id = ? AND lane = 'escalation' AND shows_from <= ? AND until >= ?
ORDER BY late_from, ref, kind, part LIMIT ?"""
)
_OVERDUE = (
    _SHOWN
    + """WHERE clinic_id = ? AND lane = 'task' AND late_from <= ? AND until >= ?
  AND (tried_on IS NULL OR tried_on <> ?)
ORDER BY late_from, ref, kind, part LIMIT ?"""
)
ON_A_PAGE = 50


@app.get("/hello")
def hello() -> str:
    """Answer with two words."""
    return "hello, world"


@app.get("/raw/<int:clinic_id>")
def raw(clinic_id: int) -> Response:
    """Answer with the rows of the query as text."""
    today = date.today().isoformat()
    ask = _database().execute
    rows = ask(_WAITING, (clinic_id, today, today, ON_A_PAGE)).fetchall()
    room = ON_A_PAGE - len(rows)
    rows += ask(_OVERDUE, (clinic_id, today, today, today, room)).fetchall()
    text = "\n".join("\t".join(map(str, row)) for row in rows)
    return Response(text, mimetype="text/plain")


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "database"):
        _own.database = sqlite3.connect(os.environ["BENCH_SQLITE"])
    found: sqlite3.Connection = _own.database
    return found
