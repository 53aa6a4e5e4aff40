"""A slip on paper, set from what was kept of it and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from shangfa.domain.account import ACCOUNTS, MONEY_UNIT
from shangfa.domain.money import ZERO, amount_text
from shangfa.domain.slips.slip import (
    Appeal,
    Approval,
    ChoiceMade,
    ClauseCited,
    Consequence,
    Party,
    Receipt,
    Signature,
    Slip,
    SlipKind,
    Verdict,
)
from shangfa.domain.text import WORDS, in_words
from shangfa.papers.pdf import slip_pdf
from shangfa.papers.word import slip_docx
from shangfa.services.cases.paper.forms import own_form
from shangfa.services.cases.slips import SlipSeen, read
from shangfa.services.context import Context

TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
ROLES: Final = {
    "hr": "人力资源",
    "finance": "财务",
    "supervisor": "主管",
    "employee": "本人",
    "clock": "期限",
}
UNITS: Final = {
    **{unit: zh for unit, (zh, _) in WORDS.items()},
    "percent": "%",
    "credit": "分",
    "clause": "条",
}
"""What units are called where the policy has no name of its own for them."""
VERDICTS: Final[Mapping[str, Verdict]] = {
    "confirm": "approved",
    "approve": "approved",
    "reject": "rejected",
    "return": "returned",
}
"""Steps that are a line of the approval."""
SAID: Final = frozenset({"defend", "reply"})
"""Steps in which the subject has a say."""
WAY: Final = "书面向人力资源部提出申诉"
Step = Mapping[str, Any]


def printed(ctx: Context, no: str, form: str) -> bytes:
    """Return a slip as `pdf` or `docx`: the same bytes whenever the same person asks.

    A Word document is filled into the company's own form where it has one.

    Raises:
        RefusedError: `not_found`, also for one the asker may not see; `form_unusable`.
    """
    slip = slip_of(read(ctx, no))
    if form == "pdf":
        return slip_pdf(slip)
    return slip_docx(slip, own_form(ctx))


def slip_of(seen: SlipSeen) -> Slip:
    """Return a slip as it is printed; what the asker may not read is empty."""
    body, steps = seen.body, seen.body.get("steps", ())
    effective_on = date.fromisoformat(body["effective_on"])
    yuan = _yuan(body)
    until = body.get("appeal_until")
    return Slip(
        seen.no,
        _kind(body, yuan),
        effective_on,
        body["company"],
        Party(body["subject"], body["subject_name"], *_place(body)),
        _proposer(steps),
        body["occurred"],
        ClauseCited(
            body["policy_title"],
            body["policy"]["version"],
            body["clause"],
            body["clause_title"],
            body.get("clause_text", ""),
        ),
        _facts(body),
        tuple(_consequences(body)),
        supervisor=body.get("supervisor_name") or "",
        known_on=date.fromisoformat(body["known_on"]) if "known_on" in body else None,
        fen=None if yuan is None else int(abs(yuan) * 100),
        choices=tuple(_choices(body, steps)),
        evidence=tuple(body.get("evidence", ())),
        defence="\n".join(step["note"] for step in steps if step["step"] in SAID),
        receipt=_receipt(steps),
        approvals=tuple(_approvals(steps)),
        appeal=Appeal(WAY, date.fromisoformat(until)) if until else None,
        effective_on=effective_on,
        payroll_month=body["payroll_month"] if yuan is not None else "",
        linked=seen.linked,
        repeat_of=tuple(body.get("repeat_of", ())),
        union=_union(body),
        correction=body.get("correction") or "",
        correct_by=_day(body, "correct_by"),
        expires_on=_day(body, "expires_on"),
    )


def _day(body: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(body[name]) if body.get(name) else None


def _union(body: Mapping[str, Any]) -> str:
    """Return when the union was told, what it said, or why it was not told."""
    said = body.get("union") or {}
    told = f"{said['notified_on']} 通知工会" if said.get("notified_on") else ""
    parts = (told, said.get("opinion", ""), said.get("reason", ""))
    return "；".join(str(part) for part in parts if part)


def _place(body: Mapping[str, Any]) -> tuple[str, str]:
    return body.get("department") or "", body.get("position") or ""


def _own(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what falls on the slip's subject; what falls on others is on theirs, or on none."""
    return [effect for effect in body["effects"] if effect["subject"] == body["subject"]]


