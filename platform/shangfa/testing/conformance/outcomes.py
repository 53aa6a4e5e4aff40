"""What becomes of calls: made in a process with a budget, so that nothing here is at risk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, Final
from weakref import WeakKeyDictionary

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shangfa.domain.faults import PLUGIN_OVERDUE, PluginFailedError
from shangfa.domain.policies.checks import FINDINGS, check_effect, check_finding
from shangfa.plugins.guarded import wire
from shangfa.plugins.guarded.asking import asked_above
from shangfa.plugins.guarded.process import Pool
from shangfa.sdk import Award, Cancelled, Effect, Given, PeriodFacts
from shangfa.testing.conformance.candidate import Call, Candidate, Use

EXAMPLES: Final = 500
"""Valid incidents of chance for each use."""
SEEDS: Final = ("0", "1", "2")
SHOWN: Final = 5
"""Calls that a check names."""
_RAISED: Final = (
    ("SystemExit", "C02"),
    ("KeyboardInterrupt", "C03"),
    ("cannot be changed", "C06"),
    ("FrozenInstanceError", "C06"),
    ("does not support item assignment", "C06"),
    ("can't set attribute", "C06"),
    ("frozen", "C06"),
    ("RecursionError", "C14"),
    ("a plugin opens no files", "C15"),
    ("a plugin may not do this", "C15"),
    ("'NoneType' object is not iterable", "C07"),
    ("object is not iterable", "C08"),
)
Outcome = tuple[str, str]
"""A check's number, and what is wrong by it."""
_known: WeakKeyDictionary[Candidate, list[Outcome]] = WeakKeyDictionary()


def met(candidate: Candidate, name: str) -> Iterator[str]:
    """Yield what went wrong in the way of one check."""
    if candidate not in _known:
        _known[candidate] = list(_outcomes(candidate))
    found = dict.fromkeys(why for number, why in _known[candidate] if number == name)
    yield from list(found)[:SHOWN]


def _outcomes(candidate: Candidate) -> Iterator[Outcome]:
    with asking(candidate) as pool:
        for use in candidate.uses:
            for call in use.calls():
                found = outcome(pool, use, call)
                yield from found
                if any(number in {"C04", "C05"} for number, _ in found):
                    break  # the others would take as long


@contextmanager
def asking(candidate: Candidate) -> Iterator[Pool]:
    """Yield processes that ask the plugin, and end them."""
    pool = candidate.pool()
    try:
        yield pool
    finally:
        pool.close()


def outcome(pool: Pool, use: Use, call: Call) -> list[Outcome]:
    """Return what is wrong with one call, nothing when all is well."""
    asked = f"{use.where} {use.kind.name}.{call.function}"
    try:
        word, said = ask(pool, use, call)[:2]
    except PluginFailedError as error:
        reason = str(error.faults[0].values["reason"])
        late = error.faults[0].kind is PLUGIN_OVERDUE
        number = "C05" if "memory" in reason else ("C04" if late else _raised(reason))
        return [(number, f"{asked}: {reason}")]
    if word == "refused":
        return []
    if word != "ok":
        return [(_raised(str(said)), f"{asked}: {said}")]
    return [(number, f"{asked}: {why}") for number, why in _judged(use, call, said)]


def ask(pool: Pool, use: Use, call: Call) -> list[Any]:
    """Return the answer of the plugin's process.

    Raises:
        PluginFailedError: it was late or ended.
    """
    arguments = call.arguments
    above: Callable[..., Any] = _nobody
    if isinstance(arguments[-1], PeriodFacts):
        facts = arguments[-1]
        above = facts.on
        arguments = (*arguments[:-1], replace(facts, on=asked_above))
    return pool.call(use.kind.name, (call.number, call.function, arguments), above)


def _nobody(code: str, day: Any) -> None:
    del code, day


def _raised(reason: str) -> str:
    return next((number for words, number in _RAISED if words in reason), "C01")


def _judged(use: Use, call: Call, found: Sequence[Any]) -> Iterator[Outcome]:
    """Return what is wrong with what a plugin gave."""
    if call.function != "evaluate" and len(found) > FINDINGS:
        yield "C13", f"more than {FINDINGS} findings"
        return
    for item in found:
        if isinstance(item, wire.Strange | None | str | int | bool | Decimal):
            yield "C08", f"gave {item!r:.100}, which is no finding"
        elif isinstance(item, Award | Given):
            yield from _effect(use, item.effect)
        elif not isinstance(item, Cancelled):
            yield from _effect(use, item)


def _effect(use: Use, item: Any) -> Iterator[Outcome]:
    amounts = [getattr(item, name, None) for name in ("quantity", "minimum", "maximum")]
    if any(type(amount) is float for amount in amounts):
        yield "C12", f"gave a float: {item!r:.100}"
        return
    if any(isinstance(amount, Decimal) and not amount.is_finite() for amount in amounts):
        yield "C11", f"gave {amounts[0]} on {item[0]}"
        return
    try:
        check = check_finding if use.clause is not None else check_effect
        check(item, use.kind.name, use.rungs)
    except PluginFailedError as error:
        reason = str(error.faults[0].values["reason"])
        yield ("C08" if "no finding" in reason or "no effect" in reason else "C10"), reason
        return
    if isinstance(item, Effect) and use.clause is not None and item.clause not in use.codes:
        yield "C09", f"cites {item.clause!r}, which neither the part nor a row of it has"


def seeded(candidate: Candidate) -> Iterator[str]:
    """Yield the calls that are answered otherwise when sets and names are ordered otherwise."""
    answers = [_answers(candidate, seed) for seed in SEEDS]
    for number, (asked, first) in enumerate(answers[0]):
        if any(other[number][1] != first for other in answers[1:]):
            yield f"{asked}: {first!r:.80} and, with another seed, something else"
            return


def _answers(candidate: Candidate, seed: str) -> list[tuple[str, bytes]]:
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = seed
    try:
        with asking(candidate) as pool:
            return [
                (f"{use.where} {use.kind.name}", _answer(pool, use, call))
                for use in candidate.uses
                for call in use.calls()
            ]
    finally:
        if before is None:
            del os.environ["PYTHONHASHSEED"]
        else:
            os.environ["PYTHONHASHSEED"] = before


def _answer(pool: Pool, use: Use, call: Call) -> bytes:
    try:
        return wire.dumps(ask(pool, use, call))
    except PluginFailedError as error:
        return str(error).encode()


def partial_on_facts(candidate: Candidate) -> Iterator[str]:
    """Yield what valid facts of chance bring out that the examples do not; 500 of each use."""
    with asking(candidate) as pool:
        for use in candidate.uses:
            if use.clause is not None:
                why = _of_chance(pool, use)
                if why:
                    yield why


def _of_chance(pool: Pool, use: Use) -> str:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32))
    def tried(seed: int) -> None:
        call = use.drawn(Random(seed))  # noqa: S311 - chance for tests
        found = outcome(pool, use, call) if call is not None else []
        raise_if(found)

    try:
        tried()
    except _PartialError as error:
        return str(error)
    return ""


class _PartialError(Exception):
    """A valid incident brought out what is wrong."""


def raise_if(found: list[Outcome]) -> None:
    """Stop at what is wrong with a call."""
    if found:
        raise _PartialError(found[0][1])
