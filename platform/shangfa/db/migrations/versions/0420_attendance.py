"""Attendance is brought in by a mapping that each company sets."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0420"
down_revision = "0403"
branch_labels = None
depends_on = None

FILE: Final = "0420_attendance.sql"


def upgrade() -> None:
    """Add the mappings, and the month that a file is about."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: mappings would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