def _yuan(body: Mapping[str, Any]) -> Decimal | None:
    amounts = [Decimal(effect["quantity"]) for effect in _own(body) if effect["unit"] == MONEY_UNIT]
    return sum(amounts, ZERO) if amounts else None


def _kind(body: Mapping[str, Any], yuan: Decimal | None) -> SlipKind:
    rewarded = any(effect["account"] == "reward" for effect in _own(body))
    return "reward" if rewarded and (yuan is None or yuan > 0) else "discipline"


def _proposer(steps: Sequence[Step]) -> Party:
    if not steps:
        return Party("", "")
    code, name = _who(steps[0])
    return Party(code, name)


def _who(step: Step) -> tuple[str, str]:
    """Return (code, name) of who took a step; an office has no code."""
    return (step["by"], step["name"]) if step["name"] else ("", ROLES.get(step["role"], ""))


def _facts(body: Mapping[str, Any]) -> str:
    names = body.get("fact_names", {})
    said = [
        f"{names.get(name, name)}：{in_words(value, 'zh')}"
        for name, value in body.get("facts", {}).items()
    ]
    return "\n".join(part for part in (body.get("note", ""), "；".join(said)) if part)


def _what(effect: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    unit = effect["unit"]
    return f"{ACCOUNTS[effect['account']].zh}（{titles.get(unit) or UNITS.get(unit, unit)}）"


def _consequences(body: Mapping[str, Any]) -> Iterator[Consequence]:
    """Yield the effects, each clause's arithmetic beside the first of them."""
    told: dict[str, list[str]] = {}
    for line in body.get("trace", ()):
        if line.get("subject") in {None, "", body["subject"]}:
            told.setdefault(line["clause"], []).append(line["text_zh"])
    for effect in _own(body):
        said = "；".join(told.pop(effect["clause"], ()))
        yield Consequence(
            _what(effect, body.get("unit_names", {})), effect["quantity"], effect["clause"], said
        )


def _choices(body: Mapping[str, Any], steps: Sequence[Step]) -> Iterator[ChoiceMade]:
    reason = next((step.get("note", "") for step in reversed(steps) if step.get("choices")), "")
    for choice in body.get("choices", ()):
        most = "" if choice["max"] is None else f"–{choice['max']}"
        taken = amount_text(choice["unit"], Decimal(choice["taken"]))
        yield ChoiceMade(_what(choice, {}), f"{choice['min']}{most}", taken, reason)


def _signature(step: Step) -> Signature:
    return Signature(_who(step)[1], datetime.fromisoformat(step["at"]), step.get("note", ""))


def _receipt(steps: Sequence[Step]) -> Receipt:
    """Return what the subject said to the slip: signed, or refused before two witnesses."""
    for step in reversed(steps):
        if "accepts" in step:
            return Receipt(received=True, accepts=step["accepts"], signature=_signature(step))
        if "witnesses" in step:
            at = datetime.fromisoformat(step["at"])
            seen = tuple(Signature(name, at) for name in step["witnesses"])
            return Receipt(received=True, witnesses=seen)
    return Receipt()


def _approvals(steps: Sequence[Step]) -> Iterator[Approval]:
    for step in steps:
        if step["step"] in VERDICTS:
            role: str = step["role"]
            said = (VERDICTS[step["step"]], _signature(step), step.get("delegate_of", ""))
            yield Approval(ROLES.get(role, role), *said)
