"""What is done with a partner's statement: published, objected to, decided, paid."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0482"
down_revision = "0481"
branch_labels = None
depends_on = None

FILE: Final = "0482_statement_acts.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: nobody would know what was published, and when."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
