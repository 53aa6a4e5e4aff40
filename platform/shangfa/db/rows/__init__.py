"""The tables, by room."""

from shangfa.db.rows.access import (
    ActorRow,
    ApiKeyRow,
    OperatorKeyRow,
    OperatorReplyRow,
    ReplyRow,
)
from shangfa.db.rows.base import Base, TenantOwned
from shangfa.db.rows.cases import CaseRow, CaseStepRow, DeadlineRow, DecisionRow
from shangfa.db.rows.exchange import EventRow
from shangfa.db.rows.incidents import EvidenceRow, IncidentRow, IncidentSubjectRow
from shangfa.db.rows.ledger import EvaluationRow, LedgerEntryRow, TallyRow
from shangfa.db.rows.people import AssignmentRow, SubjectRow, WageRow
from shangfa.db.rows.policies import PolicyRow, PolicyVersionRow
from shangfa.db.rows.tenancy import ClockRow, TenantPluginRow, TenantRow, TenantSlugRow

__all__ = [
    "ActorRow",
    "ApiKeyRow",
    "AssignmentRow",
    "Base",
    "CaseRow",
    "CaseStepRow",
    "ClockRow",
    "DeadlineRow",
    "DecisionRow",
    "EvaluationRow",
    "EventRow",
    "EvidenceRow",
    "IncidentRow",
    "IncidentSubjectRow",
    "LedgerEntryRow",
    "OperatorKeyRow",
    "OperatorReplyRow",
    "PolicyRow",
    "PolicyVersionRow",
    "ReplyRow",
    "SubjectRow",
    "TallyRow",
    "TenantOwned",
    "TenantPluginRow",
    "TenantRow",
    "TenantSlugRow",
    "WageRow",
]
