"""What processes say: one line for each event, JSON for machines, text at a terminal.

Every line has time, level, logger and message; a line of a request also its id, method,
route (the pattern, so that nobody's name stands in it), status and milliseconds; a fault its
traceback. A lost database is one line without a traceback: where it was noticed tells nothing.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.config import dictConfig
from traceback import format_exception
from typing import Any, Final

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request that is being answered in this thread."""

FIELDS: Final = ("method", "route", "status", "duration_ms")
"""What a line may have besides, given as `extra`."""
LOST: Final = (psycopg.OperationalError, OperationalError, ConnectorException, PoolTimeout)
QUIET: Final = {
    # tells each attempt to connect; whoever asked for the connection tells it once
    "psycopg.pool": "ERROR",
    "sqlalchemy.pool": "CRITICAL",
    "procrastinate": "WARNING",
    "gunicorn.error": "WARNING",
    "alembic": "WARNING",
}


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return _ENCODER.encode(fields(record))


class TextFormatter(logging.Formatter):
    """A line to read; only a traceback takes more."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        found = fields(record)
        clock = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        traceback = found.pop("traceback", None)
        more = [f"{name}={found[name]}" for name in ("request_id", *FIELDS) if name in found]
        words = [clock, record.levelname, f"{record.name}:", found["message"], *more]
        return "\n".join([" ".join(words), *([traceback] if traceback else [])])


def is_news(record: logging.LogRecord) -> bool:
    """Tell whether nobody else says it: the worker tells a lost database once for all queues.

    How a job ended is always told.
    """
    error = record.exc_info[1] if record.exc_info else None
    lost = record.name.startswith("procrastinate") and isinstance(error, LOST)
    return not lost or str(vars(record).get("action", "")).startswith("job_")


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return what a line says, by name."""
    found: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": _message(record),
    }
    if (asked := request_id.get()) is not None:
        found["request_id"] = asked
    found |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, LOST):
        found["message"] += f" ({reason_of(error)})"
    elif error is not None:
        found["traceback"] = _traceback(error)
    return found


def _message(record: logging.LogRecord) -> str:
    """Return the message; a fault of the database in it without statement and parameters."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(reason_of(arg) if isinstance(arg, DBAPIError) else arg for arg in args)
    text = str(record.msg)
    return _one_line(text % args if args else text)


def _traceback(error: BaseException) -> str:
    """Return the traceback; parameters of statements may be people's, so they are left out."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, StatementError):
            seen.hide_parameters = True
        seen = seen.__cause__ or seen.__context__
    return "".join(format_exception(error)).rstrip()


def reason_of(error: BaseException) -> str:
    """Return why a database was lost, in one line, without statement and parameters."""
    cause = error.orig if isinstance(error, DBAPIError) else error.__cause__ or error
    return _one_line(str(cause)) or type(cause).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).replace("\t", "")


def configuration(*, terminal: bool) -> dict[str, Any]:
    """Return the configuration of `logging`: everything to stderr, in one shape."""
    shape = TextFormatter if terminal else JsonFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": shape}},
        "filters": {"news": {"()": lambda: is_news}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["news"],
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            name: {"level": level, "handlers": [], "propagate": True}
            for name, level in QUIET.items()
        },
    }


def set_up() -> None:
    """Let this process say what it does; text when somebody looks on."""
    dictConfig(configuration(terminal=sys.stderr.isatty()))
