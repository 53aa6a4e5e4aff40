"""Let every guard look at a draft, and check what it says before anybody relies on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from shangfa.domain.faults import (
    INVALID,
    PLUGIN_DISABLED,
    Fault,
    PluginFailedError,
    RefusedError,
    refused,
)
from shangfa.domain.policies.checks import called, is_note
from shangfa.domain.text import Note
from shangfa.plugins.installed import installed
from shangfa.sdk.guards import (
    CERTAINTIES,
    MODES,
    SEVERITIES,
    Draft,
    Finding,
    Guard,
    GuardRule,
    Mode,
)

MOST: Final = 20_000
"""Findings of one guard on one draft."""
PLACE: Final = re.compile(r"[1-9][0-9]{5}")
"""A place by GB/T 2260."""
_UNGUARDED = Note(
    "公司的 compliance 为 block，而它可能含法律审查，故不发布、不结算",
    "the company's `compliance` is block, and it may hold a guard: nothing is published or settled",
)
_TEXTS: Final = ("code", "clause", "law_ref", "rule")
_NO_RULE = Note("没有这条规则；有 {0}", "there is no such rule; there are {0}")
_NO_MODE = Note("须为 {0} 之一", "one of {0} is expected")
_LOCKED = Note("这条规则已锁定，只可从严，不低于 {0}", "the rule is locked; {0} or stricter")


def rules() -> list[GuardRule]:
    """Return the rules of all guards."""
    return [rule for guard in installed().guards() for rule in guard.rules]


def review(draft: Draft) -> list[Finding]:
    """Return what all guards find, guard by guard, in their order.

    Raises:
        PluginFailedError: a guard raised, or returned what is no finding.
    """
    return [finding for guard in installed().guards() for finding in asked(guard, draft)]


def place_of(word: str) -> str | None:
    """Return the six digits of a place named by them or by its name, None when nobody knows it.

    Raises:
        PluginFailedError: a guard raised, or returned what is no place.
    """
    if word.isdecimal():
        return word if PLACE.fullmatch(word) else None
    for guard in installed().guards():
        found = _placed(guard, word)
        if found is not None:
            return found
    return None


def _placed(guard: Guard[Any], word: str) -> str | None:
    place = guard.place
    (found,) = called(guard.name, lambda: (place and place(word, guard.data),))
    if found is not None and not (isinstance(found, str) and PLACE.fullmatch(found)):
        raise PluginFailedError(guard.name, f"returned {found!r:.100}, six digits are expected")
    return found


def check_guarded() -> None:
    """Let a draft pass whose guards can all be asked: a broken one may have known the law.

    Raises:
        RefusedError: `plugin_disabled` for a trusted plugin that cannot be used.
    """
    for item in installed().broken:
        if item.trusted:
            raise refused(PLUGIN_DISABLED, "", plugin=item.name, why=_UNGUARDED)


def asked(guard: Guard[Any], draft: Draft) -> list[Finding]:
    """Return what one guard finds.

    Raises:
        PluginFailedError: it raised, or returned what is no finding.
    """
    found = called(guard.name, guard.review, draft, guard.data, most=MOST)
    return [_checked(finding, guard.name) for finding in found]


def _checked(finding: Any, guard: str) -> Finding:
    if type(finding) is not Finding:
        raise PluginFailedError(guard, f"returned {finding!r:.100}, a guards.Finding is expected")
    if finding.severity not in SEVERITIES or finding.certainty not in CERTAINTIES:
        raise PluginFailedError(guard, f"{finding.code}: {finding.severity}/{finding.certainty}")
    said = all(isinstance(getattr(finding, name), str) for name in _TEXTS)
    if not said or not is_note(finding.text) or not is_note(finding.suggestion):
        raise PluginFailedError(guard, f"{finding!r:.100} holds what is no text")
    return finding


def check_modes(chosen: Mapping[str, Mode], pointer: str = "") -> None:
    """Let a company's own modes pass: of rules there are, none looser than a locked one.

    Raises:
        RefusedError: `invalid` for each mode that cannot be, with what can.
    """
    faults = [
        Fault(INVALID, f"{pointer}/{code}", {"value": f"{code}: {mode}", "why": why})
        for code, mode in chosen.items()
        if (why := _wrong(code, mode)) is not None
    ]
    if faults:
        raise RefusedError(*faults)


def _wrong(code: str, mode: Mode) -> Note | None:
    known = [rule for rule in rules() if rule.code == code]
    if not known:
        return _NO_RULE.of("、".join(sorted({rule.code for rule in rules()})) or "—")
    if mode not in MODES:
        return _NO_MODE.of(" / ".join(MODES))
    least = max((MODES.index(rule.mode) for rule in known if rule.locked), default=0)
    return None if MODES.index(mode) >= least else _LOCKED.of(MODES[least])
