"""What a form sent, read as the API's body would be; and sent twice is done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from time import sleep
from typing import Any, Final, TypeVar

from flask import redirect, request
from werkzeug.wrappers import Response

from shangfa.console.session import asker
from shangfa.db.tx.encode import to_json
from shangfa.domain.cases.procedure import Input
from shangfa.domain.faults import INVALID, MISSING, REQUEST_IN_PROGRESS, Fault, RefusedError
from shangfa.domain.policies.facts import Fact
from shangfa.domain.text import Note
from shangfa.services.clock import new_id
from shangfa.services.context import Context
from shangfa.services.replies import RememberedError, Reply

T = TypeVar("T")
SEE_OTHER: Final = 303
ONCE: Final = "idempotency_key"
LONGEST_KEY: Final = 100
TRIES: Final = 20
PAUSE: Final = 0.1
"""Seconds; a second click waits for the first one no longer than this, so many times."""
PLUMBING: Final = frozenset({"form_token", ONCE, "if_match", "next", "seen"})
"""Fields that are the form's own."""
TRUE: Final = "true"
CODE: Final = 80
TEXT: Final = 4000
"""Letters of a code or a short name, and of a text, as the API takes them."""


NO_TEXT: Final = Note("不能含有 U+0000", "it must not hold U+0000")
MOST_LETTERS: Final = Note("最多{0}个字符", "at most {0} letters")


