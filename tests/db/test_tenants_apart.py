"""Nothing of one tenant is seen or written by another: the policies, and what they refuse."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from tests.making.catalogue import (
    ACME,
    DISTRIBUTED,
    LOCAL,
    OTHER,
    POLICY,
    ROW,
    SETTING,
    TENANT_TABLES,
    add_subject,
    as_tenant,
    column,
)


def test_every_table_of_ours_has_forced_row_level_security(owner: Engine) -> None:
    secured = column(
        owner,
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        " AND c.relrowsecurity AND c.relforcerowsecurity",
    )
    assert secured == sorted({*DISTRIBUTED, *LOCAL} - {"alembic_version", "clock"})


def test_reading_and_writing_are_limited_to_the_tenant_that_is_set(owner: Engine) -> None:
    limited = column(
        owner,
        "SELECT concat_ws(' ', tablename, cmd, qual, with_check) FROM pg_policies"
        " WHERE policyname = 'tenant_only'",
    )
    assert limited == [f"{table} ALL {POLICY} {POLICY}" for table in TENANT_TABLES]


def test_a_tenant_is_written_only_in_its_own_transaction(owner: Engine) -> None:
    own = POLICY.replace("tenant_id", "id", 1)
    none = f"(NULLIF({SETTING}, ''::text) IS NULL)"
    limited = column(
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
        as_tenant(connection, ACME)
        assert connection.execute(text(statement)).rowcount == 0


@pytest.mark.usefixtures("two_tenants")
def test_a_tenants_transaction_makes_no_key_of_the_operator(app: Engine) -> None:
    with app.connect() as connection:
        as_tenant(connection, ACME)
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(
                text(
                    "INSERT INTO operator_key (id, digest, label, created_at)"
                    " VALUES (:id, 'x', 'x', now())"
                ),
                {"id": ROW},
            )


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
            as_tenant(connection, tenant)
        assert connection.scalar(text("SELECT count(*) FROM subject")) == rows


@pytest.mark.usefixtures("two_tenants")
def test_the_tenant_is_forgotten_when_the_transaction_ends(app: Engine) -> None:
    with app.connect() as connection:
        with connection.begin():
            as_tenant(connection, ACME)
        assert connection.scalar(text("SELECT count(*) FROM subject")) == 0


@pytest.mark.usefixtures("two_tenants")
@pytest.mark.parametrize(
    "tenant", [pytest.param(None, id="unset"), pytest.param(OTHER, id="other")]
)
def test_a_row_of_another_tenant_is_refused(app: Engine, tenant: UUID | None) -> None:
    with app.connect() as connection:
        if tenant:
            as_tenant(connection, tenant)
        with pytest.raises(DBAPIError, match="row-level security"):
            add_subject(connection, ACME, "E2", OTHER)


@pytest.mark.usefixtures("two_tenants")
def test_a_reference_to_another_tenants_row_is_refused(app: Engine) -> None:
    """The other tenant's subject exists under this id; ours does not."""
    with app.connect() as connection:
        as_tenant(connection, OTHER)
        add_subject(connection, OTHER, "E2", OTHER)
        connection.commit()
        as_tenant(connection, ACME)
        with pytest.raises(IntegrityError, match="fk_wage_subject_id"):
            connection.execute(
                text(
                    "INSERT INTO wage"
                    " (tenant_id, id, subject_id, effective_from, day_wage)"
                    " VALUES (:tenant, :id, :subject, '2026-01-01', 200)"
                ),
                {"tenant": ACME, "id": ROW, "subject": OTHER},
            )
