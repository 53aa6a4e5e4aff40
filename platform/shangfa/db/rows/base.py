"""What every table shares: names of constraints, types, the key of a tenant's row.

A reference carries `tenant_id`, so PostgreSQL refuses one to another tenant's row. Unique
keys start with it and nothing needs a trigger, so the same schema is distributed by
tenant. Ids are UUIDv7 from the application; days are the tenant's local dates.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Constraint,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]
EMPTY_OBJECT = text("'{}'::jsonb")
EMPTY_LIST = text("'[]'::jsonb")
EMPTY_TEXT = text("''")


def _own_column(constraint: Constraint, _table: Table) -> str:
    """Return the column that names a reference: the last of its columns."""
    assert isinstance(constraint, ForeignKeyConstraint)  # noqa: S101 narrows for mypy
    return constraint.column_keys[-1]


class Base(DeclarativeBase):
    """All tables; `metadata` names every constraint by one rule."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(own_column)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "own_column": _own_column,
        }
    )
    type_annotation_map = {
        str: Text(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(),
        Json: JSONB(),
        list[Any]: JSONB(),
    }


class TenantOwned:
    """The key of a row that belongs to a tenant; row-level security hides the rest.

    Only what refers to nothing else of the tenant refers to the tenant itself (`of_tenant`):
    all other rows stand on such a one, with their tenant in the reference, and each reference
    less is a look-up less for every row written.
    """

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)


def to(table: str, column: str | None = None) -> ForeignKeyConstraint:
    """Return the reference (tenant_id, <table>_id) -> <table>(tenant_id, id)."""
    return ForeignKeyConstraint(
        ["tenant_id", column or f"{table}_id"], [f"{table}.tenant_id", f"{table}.id"]
    )


def of_tenant() -> ForeignKeyConstraint:
    """Return the reference to the tenant itself."""
    return ForeignKeyConstraint(["tenant_id"], ["tenant.id"])


def unique(*columns: str) -> UniqueConstraint:
    """Return a key that is unique within a tenant."""
    return UniqueConstraint("tenant_id", *columns)


def one_of(column: str, words: tuple[str, ...]) -> str:
    """Return the condition that a column holds one of some words of ours."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"
