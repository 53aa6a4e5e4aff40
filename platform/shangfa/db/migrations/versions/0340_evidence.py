"""Evidence: files that were handed in."""

from pathlib import Path

from alembic import op

revision = "0340"
down_revision = "0330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    folder = Path(__file__).parents[1] / "sql"
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql((folder / "0340_evidence.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refuse: what was handed in would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
