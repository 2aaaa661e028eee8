"""The typed tables as projections of records: from a document to the columns of its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Date, Table

from server.core.bulk import table_of
from server.sync.registry import TYPES

PROJECTED = tuple(name for name, record_type in TYPES.items() if record_type.projection is not None)

Convert = Callable[[Any], Any]
REMEMBERED = 256  # days


def row_of(
    record_type: str, record_id: str, scope: str, author: str, fields: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Return the record's row in the typed table of its type, in the order of `columns_of`."""
    known = {"id": record_id, "grid_id": scope.partition(":")[2], "author_id": author}
    row = []
    for name, convert in columns_of(record_type).items():
        value = known[name] if name in known else fields.get(name)
        row.append(value if value is None or convert is None else convert(value))
    return tuple(row)


def typed_table(record_type: str) -> Table:
    """Return the typed table of a type that has one."""
    projection = TYPES[record_type].projection
    assert projection is not None  # noqa: S101 - asked only for PROJECTED
    return table_of(projection)


@cache
def columns_of(record_type: str) -> dict[str, Convert | None]:
    """Return for each column what turns a JSON value into the column's; None leaves it as it is."""
    return {
        column.name: lru_cache(REMEMBERED)(date.fromisoformat) if isinstance(column.type, Date) else None
        for column in typed_table(record_type).columns
    }
