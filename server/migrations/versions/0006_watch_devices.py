"""How wrong the clock of a device is, and when its ops had a gap (rules M8, P5)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; of the devices so far nothing is known."""
    op.add_column("device", sa.Column("skew", sa.Integer(), nullable=True))
    op.add_column("device", sa.Column("gap_at", sa.DateTime(timezone=True), nullable=True))
