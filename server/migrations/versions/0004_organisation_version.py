"""The version of the organisation, raised by triggers with every change of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("unit", "account", "contact_point_assignment")
RAISE = (
    "INSERT INTO organisation_version (id, version) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET version = organisation_version.version + 1"
)
FUNCTION = (
    "CREATE OR REPLACE FUNCTION raise_organisation_version() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {RAISE}; RETURN NULL; END $$"
)


def upgrade() -> None:
    """Make the counter, and what raises it."""
    op.create_table(
        "organisation_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_raises AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION raise_organisation_version()"
            )
        return
    for table in TABLES:
        for change in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_{change.lower()}_raises AFTER {change} ON {table} BEGIN {RAISE}; END"
            )
