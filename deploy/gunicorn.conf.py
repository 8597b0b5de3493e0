"""How gunicorn serves the tracker: `gunicorn -c deploy/gunicorn.conf.py`.

A process for each core; its threads are for what takes long. The application is loaded before the
processes are made, so that they share its memory, and what it loaded is frozen out of the garbage.
"""

import os

wsgi_app = "tracker.serving:application()"
bind = os.environ.get("TRACKER_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("TRACKER_WORKERS", max(2, os.cpu_count() or 2)))
worker_class = "tracker.worker.OneByOne"
threads = 8
preload_app = True

# A request that takes a minute is a fault. A stop waits for the acts under way.
timeout = 60
graceful_timeout = 30

# Each request goes to a process that is free; one that kept its connection would stay where it was.
keepalive = 0

# A worker's sign of life belongs into memory: on a busy disk it would be taken for dead.
worker_tmp_dir = "/dev/shm"

# No socket by which another process could steer this one, and no header that claims who one is.
control_socket_disable = True
forwarded_allow_ips = "127.0.0.1"
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# One JSON line a request comes from the application (TRACKER_LOG=json); no second log of addresses.
accesslog = None
errorlog = "-"
loglevel = "warning"
