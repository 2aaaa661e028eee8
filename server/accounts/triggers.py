"""The version of the organisation: raised by the database itself with every change of it.

Whatever changes a unit, an account or an assignment, by whichever way, raises the one counter in
the same transaction. What was worked out from the organisation is good as long as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import DDL, Table, event

RAISE = (
    "INSERT INTO organisation_version (id, version) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET version = organisation_version.version + 1"
)


def raise_version_with(table: Table) -> None:
    """Raise the version whenever a row of the table is made, changed or taken out."""
    for dialect, statements in (("sqlite", sqlite(table.name)), ("postgresql", postgresql(table.name))):
        for statement in statements:
            made: Any = DDL(statement)  # type: ignore[no-untyped-call] # it has no types
            event.listen(table, "after_create", made.execute_if(dialect=dialect))


def sqlite(table: str) -> Iterator[str]:
    """Yield the triggers of the table: SQLite has one for each kind of change, run row by row."""
    for change in ("INSERT", "UPDATE", "DELETE"):
        yield f"CREATE TRIGGER {table}_{change.lower()}_raises AFTER {change} ON {table} BEGIN {RAISE}; END"


def postgresql(table: str) -> Iterator[str]:
    """Yield the function of the triggers, and the one trigger of the table, run once a statement."""
    yield (
        "CREATE OR REPLACE FUNCTION raise_organisation_version() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {RAISE}; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_raises AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_organisation_version()"
    )
