"""Problems of requests that no application sees: gunicorn's worker says them as we do.

A request whose line or headers cannot be read has no language, no path and no key, so the
answer is in Chinese first, as everywhere when nothing was asked for.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from socket import socket
from typing import Any, Final

from gunicorn.http import errors as http
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from shangfa.api.errors import BAD_REQUEST, TYPE, document
from shangfa.api.faults import STATUSES
from shangfa.domain.faults import ADDRESS_TOO_LONG, HEADERS_TOO_LARGE, MALFORMED_REQUEST, Fault

OURS: Final = (
    http.InvalidResponseHeader,
    http.InvalidResponseHeaderName,
    http.ConfigurationProblem,
)
"""What gunicorn calls a fault of a request and is one of the server."""


class ProblemWorker(ThreadWorker):
    """A worker of threads that answers what it cannot read with a problem document."""

    def handle_error(self, req: Any, client: socket, addr: Any, exc: BaseException) -> None:
        """Answer what went wrong before or beside the application."""
        if isinstance(exc, OURS) or not isinstance(exc, http.ParseException):
            super().handle_error(req, client, addr, exc)
            return
        fault = self._fault(exc)
        self.log.warning("request refused: %s: %s", fault.code, exc)
        with suppress(OSError):
            write_nonblock(client, _answer(fault))

    def _fault(self, exc: http.ParseException) -> Fault:
        if isinstance(exc, http.LimitRequestLine):
            return Fault(ADDRESS_TOO_LONG, "", {"allowed": self.cfg.limit_request_line})
        if isinstance(exc, http.LimitRequestHeaders):
            limits = self.cfg.limit_request_fields, self.cfg.limit_request_field_size
            return Fault(
                HEADERS_TOO_LARGE, "", dict(zip(("number", "allowed"), limits, strict=True))
            )
        return Fault(MALFORMED_REQUEST, "", {"why": BAD_REQUEST})


def _answer(fault: Fault) -> bytes:
    status = HTTPStatus(STATUSES[fault.kind.refusal])
    body = document([fault], "", zh=True)
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        f"Content-Type: {TYPE}",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*head, "", "")).encode() + body
