"""What must hold for every table, now and later, read from the catalogue."""

import os
import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import NullPool
from tests.making.house import owning

from shangfa.db.distribution import placement
from shangfa.db.rows import Base, TenantOwned
from shangfa.db.server import schema
from shangfa.db.server.embedded import OWNER, Embedded

ACME = UUID("00000000-0000-7000-8000-00000000000a")
OTHER = UUID("00000000-0000-7000-8000-00000000000b")
ROW = UUID("00000000-0000-7000-8000-000000000001")
DISTRIBUTED = sorted(placement.DISTRIBUTED)
TENANT_TABLES = sorted({*DISTRIBUTED} - {"tenant"})
LOCAL = [
    "alembic_version",
    "calendar_year",
    "clock",
    "erasure",
    "frozen_tenant",
    "operator_key",
    "operator_reply",
    "sign_in_attempt",
    "tenant_slug",
    "webhook_tenant",
]
"""What only one server of a distributed database holds."""
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
SETTING = "current_setting('shangfa.tenant'::text, true)"
POLICY = f"(tenant_id = (NULLIF({SETTING}, ''::text))::uuid)"


def _engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def owner(owner_url: str) -> Iterator[Engine]:
    yield from _engine(owner_url)


@pytest.fixture(scope="module")
def app(app_url: str) -> Iterator[Engine]:
    yield from _engine(app_url)


@pytest.fixture(scope="module")
def two_tenants(owner: Engine) -> None:
    with owner.begin() as connection:
        for tenant in (ACME, OTHER):
            _as_tenant(connection, tenant)
            connection.execute(
                text(
                    "INSERT INTO tenant (id, name, timezone, locale, calendar, created_at)"
                    " VALUES (:id, 'n', 'Asia/Shanghai', 'zh-CN', 'cn', now())"
                ),
                {"id": tenant},
            )
            _add_subject(connection, tenant)


def _add_subject(connection: Connection, tenant: UUID, code: str = "E1", row: UUID = ROW) -> None:
    connection.execute(
        text(
            "INSERT INTO subject (tenant_id, id, code, kind, name, created_at)"
            " VALUES (:tenant, :id, :code, 'employee', 'n', now())"
        ),
        {"tenant": tenant, "id": row, "code": code},
    )


def _as_tenant(connection: Connection, tenant: UUID) -> None:
    connection.execute(text(f"SET LOCAL shangfa.tenant = '{tenant}'"))


def _column(engine: Engine, query: str) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(text(query)))


def test_every_table_is_distributed_by_tenant_or_local(owner: Engine) -> None:
    found = _column(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p')",
    )
    assert [item for item in found if item in DISTRIBUTED] == DISTRIBUTED
    assert [item for item in found if placement.is_local(item)] == sorted({*found} - {*DISTRIBUTED})
    assert sorted(placement.LOCAL) == LOCAL
    assert not placement.LOCAL & {*DISTRIBUTED}


def test_a_table_is_distributed_when_its_row_has_the_key_of_a_tenant() -> None:
    owned = {
        str(row.__tablename__): "tenant_id"
        for row in Base.__subclasses__()
        if issubclass(row, TenantOwned)
    }
    assert owned | {"tenant": "id"} == placement.DISTRIBUTED
    assert next(iter(placement.DISTRIBUTED)) == "tenant"


def test_every_table_of_ours_has_forced_row_level_security(owner: Engine) -> None:
    secured = _column(
        owner,
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND c.relrowsecurity AND c.relforcerowsecurity",
    )
    assert secured == sorted({*DISTRIBUTED, *LOCAL} - {"alembic_version", "clock"})


def test_reading_and_writing_are_limited_to_the_tenant_that_is_set(owner: Engine) -> None:
    limited = _column(
        owner,
        "SELECT concat_ws(' ', tablename, cmd, qual, with_check) FROM pg_policies"
        " WHERE policyname = 'tenant_only'",
    )
    assert limited == [f"{table} ALL {POLICY} {POLICY}" for table in TENANT_TABLES]


def test_a_tenant_is_written_only_in_its_own_transaction(owner: Engine) -> None:
    own = POLICY.replace("tenant_id", "id", 1)
    none = f"(NULLIF({SETTING}, ''::text) IS NULL)"
    limited = _column(
        owner,
        "SELECT concat_ws(' ', tablename, cmd, qual, with_check) FROM pg_policies"
        " WHERE policyname NOT IN ('tenant_only', 'operator_only', 'month_open')",
    )
    assert limited == sorted(
        [
            "calendar_year SELECT true",
            "frozen_tenant SELECT true",
            f"calendar_year INSERT (NULLIF({SETTING}, ''::text) IS NULL)",
            "tenant SELECT true",
            f"erasure ALL ({none} OR {POLICY}) {POLICY}",
            f"tenant DELETE {own}",
            f"tenant INSERT {own}",
            f"tenant UPDATE {own} {own}",
            f"tenant_slug DELETE {POLICY}",
            "tenant_slug SELECT true",
            f"tenant_slug INSERT {POLICY}",
            f"webhook_tenant DELETE {POLICY}",
            "webhook_tenant SELECT true",
            f"webhook_tenant INSERT {POLICY}",
        ]
    )


