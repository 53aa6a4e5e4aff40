"""A company sets its own days off and days worked."""

from shangfa.db.migrations.frozen import run_file

revision = "0660"
down_revision = "0641"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the application write a company's calendar."""
    run_file("0660_calendar.sql")


def downgrade() -> None:
    """Refuse: what companies set would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
