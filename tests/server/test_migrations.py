"""Migrations lead to the tables of the models, on SQLite and on PostgreSQL, and lose nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from server.app import create_app
from server.core.database import Base, db
from server.core.errors import Misconfigured
from server.migrations import check_current, head, present, upgrade
from tests.server import organisation

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config


@pytest.fixture
def empty(config: Config) -> Flask:
    """Return the app on a database without any table."""
    return create_app(config)


def differences(engine: Engine) -> list[object]:
    """Return what would have to change in the database to be as the models say."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def shape(engine: Engine) -> set[tuple[str, ...]]:
    """Return SQLite's own text of every table and index, without spaces, quotes and the order in it."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        texts = {"".join(sql.replace('"', "").split()) for (sql,) in rows}
    return {tuple(sorted(sql.removesuffix(")").split(","))) for sql in texts if "alembic_version" not in sql}


def test_the_upgraded_tables_are_exactly_the_models(empty: Flask, app: Flask) -> None:
    with app.app_context():
        by_models = shape(db.engine)
        db.drop_all()
    with empty.app_context():
        upgrade()
        assert differences(db.engine) == []
        assert shape(db.engine) == by_models
        db.engine.dispose()


def test_an_upgrade_can_be_run_again_and_keeps_the_rows(empty: Flask) -> None:
    with empty.app_context():
        assert present() is None
        with pytest.raises(Misconfigured, match="minqing db upgrade"):
            check_current()
        upgrade()
        assert present() == head()
        organisation.build(db.session())
        db.session.commit()
        upgrade()
        check_current()
        assert db.session.execute(text("SELECT count(*) FROM account")).scalar() == len(organisation.ACCOUNTS)
        db.session.remove()
        db.engine.dispose()


def test_foreign_keys_are_on_again_after_an_upgrade(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        with pytest.raises(IntegrityError):
            db.session.execute(
                text("INSERT INTO login_session VALUES (x'00', 'nobody', '2026', '2026', '2026')")
            )
        db.session.remove()
        db.engine.dispose()


def test_a_row_that_points_nowhere_stops_the_upgrade(empty: Flask) -> None:
    with empty.app_context():
        upgrade()
        raw = db.engine.raw_connection()
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        raw.cursor().execute("INSERT INTO login_session VALUES (x'00', 'nobody', '2026', '2026', '2026')")
        raw.cursor().execute("PRAGMA foreign_keys=ON")
        raw.close()
        with pytest.raises(Misconfigured, match="login_session"):
            upgrade()
        db.engine.dispose()


def test_postgresql_gets_the_same_tables(postgres_config: Config) -> None:
    app = create_app(postgres_config)
    with app.app_context():
        upgrade()
        assert differences(db.engine) == []
        upgrade()
        check_current()
        organisation.build(db.session())
        db.session.commit()
        with pytest.raises(IntegrityError):
            db.session.execute(text("UPDATE unit SET kind = 'castle'"))
        db.session.remove()
        db.engine.dispose()
