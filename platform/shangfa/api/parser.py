"""Read requests exactly: whole or not at all, numbers as they stand, nothing twice.

What cannot be kept is refused here, before anything is looked up: letters that no text of
the database holds, numbers past 64 bits or 40 digits, objects inside objects without end,
a key or a parameter that stands twice.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property, reduce, wraps
from inspect import unwrap
from typing import IO, Any, Final

import flask_smorest
from flask import Request, Response, request
from flask_smorest.arguments import FlaskParser
from marshmallow import RAISE, Schema
from webargs.core import is_json
from werkzeug.datastructures import FileStorage
from werkzeug.wsgi import LimitedStream

from shangfa.domain.faults import (
    INVALID,
    MALFORMED_REQUEST,
    MISSING,
    NOT_A_DOCUMENT,
    UNKNOWN_FIELD,
    UNSUPPORTED_MEDIA_TYPE,
    Fault,
    RefusedError,
    inside,
    refused,
    told,
)
from shangfa.domain.text import Note

DEEPEST: Final = 50
"""Lists and objects that may stand inside one another."""
LARGEST: Final = 2**63
"""Whole numbers are smaller, with or without their sign: what 64 bits hold."""
DIGITS: Final = 40
"""What other numbers may have before and after the point."""
MULTIPART: Final = "multipart/form-data"
YAML: Final = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
_LOOKED_INTO: Final = (str, dict, list)
_NO_LETTER: Final = re.compile("[\0\ud800-\udfff]")

BODY: Final = Note("请求正文", "the body")
NO_UTF8: Final = Note("须为 UTF-8", "it must be UTF-8")
NO_MARK: Final = Note("JSON 前不能有 BOM", "JSON must not begin with a byte order mark")
NO_JSON: Final = Note("第{0}行第{1}列不合 JSON 语法", "line {0}, column {1} is no JSON")
NO_NUMBER: Final = Note("{0} 不是 JSON 数字", "{0} is no JSON number")
TWICE: Final = Note("此键在同一对象中出现了两次", "the key stands twice in the same object")
GIVEN_TWICE: Final = Note("此参数只能给出一次", "the parameter may be given once")
TOO_DEEP: Final = Note(f"嵌套最多{DEEPEST}层", f"at most {DEEPEST} levels may be nested")
NO_TEXT: Final = Note(
    "不能含有 U+0000 或半个代理对", "it must not hold U+0000 or half a surrogate pair"
)
TOO_LONG: Final = Note(
    f"整数须在64位以内，小数在小数点前后各最多{DIGITS}位",
    f"whole numbers of 64 bits, others with at most {DIGITS} digits before and after the point",
)
EMPTY: Final = Note("正文为空，须为 JSON 对象", "it is empty; a JSON object is expected")
NO_OBJECT: Final = Note("须为 JSON 对象", "a JSON object is expected")
ONE_FILE: Final = Note("每次只能传一个文件", "one file at a time is expected")
CUT_SHORT: Final = Note("正文没有完整到达", "the body did not arrive whole")


Path_ = tuple[str | int, ...]


class _Doubled(dict[str, Any]):
    """An object with keys that stand twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(key for key, _ in pairs)
        self.twice = [key for key, count in counts.items() if count > 1]


class _Unread(str):
    """A number that is too long to be read."""

    __slots__ = ()


def read_json(body: bytes) -> Any:
    """Return the values of JSON; a number that is not whole is a `Decimal`.

    Raises:
        RefusedError: `not_a_document`; `invalid` with the pointer of each key that stands
            twice, text that no database column holds, number that is too long.
    """
    text = _decoded(body)
    if text.startswith("\ufeff"):
        raise refused(NOT_A_DOCUMENT, why=NO_MARK)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise refused(NOT_A_DOCUMENT, why=NO_JSON.of(error.lineno, error.colno)) from None
    except RecursionError:
        raise refused(INVALID, value=BODY, why=TOO_DEEP) from None
    found = told(_faults(value, (), DEEPEST)) if isinstance(value, _LOOKED_INTO) else []
    if found:
        raise RefusedError(*found)
    return value


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise refused(NOT_A_DOCUMENT, why=NO_UTF8) from None


