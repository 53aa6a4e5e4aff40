"""Requests of a minute, counted over all processes."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0640"
down_revision = "0631"
additive = True
branch_labels = None
depends_on = None

FILE: Final = "0640_allowance.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
