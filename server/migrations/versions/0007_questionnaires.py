"""Questionnaires with their versions and media, rounds, and anonymous answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables of questionnaires."""
    questionnaire()
    questionnaire_version()
    questionnaire_media()
    survey_round()
    sealed_answer()
    anonymous_answer()


def questionnaire() -> None:
    """Make the table `questionnaire`."""
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_questionnaire_unit_id", "questionnaire", ["unit_id"], unique=False)


def questionnaire_version() -> None:
    """Make the table `questionnaire_version`."""
    op.create_table(
        "questionnaire_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("questionnaire_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("xform", sa.Text(), nullable=False),
        sa.Column("sheet", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "version_of_questionnaire", "questionnaire_version", ["questionnaire_id", "number"], unique=True
    )


def questionnaire_media() -> None:
    """Make the table `questionnaire_media`."""
    op.create_table(
        "questionnaire_media",
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["questionnaire_version.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "name"),
    )
    op.create_index("ix_questionnaire_media_sha256", "questionnaire_media", ["sha256"], unique=False)


def survey_round() -> None:
    """Make the table `survey_round`."""
    op.create_table(
        "survey_round",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("version_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("units", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("anonymous_unit", sa.String(length=12), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("private_key", sa.LargeBinary(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("anonymous_unit IN ('community', 'grid')", name="survey_round_anonymous_unit"),
        sa.CheckConstraint("mode IN ('named', 'anonymous', 'respondent_chooses')", name="survey_round_mode"),
        sa.CheckConstraint("state <> 'closed' OR feedback IS NOT NULL", name="survey_round_fed_back"),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name="survey_round_state"),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["unit.id"],
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["questionnaire_version.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_survey_round_unit_id", "survey_round", ["unit_id"], unique=False)
    op.create_index("ix_survey_round_version_id", "survey_round", ["version_id"], unique=False)


def sealed_answer() -> None:
    """Make the table `sealed_answer`."""
    op.create_table(
        "sealed_answer",
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_round.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sealed_answer_round_id", "sealed_answer", ["round_id"], unique=False)


def anonymous_answer() -> None:
    """Make the table `anonymous_answer`."""
    op.create_table(
        "anonymous_answer",
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.String(length=36), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_round.id"],
        ),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anonymous_answer_round_id", "anonymous_answer", ["round_id"], unique=False)