def _whole(digits: str) -> int | _Unread:
    short = len(digits) <= len(str(-LARGEST))
    return int(digits) if short and -LARGEST <= int(digits) < LARGEST else _Unread(digits)


def _fraction(digits: str) -> Decimal | _Unread:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return _Unread(digits)
    exponent = number.as_tuple().exponent
    long = number.adjusted() >= DIGITS or not isinstance(exponent, int) or exponent < -DIGITS
    return _Unread(digits) if long else number


def _no_constant(name: str) -> Any:
    raise refused(NOT_A_DOCUMENT, why=NO_NUMBER.of(name))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Doubled(pairs)


_DECODER: Final = json.JSONDecoder(
    parse_int=_whole,
    parse_float=_fraction,
    parse_constant=_no_constant,
    object_pairs_hook=_object,
)


def _faults(value: Any, path: Path_, depth: int) -> Iterator[Fault]:
    if isinstance(value, _Unread):
        yield _fault(path, value, TOO_LONG)
    elif isinstance(value, str):
        if _NO_LETTER.search(value):
            yield _fault(path, ascii(value)[1:-1], NO_TEXT)
    elif not depth:
        yield _fault(path, "{…}" if isinstance(value, dict) else "[…]", TOO_DEEP)
    elif isinstance(value, dict):
        yield from _of_keys(value, path)
        yield from _of_items(value.items(), path, depth - 1)
    else:
        yield from _of_items(enumerate(value), path, depth - 1)


def _of_keys(value: dict[str, Any], path: Path_) -> Iterator[Fault]:
    for key in value.twice if isinstance(value, _Doubled) else ():
        yield _fault((*path, key), key, TWICE)
    for key in filter(_NO_LETTER.search, value):
        yield _fault((*path, key), ascii(key)[1:-1], NO_TEXT)


def _of_items(items: Iterable[tuple[Any, Any]], path: Path_, depth: int) -> Iterator[Fault]:
    for key, item in items:
        if isinstance(item, _LOOKED_INTO):
            yield from _faults(item, (*path, key), depth)


def _fault(path: Path_, value: Any, why: Note) -> Fault:
    return Fault(INVALID, reduce(inside, path, ""), {"value": value, "why": why})


def check_type(allowed: Callable[[str], bool], *named: str) -> None:
    """Let a body pass whose Content-Type is allowed; an empty one has none to be read by.

    Raises:
        RefusedError: `unsupported_media_type`, naming those that are read.
    """
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding != "identity":
        value = f"Content-Encoding: {coding}"
        raise refused(UNSUPPORTED_MEDIA_TYPE, value=value, allowed="Content-Encoding: identity")
    if request.get_data(cache=True) and not allowed(request.mimetype):
        value = f"Content-Type: {request.mimetype or '—'}"
        names = "、".join(f"Content-Type: {name}" for name in named)
        raise refused(UNSUPPORTED_MEDIA_TYPE, value=value, allowed=names)


def read_object() -> dict[str, Any]:
    """Return a body that is a JSON object; none at all is an empty one.

    Raises:
        RefusedError: `unsupported_media_type`, `not_a_document`, `invalid`.
    """
    check_type(is_json, "application/json")
    body = request.get_data(cache=True)
    value = read_json(body) if body.strip() else {}
    if not isinstance(value, dict):
        raise refused(INVALID, value=value, why=NO_OBJECT)
    return value


def read_document() -> str:
    """Return a body that is YAML or JSON as text.

    Raises:
        RefusedError: `unsupported_media_type`; `not_a_document` when it is not UTF-8.
    """
    check_type(lambda kind: kind in YAML or is_json(kind), "application/yaml", "application/json")
    return _decoded(request.get_data(cache=True))


FRAME: Final = 64 * 1024
"""Bytes that a form may have around its file."""


