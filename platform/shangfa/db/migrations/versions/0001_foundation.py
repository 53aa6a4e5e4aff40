"""The foundation: tenants, subjects, policies, incidents, decisions, the ledger.

The order matters to a database that is distributed by tenant: tables first,
foreign keys once they are distributed, then indexes, row-level security, the
role of the application and what it may do. There is no trigger on a tenant's
table: the ledger cannot be changed because nobody may.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "shangfa_app"
INSTANT = sa.DateTime(timezone=True)

OPERATOR_TABLES = ("tenant", "operator_key", "operator_reply")
TENANT_TABLES = (
    "tenant_plugin",
    "api_key",
    "subject",
    "assignment",
    "wage",
    "policy",
    "policy_version",
    "incident",
    "incident_subject",
    "decision",
    "ledger_entry",
    "tally",
    "reply",
)
# table, column, the table it refers to within the same tenant
REFERENCES = (
    ("api_key", "subject_id", "subject"),
    ("assignment", "subject_id", "subject"),
    ("assignment", "supervisor_id", "subject"),
    ("wage", "subject_id", "subject"),
    ("policy_version", "policy_id", "policy"),
    ("incident", "policy_id", "policy"),
    ("incident", "version_id", "policy_version"),
    ("incident_subject", "incident_id", "incident"),
    ("incident_subject", "subject_id", "subject"),
    ("decision", "incident_id", "incident"),
    ("ledger_entry", "decision_id", "decision"),
    ("ledger_entry", "subject_id", "subject"),
    ("ledger_entry", "policy_id", "policy"),
    ("tally", "subject_id", "subject"),
    ("tally", "policy_id", "policy"),
)
# table -> what is unique within a tenant
UNIQUE_KEYS = {
    "tenant_plugin": ("name",),
    "api_key": ("digest",),
    "reply": ("key",),
    "subject": ("code",),
    "assignment": ("subject_id", "effective_from"),
    "wage": ("subject_id", "effective_from"),
    "policy": ("name",),
    "policy_version": ("policy_id", "number"),
    "incident_subject": ("incident_id", "subject_id"),
    "decision": ("incident_id", "kind"),
    "tally": ("subject_id", "policy_id", "account", "unit", "span"),
}
INDEXES = (
    ("assignment", ("tenant_id", "supervisor_id")),
    ("incident", ("tenant_id", "occurred_on", "id")),
    ("incident_subject", ("tenant_id", "subject_id", "incident_id")),
    ("ledger_entry", ("tenant_id", "subject_id", "day")),
    ("ledger_entry", ("tenant_id", "decision_id")),
)
NAMED, PUBLISHED = "external_id IS NOT NULL", "state = 'published'"
IN_FORCE = ("policy_id", "effective_from")
# name (uq_ is unique), table, columns after the tenant, condition
PARTIAL_INDEXES = (
    ("ix_tally_tenant_id_span_gap", "tally", ("span", "gap"), "gap IS NOT NULL"),
    ("uq_incident_external_id", "incident", ("external_id",), NAMED),
    ("uq_policy_version_in_force", "policy_version", IN_FORCE, PUBLISHED),
)
# What may be changed, and in which columns; everything else is written once.
UPDATES = (
    "tenant",
    "operator_key (revoked_at)",
    "api_key (revoked_at)",
    "subject",
    "assignment",
    "wage",
    "policy (title)",
    "policy_version (state, published_at, plugins)",
    "tally",
)
DELETES = ("tenant_plugin", "reply", "operator_reply")


def upgrade() -> None:
    """Create everything in an empty database. The role is left alone if it exists."""
    _create_operator_tables()
    _create_people()
    _create_policies()
    _create_incidents()
    _create_ledger()
    _create_references()
    _create_indexes()
    _create_job_tables()
    _isolate_tenants()
    _create_role()
    _grant()


def downgrade() -> None:
    """Refuse: the ledger would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")


def _column(name: str, kind: Any = sa.Text, default: str | None = None) -> sa.Column[Any]:
    """Return a column that must have a value; `default` is SQL."""
    return sa.Column(name, kind, nullable=False, server_default=default and sa.text(default))


