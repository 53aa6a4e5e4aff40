"""What a service returns, sent as an answer: rendered once, kept in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Response

from shangfa.api.auth import context
from shangfa.db.tx.encode import to_json
from shangfa.services.context import Context
from shangfa.services.replies import RememberedError, Reply

T = TypeVar("T")


@dataclass(slots=True)
class _Pen(Generic[T]):
    """Writes the answer of one request.

    Attributes:
        kept: how the answer is kept for an Idempotency-Key, when it shows a secret once.
    """

    shape: Callable[[T], Any]
    status: int | Callable[[T], int]
    etag: Callable[[T], str] | None
    kept: Callable[[T], Any] | None
    sent: Reply | None = None

    def write(self, result: T) -> Reply:
        etag = self.etag(result) if self.etag else None
        status = self.status if isinstance(self.status, int) else self.status(result)
        body = b"" if status == NO_CONTENT else to_json(self.shape(result))
        self.sent = Reply(status, body, etag)
        if self.kept is None:
            return self.sent
        return Reply(status, to_json(self.kept(result)), etag)


NO_CONTENT = 204


def answer(
    work: Callable[[Context], T],
    shape: Callable[[T], Any] = lambda result: result,
    status: int | Callable[[T], int] = 200,
    *,
    etag: Callable[[T], str] | None = None,
    kept: Callable[[T], Any] | None = None,
) -> Response:
    """Do the work of a request and answer with what it returns.

    `shape`: makes JSON of the result. `status`: of the answer, or what says it of the result.
    `etag`: the state the result shows.
    """
    pen = _Pen(shape, status, etag, kept)
    try:
        result = work(context().rendering(pen.write))
    except RememberedError as known:
        response = send(known.reply)
        response.headers["Idempotent-Replayed"] = "true"
        return response
    if pen.sent is None:
        pen.write(result)
    assert pen.sent is not None  # noqa: S101 - narrows for mypy
    return send(pen.sent)


def send(reply: Reply) -> Response:
    """Return a reply as a response."""
    response = Response(reply.body, reply.status, content_type="application/json")
    if reply.etag:
        response.headers["ETag"] = reply.etag
    return response


def show_page(shape: Callable[[T], Any]) -> Callable[[Any], Any]:
    """Return how a list of what `shape` shows is shown."""

    def shown(page: Any) -> dict[str, Any]:
        return {"items": [shape(item) for item in page.items], "next_cursor": page.next_cursor}

    return shown
