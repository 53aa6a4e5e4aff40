"""Webhooks and their deliveries, and the order of events of one subject."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0440"
down_revision = "0420"
branch_labels = None
depends_on = None

FILE: Final = "0440_webhooks.sql"


def upgrade() -> None:
    """Add the tables and the column."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: who is told of what would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
