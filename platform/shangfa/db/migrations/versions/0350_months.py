"""Months that close: periods, their steps, settlements and their lines."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0350"
down_revision = "0340"
branch_labels = None
depends_on = None

FILE: Final = "0350_months.sql"


def upgrade() -> None:
    """Add the tables, and refuse ledger entries of locked months."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what was settled would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
