"""What gunicorn refuses before Flask is asked, in the shape of all our refusals.

A request line or a header that is too long or no HTTP never reaches the application; its
language is not known, so the answer's `detail` is Chinese, as everywhere by default.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from shangfa.domain.faults import INTERNAL, INVALID, TOO_LARGE, Fault
from shangfa.services.clock import new_id
from shangfa.services.replies import to_json

log = logging.getLogger("shangfa.requests")

_LONG: Final = {414, 431}
_BROKEN: Final = 500


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
        heard = _Heard()
        super().handle_error(req, heard, addr, exc)  # type: ignore[misc] # of gunicorn's worker
        _, status, reason = heard.data.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
        body = to_json(_problem(int(status), self._fault(int(status), exc)))
        head = (
            f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\n"
            f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        client.sendall(head.encode("latin-1") + body)

    def _fault(self, status: int, exc: Exception) -> Fault:
        if status in _LONG:
            line = status == min(_LONG)
            most = self.cfg.limit_request_line if line else self.cfg.limit_request_field_size
            return Fault(TOO_LARGE, "", {"allowed": most})
        if status == _BROKEN:
            number = str(new_id())
            log.error("internal error %s", number, exc_info=exc)
            return Fault(INTERNAL, "", {"value": number})
        return Fault(INVALID, "", {"value": "HTTP", "why": str(exc)})


def _problem(status: int, fault: Fault) -> dict[str, Any]:
    texts = {"detail": fault.zh, "detail_zh": fault.zh, "detail_en": fault.en}
    return {
        "type": f"/docs/errors#{fault.code}",
        "title": fault.code.replace("_", " "),
        "status": status,
        "code": fault.code,
        **texts,
        "instance": None,
        "errors": [{"pointer": "", "code": fault.code, **texts}],
    }
