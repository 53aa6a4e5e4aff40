"""Large answers are packed for who says that he can unpack them."""

from __future__ import annotations

import gzip
from typing import Final

from flask import Response, request

LEAST: Final = 4096
"""Bytes of an answer that is worth it."""
LEVEL: Final = 5
WHO: Final = "Accept-Encoding"
PACKED: Final = frozenset({"application/json", "application/problem+json", "text/csv"})


def pack(response: Response) -> Response:
    """Pack an answer of text that is large and whole."""
    if response.mimetype not in PACKED or response.is_streamed or response.direct_passthrough:
        return response
    if "Vary" in response.headers:
        response.vary.add(WHO)
    else:  # as in nearly all: what there is need not be read and put together again
        response.headers["Vary"] = WHO
    if len(response.get_data()) >= LEAST and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
