"""/docs: the OpenAPI document, readable without any other machine."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Flask, Response, send_from_directory

from shangfa.api.faults import declared

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
    """Return every error code with its two texts."""
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{kind.zh}</td><td>{kind.en}</td></tr>'
        for code, kind in declared().items()
    )
    head = '<!doctype html><meta charset="utf-8"><title>Errors</title><table>'
    return Response(head + rows + "</table>", content_type="text/html; charset=utf-8")


def register_docs(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blp)
