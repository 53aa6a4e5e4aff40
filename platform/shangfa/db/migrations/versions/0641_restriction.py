"""Restrictions, holds, and who was made nameless."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0641"
down_revision = "0640"
additive = True
branch_labels = None
depends_on = None

FILE: Final = "0641_restriction.sql"


def upgrade() -> None:
    """Add the columns and tables."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody could show any more who was restricted."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
