"""Files of clock punches."""

from alembic import op

revision = "0631"
down_revision = "0630"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a file be one of punches."""
    op.execute("ALTER TABLE import_file DROP CONSTRAINT ck_import_file_kind")
    op.execute(
        "ALTER TABLE import_file ADD CONSTRAINT ck_import_file_kind CHECK"
        " (kind IN ('subjects', 'wages', 'incidents', 'attendance', 'punches'))"
    )


def downgrade() -> None:
    """Refuse: files of punches would have no kind."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
