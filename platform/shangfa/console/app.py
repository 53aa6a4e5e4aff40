"""The console: pages at /console/ over the same services as the API, never around them."""

from __future__ import annotations

import logging

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shangfa.console import session
from shangfa.console.access import company, users
from shangfa.console.access import pages as access
from shangfa.console.cases import acts, bulk, files, liftings, papers
from shangfa.console.cases import pages as cases
from shangfa.console.exchange import imports, webhooks
from shangfa.console.incidents import pages as incidents
from shangfa.console.insight import pages as insight
from shangfa.console.insight import reports
from shangfa.console.months import pages as months
from shangfa.console.pages import show, status_of
from shangfa.console.payroll import pages as payroll
from shangfa.console.payroll import papers as month_papers
from shangfa.console.people import changes, corrections, privacy
from shangfa.console.people import pages as people
from shangfa.console.policies import editor, versions
from shangfa.console.policies import pages as policies
from shangfa.console.tenancy import approvals, calendar
from shangfa.console.tenancy import pages as tenancy
from shangfa.db.tx.conflicts import LOST, UNSTORABLE
from shangfa.domain.access.faults import UNAUTHORIZED
from shangfa.domain.faults import (
    BUSY,
    INTERNAL,
    INVALID,
    MALFORMED_REQUEST,
    NOT_FOUND,
    TOO_LARGE,
    RefusedError,
    refused,
    told,
)
from shangfa.domain.text import Note
from shangfa.services.clock import new_id

log = logging.getLogger("shangfa")

ROOMS = (
    *(access, company, users, approvals, calendar, tenancy),
    *(cases, acts, bulk, files, liftings, papers, incidents),
    *(people, changes, corrections, privacy),
    *(payroll, month_papers),
    *(policies, versions, editor, months, insight, reports, imports, webhooks),
)
NOT_STORABLE = Note("含有不能保存的字符或数字", "it holds a letter or a number that cannot be kept")
UNREADABLE = Note("请求不合 HTTP 规范", "the request is not what HTTP wants")


def register_console(app: Flask) -> None:
    """Add the pages to an application; whatever is asked elsewhere does not meet them."""
    blp = Blueprint("console", __name__, url_prefix="/console", static_folder="static")
    for room in ROOMS:
        blp.register_blueprint(room.blp)
    blp.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=["GET", "POST"])
    blp.before_request(session.begin)
    blp.after_request(session.end)
    blp.register_error_handler(RefusedError, _refused)
    blp.register_error_handler(HTTPException, _http)
    for lost in LOST:
        blp.register_error_handler(lost, _busy)
    for unstorable in UNSTORABLE:
        blp.register_error_handler(unstorable, _unstorable)
    blp.register_error_handler(Exception, _crash)
    app.register_blueprint(blp)


def _nowhere(rest: str) -> Response:
    raise refused(NOT_FOUND, "", value=rest)


def _refused(error: RefusedError) -> Response:
    if error.kind is UNAUTHORIZED and session.visit().ctx is None:
        return access.ask_again()
    return show("problem.html", status_of(error), faults=told(error.faults))


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _refused(refused(TOO_LARGE, "", allowed=session.largest()))
    known = {404: refused(NOT_FOUND, "")}
    return _refused(known.get(error.code or 500, refused(MALFORMED_REQUEST, "", why=UNREADABLE)))


def _busy(error: Exception) -> Response:
    log.warning("busy: %s: %s", type(error).__name__, error)
    response = _refused(refused(BUSY))
    response.headers["Retry-After"] = "1"
    return response


def _unstorable(_: Exception) -> Response:
    return _refused(refused(INVALID, "", value="", why=NOT_STORABLE))


def _crash(error: Exception) -> Response:
    """Return a page with a number that is in the log; nothing of the error is shown."""
    number = str(new_id())
    log.error("internal error %s", number, exc_info=error)
    return _refused(refused(INTERNAL, "", value=number))
