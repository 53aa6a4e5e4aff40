"""Read requests exactly: numbers stay decimal, unknown fields and impossible letters are errors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import flask_smorest
from flask import Request
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE, missing
from webargs.core import is_json

from shangfa.domain.faults import INVALID, NOT_A_DOCUMENT, refused

_SURROGATES = range(0xD800, 0xE000)


def read_json(text: bytes) -> Any:
    """Return the values of JSON; a number that is not whole is a `Decimal`.

    Raises:
        RefusedError: `not_a_document`; `invalid` with the pointer of a text that holds a
            NUL or half a surrogate pair, which no database column holds.
    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        if b"\\u" in text:
            _check_texts(value, "")
    except (ValueError, RecursionError) as error:
        raise refused(NOT_A_DOCUMENT, "", why=f"JSON: {error}") from None
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _check_texts(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if any(ord(letter) in _SURROGATES or letter == "\0" for letter in value):
            raise refused(INVALID, pointer, value=ascii(value), why="U+0000, U+D800..U+DFFF")
        return
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        _check_texts(key, pointer)
        _check_texts(item, f"{pointer}/{ascii(key)[1:-1] if isinstance(key, str) else key}")


class ExactParser(FlaskParser):
    """Reads bodies with `read_json`; an unknown query parameter is refused like a field."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        text = req.get_data(cache=True)
        return read_json(text) if text and is_json(req.mimetype) else missing


class Blueprint(flask_smorest.Blueprint):
    """A room of routes whose arguments are read exactly."""

    ARGUMENTS_PARSER = ExactParser()
