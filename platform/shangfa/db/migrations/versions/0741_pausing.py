"""Clocks of cases that stand still."""

from shangfa.db.migrations.frozen import run_file

revision = "0741"
down_revision = "0740"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    run_file("0741_pausing.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
