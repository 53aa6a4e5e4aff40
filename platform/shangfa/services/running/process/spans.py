"""What makes spans of requests and sends them; needs the extra `otel`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

JOINS: Final = "traceparent"


class Spans:
    """Spans of one process, sent some together by a thread of their own."""

    def __init__(self) -> None:
        """Begin to send to where the environment says."""
        provider = TracerProvider(resource=Resource.create({"service.name": "shangfa"}))
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = provider.get_tracer("shangfa")
        self._joins = TraceContextTextMapPropagator()

    def begin(self, headers: Mapping[str, str]) -> Span:
        """Begin the span of a request, inside its caller's when he says so."""
        caller = {name.lower(): value for name, value in headers.items() if name.lower() == JOINS}
        return self._tracer.start_span("-", self._joins.extract(caller), SpanKind.SERVER)

    def end(self, span: Span, name: str, numbers: Mapping[str, int]) -> None:
        """End a span under the name of its method and route, with whole numbers."""
        span.update_name(name)
        for key, number in numbers.items():
            span.set_attribute(key, number)
        span.end()
