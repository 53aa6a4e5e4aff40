"""Who is one step away is found without looking through everybody's totals."""

from shangfa.db.migrations.frozen import run_file

revision = "0750"
down_revision = "0741"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    run_file("0750_near.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
