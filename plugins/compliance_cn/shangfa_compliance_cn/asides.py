"""What else a place says of fines and losses: said once for a draft, beside its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from shangfa.sdk import Note
from shangfa.sdk.guards import Draft, Finding, Severity
from shangfa_compliance_cn.rules.book import Rule, cite


class Aside(NamedTuple):
    """A finding that says what a rule says, `{0}`, and what stands beside it, `{1}`."""

    code: str
    severity: Severity
    text: Note
    suggestion: Note


_CAP: Final = Aside(
    "fine_capped",
    "info",
    Note("当地对扣款另有限额：{0}", "the place has a cap of its own: {0}"),
    Note("在制度里写明这个限额", "say the cap in the policy"),
)
_CONFLICT: Final = Aside(
    "fine_conflict",
    "warn",
    Note("几部规定对罚款说法不一：{0}", "texts disagree about fines: {0}"),
    Note("从严处理，并请律师确认", "the strictest holds; ask a lawyer"),
)
_PRICE: Final = Aside(
    "fine_consequence",
    "info",
    Note("可能的后果：{0}{1}", "what it may lead to: {0}{1}"),
    Note("先改正条款，再发布", "mend the clauses before they are published"),
)
_TERMS: Final = Aside(
    "loss_terms",
    "info",
    Note("当地对扣赔偿的要求：{0}", "what the place asks of a deduction: {0}"),
    Note("在制度和劳动合同里写明", "say it in the policy and in the contract"),
)

FINE: Final[Mapping[str, Aside]] = {
    "FINE_CONFLICT": _CONFLICT,
    "ECON_SANCTION_CAP": _CAP,
    "DISCIPLINE_DEDUCTION_CAP": _CAP,
    "FINE_APPLIED": _PRICE,
    "ECON_SANCTION_EXCESS": _PRICE,
    "LEGAL_LIABILITY_RULES": _PRICE,
    "UNLAWFUL_DEDUCTION_FINE": _PRICE,
    "UNLAWFUL_DEDUCTION_EXTRA": _PRICE,
}
"""Rule -> what is said of it where a policy has fines."""
LOSS: Final[Mapping[str, Aside]] = dict.fromkeys(
    ("LOSS_SCOPE", "LOSS_BURDEN", "LOSS_PRIOR_NOTICE", "DEDUCTION_BASIS"), _TERMS
)
"""Rule -> what is said of it where a policy has losses to be made good."""
CONFLICT: Final = {"FINE_CONFLICT": _CONFLICT}
"""What a month says of fines besides."""


def asides(said: Mapping[str, Aside], rules: Iterable[Rule], draft: Draft) -> Iterator[Finding]:
    """Yield what is said of those of some rules that the company did not turn off."""
    for rule in rules:
        aside = said.get(rule.code)
        if aside is not None and rule.chosen(draft.modes) != "off":
            amount = f" ({rule.note})" if "CNY" in rule.note else ""
            text = aside.text.of(rule.basis, amount)
            yield Finding(
                aside.code, aside.severity, "", text=text, suggestion=aside.suggestion, **cite(rule)
            )
