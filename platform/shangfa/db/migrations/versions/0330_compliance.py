"""How a company is held to what the guards find: a mode, and modes of single rules."""

from pathlib import Path
from typing import Final

from alembic import op

revision = "0330"
down_revision = "0320"
branch_labels = None
depends_on = None

FILE: Final = "0330_compliance.sql"


def upgrade() -> None:
    """Add the setting; every company there is warned."""
    text = (Path(__file__).parents[1] / "sql" / FILE).read_text(encoding="utf-8")
    op.get_bind().execution_options(no_parameters=True).exec_driver_sql(text)


def downgrade() -> None:
    """Refuse: what companies chose would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
