"""Webhooks by the Standard Webhooks specification: secrets, signatures, when to try again."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, Literal, get_args
from uuid import UUID

WebhookState = Literal["enabled", "disabled"]
WEBHOOK_STATES: Final[tuple[str, ...]] = get_args(WebhookState)
DeliveryState = Literal["pending", "delivered", "failed"]
DELIVERY_STATES: Final[tuple[str, ...]] = get_args(DeliveryState)
Trouble = Literal["address", "unreachable", "timeout", "tls", "no_http", "status", "redirect"]
TROUBLES: Final[tuple[str, ...]] = get_args(Trouble)
DisabledFor = Literal["gone", "failing"]
DISABLED_FOR: Final[tuple[str, ...]] = get_args(DisabledFor)

PREFIX: Final = "whsec_"
KEY_BYTES: Final = 32
OVERLAP: Final = timedelta(days=1)
"""How long the secret before the last rotation still signs."""
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before the second attempt and each one after it: ten attempts in some 75 hours."""
SPREAD: Final = 100
"""Thousandths by which a pause is shorter or longer, so that not all come back at once."""
LONGEST_PAUSE: Final = timedelta(days=1)
"""What a receiver may ask for in Retry-After."""
TEST: Final = "webhook.test"
"""The type of what `test` sends; no change has it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How a receiver answered.

    Attributes:
        status: of HTTP, None when there was no answer.
        trouble: what was wrong, None for 2xx.
        retry_after: the header as it came, "" without one.
    """

    status: int | None
    trouble: Trouble | None
    milliseconds: int
    retry_after: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing more."""
        return self.status == HTTPStatus.GONE


def trouble_of(status: int) -> Trouble | None:
    """Return what is wrong with a status; nobody is followed to another address."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return "redirect" if status < HTTPStatus.BAD_REQUEST else "status"


def secret_of(key: bytes) -> str:
    """Return a secret as its receiver keeps it."""
    return PREFIX + base64.b64encode(key).decode()


def signatures(secrets: Iterable[str], message: str, at: datetime, body: bytes) -> str:
    """Return the header `webhook-signature`: one signature for each secret in force."""
    signed = f"{message}.{int(at.timestamp())}.".encode() + body
    return " ".join(_signature(secret, signed) for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def pause_after(delivery: UUID, tries: int, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after `tries` attempts that failed, None after the last.

    Which part of the spread is taken follows from the delivery and the attempt alone.
    """
    if tries > len(PAUSES):
        return None
    found = hashlib.sha256(f"{delivery}/{tries}".encode()).digest()
    part = 1000 - SPREAD + int.from_bytes(found[:4]) % (2 * SPREAD + 1)
    pause = PAUSES[tries - 1] * part / 1000
    return pause if asked is None else max(pause, min(asked, LONGEST_PAUSE))


def asked_pause(retry_after: str, at: datetime) -> timedelta | None:
    """Return what Retry-After asks for, None when it asks for nothing that can be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - at, timedelta(0))
