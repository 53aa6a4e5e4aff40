"""Erasure of a company."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0600"
down_revision = "0543"
branch_labels = None
depends_on = None

FILE: Final = "0600_erasure.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody could show any more what was erased."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
