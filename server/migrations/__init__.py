"""Migrations: how far the database is, how far this version wants it, and the way there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from server.core.database import db
from server.core.errors import Misconfigured

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

FOLDER = Path(__file__).resolve().parent
LOCK = 0x6D696E71  # "minq": PostgreSQL's advisory lock, so that two upgrades wait for each other


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our folder and, in an upgrade, our connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Return the revision that this version wants."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def present() -> str | None:
    """Return the database's revision; None where it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_current() -> None:
    """Refuse with Misconfigured unless the database is at this version's revision."""
    if present() != head():
        raise Misconfigured("数据库表结构不是当前版本, 请运行 minqing db upgrade", field="DATABASE_URL")


def upgrade() -> None:
    """Bring the database to this version, all steps in one transaction; Misconfigured beyond it.

    SQLite changes a table by building it anew, so foreign keys rest meanwhile and are checked
    before the commit.
    """
    with db.engine.connect() as opened:
        connection = opened.execution_options(write=True)
        is_sqlite = connection.dialect.name == "sqlite"
        switch_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                command.upgrade(alembic_config(connection), "head")
                check_foreign_keys(connection)
        finally:
            switch_foreign_keys(connection, on=True)


def switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys, which it allows between transactions only."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and raw is not None:
        raw.cursor().execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def check_foreign_keys(connection: Connection) -> None:
    """Refuse, before the commit, a migration that leaves a row pointing nowhere."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise Misconfigured(f"升级会留下 {len(broken)} 条失去对应的数据, 已全部撤销: {broken[:3]}")