def read_file(most: int) -> FileStorage:
    """Return the one file of a form, in the field `file`; a large one is on disk.

    `most`: bytes of the largest file. One sent without its length has to fit in the largest body.

    Raises:
        RefusedError: `unsupported_media_type`, `missing`, `unknown_field`, `invalid`.
        RequestEntityTooLarge: the form is over the limit.
    """
    if request.mimetype != MULTIPART:
        value = f"Content-Type: {request.mimetype or '—'}"
        raise refused(UNSUPPORTED_MEDIA_TYPE, value=value, allowed=f"Content-Type: {MULTIPART}")
    if request.content_length is not None:
        request.max_content_length = most + FRAME
    files = request.files
    other = sorted({*files, *request.form} - {"file"})
    if other:
        raise refused(UNKNOWN_FIELD, inside("", other[0]), value=other[0], allowed="file")
    if "file" not in files:
        raise refused(MISSING, "/file", value="file")
    if len(files.getlist("file")) > 1:
        raise refused(INVALID, "/file", value="file", why=ONE_FILE)
    return files["file"]


class _Body(LimitedStream):
    """A body of unknown length that is refused, not cut, when it is over the limit."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        super().__init__(stream, limit, is_max=True)
        self._rest = stream

    def readall(self) -> bytes:
        """Return the whole body, asking for no more than a byte over the limit.

        Raises:
            RequestEntityTooLarge: there is more.
            RefusedError: `malformed_request`, a chunk that is none.
        """
        body = bytearray()
        try:
            while len(body) <= self.limit:
                piece = self._rest.read(min(_PIECE, self.limit + 1 - len(body)))
                if not piece:
                    return bytes(body)
                body += piece
        except Exception:  # whatever the server raises for a chunk it cannot read
            raise refused(MALFORMED_REQUEST, why=CUT_SHORT) from None
        self.on_exhausted()
        return bytes(body)


_PIECE: Final = 65_536


class WholeRequest(Request):
    """A request whose body is read whole or refused."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body; of one sent in chunks nobody knows the length before its end."""
        most = self.max_content_length
        ends = "wsgi.input_terminated" in self.environ
        if self.content_length is not None or most is None or not ends:
            return super().stream
        return _Body(self.environ["wsgi.input"], most)  # type: ignore[return-value] # raw


class ExactParser(FlaskParser):
    """Reads bodies with `read_json`; an unknown query parameter is refused like a field."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}

    def _raw_load_json(self, req: Request) -> Any:
        check_type(is_json, "application/json")
        body = req.get_data(cache=True)
        if not body.strip():
            raise refused(INVALID, value=BODY, why=EMPTY)
        value = read_json(body)
        if not isinstance(value, dict):
            raise refused(INVALID, value=value, why=NO_OBJECT)
        return value

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """Return the query's parameters, each of them once.

        Raises:
            RefusedError: `invalid`, a parameter that was given twice.
        """
        twice = [name for name, values in req.args.lists() if len(values) > 1]
        if twice:
            raise RefusedError(*told(map(_given_twice, twice)))
        return super().load_querystring(req, schema)


def _given_twice(name: str) -> Fault:
    return Fault(INVALID, inside("", name), {"value": name, "why": GIVEN_TWICE})


class Blueprint(flask_smorest.Blueprint):
    """A room of routes whose arguments are read exactly.

    The decorators of a view only describe it: each would wrap it in a function that asks anew
    whether what it calls is asynchronous, and looks at its answer. All our views return a
    `Response`, so one function reads what they say is to be read and calls the view.
    """

    ARGUMENTS_PARSER = ExactParser()

    def arguments(self, schema: Any, *, location: str = "json", **described: Any) -> Any:
        """Describe an argument and note that it is to be read."""
        describe = super().arguments(schema, location=location, **described)

        def note(view: Callable[..., Response]) -> Any:
            noted = describe(view)
            noted.read_first = ((schema, location), *getattr(view, "read_first", ()))
            return noted

        return note

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Response] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - as Flask has it
        **options: Any,
    ) -> None:
        """Register a view without its wrappers, described as they describe it."""
        assert view_func is not None  # noqa: S101 - `route` decorates one
        plain = self._plain(view_func)
        super().add_url_rule(rule, endpoint, plain, provide_automatic_options, **options)

    def _plain(self, described: Callable[..., Response]) -> Callable[..., Response]:
        view, parse = unwrap(described), self.ARGUMENTS_PARSER.parse
        read_first = getattr(described, "read_first", ())

        @wraps(described)
        def plain(**path: Any) -> Response:
            found = [parse(schema, location=location) for schema, location in read_first]
            answer: Response = view(*found, **path)
            return answer

        return plain