@pytest.mark.usefixtures("two_tenants")
@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(f"UPDATE tenant SET status = 'suspended' WHERE id = '{OTHER}'", id="tenant"),
        pytest.param("UPDATE operator_key SET revoked_at = now()", id="operator's key"),
    ],
)
def test_a_tenants_transaction_reaches_nothing_of_others(app: Engine, statement: str) -> None:
    with app.begin() as connection:
        _as_tenant(connection, ACME)
        assert connection.execute(text(statement)).rowcount == 0


@pytest.mark.usefixtures("two_tenants")
def test_a_tenants_transaction_makes_no_key_of_the_operator(app: Engine) -> None:
    with app.connect() as connection:
        _as_tenant(connection, ACME)
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(
                text(
                    "INSERT INTO operator_key (id, digest, label, created_at)"
                    " VALUES (:id, 'x', 'x', now())"
                ),
                {"id": ROW},
            )


def test_every_tenants_table_has_the_key_tenant_and_id(owner: Engine) -> None:
    keyed = _column(
        owner,
        "SELECT c.relname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
        " WHERE contype = 'p'"
        " AND pg_get_constraintdef(pg_constraint.oid) = 'PRIMARY KEY (tenant_id, id)'",
    )
    assert keyed == TENANT_TABLES


def test_every_unique_key_of_a_distributed_table_holds_what_it_is_distributed_by(
    owner: Engine,
) -> None:
    strays = _column(
        owner,
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute t ON t.attrelid = c.oid"
        " AND t.attname = CASE c.relname WHEN 'tenant' THEN 'id' ELSE 'tenant_id' END"
        " WHERE (i.indisunique OR i.indisexclusion) AND i.indkey[0] <> t.attnum"
        " AND c.relname NOT IN ('tenant_slug', 'erasure')"
        " AND c.relnamespace = 'public'::regnamespace",
    )
    assert strays == []


def test_references_are_plain(owner: Engine) -> None:
    """None is deferred, sets anything to null or cascades: a distributed one cannot."""
    strays = _column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
        " AND (condeferrable OR confdeltype <> 'a' OR confupdtype <> 'a')",
    )
    assert strays == []


def ours(pair: str) -> bool:
    return not pair.startswith("procrastinate") or not {*pair.split()}.isdisjoint(DISTRIBUTED)


def test_no_reference_runs_between_what_is_distributed_and_what_is_not(owner: Engine) -> None:
    pairs = _column(
        owner,
        "SELECT concat_ws(' ', c.relname, t.relname) FROM pg_constraint f"
        " JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
        " WHERE f.contype = 'f' AND c.relnamespace = 'public'::regnamespace",
    )
    assert {len({*pair.split()} - {*DISTRIBUTED}) for pair in pairs if ours(pair)} == {0}


def test_no_policy_of_a_distributed_table_asks_another_but_those_that_distributing_drops(
    owner: Engine,
) -> None:
    asking = _column(
        owner,
        "SELECT c.relname || ' ' || p.polname FROM pg_policy p JOIN pg_class c"
        " ON c.oid = p.polrelid WHERE concat(p.polqual, p.polwithcheck) LIKE '%SUBLINK%'",
    )
    dropped = [(table, name) for table, names in placement.DROPPED.items() for name in names]
    assert asking == sorted(f"{table} {name}" for table, name in dropped)


def test_no_default_of_a_distributed_table_is_volatile(owner: Engine) -> None:
    defaults = _column(
        owner,
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d"
        " WHERE d.adrelid::regclass::text NOT LIKE 'procrastinate%'",
    )
    assert [item for item in defaults if "(" in item] == []


def test_the_names_of_keys_leave_room_for_the_number_of_a_shard(owner: Engine) -> None:
    long = _column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype <> 'n' AND length(conname) > 54"
        " AND conname NOT LIKE '%procrastinate%'",
    )
    assert long == []


def test_no_table_is_inherited_partitioned_or_rewritten(owner: Engine) -> None:
    assert _column(owner, "SELECT inhrelid::regclass::text FROM pg_inherits") == []
    assert _column(owner, "SELECT rulename FROM pg_rules WHERE schemaname = 'public'") == []


