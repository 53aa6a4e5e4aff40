"""Who stands in for whom."""

from shangfa.db.migrations.frozen import run_file

revision = "0463"
down_revision = "0462"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    run_file("0463_delegations.sql", "delegation")


def downgrade() -> None:
    """Refuse: nobody would know who stood in for whom."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
