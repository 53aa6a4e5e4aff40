"""Word forms of slips that companies bring."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0403"
down_revision = "0402"
branch_labels = None
depends_on = None

FILE: Final = "0403_slip_forms.sql"


def upgrade() -> None:
    """Add the table."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: the forms would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
