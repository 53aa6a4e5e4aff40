"""The application: one Flask app, its routes, its OpenAPI document, its error shape."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from flask import Flask, Response, request
from flask.json.provider import JSONProvider
from flask_smorest import Api

from shangfa.api import auth
from shangfa.api import shapes as schemas
from shangfa.api.access import delegations, sign_in, users
from shangfa.api.audit import routes as audit
from shangfa.api.cases import papers
from shangfa.api.cases import routes as cases
from shangfa.api.docs import register_docs
from shangfa.api.evidence import routes as evidence
from shangfa.api.exchange import imports
from shangfa.api.exchange import routes as changes
from shangfa.api.incidents import routes as incidents
from shangfa.api.ledger import routes as standing
from shangfa.api.months import periods, programmes
from shangfa.api.parser import WholeRequest, read_json
from shangfa.api.people import names
from shangfa.api.people import routes as subjects
from shangfa.api.policies import routes as policies
from shangfa.api.problems import errors
from shangfa.api.problems.contract import with_problems
from shangfa.api.running import clock, health, requests
from shangfa.api.tenancy import plugins
from shangfa.api.tenancy import routes as tenants
from shangfa.config import settings
from shangfa.db.tx.encode import to_json
from shangfa.outside.files import check_store


class ExactJson(JSONProvider):
    """JSON whose numbers stay decimal on the way in."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return JSON."""
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the values of JSON; what is not a whole number is a `Decimal`."""
        return read_json(s.encode() if isinstance(s, str) else s)


class ProblemApi(Api):
    """flask-smorest with our error shape in its document."""

    ERROR_SCHEMA = schemas.ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `shangfa.api.problems.errors`."""

    def _openapi_json(self) -> Response:
        """Serve the document with every operation's problems."""
        return Response(to_json(with_problems(self.spec.to_dict())), mimetype="application/json")


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
            "description": "Every company's reward-and-discipline scheme in one deployment.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
    },
}


def create_app() -> Flask:
    """Return the application; a database is needed only when a request needs it."""
    check_store()
    app = Flask("shangfa")
    app.request_class = WholeRequest
    app.json = ExactJson(app)
    # A copy: the document of an application is written into what it is given.
    app.config.update(deepcopy(OPENAPI), MAX_CONTENT_LENGTH=settings().max_body)
    errors.register(app)
    api = ProblemApi(app)
    rooms = (
        *(tenants, plugins, policies, subjects, names, users, delegations),
        *(incidents, cases, papers, evidence, programmes, periods, standing),
        *(changes, imports, audit),
    )
    for blp in (*(room.blp for room in rooms), sign_in.blp, sign_in.out, sign_in.me):
        api.register_blueprint(blp)
    if settings().clock is not None:
        api.register_blueprint(clock.blp)
    app.register_blueprint(health.blp)
    register_docs(app)
    requests.follow_requests(app)
    app.before_request(auth.identify)
    app.after_request(_harden)
    return app


def _harden(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    if request.path.startswith("/v1"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
