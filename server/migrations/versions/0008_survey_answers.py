"""Named answers, the hashes of opened seals, and the state of a round that collects no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make two tables, and let a round be `collected`."""
    op.create_table(
        "survey_response",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("filled_on", sa.Date(), nullable=False),
        sa.Column("reply_wanted", sa.Boolean(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_survey_response_round_id", "survey_response", ["round_id"], unique=False)
    op.create_table(
        "opened_seal",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["survey_round.id"]),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_opened_seal_round_id", "opened_seal", ["round_id"], unique=False)
    with op.batch_alter_table("survey_round") as table:
        table.drop_constraint("survey_round_state", type_="check")
        table.alter_column("state", type_=sa.String(length=12), existing_nullable=False)
        table.create_check_constraint(
            "survey_round_state", "state IN ('draft', 'open', 'collected', 'closed')"
        )
