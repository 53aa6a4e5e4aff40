"""Since when a case is confidential."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0542"
down_revision = "0541"
branch_labels = None
depends_on = None

FILE: Final = "0542_confidential_since.sql"


def upgrade() -> None:
    """Add the column."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: files of locked months would change."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
