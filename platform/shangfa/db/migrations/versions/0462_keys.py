"""Keys with an end, scopes and addresses, and when they were last used."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0462"
down_revision = "0461"
branch_labels = None
depends_on = None

FILE: Final = "0462_keys.sql"


def upgrade() -> None:
    """Add the columns and the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: keys would be good for ever and from everywhere."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
