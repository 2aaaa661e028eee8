"""Uploads under way, and the blobs that come of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of files."""
    upload()
    upload_part()
    blob()
    blob_scope()


def upload() -> None:
    """Make the table `upload`."""
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.String(length=60), nullable=False),
        sa.Column("media_type", sa.String(length=24), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    op.create_index("upload_of_account", "upload", ["account_id", "sha256"], unique=False)


def upload_part() -> None:
    """Make the table `upload_part`."""
    op.create_table(
        "upload_part",
        sa.Column("upload_id", sa.String(length=36), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("upload_id", "start"),
    )


def blob() -> None:
    """Make the table `blob`."""
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=24), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_blob_created_at", "blob", ["created_at"], unique=False)


def blob_scope() -> None:
    """Make the table `blob_scope`."""
    op.create_table(
        "blob_scope",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("scope_id", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sha256", "scope_id"),
    )
