"""A month is not locked on what payroll has told otherwise since."""

from shangfa.db.migrations.frozen import run_file

revision = "0672"
down_revision = "0671"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    run_file("0672_told_when.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
