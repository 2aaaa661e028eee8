"""The typed tables as projections of records: from a document to the columns of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Table

from server.core.bulk import table_of
from server.sync.registry import TYPES

PROJECTED = tuple(name for name, record_type in TYPES.items() if record_type.projection is not None)

Row = dict[str, Any]
Convert = Callable[[Any], Any]


def row_of(record_type: str, record_id: str, scope: str, author: str, fields: Mapping[str, Any]) -> Row:
    """Return the row of the record in the typed table of its type."""
    row: Row = {"id": record_id, "grid_id": scope.partition(":")[2], "author_id": author}
    columns = columns_of(record_type)
    if "author_id" not in columns:
        del row["author_id"]
    for name, convert in columns.items():
        if name not in row:
            value = fields.get(name)
            row[name] = value if value is None else convert(value)
    return row


def typed_table(record_type: str) -> Table:
    """Return the typed table of a type that has one."""
    projection = TYPES[record_type].projection
    assert projection is not None  # noqa: S101 - asked only for PROJECTED
    return table_of(projection)


@cache
def columns_of(record_type: str) -> dict[str, Convert]:
    """Return for each column what turns a JSON value into the column's."""
    return {
        column.name: date.fromisoformat if isinstance(column.type, Date) else _as_it_is
        for column in typed_table(record_type).columns
    }


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - any column's value
    return value
