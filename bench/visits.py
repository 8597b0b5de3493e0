"""Signed-in requests: a session made ahead, and the pages it asks for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import select

from bench.servers import Request, ask
from tracker import auth
from tracker.models import Patient, WorklistRow, db
from tracker.policy import Actor
from tracker.records import sessions

_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Visit:
    """One person with a session at one clinic, and some of its patients."""

    clinic_id: int
    cookies: Mapping[str, str]
    patients: tuple[int, ...]
    checkins: tuple[tuple[int, int], ...]  # patient and check-in, open
    names: tuple[str, ...]  # of patients, as they are typed into the search box
    records: tuple[str, ...]
    token: str = ""  # of forms, once a first page was opened

    def get(self, path: str) -> Request:
        """Ask for a page of the clinic."""
        return Request(f"/c/{self.clinic_id}{path}", self.cookies)

    def at(self, port: int) -> Visit:
        """Open a first page, and keep the cookie that came with it as a browser does."""
        _, page = ask(port, self.get("/patients").written())
        form = re.search(rb"Set-Cookie: (form=[^;]+)", page)
        token = _TOKEN.search(page)
        assert form is not None and token is not None, page[:300]
        name, _, value = form[1].decode().partition("=")
        return replace(self, cookies={**self.cookies, name: value}, token=token[1].decode())

    def found(self, typed: tuple[str, ...]) -> list[Request]:
        """Search for each of these, with the token of the form that was opened."""
        path = f"/c/{self.clinic_id}/patients"
        return [Request(path, self.cookies, {"csrf_token": self.token, "q": one}) for one in typed]


def visit(app: Flask, by: Actor, *, patients: int = 40) -> Visit:
    """Give a person a session on an application's database."""
    clinic_id = next(iter(by.clinics))
    with app.app_context():
        cookies = {auth.cookie_name(): session_of(by)}
        some = db.session.execute(
            select(Patient.id, Patient.family_name, Patient.given_names, Patient.record_no)
            .where(Patient.clinic_id == clinic_id)
            .order_by(Patient.record_no_folded)
            .offset(200)
            .limit(patients)
        ).all()
        waiting = db.session.execute(
            select(WorklistRow.patient_id, WorklistRow.ref)
            .where(WorklistRow.clinic_id == clinic_id, WorklistRow.kind == "checkin")
            .limit(patients)
        ).all()
        db.session.remove()
        db.engine.dispose()
    return Visit(
        clinic_id,
        cookies,
        tuple(one.id for one in some),
        tuple((one.patient_id, one.ref) for one in waiting),
        tuple(f"{one.family_name} {one.given_names}" for one in some),
        tuple(one.record_no for one in some),
    )


def session_of(by: Actor) -> str:
    """Start a whole session and give its token; needs an application context."""
    token = secrets.token_urlsafe(32)
    sessions.sign_in(
        by=by, token_hash=auth.hash_of(token), address="127.0.0.1", agent="bench",
        how="made ahead for a measurement", clear=(),
    )  # fmt: skip
    return token