def _optional(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _now(name: str) -> sa.Column[Any]:
    return _column(name, INSTANT, "now()")


def _check(table: str, column: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _create(table: str, *parts: sa.schema.SchemaItem, **options: Any) -> None:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, _column("id", sa.Uuid), *parts, key, **options)


def _create_owned(table: str, *parts: sa.schema.SchemaItem, **options: Any) -> None:
    """Create a table of tenants: the key is (tenant_id, id)."""
    key = sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}"))
    if table in UNIQUE_KEYS:
        parts += (_unique(table, "tenant_id", *UNIQUE_KEYS[table]),)
    ids = (_column("tenant_id", sa.Uuid), _column("id", sa.Uuid))
    op.create_table(table, *ids, *parts, key, **options)


def _create_operator_tables() -> None:
    _create(
        "tenant",
        _column("slug"),
        _column("name"),
        _column("timezone"),
        _column("locale"),
        _column("calendar"),
        _column("calendar_days", JSONB, "'{}'::jsonb"),
        _column("regions", JSONB, "'[]'::jsonb"),
        _column("status", sa.Text, "'active'"),
        _column("revision", sa.BigInteger, "1"),
        _now("created_at"),
        _unique("tenant", "slug"),
        _check("tenant", "status", "status IN ('active', 'suspended')"),
    )
    _create(
        "operator_key",
        _column("digest", sa.LargeBinary),
        _column("label"),
        _now("created_at"),
        _optional("revoked_at", INSTANT),
        _unique("operator_key", "digest"),
    )
    _create("operator_reply", *_reply_columns(), _unique("operator_reply", "key"))


def _reply_columns() -> tuple[sa.Column[Any], ...]:
    return (
        _column("key"),
        _column("digest", sa.LargeBinary),
        _column("status", sa.Integer),
        _column("body"),
        _now("created_at"),
    )


def _create_people() -> None:
    _create_owned(
        "tenant_plugin",
        _column("name"),
        _now("enabled_at"),
    )
    roles = "role IN ('hr', 'supervisor', 'employee', 'finance', 'auditor')"
    _create_owned(
        "api_key",
        _column("digest", sa.LargeBinary),
        _column("role"),
        _optional("subject_id", sa.Uuid),
        _column("label"),
        _now("created_at"),
        _optional("revoked_at", INSTANT),
        _check("api_key", "role", roles),
    )
    _create_owned("reply", *_reply_columns())
    _create_owned(
        "subject",
        _column("code"),
        _column("kind"),
        _column("name"),
        _column("attributes", JSONB, "'{}'::jsonb"),
        _column("revision", sa.Integer, "1"),
        _now("created_at"),
        _check("subject", "kind", "kind IN ('employee', 'team', 'partner')"),
    )
    _create_owned(
        "assignment",
        _column("subject_id", sa.Uuid),
        _column("effective_from", sa.Date),
        _optional("supervisor_id", sa.Uuid),
        _optional("department"),
        _optional("position"),
    )
    _create_owned(
        "wage",
        _column("subject_id", sa.Uuid),
        _column("effective_from", sa.Date),
        _column("day_wage", sa.Numeric(14, 2)),
        _check("wage", "day_wage", "day_wage > 0"),
    )


def _create_policies() -> None:
    _create_owned(
        "policy",
        _column("name"),
        _column("title"),
        _now("created_at"),
    )
    _create_owned(
        "policy_version",
        _column("policy_id", sa.Uuid),
        _column("number", sa.Integer),
        _column("effective_from", sa.Date),
        _column("state"),
        _column("document", JSONB),
        _column("source"),
        _column("plugins", JSONB, "'{}'::jsonb"),
        _now("created_at"),
        _optional("published_at", INSTANT),
        _check("policy_version", "state", "state IN ('draft', 'published')"),
    )


