"""Every operation of the OpenAPI document: who may ask it, with what, and what it answers."""

from __future__ import annotations

from tests.making.operations.access import ACCESS
from tests.making.operations.base import EVALUATION, LINE, Asked, Operation, fresh
from tests.making.operations.cases import CASES
from tests.making.operations.companies import COMPANIES
from tests.making.operations.handed import (
    CORRECTION,
    LEAVES,
    LOOK,
    WEBHOOK,
    a_correction,
    a_delegation,
    a_user,
    delegated,
    look_path,
    noticed,
    signed_in,
    user_path,
)
from tests.making.operations.months import MONTHS
from tests.making.operations.payroll import PAYROLL
from tests.making.operations.recorded import (
    FUND,
    LIFTING,
    OBJECTION,
    PAPER,
    SPENDING,
    a_bill,
    a_fund,
    a_spending,
    a_wish,
    an_objection,
    chosen,
    to_do,
    with_a_term,
)

OPERATIONS: dict[str, Operation] = {**COMPANIES, **CASES, **MONTHS, **PAYROLL, **ACCESS}
"""operationId -> how it is asked and who may; the supervisor is M, the employee E."""
FOR_ONESELF = {
    *("signIn", "refreshToken", "acceptInvitation", "signOut", "changePassword"),
    *("beginOidc", "finishOidc"),
}
"""What everybody may do who is a user; nothing of the company is changed by it."""
__all__ = [
    "CORRECTION",
    "EVALUATION",
    "FOR_ONESELF",
    "FUND",
    "LEAVES",
    "LIFTING",
    "LINE",
    "LOOK",
    "OBJECTION",
    "OPERATIONS",
    "PAPER",
    "SPENDING",
    "WEBHOOK",
    "Asked",
    "Operation",
    "a_bill",
    "a_correction",
    "a_delegation",
    "a_fund",
    "a_spending",
    "a_user",
    "a_wish",
    "an_objection",
    "chosen",
    "delegated",
    "fresh",
    "look_path",
    "noticed",
    "signed_in",
    "to_do",
    "user_path",
    "with_a_term",
]
