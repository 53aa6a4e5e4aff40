"""Where within its day a ledger entry stands, for rules that look back; offsets as a cause."""

from alembic import op

revision = "0320"
down_revision = "0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the cause; what stands keeps the place of its incident."""
    op.execute("ALTER TABLE ledger_entry ADD COLUMN place TEXT")
    op.execute("ALTER TABLE ledger_entry DROP CONSTRAINT ck_ledger_entry_cause")
    op.execute(
        "ALTER TABLE ledger_entry ADD CONSTRAINT ck_ledger_entry_cause CHECK (cause IN"
        " ('clause', 'reaction', 'supervisor', 'offset', 'cap', 'programme', 'reversal',"
        " 'adjustment'))"
    )


def downgrade() -> None:
    """Refuse: the order within a day would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