def test_every_reference_between_tenants_tables_carries_the_tenant(
    owner: Engine,
) -> None:
    strays = _column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
        " AND pg_get_constraintdef(oid) !~"
        r" '^FOREIGN KEY \(tenant_id, \w+\) REFERENCES \"?\w+\"?\(tenant_id, id\)$'"
        " AND pg_get_constraintdef(oid) <>"
        " 'FOREIGN KEY (tenant_id) REFERENCES tenant(id)'",
    )
    assert strays == []


def test_every_row_of_a_tenant_stands_on_the_tenant_if_by_way_of_others(owner: Engine) -> None:
    """What refers to nothing else refers to the tenant; all else to such a one, and so on."""
    pairs = _column(
        owner,
        "SELECT concat_ws(' ', c.relname, t.relname) FROM pg_constraint f"
        " JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class t ON t.oid = f.confrelid"
        " WHERE f.contype = 'f' AND c.relname NOT LIKE 'procrastinate%'",
    )
    refers: dict[str, set[str]] = {}
    for pair in pairs:
        table, target = pair.split()
        refers.setdefault(table, set()).add(target)
    assert sorted(refers) == TENANT_TABLES
    standing = {"tenant"}
    while more := {table for table, to in refers.items() if to & standing} - standing:
        standing |= more
    assert standing == {*TENANT_TABLES, "tenant"}


def test_every_column_that_names_a_row_of_the_tenant_is_a_reference(
    owner: Engine,
) -> None:
    """Who acted is named without one: see `ActorRow`."""
    strays = _column(
        owner,
        "SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relkind = 'r' AND c.relforcerowsecurity"
        " AND c.relname NOT IN ('erasure', 'frozen_tenant', 'tenant_slug', 'webhook_tenant')"
        " AND a.atttypid = 'uuid'::regtype AND a.attname ~ '_id$' AND a.attname <> 'actor_id'"
        " AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f'"
        " AND f.conrelid = c.oid AND a.attnum = ANY(f.conkey))",
    )
    assert strays == []


def test_no_tenants_table_has_a_trigger_of_ours(owner: Engine) -> None:
    triggers = _column(
        owner,
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgrelid::regclass::text NOT LIKE 'procrastinate%'",
    )
    assert triggers == []


def test_there_are_no_views_and_no_functions_of_the_owners(owner: Engine) -> None:
    around = _column(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('v', 'm')"
        " UNION ALL SELECT proname FROM pg_proc WHERE prosecdef"
        " AND pronamespace NOT IN ('pg_catalog'::regnamespace,"
        " 'information_schema'::regnamespace)",
    )
    assert around == []


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_recorded_cannot_be_changed(app: Engine, table: str, statement: str) -> None:
    denied = pytest.raises(ProgrammingError, match="permission denied")
    with app.connect() as connection, denied:
        connection.execute(text(statement.format(table)))


