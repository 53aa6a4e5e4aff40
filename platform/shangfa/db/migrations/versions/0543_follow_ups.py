"""What decisions ask somebody to do."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0543"
down_revision = "0542"
branch_labels = None
depends_on = None

FILE: Final = "0543_follow_ups.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody would know what is to be done."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
