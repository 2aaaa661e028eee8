"""When a device was cleared by its browser, and how much was unsent then (rule D10)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; of the devices so far nothing is known."""
    op.add_column("device", sa.Column("evicted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("device", sa.Column("unsent", sa.Integer(), nullable=True))
