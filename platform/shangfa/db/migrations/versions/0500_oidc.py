"""Sign-in with a company's own accounts."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0500"
down_revision = "0490"
branch_labels = None
depends_on = None

FILE: Final = "0500_oidc.sql"


def upgrade() -> None:
    """Add the tables and the column."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody who has only a company account could sign in."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
