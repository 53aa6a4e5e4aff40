"""Who was told that something waits, where his mail goes, and what was sent."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0401"
down_revision = "0400"
branch_labels = None
depends_on = None

FILE: Final = "0401_notifications.sql"


def upgrade() -> None:
    """Add the tables."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what was told would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
