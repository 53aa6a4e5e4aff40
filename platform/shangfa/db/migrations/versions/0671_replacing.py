"""A corrected table of attendance replaces an earlier one, and says what it changed."""

from shangfa.db.migrations.frozen import run_file

revision = "0671"
down_revision = "0670"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the table."""
    run_file("0671_replacing.sql", "import_change")


def downgrade() -> None:
    """Refuse: nobody would know what was replaced."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
