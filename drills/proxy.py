"""The shipped settings in earnest: gunicorn behind nginx and Caddy on the loopback, and the units.

The examples of `deploy/` are used as they are but for their ports and a certificate made here.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from drills.clinic import ROOT, Clinic, Server, clinic, free_port, serve
from tracker.models import SignInAttempt, db

HOST = "tracker.example.org"  # the name in the examples
CLAIMED = "203.0.113.9"


def why_not() -> str | None:
    """Say which program is missing, or None."""
    missing = [name for name in ("nginx", "openssl") if not shutil.which(name)]
    return f"not installed: {', '.join(missing)} (apt-get install)" if missing else None


def run() -> dict[str, object]:
    """Ask through each proxy as a browser and as somebody who claims another address."""
    found: dict[str, object] = {}
    with clinic(0) as made:
        made.settings = {"TRACKER_HTTPS": "1", "TRACKER_TRUSTED_PROXIES": "1"}
        server = serve(made, config=True)
        with _nginx(made, server) as (plain, secure):
            found["nginx: http"] = _plain(plain)
            found |= {f"nginx: {what}": said for what, said in _ask(made, secure).items()}
        if shutil.which("caddy"):
            with _caddy(made, server) as secure:
                found |= {f"Caddy: {what}": said for what, said in _ask(made, secure).items()}
        server.stop()
    if shutil.which("systemd-analyze"):
        found["systemd units"] = _units()
    return {**found, "good": all(said in GOOD for said in found.values())}


UNBELIEVED, TOO_LARGE = "the address is not believed", "refused"
GOOD = ("sent on to https", "an honest answer", UNBELIEVED, TOO_LARGE, "verified")


def _plain(port: int) -> str:
    answer = _get(HTTPConnection("127.0.0.1", port), "/")
    return "sent on to https" if answer.headers["Location"] == f"https://{HOST}/" else str(answer)


def _ask(made: Clinic, port: int) -> dict[str, str]:
    page = _get(_https(port), "/sign-in")
    cookie = page.headers["Set-Cookie"] or ""
    honest = (
        page.status == 200
        and cookie.startswith("__Host-")
        and "Secure; HttpOnly" in cookie
        and (page.headers["Strict-Transport-Security"] or "").startswith("max-age=31536000")
    )
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.body.decode())
    form = {"csrf_token": token[1] if token else "", "username": "nobody", "password": "x" * 12}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie.partition(";")[0],
        "Referer": f"https://{HOST}/sign-in",
        "X-Forwarded-For": f"{CLAIMED}, 198.51.100.7",
    }
    answer = _get(_https(port), "/sign-in", urlencode(form).encode(), headers)
    with made.app.app_context():
        keys = set(db.session.scalars(select(SignInAttempt.key)))
    made.let_go()
    believed = answer.status != 422 or "address:127.0.0.1" not in keys or CLAIMED in str(keys)
    large = _get(_https(port), "/sign-in", b"x" * 3_000_000, headers)
    return {
        "https": "an honest answer" if honest else f"{page.status} {dict(page.headers)}",
        "a claimed address": f"{answer.status} {keys}"
        if believed
        else "the address is not believed",
        # Caddy before 2.8 says 502 of a body that it stopped reading.
        "three megabytes": TOO_LARGE if large.status in (413, 502) else str(large.status),
    }


class _Page:
    def __init__(self, answer: HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()


class _Secure(HTTPSConnection):
    """A connection to this machine that asks for the example's name, as a browser would."""

    def connect(self) -> None:
        """Connect, and take any certificate: it was made here, for this run."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        self.sock = context.wrap_socket(plain, server_hostname=HOST)


def _https(port: int) -> HTTPSConnection:
    return _Secure("127.0.0.1", port)


def _get(
    connection: HTTPConnection, path: str, body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> _Page:  # fmt: skip
    with contextlib.closing(connection):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            method = "POST" if body else "GET"
            connection.request(method, path, body, {"Host": HOST, **(headers or {})})
        return _Page(connection.getresponse())


@contextlib.contextmanager
def _nginx(made: Clinic, server: Server) -> Iterator[tuple[int, int]]:
    plain, secure = free_port(), free_port()
    room = made.folder / "nginx"
    room.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={HOST}", "-keyout", str(room / "key.pem"), "-out", str(room / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for theirs, ours in (
        (r"\n    listen \[::\][^\n]*", ""),
        (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        (r"/etc/ssl/tracker\.pem", str(room / "cert.pem")),
        (r"/etc/ssl/private/tracker\.key", str(room / "key.pem")),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{server.port}"),
    ):
        site, count = re.subn(theirs, ours, site)
        assert count, f"deploy/nginx.conf has no {theirs} any more"
    (room / "site.conf").write_text(site, encoding="utf-8")
    paths = "".join(
        f"  {kind}_temp_path {room}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (room / "nginx.conf").write_text(
        f"daemon off;\npid {room}/pid;\nerror_log {room}/error.log;\nevents {{}}\n"
        f"http {{\n  access_log off;\n{paths}  include {room}/site.conf;\n}}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-p", str(room), "-c", str(room / "nginx.conf"), "-e", f"{room}/error.log"]
    with _running(command, secure):
        yield plain, secure


@contextlib.contextmanager
def _caddy(made: Clinic, server: Server) -> Iterator[int]:
    port, room = free_port(), made.folder / "caddy"
    room.mkdir()
    site = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    site = re.sub(rf"(?m)^{re.escape(HOST)}", f"https://{HOST}:{port}", site)
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    alone = (
        "{\n\tadmin off\n\tauto_https disable_redirects\n\tlocal_certs\n\tskip_install_trust\n}\n"
    )
    (room / "Caddyfile").write_text(alone + site, encoding="utf-8")
    command = [
        "env", f"XDG_DATA_HOME={room}", f"XDG_CONFIG_HOME={room}",
        "caddy", "run", "--adapter", "caddyfile", "--config", str(room / "Caddyfile"),
    ]  # fmt: skip
    with _running(command, port):
        yield port


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                _get(_https(port), "/healthz")
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _units() -> str:
    """Let systemd read the units, with this environment's programs in the place of theirs."""
    wrong = []
    for name in ("tracker.service", "tracker-backup.service", "tracker-backup.timer"):
        text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
        text = text.replace("/srv/tracker/app", str(ROOT))
        copy = Path(ROOT / ".test" / "units" / name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        said = subprocess.run(
            ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False
        )
        if said.returncode or said.stderr.strip():
            wrong.append(said.stderr.strip()[:200])
    return "; ".join(wrong) or "verified"
