"""Every check by its name: what it asks, and what is wrong when it is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from shangfa.testing.conformance import outcomes, reading, watching
from shangfa.testing.conformance.candidate import Candidate


class Wrong(NamedTuple):
    """What is wrong, where, with what it was asked."""

    check: str
    why: str


Check = Callable[[Candidate], Iterator[str]]


def _met(name: str) -> Check:
    """Return a check that fails for every call that had this outcome."""
    return lambda candidate: outcomes.met(candidate, name)


CHECKS: Final[Mapping[str, Check]] = {
    "C01-does-not-raise": _met("C01"),
    "C02-does-not-exit": _met("C02"),
    "C03-does-not-interrupt": _met("C03"),
    "C04-returns-in-time": _met("C04"),
    "C05-stays-within-memory": _met("C05"),
    "C06-changes-nothing-it-is-given": _met("C06"),
    "C07-returns-something": _met("C07"),
    "C08-returns-findings": _met("C08"),
    "C09-cites-codes-that-are-there": _met("C09"),
    "C10-keeps-to-accounts-signs-and-ranges": _met("C10"),
    "C11-gives-finite-amounts": _met("C11"),
    "C12-gives-no-float": _met("C12"),
    "C13-gives-a-bounded-number": _met("C13"),
    "C14-does-not-recurse-without-end": _met("C14"),
    "C15-opens-nothing": _met("C15"),
    "C16-remembers-nobody": watching.remembers,
    "C17-reads-no-clock": watching.reads_clock,
    "C18-draws-no-lots": watching.draws_lots,
    "C19-answers-alike-100-times": watching.varies,
    "C20-answers-alike-for-any-hash-seed": outcomes.seeded,
    "C21-is-total-on-valid-facts": outcomes.partial_on_facts,
    "C22-has-a-sound-schema": reading.unsound_schema,
    "C23-refuses-bad-params-with-a-pointer": reading.lets_bad_params_pass,
    "C24-is-documented": reading.undocumented,
    "C25-is-reached-by-an-example": reading.unreached,
    "C26-keeps-released-policies": reading.broke_released,
    "C27-is-as-impartial-as-it-says": watching.looks_aside,
}
"""Name -> what is wrong with a candidate; nothing when it conforms."""


def check(candidate: Candidate, name: str) -> list[Wrong]:
    """Return what is wrong by one check; `name` may be only its number, as `C09`."""
    whole = next(full for full in CHECKS if full == name or full.startswith(f"{name}-"))
    return [Wrong(whole, why) for why in CHECKS[whole](candidate)]
