"""Who is restricted is indexed, and what is asked after a dismissal has a kind."""

from shangfa.db.migrations.frozen import run_file

revision = "0700"
down_revision = "0672"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index and the column."""
    run_file("0700_restricted_and_kinds.sql")


def downgrade() -> None:
    """Refuse: there is one way to go for a schema."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
