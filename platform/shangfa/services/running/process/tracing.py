"""Spans of requests for an OpenTelemetry collector: routes' patterns and whole numbers alone.

Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` says where the collector is. No path, query, key, company
or person is in a span; a caller's `traceparent` joins it to his own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, Protocol

from shangfa.config import SettingError

VARIABLE: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_MADE_BY: Final = "shangfa.services.running.process.spans"


class Tracing(Protocol):
    """What makes spans and sends them."""

    def begin(self, headers: Mapping[str, str]) -> Any:
        """Begin the span of a request, inside its caller's when he says so."""

    def end(self, span: Any, name: str, numbers: Mapping[str, int]) -> None:
        """End a span under the name of its method and route, with whole numbers."""


def tracing() -> Tracing | None:
    """Return what makes spans, None when nobody asked for any.

    Raises:
        SettingError: somebody did, and the libraries are not installed.
    """
    asked = os.environ.get(VARIABLE)
    if not asked:
        return None
    try:
        found: Tracing = import_module(_MADE_BY).Spans()
    except ImportError as error:
        raise SettingError(VARIABLE, asked, "empty, or `pip install shangfa[otel]`") from error
    return found
