"""What is read from PostgreSQL's catalogue, and two tenants for it."""

from uuid import UUID

from sqlalchemy import Connection, Engine, text

from shangfa.db.distribution import placement

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
SETTING = "current_setting('shangfa.tenant'::text, true)"
POLICY = f"(tenant_id = (NULLIF({SETTING}, ''::text))::uuid)"


def add_subject(connection: Connection, tenant: UUID, code: str = "E1", row: UUID = ROW) -> None:
    connection.execute(
        text(
            "INSERT INTO subject (tenant_id, id, code, kind, name, created_at)"
            " VALUES (:tenant, :id, :code, 'employee', 'n', now())"
        ),
        {"tenant": tenant, "id": row, "code": code},
    )


def as_tenant(connection: Connection, tenant: UUID) -> None:
    connection.execute(text(f"SET LOCAL shangfa.tenant = '{tenant}'"))


def column(engine: Engine, query: str) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(text(query)))
