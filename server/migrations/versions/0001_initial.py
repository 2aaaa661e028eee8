"""The first tables: the organisation, the sync protocol, and the projections of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    unit()
    account()
    contact_point_assignment()
    login_session()
    device()
    scope()
    op_table()
    record()
    household()
    diary_entry()
    problem()
    review()


def unit() -> None:
    """Make the table `unit`."""
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("org_strength", sa.String(length=8), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('district', 'subdistrict', 'community', 'grid', 'estate', 'building')", name="unit_kind"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_unit_parent_id", "unit", ["parent_id"], unique=False)
    op.create_index("unit_parent_name", "unit", ["parent_id", "name"], unique=True)


def account() -> None:
    """Make the table `account`."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("work_types", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_index("ix_account_unit_id", "account", ["unit_id"], unique=False)


def contact_point_assignment() -> None:
    """Make the table `contact_point_assignment`."""
    op.create_table(
        "contact_point_assignment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("cadre_id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("estate_ids", sa.JSON(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("end_reason", sa.String(length=200), nullable=False),
        sa.Column("assigned_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assigned_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["cadre_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["grid_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_contact_point_assignment_cadre_id", "contact_point_assignment", ["cadre_id"], unique=False
    )
    op.create_index(
        "ix_contact_point_assignment_grid_id", "contact_point_assignment", ["grid_id"], unique=False
    )
    op.create_index(
        "one_active_grid_a_cadre",
        "contact_point_assignment",
        ["cadre_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def login_session() -> None:
    """Make the table `login_session`."""
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_login_session_account_id", "login_session", ["account_id"], unique=False)


def device() -> None:
    """Make the table `device`."""
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("last_n", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_device_account_id", "device", ["account_id"], unique=False)


def scope() -> None:
    """Make the table `scope`."""
    op.create_table(
        "scope",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def op_table() -> None:
    """Make the table `op`."""
    op.create_table(
        "op",
        sa.Column("op_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rid", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=True),
        sa.Column("scope_id", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("effect", sa.LargeBinary(), nullable=True),
        sa.Column("same_as", sa.String(length=36), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"]),
        sa.PrimaryKeyConstraint("op_id"),
    )
    op.create_index("op_device_n", "op", ["device_id", "n"], unique=True)
    op.create_index("op_own", "op", ["device_id", "scope_id", "seq"], unique=False)
    op.create_index("op_record", "op", ["rid", "rev"], unique=False)


def record() -> None:
    """Make the table `record`."""
    op.create_table(
        "record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("scope_id", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("stamps", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("record_feed", "record", ["scope_id", "seq"], unique=True)


def household() -> None:
    """Make the table `household`."""
    op.create_table(
        "household",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("estate", sa.String(length=60), nullable=False),
        sa.Column("house_code", sa.String(length=60), nullable=False),
        sa.Column("building", sa.String(length=60), nullable=False),
        sa.Column("entrance", sa.String(length=60), nullable=True),
        sa.Column("door", sa.String(length=60), nullable=False),
        sa.Column("members_count", sa.Integer(), nullable=True),
        sa.Column("tenure", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("household_code", "household", ["grid_id", "house_code"], unique=False)


def diary_entry() -> None:
    """Make the table `diary_entry`."""
    op.create_table(
        "diary_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("visit_date", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("target_type", sa.String(length=16), nullable=False),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("not_home", sa.Boolean(), nullable=True),
        sa.Column("reply_expected", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("diary_of_author", "diary_entry", ["author_id", "visit_date"], unique=False)
    op.create_index("diary_of_grid", "diary_entry", ["grid_id", "visit_date"], unique=False)
    op.create_index("ix_diary_entry_household_id", "diary_entry", ["household_id"], unique=False)


def problem() -> None:
    """Make the table `problem`."""
    op.create_table(
        "problem",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("disposition", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("diary_id", sa.String(length=36), nullable=True),
        sa.Column("household_id", sa.String(length=36), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_problem_diary_id", "problem", ["diary_id"], unique=False)
    op.create_index("ix_problem_household_id", "problem", ["household_id"], unique=False)
    op.create_index("problem_of_grid", "problem", ["grid_id", "state"], unique=False)


def review() -> None:
    """Make the table `review`."""
    op.create_table(
        "review",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("grid_id", sa.String(length=36), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("diary_id", sa.String(length=36), nullable=False),
        sa.Column("diary_rev", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_review_diary_id", "review", ["diary_id"], unique=False)
