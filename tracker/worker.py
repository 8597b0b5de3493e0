"""One of gunicorn's processes: it takes a request when it is free, and leaves it to another if not.

Nearly all that a page takes is Python, which one thread does at a time. Threads that take requests
as they come make all of them wait for each other, while the process on the next core may be idle.
"""

from __future__ import annotations

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]  # ships no types

# What takes longer than a page does (paper, an export, a slow line) keeps nobody else waiting.
PATIENCE = 0.05  # seconds


class OneByOne(ThreadWorker):  # type: ignore[misc]  # as above
    """A worker with threads that begins one request at a time, and another beside a long one.

    A request that was begun more than PATIENCE ago is long. At most as many run as there are
    threads; whoever asks beyond that waits in the socket's queue, for whichever process is free.
    """

    begun_at = 0.0

    @property
    def worker_connections(self) -> int:
        """Give the number of connections at which it takes no more; gunicorn asks each time."""
        here: int = self.nr_conns
        waiting = len(self.keepalived_conns) + len(self.pending_conns)
        running = here - waiting
        long = time.monotonic() - self.begun_at >= PATIENCE
        free = running <= 0 or (running < self.cfg.threads and long)
        return here + 1 if free else here

    @worker_connections.setter
    def worker_connections(self, most: int) -> None:
        """Leave gunicorn's fixed number alone: it is followed from above."""

    def enqueue_req(self, conn: Any) -> None:
        """Begin a request."""
        self.begun_at = time.monotonic()
        super().enqueue_req(conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for what happens next, and no longer than until a request is a long one."""
        super().wait_for_and_dispatch_events(timeout if self._accepting else PATIENCE)
