"""What is lifted before its time."""

from shangfa.db.migrations.frozen import run_file

revision = "0625"
down_revision = "0620"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    run_file("0625_liftings.sql", "lifting")


def downgrade() -> None:
    """Refuse: what was lifted would count again."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
