"""The floor of a scope: a cursor below it may have missed a record that left (rule L9)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; nothing was forgotten before it."""
    op.add_column("scope", sa.Column("floor", sa.Integer(), server_default="0", nullable=False))
