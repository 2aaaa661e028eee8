"""Many new rows by PostgreSQL's COPY, which costs a third of its INSERT of one row after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call] # it has no types


def copy_rows(session: Session, table: Table, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert the rows, whose values stand in the order of the columns' names."""
    connection = session.connection()
    text, types = copying(table, names)
    try:
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(text) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        # SQLAlchemy knows nothing of COPY, so its error is told apart here.
        raise DBAPIError.instance(
            text, None, error, connection.dialect.loaded_dbapi.Error, dialect=connection.dialect
        ) from error


@cache
def copying(table: Table, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the statement, and PostgreSQL's names of the columns' types."""
    kinds = (table.c[name].type.compile(DIALECT) for name in names)
    text = f"COPY {table.name} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    return text, tuple(kind.partition("(")[0].lower() for kind in kinds)
