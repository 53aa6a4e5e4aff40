"""Evaluations of programmes, and decisions that settle choices or come from programmes.

A decision now comes from an incident or from an evaluation, never from both.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLE = "shangfa_app"
MINE = "tenant_id = nullif(current_setting('shangfa.tenant', true), '')::uuid"


def upgrade() -> None:
    """Add the table and let decisions refer to it; no row is rewritten."""
    _create_evaluation()
    op.alter_column("decision", "incident_id", nullable=True)
    op.add_column("decision", sa.Column("evaluation_id", sa.Uuid, nullable=True))
    _references()
    _checks()
    op.create_index(
        op.f("ix_evaluation_tenant_id_policy_id_programme_period"),
        "evaluation",
        ["tenant_id", "policy_id", "programme", "period"],
    )
    op.execute("ALTER TABLE evaluation ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE evaluation FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_only ON evaluation USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"GRANT SELECT, INSERT ON evaluation TO {ROLE}")


def downgrade() -> None:
    """Refuse: decisions would be lost."""
    raise NotImplementedError("There is no way back; restore a backup instead.")


def _create_evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("tenant_id", sa.Uuid, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("policy_id", sa.Uuid, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("inputs", JSONB, nullable=False),
        sa.Column("evaluated_by", sa.Uuid, nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_evaluation")),
    )


def _references() -> None:
    for table, column, target in (
        ("evaluation", "policy_id", "policy"),
        ("decision", "evaluation_id", "evaluation"),
    ):
        name = op.f(f"fk_{table}_{column}")
        op.create_foreign_key(name, table, target, ["tenant_id", column], ["tenant_id", "id"])
    op.create_foreign_key(
        op.f("fk_evaluation_tenant_id"), "evaluation", "tenant", ["tenant_id"], ["id"]
    )


def _checks() -> None:
    op.drop_constraint(op.f("ck_decision_kind"), "decision")
    op.create_check_constraint(
        op.f("ck_decision_kind"),
        "decision",
        "kind IN ('record', 'choice', 'reversal', 'evaluation')",
    )
    op.create_check_constraint(
        op.f("ck_decision_origin"), "decision", "num_nonnulls(incident_id, evaluation_id) = 1"
    )
