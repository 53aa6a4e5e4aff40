"""What a client may rely on: every response held against the OpenAPI document it is served with.

A response breaks the contract by a status or media type that its operation does not list,
a body where none is due, or a value that its schema refuses: wrong type or format, a
required property missing, a property nobody documented.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

DOCUMENT = "urn:openapi"
VARIABLE = re.compile(r"<(?:[^<>]*:)?(\w+)>")
PROBLEM = ["components", "schemas", "Problem"]
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
FORMATS = FormatChecker(("date", "uuid"))


@FORMATS.checks("date-time", raises=ValueError)
def is_an_instant(value: object) -> bool:
    """Tell whether a text is a date and time with its offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


class CheckedClient(FlaskClient):
    """A test client that fails where a response is not what the document says.

    Attributes:
        holds: False lets every response pass.
    """

    holds = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request and return its response, as the document says it."""
        response = super().open(*args, **kwargs)
        path = response.request.path
        if self.holds and path.startswith("/v1/") and response.request.method in METHODS:
            broken = list(contract_of(self.application).breaches(response))
            assert not broken, "\n".join([f"{response.request.method} {path}:", *broken])
        return response


def contract_of(app: Flask) -> Contract:
    """Return the contract of an application, read once."""
    found: Contract = app.extensions.setdefault("contract", Contract(app))
    return found


class Contract:
    """The OpenAPI document of an application."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @cached_property
    def document(self) -> Any:
        """The document, as it is served."""
        return FlaskClient(self.app, TestResponse).get("/openapi.json").get_json()

    @cached_property
    def _registry(self) -> Registry[Any]:
        resource = DRAFT202012.create_resource(self.document)
        registry: Registry[Any] = Registry()
        whole: Registry[Any] = registry.with_resource(DOCUMENT, resource)
        return whole

    def breaches(self, response: TestResponse) -> Iterator[str]:
        """Yield what is not as the document says."""
        operation = self._operation(response.request.path, response.request.method)
        if operation is None:
            yield from self._faults(response, PROBLEM)
            return
        where = self._documented(operation, response.status_code)
        if where is None:
            yield f"status {response.status_code} is not documented"
            return
        content = self._at(where).get("content", {})
        media = response.mimetype or "none"
        if not content or response.status_code == HTTPStatus.NOT_MODIFIED:
            yield from [f"has a body, none is documented: {response.data!r}"] * bool(response.data)
        elif media not in content:
            yield f"media type {media} is not among {', '.join(content)}"
        elif content[media]["schema"].get("format") != "binary":
            yield from self._faults(response, [*where, "content", media, "schema"])

    def _documented(self, operation: list[str], status: int) -> list[str] | None:
        """Return where a status of an operation is described; a refusal may be a default one."""
        listed = self._at([*operation, "responses"])
        for name in (str(status), *["default"] * (status >= HTTPStatus.BAD_REQUEST)):
            if name in listed:
                return self._followed([*operation, "responses", name])
        return None

    def _operation(self, path: str, method: str) -> list[str] | None:
        """Return where the route of a request is described, None when there is no such route."""
        try:
            rule, _ = self.app.url_map.bind("").match(path, method, return_rule=True)
        except HTTPException:
            return None
        return ["paths", VARIABLE.sub(r"{\1}", rule.rule), method.lower()]

    def _followed(self, where: list[str]) -> list[str]:
        reference = self._at(where).get("$ref")
        return where if reference is None else reference.removeprefix("#/").split("/")

    def _at(self, where: list[str]) -> Any:
        found = self.document
        for key in where:
            found = found[key]
        return found

    def _faults(self, response: TestResponse, where: list[str]) -> Iterator[str]:
        packed = response.headers.get("Content-Encoding") == "gzip"
        body = json.loads(gzip.decompress(response.data) if packed else response.data)
        for error in self._validator(*where).iter_errors(body):
            yield f"{response.status_code} {error.json_path}: {error.message}"

    def _validator(self, *where: str) -> Draft202012Validator:
        pointer = "/".join(key.replace("~", "~0").replace("/", "~1") for key in where)
        return Draft202012Validator(
            {"$ref": f"{DOCUMENT}#/{pointer}"}, registry=self._registry, format_checker=FORMATS
        )
