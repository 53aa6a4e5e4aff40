"""The foundation of 0.2: everything, in two files of frozen SQL beside this folder.

A database of 0.1 is not brought here: it held demo data only, which is made anew.
"""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0200"
down_revision = None
branch_labels = None
depends_on = None

FILES: Final = ("0200_foundation.sql", "0200_jobs.sql")


def upgrade() -> None:
    """Create everything in an empty database. The role is left alone if it exists."""
    folder = Path(__file__).parents[1] / "sql"
    connection = op.get_bind().execution_options(no_parameters=True)
    for name in FILES:
        connection.exec_driver_sql((folder / name).read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refuse: the ledger would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
