"""What a thief of passwords or sessions would try; `test_sign_in` holds the everyday way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.harness.application import create
from tests.harness.cast import Cast
from tests.harness.visitor import Visitor
from tracker import auth
from tracker.models import Staff, db


@pytest.fixture
def hashed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every password that is put to the hasher."""
    seen: list[str] = []
    real = auth.matches

    def note(staff: Staff | None, password: str) -> bool:
        seen.append(password)
        return real(staff, password)

    monkeypatch.setattr(auth, "matches", note)
    return seen


@contextmanager
def restarted(app: Flask, folder: Path, **config: object) -> Iterator[Flask]:
    """Lend another worker of the same installation: the same database and nothing else."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    worker = create(folder / "worker", url, **config)
    yield worker
    with worker.app_context():
        db.session.remove()
        db.engine.dispose()


def sign_in(visitor: Visitor, name: str, password: str, status: int) -> None:
    form = visitor.get("/sign-in").form("/sign-in")
    form.submit(username=name, password=password, status=status)


def test_the_throttle_answers_before_any_hashing(
    visitor: Callable[[], Visitor], cast: Cast, hashed: list[str]
) -> None:
    for _ in range(auth.TRIES["account"]):
        sign_in(visitor(), "amara", "wrong password", 422)
    assert len(hashed) == auth.TRIES["account"]
    sign_in(visitor(), "amara", cast["amara"].password, 429)
    assert len(hashed) == auth.TRIES["account"]


def test_the_throttle_holds_in_another_worker_and_after_a_restart(
    app: Flask, visitor: Callable[[], Visitor], cast: Cast, tmp_path: Path
) -> None:
    for _ in range(auth.TRIES["account"]):
        sign_in(visitor(), "amara", "wrong password", 422)
    with restarted(app, tmp_path) as worker:
        sign_in(Visitor(worker), "amara", cast["amara"].password, 429)


def test_a_name_nobody_has_costs_as_much_as_one_that_somebody_has(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = app.extensions["hasher"]

    class Noting:
        """The hasher, telling what it was asked."""

        def verify(self, kept: str, password: str) -> bool:
            verified.append(kept)
            return bool(hasher.verify(kept, password))

    monkeypatch.setitem(app.extensions, "hasher", Noting())
    sign_in(visitor(), "nobody", "lantern-moss", 422)
    sign_in(visitor(), "amara", "not-her-password", 422)
    assert len(verified) == 2 and all(kept.startswith("$argon2id$") for kept in verified)


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_signing_in_needs_the_forms_own_token(
    visitor: Callable[[], Visitor], cast: Cast, token: str | None
) -> None:
    someone = visitor()
    someone.get("/sign-in")
    data = {"username": "amara", "password": cast["amara"].password}
    data |= {"csrf_token": token} if token is not None else {}
    answer = someone.http.post("/sign-in", data=data)
    assert answer.status_code == 400
    assert someone.http.get("/account").status_code == 302


def test_a_form_cookie_is_remembered_by_all_its_bytes(
    app: Flask, visitor: Callable[[], Visitor], cast: Cast
) -> None:
    one, other, forger = visitor(), visitor(), visitor()
    tokens = [who.get("/sign-in").form("/sign-in").fields["csrf_token"] for who in (one, other)]
    assert [who.get("/sign-in").form("/sign-in").fields["csrf_token"] for who in (one, other)] == (
        tokens
    )  # signed once
    assert tokens[0] != tokens[1]
    name = app.config["SESSION_COOKIE_NAME"]
    kept = one.http.get_cookie(name)
    assert kept is not None
    signed, _, seal = kept.value.rpartition(".")
    # Its first letter: of the last one some bits mean nothing.
    changed = f"{signed}.{'B' if seal[0] == 'A' else 'A'}{seal[1:]}"
    forger.http.set_cookie(name, changed)
    data = {"csrf_token": tokens[0], "username": "amara", "password": cast["amara"].password}
    assert forger.http.post("/sign-in", data=data).status_code == 400
    assert other.http.post("/sign-in", data=data).status_code == 400  # another browser's token
    assert one.http.post("/sign-in", data=data).status_code == 303


def test_over_https_the_cookies_are_bound_to_this_host(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    with restarted(app, tmp_path, TRACKER_HTTPS="1") as worker:
        http = worker.test_client()
        page = http.get("/sign-in", base_url="https://clinic.example")
        token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = http.post(
            "/sign-in",
            base_url="https://clinic.example",
            headers={"Referer": "https://clinic.example/sign-in"},
            data={
                "csrf_token": token, "username": "amara", "password": cast["amara"].password,
            },
        )  # fmt: skip
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    given = [cookie for cookie in cookies if not cookie.split("=", 1)[1].startswith(";")]
    assert {cookie.split("=")[0] for cookie in given} == {"__Host-form", "__Host-session"}
    for cookie in given:
        parts = {part.strip().casefold() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= parts
        assert not any(part.startswith("domain") for part in parts)
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
