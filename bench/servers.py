"""Servers on this machine's loopback, and what each request costs them.

The main figure is the time on a processor of the whole tree of a server's processes (and of
PostgreSQL's, where it works for them), divided by the requests: unlike a time on the wall, it does
not grow when others use the machine.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.group.building import ROOT

WORKERS = 2


@dataclass
class Server:
    """One gunicorn, as `deploy/gunicorn.conf.py` starts it, and the PostgreSQL it asks, if any."""

    port: int
    process: subprocess.Popen[bytes]
    beside: int = 0  # the process of PostgreSQL's server

    def spent(self) -> float:
        """Give the seconds that all its processes have had on a processor."""
        roots = [self.process.pid, *([self.beside] if self.beside else [])]
        return sum(_spent(pid) for root in roots for pid in tree(root))


@dataclass(frozen=True)
class Request:
    """What a client asks again and again."""

    path: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None  # posted where there is one
    wanted: int = 200

    def written(self) -> bytes:
        """Give the request as it goes over the wire."""
        body = urlencode(self.form).encode() if self.form is not None else b""
        kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = (
            f"{'POST' if body else 'GET'} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Cookie: {cookies}\r\n{kind}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body


class Wrong(RuntimeError):
    """Raised when a server answers otherwise than was wanted: its figure would mean nothing."""


@contextlib.contextmanager
def serving(app: str, environment: Mapping[str, str], beside: int = 0) -> Iterator[Server]:
    """Start gunicorn for a WSGI application and wait until it answers; stop it afterwards."""
    port = free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TRACKER_", "PG", "DATABASE"))}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py",
            "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}",
            "--log-level", "critical", app,
        ],
        cwd=ROOT,
        env={**kept, "PYTHONWARNINGS": "ignore", **environment},
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("BENCH_LOUD") else subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, process)
        yield Server(port, process, beside)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the server did not start; BENCH_LOUD=1 shows why")


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ask(port: int, written: bytes) -> tuple[int, bytes]:
    """Send one request and give the status and all that came back."""
    with socket.create_connection(("127.0.0.1", port), 60) as wire:
        wire.sendall(written)
        parts = []
        while part := wire.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    return int(answer[9:12] or 0), answer


def fire(port: int, requests: Sequence[Request], count: int, clients: int = 2) -> list[float]:
    """Ask so many times in all, by several clients at once; give each answer's seconds.

    The requests take turns. Raises Wrong for an answer with another status than was wanted.
    """
    written = [(one, one.written()) for one in requests]
    seconds: list[float] = []
    wrong: list[str] = []

    def client(first: int) -> None:
        for number in range(first, count, clients):
            request, data = written[number % len(written)]
            began = time.perf_counter()
            status, _ = ask(port, data)
            seconds.append(time.perf_counter() - began)
            if status != request.wanted:
                wrong.append(f"{request.path} answered {status}, not {request.wanted}")
                return

    threads = [threading.Thread(target=client, args=(first,)) for first in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise Wrong(wrong[0])
    return seconds


def tree(root: int) -> Iterator[int]:
    """Give a process and all below it."""
    yield root
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def _spent(pid: int) -> float:
    """Give a process's seconds on a processor, all threads; of one that ended, nothing."""
    total = 0
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9
