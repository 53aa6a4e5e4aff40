"""Gunicorn as the product runs it; the numbers come from the environment.

The access log is off: it would say who looked at whose record. Metrics are at
/metrics. A worker that is told to stop has 30 seconds to finish its requests.
"""

from shangfa.config import settings

_settings = settings()

wsgi_app = "shangfa.api.app:application()"
bind = _settings.bind
worker_class = "shangfa.api.problems.worker.ProblemWorker"
workers = _settings.workers
threads = _settings.threads
timeout = 30
graceful_timeout = 30
keepalive = 5
accesslog = None
errorlog = "-"
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108 exists in every Linux container
