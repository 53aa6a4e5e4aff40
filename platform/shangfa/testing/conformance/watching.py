"""What a plugin looks at while it answers: the clock, chance, what it answered before."""

from __future__ import annotations

import datetime
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from shangfa.plugins.guarded import wire
from shangfa.testing.conformance.candidate import Call, Candidate, Use

REPEATS: Final = 100
_NOW: Final = frozenset({"now", "today", "utcnow"})
_CLOCKS: Final = frozenset(
    item
    for name in dir(time)
    if name in {"localtime", "gmtime", "ctime"} or name.partition("_ns")[0].endswith(("time", "ic"))
    if callable(item := getattr(time, name))
)
_LOTS: Final = frozenset({"urandom", "getrandom"})
Look = Callable[[Any], bool]


def reads_clock(candidate: Candidate) -> Iterator[str]:
    """Yield the calls in which a clock is read."""
    yield from _watched(candidate, _is_clock, "reads the clock")


def draws_lots(candidate: Candidate) -> Iterator[str]:
    """Yield the calls in which chance is asked."""
    yield from _watched(candidate, _is_lot, "draws lots")


def _is_clock(function: Any) -> bool:
    owner = getattr(function, "__self__", None)
    if isinstance(owner, type) and issubclass(owner, datetime.date):
        return function.__name__ in _NOW
    return getattr(function, "__module__", None) == "time" and function in _CLOCKS


def _is_lot(function: Any) -> bool:
    owner = getattr(function, "__self__", None)
    return isinstance(owner, random.Random) or getattr(function, "__name__", "") in _LOTS


def _watched(candidate: Candidate, is_it: Look, does: str) -> Iterator[str]:
    for use in candidate.uses:
        for call in use.calls():
            found = _looked_at(use, call, is_it)
            if found:
                yield f"{use.where} {use.kind.name}.{call.function} {does}: {found[0]}"
                break


def _looked_at(use: Use, call: Call, is_it: Look) -> list[str]:
    """Return the functions in C that a call asks and that are what is looked for."""
    found: list[str] = []

    def look(frame: Any, event: str, argument: Any) -> None:
        if event == "c_call" and is_it(argument):
            found.append(f"{argument.__qualname__} in {frame.f_code.co_filename}:{frame.f_lineno}")

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        answer(use, call)
    finally:
        sys.setprofile(before)
    return found


def answer(use: Use, call: Call) -> bytes:
    """Return what a call is answered here, as bytes that can be compared."""
    try:
        return wire.dumps(list(getattr(use.kind, call.function)(*call.arguments)))
    except Exception as error:
        return f"{type(error).__name__}: {error}".encode()


def varies(candidate: Candidate) -> Iterator[str]:
    """Yield the calls that are not answered alike each time."""
    for use in candidate.uses:
        for call in list(use.calls())[:3]:
            first = answer(use, call)
            if any(answer(use, call) != first for _ in range(REPEATS)):
                yield f"{use.where} {use.kind.name}.{call.function}: {first!r:.80}, then otherwise"
                break


def remembers(candidate: Candidate) -> Iterator[str]:
    """Yield the uses whose answers hang on who was judged before: another company's, say."""
    for use in candidate.uses:
        calls = list(use.calls())
        forwards = [answer(use, call) for call in calls]
        backwards = [answer(use, call) for call in reversed(calls)]
        if forwards != backwards[::-1]:
            yield f"{use.where} {use.kind.name}: the order of incidents changes what is found"


def looks_aside(candidate: Candidate) -> Iterator[str]:
    """Yield the uses that call themselves impartial and answer others otherwise."""
    for use in candidate.uses:
        if use.clause is None or use.kind.impartial(use.stated.params) is not True:
            continue
        calls = list(use.calls())
        if any(
            answer(use, one) != answer(use, _of_other(one, other)) for one, other in _pairs(calls)
        ):
            yield f"{use.where} {use.kind.name}: another subject or day is found something else"


def _pairs(calls: list[Call]) -> Iterator[tuple[Call, Call]]:
    yield from zip(calls, [*calls[1:], calls[0]], strict=True)


def _of_other(one: Call, other: Call) -> Call:
    """Return a call with its quantity and facts, of the subject and the day of another."""
    part, incident = one.arguments
    moved = other.arguments[1]._replace(quantity=incident.quantity, facts=incident.facts)
    return one._replace(arguments=(part, moved))
