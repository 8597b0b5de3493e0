"""Gunicorn's process takes a request when it is free, and another beside one that takes long."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.worker import PATIENCE, OneByOne

ROOT = Path(__file__).parent.parent
THREADS = 8


@pytest.mark.parametrize(
    ("connections", "kept", "pending", "since", "takes"),
    [
        (0, 0, 0, 0, True),
        (1, 0, 0, 0, False),
        (1, 0, 0, PATIENCE, True),
        (2, 0, 0, PATIENCE / 2, False),
        (2, 1, 1, 0, True),  # nobody asks anything on either
        (3, 1, 1, 0, False),
        (THREADS, 0, 0, PATIENCE, False),
        (THREADS + 2, 1, 1, PATIENCE, False),
        (THREADS + 1, 1, 1, PATIENCE, True),
    ],
)
def test_when_a_process_takes_a_request(
    connections: int, kept: int, pending: int, since: float, takes: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    one = OneByOne.__new__(OneByOne)
    one.cfg = SimpleNamespace(threads=THREADS)
    one.nr_conns = connections
    one.keepalived_conns, one.pending_conns = deque(range(kept)), deque(range(pending))
    one.begun_at = 0.0
    monkeypatch.setattr("tracker.worker.time.monotonic", lambda: since)
    assert (one.nr_conns < one.worker_connections) is takes


def test_a_long_request_keeps_nobody_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        server = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--workers", "1",
                "--bind", f"fd://{listener.fileno()}", "tests.harness.long_request:app",
            ],
            cwd=ROOT,
            pass_fds=[listener.fileno()],
        )  # fmt: skip
        try:
            port = listener.getsockname()[1]
            asked = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2)]
            for one, address in zip(asked, ("/long", "/go"), strict=True):
                one.request("GET", address)
            answers = [one.getresponse() for one in asked]
            assert [one.read() for one in answers] == [b"long", b"go"]
            assert {one.headers["Connection"] for one in answers} == {"close"}
        finally:
            server.terminate()
            assert server.wait(60) == 0
