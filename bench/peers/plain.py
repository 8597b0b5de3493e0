"""Bare Flask: hello world, and the raw query of the Today page with nothing around it."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import date

from flask import Flask, Response

app = Flask(__name__)
_own = threading.local()

# The rows that the Today page shows first: what is overdue, the earliest first.
_QUERY = """
SELECT patient_id, kind, ref, part, due, late_from, tries, seq, owner_id, at, what, detail, name,
       name_folded, born, record_no, physician_id, on_step, last_contact
FROM worklist
WHERE clinic_id = ? AND lane = 'task' AND late_from <= ? AND until >= ?
  AND (tried_on IS NULL OR tried_on <> ?)
ORDER BY late_from, ref, kind, part LIMIT 50
"""


@app.get("/hello")
def hello() -> str:
    """Answer with two words."""
    return "hello, world"


@app.get("/raw/<int:clinic_id>")
def raw(clinic_id: int) -> Response:
    """Answer with the rows of the query as text."""
    today = date.today().isoformat()
    rows = _database().execute(_QUERY, (clinic_id, today, today, today)).fetchall()
    text = "\n".join("\t".join(map(str, row)) for row in rows)
    return Response(text, mimetype="text/plain")


def _database() -> sqlite3.Connection:
    if not hasattr(_own, "database"):
        _own.database = sqlite3.connect(os.environ["BENCH_SQLITE"])
    found: sqlite3.Connection = _own.database
    return found
