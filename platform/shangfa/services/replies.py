"""What an Idempotency-Key remembers, and how it comes back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it leaves: a status, a body and the state it shows."""

    status: int
    body: bytes
    etag: str | None = None


class RememberedError(Exception):
    """The same request was answered before; nothing was done again."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("answered before")
        self.reply = reply
