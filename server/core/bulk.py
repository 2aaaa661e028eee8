"""Many rows in one statement: compiled once, without what no row has, and given to the driver as it likes.

SQLAlchemy's own executemany works 8 µs on each row; a push writes three rows for each op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    LargeBinary,
    String,
    Table,
    any_,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from server.core.copying import copy_rows
from server.core.database import Base

REMEMBERED = 256  # values of a column
Row = Sequence[Any]
Names = tuple[str, ...]
Convert = Callable[[Any], Any]
# By the names of the dialects, with the driver's marks that take values by their place.
DIALECTS: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call] # it has no types
}


@dataclass(frozen=True)
class Bulk:
    """A compiled statement: of each parameter, which column it is, and what converts it for the driver."""

    text: str
    parameters: tuple[tuple[int, Convert | None], ...]

    def execute(self, session: Session, columns: Sequence[Row]) -> None:
        """Execute the statement for the rows, whose values are given by column."""
        converted = [converted_column(convert, columns[place]) for place, convert in self.parameters]
        session.connection().exec_driver_sql(self.text, list(zip(*converted, strict=True)))


def converted_column(convert: Convert | None, values: Row) -> Iterable[Any]:
    """Return the column's values as the driver wants them."""
    if convert is None:
        return values
    if None in values:
        return [None if value is None else convert(value) for value in values]
    return map(convert, values)


def insert_rows(session: Session, table: Table, names: Names, rows: Sequence[Row]) -> None:
    """Insert the rows of new ids, whose values stand in the order of the columns' names."""
    if not rows:
        return
    if dialect_of(session) == "postgresql":
        copy_rows(session, table, names, rows)
        return
    used, columns = without_nulls(names, rows)
    inserting(dialect_of(session), table, used).execute(session, columns)


def insert_mappings(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, few of them, each with the same columns."""
    if rows:
        names = tuple(rows[0])
        columns = [[row[name] for row in rows] for name in names]
        inserting(dialect_of(session), table, names).execute(session, columns)


def upsert_rows(session: Session, table: Table, names: Names, rows: Sequence[Row]) -> None:
    """Insert the rows, with every column, or put them in the place of those with their ids."""
    if rows:
        used, columns = without_nulls(names, rows)
        upserting(dialect_of(session), table, used).execute(session, columns)


def update_rows(session: Session, table: Table, names: Names, rows: Sequence[Row]) -> None:
    """Set the columns of the rows whose ids stand in the first one, `id`."""
    if rows:
        updating(dialect_of(session), table, names).execute(session, list(zip(*rows, strict=True)))


def without_nulls(names: Names, rows: Sequence[Row]) -> tuple[Names, list[Row]]:
    """Return names and values of the columns in which any row has a value; the others stay NULL."""
    found = zip(names, zip(*rows, strict=True), strict=True)
    kept = [(name, values) for name, values in found if values.count(None) < len(values)]
    return tuple(name for name, _ in kept), [values for _, values in kept]


def table_of(model: type[Base]) -> Table:
    """Return the table of a declarative class."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - a declarative class has one
    return table


def dialect_of(session: Session) -> str:
    """Return the name of the session's dialect."""
    return session.get_bind().dialect.name


def among(dialect: str, one: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
    """Return the condition that the text is one of those in the parameter, which `listed` makes.

    However many there are, the statement stays the same one.
    """
    if dialect == "postgresql":
        return one == any_(bindparam(parameter, type_=ARRAY(String)))
    members = func.json_each(bindparam(parameter)).table_valued(column("value", String))
    return one.in_(select(members.c.value))


def listed(dialect: str, values: Iterable[str]) -> Any:  # noqa: ANN401 - as the dialect wants it
    """Return the texts as the parameter of `among`."""
    return list(values) if dialect == "postgresql" else orjson.dumps(list(values)).decode()


@cache
def inserting(dialect: str, table: Table, names: Names) -> Bulk:
    """Return the INSERT of the columns."""
    return compiled(dialect, table, names, _insert(dialect, table))


@cache
def upserting(dialect: str, table: Table, names: Names) -> Bulk:
    """Return the INSERT that updates where the id is there; what isn't inserted becomes NULL."""
    statement = _insert(dialect, table)
    others = {one.name: statement.excluded[one.name] for one in table.c if one.name != "id"}
    return compiled(
        dialect, table, names, statement.on_conflict_do_update(index_elements=["id"], set_=others)
    )


@cache
def updating(dialect: str, table: Table, names: Names) -> Bulk:
    """Return the UPDATE by id; its parameter of the id is `id` in a row, `id_` in the statement."""
    statement = table.update().where(table.c.id == bindparam("id_", type_=table.c.id.type))
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names[1:]}
    return compiled(dialect, table, names, statement.values(values))


def _insert(dialect: str, table: Table) -> Any:  # noqa: ANN401 - the dialect's own insert
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def compiled(dialect: str, table: Table, names: Names, statement: Any) -> Bulk:  # noqa: ANN401 - any statement
    """Return the statement compiled for the columns."""
    made = statement.compile(dialect=DIALECTS[dialect], column_keys=None if statement.is_update else names)
    columns = ["id" if name == "id_" else name.removeprefix("new_") for name in made.positiontup]
    parameters = tuple((names.index(name), converting(dialect, table, name)) for name in columns)
    return Bulk(str(made), parameters)


def converting(dialect: str, table: Table, name: str) -> Convert | None:
    """Return what makes the driver's value of one of the column; None where it takes it as it is.

    SQLite's driver looks about for an adapter of every value but text, numbers and bytearrays.
    """
    kind = table.c[name].type
    if isinstance(kind, LargeBinary):
        return bytearray if dialect == "sqlite" else None
    if isinstance(kind, Boolean):
        return int if dialect == "sqlite" else None
    known = DIALECTS[dialect]
    convert = kind.dialect_impl(known).bind_processor(known)
    # The rows of a batch have the same days and moments over and over.
    return None if convert is None else lru_cache(REMEMBERED)(convert)