def _create_incidents() -> None:
    _create_owned(
        "incident",
        _column("policy_id", sa.Uuid),
        _column("version_id", sa.Uuid),
        _column("clause"),
        _column("occurred_at", INSTANT),
        _column("occurred_on", sa.Date),
        _column("quantity", sa.Numeric),
        _column("facts", JSONB, "'{}'::jsonb"),
        _column("note", sa.Text, "''"),
        _column("evidence", JSONB, "'[]'::jsonb"),
        _optional("external_id"),
        _column("reported_by", sa.Uuid),
        _now("recorded_at"),
    )
    _create_owned(
        "incident_subject",
        _column("incident_id", sa.Uuid),
        _column("subject_id", sa.Uuid),
        _optional("share", sa.Numeric),
        _column("position", sa.Integer),
    )
    _create_owned(
        "decision",
        _column("incident_id", sa.Uuid),
        _column("kind"),
        _column("body", JSONB),
        _column("reason", sa.Text, "''"),
        _column("decided_by", sa.Uuid),
        _now("decided_at"),
        _check("decision", "kind", "kind IN ('record', 'reversal')"),
    )


def _create_ledger() -> None:
    _create_owned(
        "ledger_entry",
        _column("decision_id", sa.Uuid),
        _column("subject_id", sa.Uuid),
        _column("policy_id", sa.Uuid),
        _column("account"),
        _column("unit"),
        _column("quantity", sa.Numeric),
        _column("clause"),
        _column("cause"),
        _column("day", sa.Date),
        _column("joint", sa.Boolean, "false"),
        _now("recorded_at"),
        _check("ledger_entry", "quantity", "quantity <> 0"),
    )
    _create_owned(
        "tally",
        _column("subject_id", sa.Uuid),
        _column("policy_id", sa.Uuid),
        _column("account"),
        _column("unit"),
        _column("span"),
        _column("total", sa.Numeric),
        _column("own", sa.Numeric),
        _column("last_day", sa.Date),
        _optional("gap", sa.Numeric),
        postgresql_with={"fillfactor": 70},
    )


def _create_references() -> None:
    for table in TENANT_TABLES:
        op.create_foreign_key(op.f(f"fk_{table}_tenant_id"), table, "tenant", ["tenant_id"], ["id"])
    for table, column, target in REFERENCES:
        name = op.f(f"fk_{table}_{column}")
        op.create_foreign_key(name, table, target, ["tenant_id", column], ["tenant_id", "id"])


def _create_indexes() -> None:
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for name, table, column_list, condition in PARTIAL_INDEXES:
        op.create_index(
            op.f(name),
            table,
            ["tenant_id", *column_list],
            unique=name.startswith("uq_"),
            postgresql_where=sa.text(condition),
        )


def _create_job_tables() -> None:
    """Create procrastinate's tables as the installed version ships them."""
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(SchemaManager.get_schema())


def _isolate_tenants() -> None:
    mine = "tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid"
    for table in TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant_only ON {table} USING ({mine}) WITH CHECK ({mine})")


def _create_role() -> None:
    op.execute(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') "
        f"THEN CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS; END IF; END $$"
    )


def _grant() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {ROLE}")
    tables = ", ".join(OPERATOR_TABLES + TENANT_TABLES)
    op.execute(f"GRANT SELECT, INSERT ON {tables} TO {ROLE}")
    for grant in UPDATES:
        table, _, columns = grant.partition(" ")
        op.execute(f"GRANT UPDATE {columns} ON {table} TO {ROLE}")
    op.execute(f"GRANT DELETE ON {', '.join(DELETES)} TO {ROLE}")
    _grant_jobs()


def _grant_jobs() -> None:
    rows = op.get_bind().exec_driver_sql(
        "SELECT relname, relkind FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace"
        " AND relname LIKE 'procrastinate_%%' AND relkind IN ('r', 'S')"
    )
    for name, kind in rows.all():
        rights = "USAGE" if kind == "S" else "SELECT, INSERT, UPDATE, DELETE"
        where = f"SEQUENCE {name}" if kind == "S" else name
        op.execute(f"GRANT {rights} ON {where} TO {ROLE}")
