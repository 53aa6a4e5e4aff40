"""Limits of a company's requests, and of the operator's keys."""

from shangfa.db.migrations.frozen import run_file

revision = "0701"
down_revision = "0700"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    run_file("0701_limits.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
