"""The day at which a company cuts its months off, beside each settlement."""

from shangfa.db.migrations.frozen import run_file

revision = "0740"
down_revision = "0701"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    run_file("0740_cut_off.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
