"""What a decision asks somebody to do after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, get_args

from shangfa.domain.access.roles import FINANCE, HR

OFFICES: Final = (HR, FINANCE)
"""Offices that may be asked; others are people."""


CERTIFICATE: Final = (
    "出具解除劳动合同证明（写明合同期限、解除日期、岗位、工作年限） / certificate of termination "
    "(term, last day, post, years of service)"
)
"""With the four things it says (劳动合同法实施条例 24)."""

TRANSFER: Final = "办理档案和社会保险关系转移 / transfer of files and insurance"
FINAL_PAY: Final = "结清工资（GET /v1/cases/…/final-pay） / pay what is open, in one go"
NEEDED_NO_MORE: Final = "解除已变更或撤销，无须办理 / the dismissal no longer stands"
"""The note under what nobody has to do any more."""


Kind = Literal["certificate", "transfer", "final_pay"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
"""What the law wants when a contract ends."""


class Asked(NamedTuple):
    """Something to be done until a day, that day included."""

    kind: Kind
    what: str
    due_on: date
    role: str = HR


def after_dismissal(day: date) -> list[Asked]:
    """Return what is to be done when a contract ends on a day.

    The certificate and the transfer of files (劳动合同法 50) by HR, the pay (工资支付暂行规定 9: at
    once; some places leave more days) by finance.
    """
    return [
        Asked("certificate", CERTIFICATE, day),
        Asked("transfer", TRANSFER, day + timedelta(days=15)),
        Asked("final_pay", FINAL_PAY, day, FINANCE),
    ]
