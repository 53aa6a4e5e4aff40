"""Companies that wait while they are moved to another server."""

from shangfa.db.migrations.frozen import run_file

revision = "0490"
down_revision = "0482"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the function that looks into it."""
    run_file("0490_moving.sql")


def downgrade() -> None:
    """Refuse: companies could be written while they are moved."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
