"""What gunicorn refuses before Flask is asked, in the shape of all our refusals.

A request line or a header that is too long or no HTTP never reaches the application; its
language is not known, so the answer's `detail` is Chinese, as everywhere by default.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from gunicorn.http import errors as http

from shangfa.api.problems.errors import BAD_REQUEST, TYPE, document
from shangfa.api.problems.faults import STATUSES
from shangfa.domain.faults import (
    ADDRESS_TOO_LONG,
    HEADERS_TOO_LARGE,
    INTERNAL,
    MALFORMED_REQUEST,
    Fault,
)
from shangfa.services.clock import new_id

log = logging.getLogger("shangfa.requests")

OURS: Final = (
    http.InvalidResponseHeader,
    http.InvalidResponseHeaderName,
    http.ConfigurationProblem,
)
"""What gunicorn calls a fault of a request and is one of the server."""


class _Heard:
    """Takes gunicorn's own answer instead of the client."""

    def __init__(self) -> None:
        self.data = b""

    def gettimeout(self) -> float:
        return 0.0

    def sendall(self, data: bytes) -> None:
        self.data += data


class Refusals:
    """A worker that answers in problem+json what gunicorn answers in HTML."""

    cfg: Any

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Let gunicorn judge and log the error, then answer in our words."""
        super().handle_error(req, _Heard(), addr, exc)  # type: ignore[misc] # of gunicorn's worker
        fault = self._fault(exc)
        status = STATUSES[fault.kind.refusal]
        body = document([fault], "", zh=True)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nConnection: close\r\n"
            f"Content-Type: {TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        client.sendall(head.encode("latin-1") + body)

    def _fault(self, exc: Exception) -> Fault:
        if isinstance(exc, http.LimitRequestLine):
            return Fault(ADDRESS_TOO_LONG, "", {"allowed": self.cfg.limit_request_line})
        if isinstance(exc, http.LimitRequestHeaders):
            limits = self.cfg.limit_request_fields, self.cfg.limit_request_field_size
            values = dict(zip(("number", "allowed"), limits, strict=True))
            return Fault(HEADERS_TOO_LARGE, "", values)
        if isinstance(exc, http.ParseException) and not isinstance(exc, OURS):
            return Fault(MALFORMED_REQUEST, "", {"why": BAD_REQUEST})
        number = str(new_id())
        log.error("internal error %s", number, exc_info=exc)
        return Fault(INTERNAL, "", {"value": number})
