"""What must hold for every table, now and later, read from the catalogue."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.pool import NullPool

from shangfa.db import schema
from shangfa.db.models import Base, TenantOwned

ACME = UUID("00000000-0000-7000-8000-00000000000a")
OTHER = UUID("00000000-0000-7000-8000-00000000000b")
ROW = UUID("00000000-0000-7000-8000-000000000001")
TENANT_TABLES = sorted(
    str(model.__tablename__) for model in Base.__subclasses__() if issubclass(model, TenantOwned)
)
OPERATOR_TABLES = {"tenant", "operator_key", "operator_reply"}
APPEND_ONLY = ["decision", "incident", "incident_subject", "ledger_entry"]
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
            connection.execute(
                text(
                    "INSERT INTO tenant (id, slug, name, timezone, locale, calendar)"
                    " VALUES (:id, :slug, 'n', 'Asia/Shanghai', 'zh-CN', 'cn')"
                ),
                {"id": tenant, "slug": str(tenant)},
            )
            _add_subject(connection, tenant)


def _add_subject(connection: Connection, tenant: UUID, code: str = "E1", row: UUID = ROW) -> None:
    connection.execute(
        text(
            "INSERT INTO subject (tenant_id, id, code, kind, name)"
            " VALUES (:tenant, :id, :code, 'employee', 'n')"
        ),
        {"tenant": tenant, "id": row, "code": code},
    )


def _as_tenant(connection: Connection, tenant: UUID) -> None:
    connection.execute(text(f"SET LOCAL shangfa.tenant = '{tenant}'"))


def _column(engine: Engine, query: str) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(text(query)))


def test_every_table_is_known_as_the_operators_or_a_tenants(owner: Engine) -> None:
    found = _column(
        owner,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND relname NOT LIKE 'procrastinate%'",
    )
    assert found == sorted({*TENANT_TABLES, *OPERATOR_TABLES, "alembic_version"})


def test_every_table_with_a_tenant_has_forced_row_level_security(owner: Engine) -> None:
    secured = _column(
        owner,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE a.attname = 'tenant_id' AND c.relkind IN ('r', 'p')"
        " AND c.relrowsecurity AND c.relforcerowsecurity",
    )
    assert secured == TENANT_TABLES


def test_reading_and_writing_are_limited_to_the_tenant_that_is_set(
    owner: Engine,
) -> None:
    limited = _column(
        owner,
        "SELECT concat_ws(' ', tablename, cmd, qual, with_check) FROM pg_policies",
    )
    assert limited == [f"{table} ALL {POLICY} {POLICY}" for table in TENANT_TABLES]


def test_every_tenants_table_has_the_key_tenant_and_id(owner: Engine) -> None:
    keyed = _column(
        owner,
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'p'"
        " AND pg_get_constraintdef(oid) = 'PRIMARY KEY (tenant_id, id)'",
    )
    assert keyed == TENANT_TABLES


def test_every_unique_key_of_a_tenants_table_starts_with_the_tenant(
    owner: Engine,
) -> None:
    strays = _column(
        owner,
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute t"
        " ON t.attrelid = i.indrelid AND t.attname = 'tenant_id'"
        " WHERE i.indisunique AND i.indkey[0] <> t.attnum",
    )
    assert strays == []


def test_every_reference_between_tenants_tables_carries_the_tenant(
    owner: Engine,
) -> None:
    strays = _column(
        owner,
        "SELECT conname FROM pg_constraint WHERE contype = 'f'"
        " AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
        " AND pg_get_constraintdef(oid) !~"
        r" '^FOREIGN KEY \(tenant_id, \w+\) REFERENCES \w+\(tenant_id, id\)$'"
        " AND pg_get_constraintdef(oid) <>"
        " 'FOREIGN KEY (tenant_id) REFERENCES tenant(id)'",
    )
    assert strays == []


def test_every_column_that_names_a_row_of_the_tenant_is_a_reference(
    owner: Engine,
) -> None:
    """`reported_by` and `decided_by` name a key, which may be the operator's."""
    strays = _column(
        owner,
        "SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relkind = 'r' AND c.relforcerowsecurity"
        " AND a.atttypid = 'uuid'::regtype AND a.attname ~ '_id$'"
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
        " ('api_key', 'operator_key', 'policy', 'policy_version')",
    )
    assert granted == [
        "api_key.revoked_at",
        "operator_key.revoked_at",
        "policy.title",
        "policy_version.plugins",
        "policy_version.published_at",
        "policy_version.state",
    ]


def test_the_application_may_delete_only_from_these_tables(app: Engine) -> None:
    granted = _column(
        app,
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE grantee = 'shangfa_app'"
        " AND privilege_type = 'DELETE' AND table_name NOT LIKE 'procrastinate%'",
    )
    assert granted == ["operator_reply", "reply", "tenant_plugin"]


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


def test_the_ledger_keeps_room_for_tallies_that_change_often(owner: Engine) -> None:
    options = _column(owner, "SELECT unnest(reloptions) FROM pg_class WHERE relname = 'tally'")
    assert options == ["fillfactor=70"]
