"""The audit log: who read what, and the chain of all that happened."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0461"
down_revision = "0460"
branch_labels = None
depends_on = None

FILE: Final = "0461_audit.sql"


def upgrade() -> None:
    """Add the tables; the chain begins with the events there are."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody could prove any more what happened."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
