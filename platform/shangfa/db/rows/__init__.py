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
from shangfa.db.rows.incidents import IncidentRow, IncidentSubjectRow
from shangfa.db.rows.ledger import EvaluationRow, LedgerEntryRow, TallyRow
from shangfa.db.rows.people import (
    AssignmentRow,
    AttributeRow,
    AttributeValueRow,
    EmploymentRow,
    RenamingRow,
    SubjectRow,
    WageRow,
)
from shangfa.db.rows.policies import PolicyRow, PolicyVersionRow, ReplayRow
from shangfa.db.rows.tenancy import ClockRow, TenantPluginRow, TenantRow, TenantSlugRow

__all__ = [
    "ActorRow",
    "ApiKeyRow",
    "AssignmentRow",
    "AttributeRow",
    "AttributeValueRow",
    "Base",
    "CaseRow",
    "CaseStepRow",
    "ClockRow",
    "DeadlineRow",
    "DecisionRow",
    "EmploymentRow",
    "EvaluationRow",
    "EventRow",
    "IncidentRow",
    "IncidentSubjectRow",
    "LedgerEntryRow",
    "OperatorKeyRow",
    "OperatorReplyRow",
    "PolicyRow",
    "PolicyVersionRow",
    "RenamingRow",
    "ReplayRow",
    "ReplyRow",
    "SubjectRow",
    "TallyRow",
    "TenantOwned",
    "TenantPluginRow",
    "TenantRow",
    "TenantSlugRow",
    "WageRow",
]
