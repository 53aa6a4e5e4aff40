"""/healthz, /readyz and /metrics: for the one on call. No authentication, no content."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response

from shangfa.services.running.probes import PROBES

blp = Blueprint("health", __name__)


def _probe(path: str) -> Response:
    told = PROBES[path]()
    return Response(told.body, told.status, content_type=told.kind)


for _path in PROBES:
    blp.get(_path, endpoint=_path.strip("/"))(partial(_probe, _path))