def test_the_application_may_change_only_these_columns(app: Engine) -> None:
    granted = _column(
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
    granted = _column(
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


@pytest.mark.usefixtures("two_tenants")
@pytest.mark.parametrize(
    ("tenant", "rows"),
    [
        pytest.param(None, 0, id="no tenant set"),
        pytest.param(ACME, 1, id="its own rows only"),
        pytest.param(ROW, 0, id="a tenant that does not exist"),
    ],
)
def test_rows_that_can_be_seen(app: Engine, tenant: UUID | None, rows: int) -> None:
    with app.begin() as connection:
        if tenant:
            _as_tenant(connection, tenant)
        assert connection.scalar(text("SELECT count(*) FROM subject")) == rows


@pytest.mark.usefixtures("two_tenants")
def test_the_tenant_is_forgotten_when_the_transaction_ends(app: Engine) -> None:
    with app.connect() as connection:
        with connection.begin():
            _as_tenant(connection, ACME)
        assert connection.scalar(text("SELECT count(*) FROM subject")) == 0


@pytest.mark.usefixtures("two_tenants")
@pytest.mark.parametrize(
    "tenant", [pytest.param(None, id="unset"), pytest.param(OTHER, id="other")]
)
def test_a_row_of_another_tenant_is_refused(app: Engine, tenant: UUID | None) -> None:
    with app.connect() as connection:
        if tenant:
            _as_tenant(connection, tenant)
        with pytest.raises(DBAPIError, match="row-level security"):
            _add_subject(connection, ACME, "E2", OTHER)


@pytest.mark.usefixtures("two_tenants")
def test_a_reference_to_another_tenants_row_is_refused(app: Engine) -> None:
    """The other tenant's subject exists under this id; ours does not."""
    with app.connect() as connection:
        _as_tenant(connection, OTHER)
        _add_subject(connection, OTHER, "E2", OTHER)
        connection.commit()
        _as_tenant(connection, ACME)
        with pytest.raises(IntegrityError, match="fk_wage_subject_id"):
            connection.execute(
                text(
                    "INSERT INTO wage"
                    " (tenant_id, id, subject_id, effective_from, day_wage)"
                    " VALUES (:tenant, :id, :subject, '2026-01-01', 200)"
                ),
                {"tenant": ACME, "id": ROW, "subject": OTHER},
            )


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


def test_a_schema_that_is_behind_is_refused(owner: Engine) -> None:
    with owner.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        connection.execute(text("SET SESSION AUTHORIZATION shangfa_app"))
        with pytest.raises(schema.SchemaBehindError, match="shangfa db upgrade"):
            schema.check_role(connection)


def test_an_old_program_goes_on_where_a_newer_schema_only_has_more(
    owner: Engine, app: Engine
) -> None:
    with owner.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(
            text(f"COMMENT ON TABLE alembic_version IS 'serves 9999 {schema.head()}'")
        )
        schema.check_revision(connection)
        connection.execute(text("COMMENT ON TABLE alembic_version IS 'serves 9999'"))
        with pytest.raises(schema.SchemaBehindError, match="newer one"):
            schema.check_revision(connection)
    with app.connect() as connection:  # the application reads what the owner wrote
        assert schema._comment(connection) == f"serves {' '.join(schema.still_served())}"


def test_whom_a_schema_serves_ends_with_the_last_change_that_was_no_addition() -> None:
    served = schema.still_served()
    assert (served[0], served[-1]) == (schema.head(), "0631")
    assert len(served) > 2


def test_a_migration_waits_for_nobody_long(
    server: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that waits for a table lets all others wait behind it."""
    name = f"held_{os.getpid()}"
    monkeypatch.setattr(schema, "LOCK_SECONDS", 1)
    with owning(server.url(OWNER, "postgres")) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = server.url(OWNER, name)
    try:
        before = create_engine(url, poolclass=NullPool)
        with before.begin() as connection:
            config = schema._config()
            config.attributes["connection"] = connection
            command.upgrade(config, "0640")
        with owning(url) as holder, holder.transaction():
            holder.execute("LOCK TABLE subject IN ACCESS SHARE MODE")
            with pytest.raises(schema.SchemaHeldError, match="run `shangfa db upgrade` again"):
                schema.upgrade(url)
        with before.connect() as connection:
            assert schema.current(connection) == "0640"
        schema.upgrade(url)
        with before.connect() as connection:
            assert schema.current(connection) == schema.head()
    finally:
        with owning(server.url(OWNER, "postgres")) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def test_a_second_upgrade_changes_nothing(owner: Engine, owner_url: str) -> None:
    schema.upgrade(owner_url)
    with owner.connect() as connection:
        assert schema.current(connection) == schema.head()


def test_the_models_are_what_the_migrations_made(owner: Engine) -> None:
    options = {
        "compare_server_default": True,
        "include_name": lambda name, kind, _: (
            not (kind == "table" and name.startswith("procrastinate_"))
        ),
    }
    with owner.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


DEFINED = """
    SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relnamespace = CAST(:schema AS regnamespace)
    UNION ALL
    SELECT t.relname, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = CAST(:schema AS regnamespace) AND c.contype <> 'n'"""


def _defined(connection: Connection, schema: str) -> dict[tuple[str, str], list[str]]:
    """Return (table, index or constraint) of a model -> the parts of its definition."""
    connection.execute(text(f"SET LOCAL search_path = {schema}"))
    rows = connection.execute(text(DEFINED), {"schema": schema})
    return {
        (table, name): sorted(re.split(r"[\[\],]\s*", definition.replace(f" ON {schema}.", " ON ")))
        for table, name, definition in rows
        if table in Base.metadata.tables
    }


def test_conditions_of_indexes_and_checks_are_those_of_the_models(owner: Engine) -> None:
    """What a comparison by alembic does not look at."""
    apart = {"schema_translate_map": {None: "of_models"}}
    with owner.connect() as connection, connection.begin() as trial:
        made = _defined(connection, "public")
        connection.execute(text("CREATE SCHEMA of_models"))
        Base.metadata.create_all(connection.execution_options(**apart))
        modelled = _defined(connection, "of_models")
        trial.rollback()
    assert made == modelled


def test_the_ledger_keeps_room_for_tallies_that_change_often(owner: Engine) -> None:
    options = _column(owner, "SELECT unnest(reloptions) FROM pg_class WHERE relname = 'tally'")
    assert options == ["fillfactor=70"]


def test_a_database_of_an_earlier_version_is_refused_with_the_way_out(
    owner: Engine, owner_url: str
) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    try:
        with pytest.raises(schema.OutdatedDatabaseError, match=r"0\.1.*empty database"):
            schema.upgrade(owner_url)
    finally:
        with owner.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": schema.head()}
            )
