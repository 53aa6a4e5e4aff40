"""The application: one Flask app, its routes, its OpenAPI document, its error shape."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest import Api

from shangfa.api import auth
from shangfa.api import shapes as schemas
from shangfa.api.access import delegations, oidc, sign_in, users
from shangfa.api.audit import break_glass, erasure, restrictions, retention
from shangfa.api.audit import routes as audit
from shangfa.api.cases import dismissals, final_pay, follow_ups, liftings, papers
from shangfa.api.cases import routes as cases
from shangfa.api.docs import register_docs
from shangfa.api.evidence import routes as evidence
from shangfa.api.exchange import attendance, imports, webhooks
from shangfa.api.exchange import routes as changes
from shangfa.api.incidents import routes as incidents
from shangfa.api.ledger import routes as standing
from shangfa.api.months import bills, funds, periods, programmes
from shangfa.api.notices import routes as notices
from shangfa.api.notifications import routes as notifications
from shangfa.api.parser import WholeRequest, read_json
from shangfa.api.payroll import routes as payroll
from shangfa.api.people import corrections, names
from shangfa.api.people import routes as subjects
from shangfa.api.policies import routes as policies
from shangfa.api.problems import errors
from shangfa.api.problems.contract import with_problems
from shangfa.api.reports import routes as reports
from shangfa.api.running import clock, health, requests
from shangfa.api.running.packing import pack
from shangfa.api.running.shares import share_threads
from shangfa.api.tenancy import calendar, compliance, plugins
from shangfa.api.tenancy import routes as tenants
from shangfa.config import settings
from shangfa.console.app import register_console
from shangfa.db.tx.encode import to_json
from shangfa.outside.files import check_store
from shangfa.outside.sealing import check_keys
from shangfa.outside.signing import check_key


class ExactJson(JSONProvider):
    """JSON whose numbers stay decimal on the way in."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return JSON."""
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the values of JSON; what is not a whole number is a `Decimal`."""
        return read_json(s.encode() if isinstance(s, str) else s)


class PlainFlask(Flask):
    """Flask without coroutines: it would ask each function in each request whether it is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function."""
        return func


class ProblemApi(Api):
    """flask-smorest with our error shape in its document."""

    ERROR_SCHEMA = schemas.ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `shangfa.api.problems.errors`."""

    def _openapi_json(self) -> Response:
        """Serve the document with every operation's problems."""
        return Response(to_json(with_problems(self.spec.to_dict())), mimetype="application/json")


DESCRIPTION: Final = """\
Every company's reward-and-discipline scheme in one deployment. 一次部署，承载各公司的奖惩制度。

Money, points and quantities are decimal numbers written as text (`"-20.00"`), so that no client
rounds them; they may be sent as text or as JSON numbers. Times are RFC 3339 with an offset, days
are local days of the company. 金额、分数与数量均为写成文字的十进制数；时间带时区偏移，
日期为公司当地日期。

Lists come in pages: ask again with `cursor` set to `next_cursor` until it is null. Every problem is
RFC 9457 with a stable `code`, in Chinese and English. 列表分页；错误带稳定的 `code` 与中英文说明。
"""

OPENAPI = {
    "API_TITLE": "Shangfa API",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "info": {
            "description": DESCRIPTION,
            "contact": {"name": "Shangfa"},
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
    },
}


def create_app() -> Flask:
    """Return the application; a database is needed only when a request needs it."""
    check_store()
    check_key()
    check_keys()
    app = PlainFlask("shangfa")
    app.request_class = WholeRequest
    app.json = ExactJson(app)
    # A copy: the document of an application is written into what it is given.
    app.config.update(deepcopy(OPENAPI), MAX_CONTENT_LENGTH=settings().max_body)
    errors.register(app)
    api = ProblemApi(app)
    rooms = (
        *(tenants, plugins, policies, subjects, names, corrections),
        *(users, delegations, oidc, compliance, calendar, audit, break_glass, erasure),
        *(restrictions, retention),
        *(incidents, cases, papers, dismissals, final_pay, follow_ups, liftings, evidence),
        *(notices, notifications),
        *(programmes, periods, bills, funds, standing, reports),
        *(changes, imports, attendance, webhooks, payroll),
    )
    for blp in (*(room.blp for room in rooms), sign_in.blp, sign_in.out, sign_in.me):
        api.register_blueprint(blp)
    if settings().clock is not None:
        api.register_blueprint(clock.blp)
    app.register_blueprint(health.blp)
    register_docs(app)
    register_console(app)
    requests.follow_requests(app)
    app.before_request(auth.identify)
    share_threads(app, settings().threads)
    app.after_request(_harden)
    app.after_request(pack)
    return app


def _harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if request.path.startswith("/v1"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
