"""Users who sign in, their sessions, and failed attempts."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0460"
down_revision = "0380"
branch_labels = None
depends_on = None

FILE: Final = "0460_users.sql"


def upgrade() -> None:
    """Add the tables, and let a person be an actor."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody could sign in any more."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
