"""What the role of the application may: no more than it needs, and never what a superuser may."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from tests.making.catalogue import column

from shangfa.db.server import schema

APPEND_ONLY = [
    "actor",
    "anonymisation",
    "approval_matrix",
    "attendance_mapping",
    "audit",
    "case_step",
    "decision",
    "deduction_paper",
    "dismissal",
    "evaluation",
    "evidence",
    "fund_entry",
    "fund_rule",
    "fund_share",
    "import_file",
    "incident",
    "ledger_entry",
    "notice",
    "payroll_setting",
    "period_step",
    "procedure",
    "receipt",
    "settlement_line",
    "slip",
    "slip_form",
    "statement_act",
]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_recorded_cannot_be_changed(app: Engine, table: str, statement: str) -> None:
    denied = pytest.raises(ProgrammingError, match="permission denied")
    with app.connect() as connection, denied:
        connection.execute(text(statement.format(table)))


def test_the_application_may_change_only_these_columns(app: Engine) -> None:
    granted = column(
        app,
        "SELECT table_name || '.' || column_name"
        " FROM information_schema.column_privileges"
        " WHERE grantee = 'shangfa_app' AND privilege_type = 'UPDATE' AND table_name IN"
        " ('api_key', 'calendar_year', 'operator_key', 'policy', 'policy_version', 'case',"
        " 'deadline', 'incident_subject', 'event', 'period', 'settlement', 'import_run',"
        " 'webhook', 'webhook_delivery', 'tenant_user', 'user_session', 'audit_note',"
        " 'audit_head', 'delegation', 'digest', 'follow_up', 'fund', 'mailbox', 'notification',"
        " 'restriction')",
    )
    assert granted == [
        "api_key.expires_at",
        "api_key.revoked_at",
        "audit_head.entries",
        "audit_head.events",
        "audit_head.hash",
        "audit_head.sealed_at",
        "audit_note.n",
        "case.confidential",
        "case.confidential_at",
        "case.facts",
        "case.open",
        "case.revision",
        "case.state",
        "deadline.due",
        "deadline.due_at",
        "deadline.ended_at",
        "deadline.paused_at",
        "deadline.reminded_at",
        "delegation.ended_at",
        "digest.failed_at",
        "digest.sent_at",
        "event.n",
        "event.subject_n",
        "follow_up.done_at",
        "follow_up.done_by",
        "follow_up.done_note",
        "fund.signed",
        "import_run.bad",
        "import_run.done",
        "import_run.good",
        "import_run.state",
        "import_run.total",
        "incident_subject.effective_at",
        "incident_subject.reversed_at",
        "incident_subject.suspended_at",
        "incident_subject.varied",
        "mailbox.email",
        "notification.digest_id",
        "notification.read_at",
        "operator_key.revoked_at",
        "period.ordinal",
        "period.settlement_id",
        "period.signed",
        "period.state",
        "period.version",
        "policy.title",
        "policy_version.plugins",
        "policy_version.published_at",
        "policy_version.state",
        "restriction.lifted_at",
        "restriction.lifted_by",
        "restriction.lifted_reason",
        "settlement.done",
        "settlement.entries",
        "settlement.finished_at",
        "settlement.people",
        "tenant_user.ended_at",
        "tenant_user.invitation",
        "tenant_user.invited_until",
        "tenant_user.locked",
        "tenant_user.name",
        "tenant_user.password",
        "tenant_user.password_due",
        "tenant_user.roles",
        "tenant_user.signed_in_at",
        "tenant_user.subject_id",
        "user_session.digest",
        "user_session.ended_at",
        "user_session.expires_at",
        "user_session.refresh",
        "user_session.refresh_before",
        "webhook.after_n",
        "webhook.delivered_at",
        "webhook.old_secret",
        "webhook.old_secret_until",
        "webhook.reason",
        "webhook.secret",
        "webhook.state",
        "webhook_delivery.attempts",
        "webhook_delivery.claim",
        "webhook_delivery.claimed_until",
        "webhook_delivery.next_at",
        "webhook_delivery.state",
        "webhook_delivery.tries",
    ]


def test_the_application_may_delete_only_from_these_tables(app: Engine) -> None:
    granted = column(
        app,
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE grantee = 'shangfa_app'"
        " AND privilege_type = 'DELETE' AND table_name NOT LIKE 'procrastinate%'",
    )
    assert granted == [
        *(
            "case_handler",
            "import_change",
            "import_fault",
            "oidc_provider",
            "oidc_try",
            "operator_reply",
            "reply",
            "sign_in_attempt",
            "tenant_plugin",
        ),
        *("user_session", "webhook", "webhook_delivery"),
    ]


def test_the_role_of_the_application_is_accepted(app: Engine) -> None:
    with app.connect() as connection:
        schema.check_role(connection)


def test_a_superuser_is_refused(owner: Engine) -> None:
    with (
        owner.connect() as connection,
        pytest.raises(schema.UnsafeRoleError, match="superuser"),
    ):
        schema.check_role(connection)


def _role(*statements: str) -> Callable[[Connection], None]:
    def prepare(connection: Connection) -> None:
        for statement in (
            "CREATE ROLE risky LOGIN",
            "GRANT SELECT ON alembic_version TO risky",
        ):
            connection.execute(text(statement))
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("SET SESSION AUTHORIZATION risky"))

    return prepare


@pytest.mark.parametrize(
    ("prepare", "fault"),
    [
        pytest.param(_role("ALTER ROLE risky BYPASSRLS"), "BYPASSRLS", id="bypassrls"),
        pytest.param(
            _role("ALTER TABLE tally OWNER TO risky"),
            "owns the table tally",
            id="owner",
        ),
        pytest.param(
            _role(
                "CREATE ROLE holder",
                "ALTER TABLE tally OWNER TO holder",
                # What PostgreSQL 15 has for GRANT … WITH INHERIT FALSE of 16.
                "ALTER ROLE risky NOINHERIT",
                "GRANT holder TO risky",
            ),
            "member of its owner",
            id="member of the owner, without inheriting",
        ),
    ],
)
def test_a_risky_role_is_refused(
    owner: Engine, prepare: Callable[[Connection], None], fault: str
) -> None:
    with owner.connect() as connection:
        prepare(connection)
        with pytest.raises(schema.UnsafeRoleError, match=fault):
            schema.check_role(connection)
