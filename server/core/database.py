"""The database: one declarative base, one session, two kinds of transaction.

Times are aware and in UTC everywhere; local days are computed in `core.days` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Executable, String, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

if TYPE_CHECKING:
    from sqlite3 import Connection as SQLiteConnection

BUSY_TIMEOUT_MS = 20_000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the value in UTC; a naive one is refused with ValueError."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored value as an aware datetime."""
        del dialect
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


class Base(DeclarativeBase):
    """The base of every table."""

    # On the registry, since Flask-SQLAlchemy derives its model from a class that has one already.
    registry = registry(type_annotation_map={datetime: UtcDateTime, str: String})


db = SQLAlchemy(model_class=Base)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    if not type(connection).__module__.startswith("sqlite3"):
        return
    lite: SQLiteConnection = connection
    lite.isolation_level = None  # The driver begins nothing by itself; `_begin` does.
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",  # First, since the switch to WAL may have to wait.
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "wal_autocheckpoint=4000",
        "cache_size=-8000",
    ):
        lite.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def writing() -> Iterator[Session]:
    """Yield the session in a write transaction that commits at the end, or rolls back whole.

    On SQLite it is `BEGIN IMMEDIATE`, so that a reader never becomes a writer half way (rule O1).
    """
    session = db.session()
    session.rollback()
    session.connection(execution_options={"write": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """Yield the session in one consistent snapshot, closed at the end."""
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield session
    finally:
        session.rollback()


def ask(session: Session, statement: Executable, **parameters: object) -> CursorResult[*tuple[Any, ...]]:
    """Return the result of a statement that was built once, in the session's transaction.

    It goes past the ORM, which costs more than such a statement does; its columns are plain.
    """
    return session.connection().execute(statement, parameters)


def now() -> datetime:
    """Return the present time, aware, in UTC."""
    return datetime.now(UTC)
