"""The tables, by room."""

from shangfa.db.cases.rows import (
    ApprovalMatrixRow,
    CaseHandlerRow,
    CaseRow,
    CaseStepRow,
    DeadlineRow,
    DecisionRow,
    ProcedureRow,
    SlipFormRow,
    SlipRow,
)
from shangfa.db.notices.rows import NoticeRow
from shangfa.db.notifications.rows import DigestRow, MailboxRow, NotificationRow
from shangfa.db.rows.access import (
    ActorRow,
    ApiKeyRow,
    OperatorKeyRow,
    OperatorReplyRow,
    ReplyRow,
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
    "CaseHandlerRow",
    "CaseRow",
    "CaseStepRow",
    "ClockRow",
    "DeadlineRow",
    "DecisionRow",
    "DigestRow",
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
    "MailboxRow",
    "NoticeRow",
    "NotificationRow",
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
    "SlipFormRow",
    "SlipRow",
    "SubjectRow",
    "TallyRow",
    "TenantOwned",
    "TenantPluginRow",
    "TenantRow",
    "TenantSlugRow",
    "WageRow",
]
