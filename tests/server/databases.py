"""Both databases for the tests of sync: a test module that imports `config` runs on each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import event

from server.config import Config
from server.core.database import db
from server.core.ids import new_id

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask


@pytest.fixture(params=["sqlite", "postgresql"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Return a configuration on a database of its own."""
    (tmp_path / "dist").mkdir()
    environ = {"MINQING_DATA": str(tmp_path / "data"), "MINQING_STATIC": str(tmp_path / "dist")}
    if request.param == "postgresql":
        environ["DATABASE_URL"] = new_database(request.getfixturevalue("postgres_url"))
    return Config.from_environment(environ)


def new_database(url: str) -> str:
    """Return the address of a new, empty database beside the one at the address."""
    name = f"t{new_id().replace('-', '')}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("/postgres?", f"/{name}?")


def statements_of(app: Flask) -> list[str]:
    """Return a list that is filled with the statements of the database from now on."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:  # noqa: ANN401
        seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    return seen
