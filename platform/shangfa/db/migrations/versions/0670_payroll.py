"""What payroll is told: settings, a month's pay, notices and consents, own minimum wages."""

from shangfa.db.migrations.frozen import run_file

revision = "0670"
down_revision = "0660"
additive = True
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    tables = ("payroll_setting", "month_pay", "deduction_paper", "own_minimum_wage")
    run_file("0670_payroll.sql", *tables)


def downgrade() -> None:
    """Refuse: what months were settled by would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")
