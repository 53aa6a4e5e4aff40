"""Lines of the log: for machines, for people, without what is nobody's business."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from io import StringIO

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import IntegrityError, OperationalError

from shangfa.services.running.process import logs

Saying = Callable[[], str]


@pytest.fixture(params=[False, True], ids=["a file", "a terminal"])
def terminal(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def saying(terminal: bool) -> Iterator[Saying]:  # noqa: FBT001 - a fixture's value
    """What the process says, with the configuration of a deployment."""
    root, stream = logging.getLogger(), StringIO()
    handlers, level = root.handlers[:], root.level
    found = logs.configuration(terminal=terminal)
    found["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(found)
    yield stream.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET)


log = logging.getLogger("shangfa.test")
WHO = {"name": "张三"}


def lost() -> OperationalError:
    cause = psycopg.OperationalError("server closed the connection\n\tunexpectedly")
    return OperationalError("SELECT secret", WHO, cause)


def test_a_line_says_when_what_and_who(saying: Saying, terminal: object) -> None:
    logs.request_id.set("n-1")
    try:
        log.info("answered", extra={"method": "GET", "route": "/x", "status": 200, "other": 1})
    finally:
        logs.request_id.set(None)
    (line,) = saying().splitlines()
    if terminal:
        words = line.split(" ", 1)[1]
        assert words == "INFO shangfa.test: answered request_id=n-1 method=GET route=/x status=200"
        return
    found = json.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {
        "level": "info",
        "logger": "shangfa.test",
        "message": "answered",
        "request_id": "n-1",
        "method": "GET",
        "route": "/x",
        "status": 200,
    }


def test_a_fault_has_its_traceback_without_anybodys_values(
    saying: Saying, terminal: object
) -> None:
    try:
        raise IntegrityError("INSERT …", WHO, ValueError("twice"))
    except IntegrityError:
        log.exception("internal error %s", 7)
    said = saying()
    assert "张三" not in said
    if not terminal:
        found = json.loads(said)
        assert found["message"] == "internal error 7"
        said = found["traceback"]
    assert "Traceback (most recent call last)" in said
    assert "twice" in said


@pytest.mark.parametrize(
    "say",
    [
        pytest.param(lambda: log.warning("busy: %s", lost()), id="in the message"),
        pytest.param(lambda: log.error("busy:", exc_info=lost()), id="as a fault"),
    ],
)
def test_a_lost_database_is_one_line_without_statement_or_traceback(
    saying: Saying, say: Callable[[], None]
) -> None:
    say()
    (line,) = saying().splitlines()
    assert "server closed the connection unexpectedly" in line
    assert not [word for word in ("SELECT", "张三", "Traceback", "sqlalche") if word in line]


def test_what_the_worker_tells_once_its_parts_do_not_tell_again(saying: Saying) -> None:
    error = ConnectorException()
    parts = logging.getLogger("procrastinate.worker.upkeep")
    parts.error("Side task failed", exc_info=error)
    logging.getLogger("psycopg.pool").warning("error connecting in 'pool-1'")
    assert saying() == ""
    parts.error("Job ended", exc_info=error, extra={"action": "job_error"})
    assert len(saying().splitlines()) == 1


def test_chinese_can_be_read(saying: Saying) -> None:
    log.info("赏罚\n分明")
    assert "赏罚 分明" in saying()
