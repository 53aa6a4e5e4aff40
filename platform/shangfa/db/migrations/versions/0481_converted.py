"""What a fine becomes that the law lets nobody take."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0481"
down_revision = "0480"
branch_labels = None
depends_on = None

FILE: Final = "0481_converted.sql"


def upgrade() -> None:
    """Add the column and the index."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what fines became would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
