"""What is printed of a slip, in words: one page of names for the PDF and for Word's forms.

Every text is Chinese, every day and number is written here, and what is not there is "" or an
empty list, so that a form needs no conditions to be right.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from shangfa.domain.slips.capitals import capitals
from shangfa.domain.slips.slip import Party, Signature, Slip, SlipKind, Verdict

KINDS: Final[dict[SlipKind, str]] = {"reward": "奖励", "discipline": "惩戒"}
VERDICTS: Final[dict[Verdict, str]] = {"approved": "同意", "rejected": "不同意", "returned": "退回"}
SET, UNSET = "■", "□"
"""Ticks as any Chinese font has them."""


def sheet(slip: Slip) -> dict[str, Any]:
    """Return the names a form may use, each with a text, an object of texts or a list of them."""
    return {**_head(slip), **_case(slip), **_outcome(slip), **_signed(slip)}


def _head(slip: Slip) -> dict[str, Any]:
    return {
        "number": slip.number,
        "kind": KINDS[slip.kind],
        "issued_on": _day(slip.issued_on),
        "company": slip.company,
        "subject": _party(slip.subject),
        "supervisor": slip.supervisor,
        "proposer": _party(slip.proposer),
    }


def _case(slip: Slip) -> dict[str, Any]:
    clause = slip.clause
    return {
        "occurred": slip.occurred,
        "known_on": _day(slip.known_on),
        "place": slip.place,
        "source": slip.source,
        "clause": {
            "policy": clause.policy,
            "version": str(clause.version),
            "code": clause.code,
            "title": clause.title,
            "text": clause.text,
        },
        "facts": slip.facts,
        "evidence": list(slip.evidence),
        "defence": slip.defence,
        "union": slip.union,
    }


def _outcome(slip: Slip) -> dict[str, Any]:
    return {
        "consequences": [_texts(item) for item in slip.consequences],
        "choices": [_texts(item) for item in slip.choices],
        "amount": "" if slip.fen is None else _yuan(slip.fen),
        "amount_capitals": "" if slip.fen is None else f"人民币{capitals(slip.fen)}",
        "effective_on": _day(slip.effective_on),
        "expires_on": _day(slip.expires_on),
        "payroll_month": slip.payroll_month,
        "linked": list(slip.linked),
        "repeat_of": list(slip.repeat_of),
        "correction": slip.correction,
        "correct_by": _day(slip.correct_by),
        "findings": list(slip.findings),
        "remark": slip.remark,
    }


def _signed(slip: Slip) -> dict[str, Any]:
    receipt, appeal = slip.receipt, slip.appeal
    return {
        "received": _ticks("已收到", "未收到", answer=receipt.received),
        "accepts": _ticks("认可事实", "不认可事实", answer=receipt.accepts),
        "signature": _signature(receipt.signature),
        "witnesses": [_signature(item) for item in receipt.witnesses],
        "approvals": [
            {"role": item.role, "verdict": VERDICTS[item.verdict], "delegate_of": item.delegate_of}
            | _signature(item.signature)
            for item in slip.approvals
        ],
        "appeal": {"way": appeal.way, "due": _day(appeal.due)} if appeal else _none("way", "due"),
    }


def _none(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "")


def _texts(item: Any) -> dict[str, str]:
    return {name: str(getattr(item, name)) for name in item.__slots__}


def _party(party: Party) -> dict[str, str]:
    return _texts(party)


def _signature(found: Signature | None) -> dict[str, str]:
    if found is None:
        return _none("name", "at", "note")
    return {"name": found.name, "at": found.at.strftime("%Y-%m-%d %H:%M"), "note": found.note}


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def _ticks(yes: str, no: str, *, answer: bool | None) -> str:
    words = ((yes, True), (no, False))
    return "　".join(f"{SET if answer is value else UNSET}{word}" for word, value in words)
