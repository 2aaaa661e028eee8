"""The database: durable settings on every connection, and two kinds of transaction."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server.accounts.models import Unit
from server.core.database import UtcDateTime, db, reading, writing
from server.core.days import day_of
from server.core.ids import new_id

if TYPE_CHECKING:
    from flask import Flask


def pragma(name: str) -> object:
    """Return a setting of the session's own connection."""
    return db.session.execute(text(f"PRAGMA {name}")).scalar()


def unit(name: str) -> Unit:
    """Return a new district of the name."""
    return Unit(id=new_id(), kind="district", name=name)


def test_every_connection_is_wal_full_and_keeps_foreign_keys(app: Flask) -> None:
    seen = []

    def look() -> None:
        with app.app_context():
            seen.append((pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [("wal", 2, 1)] * 4  # 2 is FULL


def test_a_row_that_points_nowhere_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(IntegrityError), writing() as session:
        session.add(Unit(id=new_id(), kind="grid", name="x", parent_id=new_id()))


def test_a_write_that_fails_leaves_nothing(app: Flask) -> None:
    class Stumble(Exception):
        """Something goes wrong half way."""

    def stumble() -> None:
        with writing() as session:
            session.add(unit("半途"))
            session.flush()
            raise Stumble

    with app.app_context():
        with pytest.raises(Stumble):
            stumble()
        assert db.session.scalars(select(Unit)).all() == []


def test_a_writer_waits_for_a_writer_and_both_are_kept(app: Flask) -> None:
    entered = threading.Event()

    def slow() -> None:
        with app.app_context(), writing() as session:
            session.add(unit("第一"))
            session.flush()
            entered.set()
            time.sleep(0.3)

    first = threading.Thread(target=slow)
    first.start()
    entered.wait()
    with app.app_context(), writing() as session:
        # The write transaction began only after the first one's commit, so it sees its row.
        assert [row.name for row in session.scalars(select(Unit))] == ["第一"]
        session.add(unit("第二"))
    first.join()
    with app.app_context():
        assert {row.name for row in db.session.scalars(select(Unit))} == {"第一", "第二"}


def test_a_reader_sees_one_moment_while_others_write(app: Flask) -> None:
    with app.app_context(), reading() as session:
        assert session.scalars(select(Unit)).all() == []

        def write() -> None:
            with app.app_context(), writing() as other:
                other.add(unit("新的"))

        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert session.scalars(select(Unit)).all() == []
    with app.app_context():
        assert len(db.session.scalars(select(Unit)).all()) == 1


def test_a_moment_is_stored_in_utc_and_a_naive_one_is_refused(app: Flask) -> None:
    column, dialect = UtcDateTime(), None
    with app.app_context():
        dialect = db.engine.dialect
    east = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    stored = column.process_bind_param(east, dialect)
    assert stored == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert column.process_result_value(datetime(2026, 11, 23, 17, 30), dialect) == stored  # noqa: DTZ001 - as SQLite gives it
    with pytest.raises(ValueError, match="naive"):
        column.process_bind_param(datetime(2026, 11, 24), dialect)  # noqa: DTZ001 - it is to be refused


def test_a_day_is_that_of_shanghai() -> None:
    assert day_of(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)).isoformat() == "2026-11-23"
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)).isoformat() == "2026-11-24"
