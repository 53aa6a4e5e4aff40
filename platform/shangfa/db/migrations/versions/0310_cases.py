"""The life of a case: procedures, clocks, approvals, slips, years of working days."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0310"
down_revision = "0300_people"
branch_labels = None
depends_on = None

FILES: Final = ("0310_cases.sql",)


def upgrade() -> None:
    """Add what a case needs between its report and its end."""
    folder = Path(__file__).parents[1] / "sql"
    connection = op.get_bind().execution_options(no_parameters=True)
    for name in FILES:
        connection.exec_driver_sql((folder / name).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refuse: what was decided would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
