"""Handovers, departures, the schema an op came in, and who carried it (rules P13 to P15, D7)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the tables and the columns; every op so far was of schema 1, sent by its device."""
    op.add_column("op", sa.Column("schema", sa.Integer(), server_default="1", nullable=False))
    op.add_column("op", sa.Column("carried_by", sa.String(length=36), nullable=True))
    departure()
    handover()


def departure() -> None:
    """Make the table `departure`."""
    op.create_table(
        "departure",
        sa.Column("scope_id", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope_id", "record_id"),
    )
    op.create_index("departure_feed", "departure", ["scope_id", "seq"], unique=True)
    op.create_index("departure_of", "departure", ["record_id"], unique=False)


def handover() -> None:
    """Make the table `handover`."""
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("rid", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("handover_of", "handover", ["rid", "state"], unique=False)
