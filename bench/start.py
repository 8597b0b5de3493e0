"""A cold start: processor time of a Python that builds the application, beside bare Flask.

What is judged is the whole process, from its start to its end, as the goal was measured and as a
command pays it. Told beside it: up to where the application stands, and with a first page answered.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.group.building import ROOT
from bench.lines import Line, median

ROUNDS = 9
_BARE = "from flask import Flask; app = Flask('bare'); app.get('/')(lambda: 'hello')"
_OURS = "from tracker import create_app; app = create_app()"
_ANSWER = "; assert app.test_client().get({!r}).status_code == 200"
_TELL = "; import time; print(time.process_time())"


@dataclass(frozen=True, slots=True)
class _Start:
    """Processor seconds: until the words were done, and of the whole process."""

    done: float
    whole: float


def run() -> Iterator[Line]:
    """Start both again and again, in turns, each in a process of its own."""
    starts = (_BARE, _OURS, _BARE + _ANSWER.format("/"), _OURS + _ANSWER.format("/sign-in"))
    spent: dict[str, list[_Start]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        for turn in range(ROUNDS + 1):
            for words in starts[:: 1 if turn % 2 else -1]:
                start = _started(words, Path(room))
                if turn:  # the first writes the compiled modules
                    spent[words].append(start)
    bare, ours, hello, page = (spent[words] for words in starts)
    yield _line("cold start ÷ bare Flask", _whole(ours), _whole(bare), 3.5)
    yield _line("the same until the application stands", _done(ours), _done(bare))
    yield _line("the same until the first page is answered", _done(page), _done(hello))


def _line(what: str, ours: float, bare: float, limit: float | None = None) -> Line:
    return Line(what, ours / bare, limit, told=f"{ours:.0f} ms, {bare:.0f} ms")


def _whole(starts: list[_Start]) -> float:
    return median([start.whole for start in starts]) * 1000


def _done(starts: list[_Start]) -> float:
    return median([start.done for start in starts]) * 1000


def _started(words: str, room: Path) -> _Start:
    """Run a Python with these words.

    It finds its modules compiled, as where they are installed, whatever this shell says of that.
    """
    instance = room / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, "TRACKER_INSTANCE": str(instance), "TRACKER_HTTPS": "0"}
    environment["PYTHONPYCACHEPREFIX"] = str(room / "compiled")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = _children()
    done = subprocess.run(
        [sys.executable, "-c", words + _TELL],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return _Start(float(done.stdout), _children() - before)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
