"""What a clause asks to be told, and when it applies, as lines that somebody may type.

A line of facts is `minutes number 迟到分钟`: a name, a type, a label. A line of a condition is
`minutes > 10`; all lines together must hold. What such lines cannot say has no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from shangfa.documents.editing.splice import plain

_SIGNS: Final = {">": "over", ">=": "from", "<": "under", "<=": "to"}
_SIGN_OF: Final = {name: sign for sign, name in _SIGNS.items()}
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,79}")
_CONDITION: Final = re.compile(rf"({_NAME.pattern})\s*(>=|<=|=|>|<)\s*(\S.*)")
_NUMBER: Final = re.compile(r"[+-]?\d{1,18}(\.\d{1,36})?")
_GROUPS: Final = frozenset({"any", "all", "not"})
_TRUTHS: Final = {"true": True, "false": False}


def number(text: str) -> Any:
    """Return a number; what is none, such as a parameter's name, stays for the document."""
    if not _NUMBER.fullmatch(text) or not text.isascii():
        return text
    return Decimal(text) if "." in text else int(text)


def facts_text(facts: Mapping[str, Any]) -> str | None:
    """Return facts as lines; None when they say more than lines can."""
    text = "\n".join(f"{name} {_fact(said)}".rstrip() for name, said in facts.items())
    return text if read_facts(text) == facts else None


def _fact(said: Any) -> str:
    return f"{said.get('type')} {said.get('zh', '')}" if isinstance(said, Mapping) else str(said)


def read_facts(text: str) -> Any:
    """Return the facts of some lines; what is none stays a text, for the document to refuse."""
    found: dict[str, Any] = {}
    for line in _lines(text):
        name, kind, label = (*line.split(maxsplit=2), "", "")[:3]
        if not kind or name in found:
            return text
        found[name] = {"type": kind, "zh": label} if label else kind
    return found


def when_text(when: Mapping[str, Any]) -> str | None:
    """Return a condition as lines; None when it says more than lines can."""
    text = "\n".join(line for name, said in when.items() for line in _conditions(name, said))
    return text if read_when(text) == when else None


def _conditions(name: str, said: Any) -> Iterator[str]:
    for sign, value in said.items() if isinstance(said, Mapping) else [("=", said)]:
        yield f"{name} {_SIGN_OF.get(sign, '=')} {plain(value)}"


def read_when(text: str) -> Any:
    """Return the condition of some lines; what is none stays a text, for the document to refuse."""
    found: dict[str, Any] = {}
    for line in _lines(text):
        match = _CONDITION.fullmatch(line)
        if match is None or match[1] in _GROUPS:
            return text
        name, sign, value = match[1], match[2], _TRUTHS.get(match[3], number(match[3]))
        if sign == "=":
            found[name] = value
        elif isinstance(found.setdefault(name, {}), dict):
            found[name][_SIGNS[sign]] = value
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
