"""Parts of incidents that do not count while an appeal runs."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0541"
down_revision = "0540"
branch_labels = None
depends_on = None

FILE: Final = "0541_appeals_wait.sql"


def upgrade() -> None:
    """Add the column."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what waits would count."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
