"""What there is to say about a month: why a line was cut, and by which law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from shangfa.sdk import ZERO, Note, fen
from shangfa.sdk.guards import Certainty, Draft, Finding, MonthDraft, Settled, Severity
from shangfa_compliance_cn.asides import CONFLICT, asides
from shangfa_compliance_cn.rules.book import Book, Rule, cite
from shangfa_compliance_cn.settlement import FINES, FULL, LOSSES, settle
from shangfa_compliance_cn.terms import Terms, terms_of

Words = tuple[Severity, Note, Note]

_CUT: Final[Mapping[str, Words]] = {
    "cap": (
        "info",
        Note(
            "应扣 {0} 元，本月以当月工资的 {2} 为限，扣 {1} 元，{3}",
            "CNY {0} is due; {2} of the month wage lets {1} be taken, {3}",
        ),
        Note("无须处理", "nothing is to be done"),
    ),
    "min_wage_floor": (
        "info",
        Note(
            "应扣 {0} 元，为留足最低工资，本月扣 {1} 元，{3}",
            "CNY {0} is due; above the minimum wage {1} can be taken, {3}",
        ),
        Note("无须处理", "nothing is to be done"),
    ),
    "no_contract_basis": (
        "block",
        Note(
            "没有合同约定，{0} 元不能从工资里扣", "without a contract clause CNY {0} is not taken"
        ),
        Note(
            "先在劳动合同或书面协议里约定赔偿，再登记依据",
            "agree on it in the contract or in writing, then record the basis",
        ),
    ),
    "notice_missing": (
        "block",
        Note("没有事先书面告知，{0} 元本月不能扣", "without a written notice CNY {0} is not taken"),
        Note(
            "发薪日之前书面告知原因和数额",
            "tell reason and amount in writing before the payday",
        ),
    ),
    "notice_amount": (
        "block",
        Note(
            "应扣 {0} 元，书面告知的数额只有 {1} 元，{3}",
            "CNY {0} is due, the written notice says no more than {1}, {3}",
        ),
        Note(
            "下月扣款之前再书面告知其余数额",
            "tell the rest in writing before it is taken",
        ),
    ),
    "consent_amount": (
        "block",
        Note(
            "罚款 {0} 元，本人只同意扣 {1} 元，{3}",
            "a fine of CNY {0}; the worker agreed to no more than {1}, {3}",
        ),
        Note("未同意的部分不能扣", "what was not agreed to is not taken"),
    ),
    "min_wage_unknown": (
        "block",
        Note(
            "不知道该地该月的最低工资，{0} 元不能扣",
            "the minimum wage of that place and month is not known, so CNY {0} is not taken",
        ),
        Note("请公司依当地公布的标准填入最低工资", "fill in the minimum wage as published there"),
    ),
    "fine_not_allowed": (
        "block",
        Note("罚款 {0} 元不能从工资里扣", "a fine of CNY {0} is not taken from the wage"),
        Note(
            "改为处分或绩效分；取得本人同意的，登记同意",
            "take a mark or a score instead; where the worker agreed, record the consent",
        ),
    ),
    "converted": (
        "warn",
        Note(
            "罚款 {0} 元不扣，改记绩效分 {4} 分",
            "a fine of CNY {0} is not taken; {4} point(s) stand instead",
        ),
        Note(
            "绩效分的用处须另有约定，不能折回同一金额",
            "what points do is agreed apart and never gives the same amount again",
        ),
    ),
    "unworked_time": (
        "block",
        Note(
            "扣 {0} 元多于没有劳动的时间，只扣 {1} 元",
            "CNY {0} is more than the time not worked, so {1} is taken",
        ),
        Note("按实际缺勤时间折算", "reckon by the time that was missed"),
    ),
}
_FINE_FLOORS: Final = ("ECON_SANCTION_FLOOR", "DISCIPLINE_DEDUCTION_FLOOR")
_BY_CODE: Final = {
    "min_wage_floor": ("LOSS_MIN_WAGE_FLOOR",),
    "min_wage_unknown": ("LOSS_MIN_WAGE_FLOOR",),
    "no_contract_basis": ("LOSS_CONTRACT_BASIS",),
    "unworked_time": ("UNWORKED_TIME_DIVISOR", "OVER_DEDUCTION_ATTENDANCE"),
}
"""Reason -> the codes of the rules it goes by, where they are always the same."""
_CARRIED: Final = Note("其余 {0} 元结转", "{0} is carried over")
_DROPPED: Final = Note("其余 {0} 元不再扣", "{0} is let go")
_TIER: Final = Note(
    "{0} 有多档最低工资而没有说明是哪一档，按最高的 {1} 元",
    "{0} has several tiers and none is said: the highest, CNY {1}, is used",
)
_TELL_TIER: Final = Note("登记工作地点所属的档", "record the tier of the place of work")
_UNCONFIRMED: Final = Note(
    "{0} 最低工资 {1} 元得自转述，未见正式文本",
    "the minimum wage of {0}, CNY {1}, is known from others; the notice was not read",
)
_CONFIRM: Final = Note("请对照当地公布的通知", "compare it with the notice published there")


def review_month(draft: Draft, book: Book) -> Iterator[Finding]:
    """Yield what is to be said of a month: of its minimum wage, then line by line."""
    said = draft.month
    if said is None or said.kind == "partner":
        return
    terms = terms_of(draft, book)
    accounts = {line.ref: line.account for line in said.lines}
    if (LOSSES | FINES) & set(accounts.values()):
        yield from _minimum(terms, said, book, draft)
    for line in settle(draft, book):
        rule = _rule(line, accounts[line.ref], terms, book, draft)
        if rule is not None:
            yield _finding(line, rule)
    if FINES & set(accounts.values()):
        yield from asides(CONFLICT, terms.fine.rules, draft)


def _rule(line: Settled, account: str, terms: Terms, book: Book, draft: Draft) -> Rule | None:
    """Return the rule that a line was cut by, None when it was not cut."""
    if line.reason == FULL:
        return None
    floors = _FINE_FLOORS if account in FINES else ()
    codes = (*floors, *_BY_CODE.get(line.reason, ())) if line.reason in _BY_CODE else ()
    found = [rule for code in codes for rule in book.every(code, terms.region, draft.on)]
    return next(iter(found or _others(line.reason, account, terms)), None)


def _minimum(terms: Terms, said: MonthDraft, book: Book, draft: Draft) -> Iterator[Finding]:
    used = next(iter(terms.minimums), None)
    floor = book.find("LOSS_MIN_WAGE_FLOOR", terms.region, draft.on)
    if used is None or floor is None or (said.minimum or ZERO) >= used.monthly:
        return
    by = (f"{floor.law_ref}；{used.source}", (used.name, used.monthly), used.reading, floor.code)
    if len({row.monthly for row in terms.minimums}) > 1:
        yield _of_minimum("min_wage_tier", "warn", by, (_TIER, _TELL_TIER))
    if used.reading != "read":
        yield _of_minimum("min_wage_unconfirmed", "info", by, (_UNCONFIRMED, _CONFIRM))


def _of_minimum(
    code: str,
    severity: Severity,
    by: tuple[str, tuple[object, ...], Certainty, str],
    said: tuple[Note, Note],
) -> Finding:
    law, values, reading, rule = by
    return Finding(code, severity, "", law, said[0].of(*values), reading, said[1], rule)


def _others(reason: str, account: str, terms: Terms) -> Sequence[Rule]:
    """Return the rules of the terms that a reason goes by, the one that decides first."""
    if reason in {"notice_missing", "notice_amount"} and terms.notice is not None:
        return [terms.notice]
    rules = terms.fine.rules if account in FINES else terms.loss_rules
    return [rule for rule in rules if rule.rate] if reason.startswith("cap_") else rules


def _finding(line: Settled, rule: Rule) -> Finding:
    severity, text, way_out = _CUT["cap" if line.reason.startswith("cap_") else line.reason]
    rest = _DROPPED.of(fen(line.dropped)) if line.dropped else _CARRIED.of(fen(line.carried))
    percent = line.reason.removeprefix("cap_") + "%"
    due = fen(line.requested + line.carried_in)
    values = (due, fen(line.allowed), percent, rest, line.points)
    return Finding(
        line.reason, severity, line.ref, text=text.of(*values), suggestion=way_out, **cite(rule)
    )
