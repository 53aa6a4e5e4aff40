"""Send a webhook: to a checked address, once, within a time, without reading its answer's body.

Nobody is followed elsewhere.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from time import monotonic
from typing import Final

from shangfa.domain.exchange.addresses import Network, Target
from shangfa.domain.exchange.faults import WEBHOOK_ADDRESS
from shangfa.domain.exchange.webhooks import Heard, Trouble, trouble_of
from shangfa.domain.faults import refused
from shangfa.outside.lines import Deadline, NoPlaceError, line_to, refused_places

SECONDS: Final = 15.0
"""For all of an attempt once its name is looked up, however slowly a receiver drips."""


def check_place(target: Target, networks: Sequence[Network]) -> None:
    """Let a target pass that is, as far as can be told now, where a receiver may be.

    A name that is not found in time passes: it is judged again before each attempt.

    Raises:
        RefusedError: `webhook_address`.
    """
    places = refused_places(target, networks)
    if places:
        raise refused(WEBHOOK_ADDRESS, "/url", value=target.host, allowed=places)


def post(
    target: Target, headers: Mapping[str, str], body: bytes, networks: Sequence[Network]
) -> Heard:
    """Post a body and return how the receiver answered; it never raises for what is outside."""
    began, deadline = monotonic(), Deadline(SECONDS)
    status, retry_after, trouble = None, "", None
    try:
        status, retry_after = _ask(target, headers, body, networks, deadline)
        # who is cut off amid his headers seems to have sent them all
        trouble = "timeout" if deadline.over else trouble_of(status)
    except (OSError, HTTPException, UnicodeError, ValueError, NoPlaceError) as error:
        trouble = "timeout" if deadline.over else _trouble(error)
    return Heard(status, trouble, int((monotonic() - began) * 1000), retry_after)


def _trouble(error: Exception) -> Trouble:
    kinds: tuple[tuple[type[Exception], Trouble], ...] = (
        (NoPlaceError, "address"),
        (TimeoutError, "timeout"),
        (ssl.SSLError, "tls"),
        (OSError, "unreachable"),
    )
    return next((trouble for kind, trouble in kinds if isinstance(error, kind)), "no_http")


def _ask(
    target: Target,
    headers: Mapping[str, str],
    body: bytes,
    networks: Sequence[Network],
    deadline: Deadline,
) -> tuple[int, str]:
    """Return status and Retry-After; the body of the answer stays where it is."""
    with line_to(target, networks, deadline) as line:
        line.request("POST", target.path, body, {"Host": target.authority, **headers})
        answer = line.getresponse()
        return answer.status, answer.getheader("Retry-After", "")
