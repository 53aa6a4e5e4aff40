"""gunicorn as the product and the demo run it; the numbers come from the environment.

The first process looks once at the database's role and schema and refuses a wrong one;
workers that replace others serve 503 until they found them right. gunicorn's own access log
is off: it would say who looked at whose record. A worker that is told to stop has 30 seconds
to finish its requests.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from gunicorn.glogging import Logger
from sqlalchemy.exc import OperationalError

from shangfa.config import settings
from shangfa.db.tx.pool import engine
from shangfa.plugins.installed import installed
from shangfa.services.running import health
from shangfa.services.running.process import lifeline, logs, meters, ports

log = logging.getLogger("shangfa.web")
_settings: Final = settings()
_memory: Final = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own names in it
# Before anything that counts is imported.
_meters: Final = None if meters.VARIABLE in os.environ else meters.open_meters()


class QuietLogger(Logger):
    """gunicorn's log without the line of each request, which it would make for nobody."""

    access_log_enabled = False


wsgi_app = "shangfa.api.app:create_app()"
bind = _settings.bind
worker_class = "shangfa.api.running.worker.Worker"
workers = _settings.workers
threads = _settings.threads
worker_connections = 200
timeout = 30
graceful_timeout = 30
keepalive = 5
accesslog = None
logger_class = QuietLogger
logconfig_dict = logs.configuration(terminal=sys.stderr.isatty())
# Answers leave through the worker's loop, files too.
sendfile = False
# Two deployments of one user would share it.
control_socket_disable = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = str(_memory) if _memory.is_dir() else None


def on_starting(server: Any) -> None:
    """Look at the database, or follow the supervisor that has; open the port for probes."""
    meters.forget_present()
    if lifeline.VARIABLE in os.environ:
        lifeline.follow_parent()
    else:
        _check()
    server.health_port = None
    if _settings.health_bind is not None:
        server.health_port = ports.listen_on(_settings.health_bind)
    _read_code()


def _read_code() -> None:
    """Read all code once, so that workers start at once and share its memory.

    Only code: what opens connections or threads is made in each worker, which a fork allows.
    """
    import_module("shangfa.api.app")
    # Collections in a worker would write to every page that is shared.
    gc.freeze()


def _check() -> None:
    """Refuse a wrong role or schema; a database that is away may come back."""
    try:
        health.check_database(_settings.database_url or str(engine().url))
    except OperationalError as error:
        log.warning("the database does not answer yet: %s", error)
    except RuntimeError:
        on_exit(None)
        raise


def pre_fork(server: Any, worker: Any) -> None:
    """Let every worker answer on the port for probes."""
    worker.health_port = server.health_port


def post_worker_init(_worker: Any) -> None:
    """Find the plugins before requests do: each thread would, and start processes for some."""
    installed()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget what a worker that ended had in hand."""
    meters.forget_present(worker.pid)


def on_exit(_server: Any) -> None:
    """Remove what was counted, when this process made the folder."""
    if _meters is not None:
        _meters.close()
