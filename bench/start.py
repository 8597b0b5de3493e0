"""A cold start: the processor time until the application is built, beside bare Flask."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator

from bench.group.building import ROOT
from bench.lines import Line, median

ROUNDS = 9
_BARE = "from flask import Flask; app = Flask('bare'); app.get('/')(lambda: 'hello')"
_OURS = "from tracker import create_app; create_app()"


def run() -> Iterator[Line]:
    """Start both again and again, in turns, each in a process of its own."""
    spent: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-") as instance:
        for turn in range(ROUNDS + 1):
            for words in (_BARE, _OURS)[:: 1 if turn % 2 else -1]:
                seconds = _started(words, instance)
                if turn:  # the first writes the compiled modules
                    spent[words].append(seconds)
    ours, bare = median(spent[_OURS]) * 1000, median(spent[_BARE]) * 1000
    yield Line("cold start ÷ bare Flask", ours / bare, 3.5, told=f"{ours:.0f} ms, {bare:.0f} ms")


def _started(words: str, instance: str) -> float:
    """Give the seconds on a processor of a Python that runs these words and ends."""
    environment = {**os.environ, "TRACKER_INSTANCE": instance, "TRACKER_HTTPS": "0"}
    process = subprocess.Popen([sys.executable, "-c", words], cwd=ROOT, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"it did not start: {words}")
    return used.ru_utime + used.ru_stime
