"""People over time: attributes, first and last days, renames, wages, adjustments, what-if."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0300_people"
down_revision = "0200"
branch_labels = None
depends_on = None

FILE: Final = "0300_people.sql"


def upgrade() -> None:
    """Add the tables and columns."""
    path = Path(__file__).parents[1] / "sql" / FILE
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(path.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refuse: what is known of people would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
