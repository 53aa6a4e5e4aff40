"""/docs: the OpenAPI document, readable without any other machine."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from flask import Blueprint, Flask, Response, send_from_directory

from shangfa.api.problems.faults import STATUSES, declared
from shangfa.domain.faults import FaultKind

blp = Blueprint("docs", __name__, url_prefix="/docs")
ASSETS = files("flask_swagger_ui") / "dist"

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Shangfa 赏罚</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head>
<body><div id="ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></body></html>"""
START = "SwaggerUIBundle({url: '/openapi.json', dom_id: '#ui', validatorUrl: null})"


@blp.get("")
def page() -> Response:
    """Return the documentation page."""
    return Response(PAGE, content_type="text/html; charset=utf-8")


@blp.get("/start.js")
def start() -> Response:
    """Return the script that shows the document."""
    return Response(START, content_type="text/javascript")


@blp.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """Return a file of the documentation page."""
    return send_from_directory(str(ASSETS), name)


@blp.get("/errors")
def errors() -> Response:
    """Return every error code with its status and its two texts."""
    head = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Errors</title><table>'
    rows = "".join(map(_row, declared().values()))
    return Response(f"{head}{rows}</table></html>", content_type="text/html; charset=utf-8")


def _row(kind: FaultKind) -> str:
    code = escape(kind.code)
    cells = (f"<code>{code}</code>", STATUSES[kind.refusal], escape(kind.zh), escape(kind.en))
    return f'<tr id="{code}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def register_docs(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blp)
