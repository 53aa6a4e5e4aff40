"""The tables, by room."""

from shangfa.db.cases.rows import (
    ApprovalMatrixRow,
    CaseRow,
    CaseStepRow,
    DeadlineRow,
    DecisionRow,
    ProcedureRow,
    SlipRow,
)
from shangfa.db.rows.access import (
    ActorRow,
    ApiKeyRow,
    OperatorKeyRow,
    OperatorReplyRow,
    ReplyRow,
    SignInAttemptRow,
    TenantUserRow,
    UserSessionRow,
)
from shangfa.db.rows.base import Base, TenantOwned
from shangfa.db.rows.exchange import EventRow, ImportFaultRow, ImportFileRow, ImportRunRow
from shangfa.db.rows.incidents import EvidenceRow, IncidentRow, IncidentSubjectRow
from shangfa.db.rows.ledger import (
    EvaluationRow,
    LedgerEntryRow,
    PeriodRow,
    PeriodStepRow,
    SettlementLineRow,
    SettlementRow,
    TallyRow,
)
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
from shangfa.db.rows.tenancy import (
    CalendarYearRow,
    ClockRow,
    TenantPluginRow,
    TenantRow,
    TenantSlugRow,
)

__all__ = [
    "ActorRow",
    "ApiKeyRow",
    "ApprovalMatrixRow",
    "AssignmentRow",
    "AttributeRow",
    "AttributeValueRow",
    "Base",
    "CalendarYearRow",
    "CaseRow",
    "CaseStepRow",
    "ClockRow",
    "DeadlineRow",
    "DecisionRow",
    "EmploymentRow",
    "EvaluationRow",
    "EventRow",
    "EvidenceRow",
    "ImportFaultRow",
    "ImportFileRow",
    "ImportRunRow",
    "IncidentRow",
    "IncidentSubjectRow",
    "LedgerEntryRow",
    "OperatorKeyRow",
    "OperatorReplyRow",
    "PeriodRow",
    "PeriodStepRow",
    "PolicyRow",
    "PolicyVersionRow",
    "ProcedureRow",
    "RenamingRow",
    "ReplayRow",
    "ReplyRow",
    "SettlementLineRow",
    "SettlementRow",
    "SignInAttemptRow",
    "SlipRow",
    "SubjectRow",
    "TallyRow",
    "TenantOwned",
    "TenantPluginRow",
    "TenantRow",
    "TenantSlugRow",
    "TenantUserRow",
    "UserSessionRow",
    "WageRow",
]
