"""Decisions that reduce what a statement billed."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0620"
down_revision = "0600"
branch_labels = None
depends_on = None

FILE: Final = "0620_reductions.sql"


def upgrade() -> None:
    """Let a decision be a reduction."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what was reduced would be billed again."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
