"""A mail server that keeps what it takes, and refuses or breaks off when told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Post:
    """What came in.

    Attributes:
        answer: to every mail; one that begins with 2 takes it.
        breaks: take the mail and break off before saying so.
    """

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 OK"
    breaks: bool = False

    @property
    def url(self) -> str:
        """Where it listens, as the setting says it."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self) -> list[str]:
        """Return whom the mails were for, in order."""
        return [str(mail["To"]) for mail in self.mails]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name is theirs
        """Take a mail."""
        del session
        content: Any = envelope.content
        if self.answer.startswith("2"):
            made = message_from_bytes(content, policy=policy.default)
            assert isinstance(made, EmailMessage)
            self.mails.append(made)
        if self.breaks:
            link: Any = server.transport
            link.abort()
        return self.answer


@contextmanager
def post() -> Iterator[Post]:
    """Yield a server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = Post(port)
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