def field(name: str) -> str:
    """Return what was typed into a field, "" when nothing was."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def check(bounds: Mapping[str, int], needed: Collection[str] = ()) -> None:
    """Let fields pass that hold no more letters than the API takes of them.

    Raises:
        RefusedError: `missing`, `invalid`, each beside its field.
    """
    faults = [fault for name in bounds for fault in _faults(name, bounds[name], name in needed)]
    if faults:
        raise RefusedError(*faults)


def _faults(name: str, most: int, needed: bool) -> Iterator[Fault]:  # noqa: FBT001
    value, pointer = field(name), f"/{name.replace('.', '/')}"
    if needed and not value:
        yield Fault(MISSING, pointer, {"value": name})
    elif len(value) > most:
        yield Fault(INVALID, pointer, {"value": value, "why": MOST_LETTERS.of(most)})
    elif "\0" in value:
        yield Fault(INVALID, pointer, {"value": name, "why": NO_TEXT})


def lines(name: str) -> list[str]:
    """Return what was typed line by line, in one field or in several of a name."""
    typed = "\n".join(request.form.getlist(name)).splitlines()
    return list(dict.fromkeys(line.strip() for line in typed if line.strip()))


def typed() -> dict[str, str]:
    """Return all that was typed, by field, to be shown again."""
    return {name: value for name, value in request.form.items() if name not in PLUMBING}


def wanted(*names: str) -> dict[str, Any]:
    """Return what the address asks for, None where it does not."""
    return {name: request.args.get(name) or None for name in names}


def once(work: Callable[[Context], T], then: Callable[[T], str]) -> Response:
    """Do what a form asks and go on to a page; the same form again goes there and does nothing.

    `then`: the path of the page that shows what was done.
    """
    there = ""

    def render(result: T) -> Reply:
        nonlocal there
        there = then(result)
        return Reply(SEE_OTHER, to_json({"path": there}))

    ctx, key = asker(), field(ONCE)
    if key:
        ctx = ctx.asking(f"{ctx.actor_id}:console:{key[:LONGEST_KEY]}", _digest())
    try:
        result = _patiently(work, ctx.rendering(render))
    except RememberedError as known:
        return redirect(json.loads(known.reply.body)["path"], SEE_OTHER)
    return redirect(there or then(result), SEE_OTHER)


def each(work: Callable[[Context], object], part: str) -> None:
    """Do one of several things that a form asks; the same form again does nothing.

    `part`: what tells it apart from the others.
    """
    ctx, key = asker(), field(ONCE)
    if key:
        whole = f"{ctx.actor_id}:console:{key[:LONGEST_KEY]}:{part}"
        ctx = ctx.asking(whole, _digest())
    with suppress(RememberedError):
        _patiently(work, ctx.rendering(lambda _: Reply(SEE_OTHER, to_json({}))))


def _patiently(work: Callable[[Context], T], ctx: Context) -> T:
    """Do work; while the first click of two is still at it, wait for what it comes to."""
    for _ in range(TRIES):
        try:
            return work(ctx)
        except RefusedError as error:
            if error.kind is not REQUEST_IN_PROGRESS:
                raise
            sleep(PAUSE)
    return work(ctx)


def once_told(work: Callable[[Context], T], there: str, tell: Callable[[T], Response]) -> Response:
    """Do what a form asks and show at once what is shown only once.

    The same form again goes `there`, where nothing of it is shown.
    """
    told: list[Response] = []

    def keep(result: T) -> T:
        told.append(tell(result))
        return result

    went = once(lambda ctx: keep(work(ctx)), lambda _: there)
    return told[-1] if told else went


def plainly(ctx: Context) -> Context:
    """Return who asks without a key of the form: for what comes before what is done once."""
    return replace(ctx, reply_key=None, render=None)


def _digest() -> bytes:
    said = [(name, value) for name, value in sorted(request.form.items(multi=True))]
    kept = [item for item in said if item[0] not in {"form_token", ONCE}]
    return hashlib.sha256(f"POST {request.path}\n{kept}".encode()).digest()


def new_key() -> str:
    """Return what makes a form one that is done once."""
    return str(new_id())


def seen() -> int:
    """Return how many steps of a case stood on the page that sent a form."""
    value = field("seen")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0  # noqa: PLR2004


def read_step(inputs: Mapping[str, Input], facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Return what a form hands in with a step; what was left empty is left out."""
    found = {item.name: _READERS[item.type](item.name, facts) for item in inputs.values()}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def read_facts(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Return the facts of a form; what was left empty is left out."""
    found = {}
    for name, fact in facts.items():
        value = field(f"facts.{name}")
        if value:
            found[name] = _fact(fact, value)
    return found


def _fact(fact: Fact, value: str) -> Any:
    if fact.type == "bool" and value in {TRUE, "false"}:
        return value == TRUE
    return _json(value) if fact.type == "table" else value


def _json(value: str) -> Any:
    """Return the value of JSON; what is none stays a text, for the service to refuse."""
    with suppress(json.JSONDecodeError, RecursionError):
        return json.loads(value, parse_float=Decimal)
    return value


def _bool(name: str, _: Mapping[str, Fact]) -> Any:
    value = field(name)
    return value == TRUE if value in {TRUE, "false"} else value


def _int(name: str, _: Mapping[str, Fact]) -> Any:
    value = field(name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value  # noqa: PLR2004


def _object(name: str, facts: Mapping[str, Fact]) -> Any:
    value = field(name)
    return _json(value) if value else read_facts(facts)


def _choices(name: str, _: Mapping[str, Fact]) -> list[dict[str, str]]:
    return list(read_choices(name))


def read_choices(name: str = "choices") -> Iterator[dict[str, str]]:
    """Yield what was set for each open choice; one left empty is left out."""
    keys = ("subject", "account", "unit", "quantity")
    for index in range(len(request.form)):
        if f"{name}.{index}.subject" not in request.form:
            return
        value = {key: field(f"{name}.{index}.{key}") for key in keys}
        if value["quantity"]:
            yield value


def _text(name: str, _: Mapping[str, Fact]) -> str:
    return field(name)


def _texts(name: str, _: Mapping[str, Fact]) -> list[str]:
    return lines(name)


_READERS: Final[dict[str, Callable[[str, Mapping[str, Fact]], Any]]] = {
    "text": _text,
    "texts": _texts,
    "bool": _bool,
    "int": _int,
    "date": _text,
    "choice": _text,
    "service": _text,
    "facts": _object,
    "object": _object,
    "choices": _choices,
}
