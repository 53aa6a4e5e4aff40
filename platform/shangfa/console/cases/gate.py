"""What a dismissal takes, as a form asks for it: each check a field of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shangfa.console.forms import TRUE, check, field
from shangfa.domain.cases.gate import GATE, OF_EACH, STATUSES

LONGEST: Final = 2_000
ANSWERS: Final[Mapping[str, bool]] = {TRUE: True, "false": False}


def read_gate(codes: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a form says of a dismissal; what was left empty is left out.

    `codes`: whom a case dismisses; of several each has his own protection and ground.

    Raises:
        RefusedError: `invalid`, a text that is too long.
    """
    said = _said(GATE.name)
    if len(codes) > 1:
        own = {code: _said(f"{GATE.name}.{OF_EACH}.{code}") for code in codes}
        said[OF_EACH] = {code: one for code, one in own.items() if one}
    return {name: value for name, value in said.items() if value}


def _said(at: str) -> dict[str, Any]:
    texts = {f"{at}.{name}": LONGEST for name in ("ground", "decided_by")}
    unions = {name: f"{at}.union.{name}" for name in ("notified_on", "reason")}
    check(texts | dict.fromkeys(unions.values(), LONGEST))
    said: dict[str, Any] = {name.removeprefix(f"{at}."): field(name) for name in texts}
    said["protected"] = {
        name: ANSWERS[answer]
        for name in STATUSES
        if (answer := field(f"{at}.protected.{name}")) in ANSWERS
    }
    said["union"] = {name: value for name in unions if (value := field(unions[name]))}
    return {name: value for name, value in said.items() if value}
