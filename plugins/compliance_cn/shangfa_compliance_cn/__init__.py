"""Labour law of China: reviews policies, and says how much of a month's lines may be taken.

The law stands in `data/` as dated rows, read once when the plugin is found. Partner
companies are outside: what is between two companies is no labour law.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from shangfa.sdk import hookimpl
from shangfa.sdk.guards import Draft, Finding, Guard
from shangfa_compliance_cn.asides import FINE, LOSS
from shangfa_compliance_cn.checks import CHECKS
from shangfa_compliance_cn.months import review_month
from shangfa_compliance_cn.policies import review_policy
from shangfa_compliance_cn.rules.book import Book
from shangfa_compliance_cn.rules.loading import read_places, read_rules, read_wages
from shangfa_compliance_cn.settlement import settle
from shangfa_compliance_cn.terms import GONE_BY

NAME = "compliance_cn"


@cache
def book() -> Book:
    """Return the rules that come along.

    Raises:
        RuleDataError: a row cannot be relied on.
    """
    folder = files(__name__) / "data"
    texts = {item.name: item.read_text("utf-8") for item in folder.iterdir()}
    names = ("deduction_rules.csv", "policy_rules.csv")
    rules = [rule for name in names for rule in read_rules(name, texts[name])]
    wages = read_wages("minimum_wage.csv", texts["minimum_wage.csv"])
    return Book(tuple(rules), wages, read_places("regions.csv", texts["regions.csv"]))


def review(draft: Draft, rules: Book) -> Sequence[Finding]:
    """Return what is to be said of a draft: of its clauses, and of its month."""
    return [*review_policy(draft, rules), *review_month(draft, rules)]


def place(word: str, rules: Book) -> str | None:
    """Return the six digits of a place, None when it is not known."""
    return rules.region(word)


@hookimpl
def register_guards() -> list[Guard[Book]]:
    """One guard: the law of the mainland."""
    asked = {code for check in CHECKS for code in check.rules}
    rules = book().guard_rules({*asked, *FINE, *LOSS, *GONE_BY})
    return [Guard(NAME, book(), rules, review, settle, place)]
