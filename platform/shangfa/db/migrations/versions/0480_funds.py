"""Funds that fines feed: rules, shares of settled lines, and the ledger of each."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0480"
down_revision = "0463"
branch_labels = None
depends_on = None

FILE: Final = "0480_funds.sql"


def upgrade() -> None:
    """Add the tables, and the events that tell of them."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody would know where the money went."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
