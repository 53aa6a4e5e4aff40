"""Review a version of a policy: every check on every clause, by the law of where it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from shangfa.sdk import Note
from shangfa.sdk.guards import MODES, Draft, DraftClause, Finding, Severity
from shangfa_compliance_cn import asides, proportion
from shangfa_compliance_cn.checks import CHECKS, Check, is_fine, is_loss
from shangfa_compliance_cn.reading import Seen, look_at
from shangfa_compliance_cn.rules.book import NATION, Book, Rule, cite

_UNKNOWN: Final = Note(
    "不认识地区“{0}”，只按全国规定检查",
    "the region “{0}” is not known, so only national rules are applied",
)
_CODE: Final = Note("写六位行政区划代码", "write its code of six digits (GB/T 2260)")


def review_policy(draft: Draft, book: Book) -> Iterator[Finding]:
    """Yield what is to be said of a version's clauses, in their order.

    A policy for partner companies alone is no matter of labour law.
    """
    if not draft.clauses or set(draft.kinds) == {"partner"}:
        return
    places = {word: book.region(word) for word in draft.regions}
    for word in (word for word, code in places.items() if code is None):
        yield _unknown(book, draft, word)
    codes = [code for code in places.values() if code] or [NATION]
    rules = {check.rules: _rules(check.rules, codes, book, draft) for check in CHECKS}
    seen = list(map(look_at, draft.clauses))
    for item in seen:
        for check in CHECKS:
            if check.applies(item):
                yield from _found(item.clause, check, draft, rules[check.rules])
    yield from _out_of_proportion(seen, _rules(proportion.RULES, codes, book, draft), draft)
    for said, applies in ((asides.FINE, is_fine), (asides.LOSS, is_loss)):
        if any(map(applies, seen)):
            yield from asides.asides(said, _rules(said, codes, book, draft), draft)


def _rules(codes: Iterable[str], regions: Iterable[str], book: Book, draft: Draft) -> list[Rule]:
    """Return the rules of some codes in force in any of the places, the strictest first."""
    found = (
        rule for code in codes for region in regions for rule in book.every(code, region, draft.on)
    )
    return sorted(
        dict.fromkeys(found), key=lambda rule: MODES.index(rule.chosen(draft.modes)), reverse=True
    )


def _out_of_proportion(seen: list[Seen], rules: list[Rule], draft: Draft) -> Iterator[Finding]:
    severity = _severity(rules[0], draft) if rules else None
    if severity is None:
        return
    for petty, harmful in proportion.disproportionate(seen, draft.ladder):
        text = proportion.TEXT.of(petty.clause.title, harmful.clause.title)
        said = (proportion.CODE, severity, petty.clause.code)
        yield Finding(*said, text=text, suggestion=proportion.SUGGESTION, **cite(rules[0]))


def _found(clause: DraftClause, check: Check, draft: Draft, rules: list[Rule]) -> Iterator[Finding]:
    severity = _severity(rules[0], draft) if rules else None
    if severity is not None:
        text = check.text.of(clause.title)
        yield Finding(
            check.code,
            severity,
            clause.code,
            text=text,
            suggestion=check.suggestion,
            **cite(rules[0]),
        )


def _severity(rule: Rule, draft: Draft) -> Severity | None:
    """Return how loudly a rule speaks, None when the company turned it off."""
    if rule.mode == "cap" and rule.code not in draft.modes:
        return "warn"
    mode = rule.chosen(draft.modes)
    if mode == "off":
        return None
    return "warn" if mode == "convert" else mode


def _unknown(book: Book, draft: Draft, word: str) -> Finding:
    (rule, *_) = book.every("FINE", NATION, draft.on)
    text = _UNKNOWN.of(word)
    return Finding("region_unknown", "info", "", text=text, suggestion=_CODE, **cite(rule))
