"""Who has read which version of a policy."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0630"
down_revision = "0625"
branch_labels = None
depends_on = None

FILE: Final = "0630_receipts.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody could show any more that a rule was made known."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
