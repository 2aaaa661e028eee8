"""The app on a real SQLite file, the organisation in it, and clients that sign in."""

from __future__ import annotations

import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from flask import g
from sqlalchemy import create_engine, text

from server.accounts import sessions
from server.accounts.models import Account
from server.app import create_app
from server.config import Config
from server.core.database import db, writing
from tests.postgres import UNUSABLE, is_usable, postgres
from tests.server import organisation
from tests.server.phone import Phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.server.organisation import Organisation


class Client:
    """A browser: it keeps the cookie and sends the header that changing requests need."""

    def __init__(self, app: Flask) -> None:
        """Begin without a session."""
        self.flask = app.test_client()

    def request(self, method: str, path: str, json: object = None, **options: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own options
        """Return the answer; `json` is the body where it isn't None."""
        headers = {"X-Minqing": "1"} | options.pop("headers", {})
        if json is not None:
            options["json"] = json
        return self.flask.open(path, method=method, headers=headers, buffered=True, **options)

    def get(self, path: str, **options: Any) -> TestResponse:  # noqa: ANN401
        """Return the answer to a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, json: object = None, **options: Any) -> TestResponse:  # noqa: ANN401
        """Return the answer to a POST."""
        return self.request("POST", path, json, **options)

    def patch(self, path: str, json: object) -> TestResponse:
        """Return the answer to a PATCH."""
        return self.request("PATCH", path, json)

    def put(self, path: str, json: object) -> TestResponse:
        """Return the answer to a PUT."""
        return self.request("PUT", path, json)

    def delete(self, path: str) -> TestResponse:
        """Return the answer to a DELETE."""
        return self.request("DELETE", path)

    def sign_in(self, account: str, password: str = organisation.PASSWORD) -> TestResponse:
        """Return the answer to the sign-in."""
        return self.post("/api/session", {"account": account, "password": password})


class SignIn(Protocol):
    """Returns a new client that is signed in as the account; without one, signed out."""

    def __call__(self, account: str | None = None) -> Client:
        """Return the client."""
        ...


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Return a configuration on a folder of its own, with a PWA folder that is empty."""
    (tmp_path / "dist").mkdir()
    environ = {"MINQING_DATA": str(tmp_path / "data"), "MINQING_STATIC": str(tmp_path / "dist")}
    return Config.from_environment(environ)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """Yield the app with empty tables in a real SQLite file."""
    made = create_app(config)
    with made.app_context():
        db.create_all()
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()
    logging.getLogger("minqing").handlers.clear()


@pytest.fixture
def org(app: Flask) -> Organisation:
    """Return the small organisation, stored."""
    with app.app_context(), writing() as session:
        return organisation.build(session)


@pytest.fixture
def sign_in(app: Flask, org: Organisation) -> SignIn:
    """Return a function that opens a browser with a session of the account.

    The session is begun as a sign-in begins it, but without hashing the password each time.
    """

    def opened(account: str | None = None) -> Client:
        client = Client(app)
        if account is not None:
            with app.test_request_context(), writing() as session:
                sessions.start(session, session.get_one(Account, org.accounts[account]))
                client.flask.set_cookie(sessions.cookie_name(), g.new_token)
        return client

    return opened


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Yield the address of a PostgreSQL started for this run; skipped where it isn't installed."""
    if not is_usable():
        pytest.skip(UNUSABLE)
    with TemporaryDirectory(prefix="minqing-", dir="/tmp") as folder, postgres(Path(folder)) as url:
        yield url


@pytest.fixture
def postgres_config(postgres_url: str, tmp_path: Path) -> Config:
    """Return a configuration on an empty PostgreSQL database."""
    environ = {"MINQING_DATA": str(tmp_path / "data"), "DATABASE_URL": postgres_url}
    made = Config.from_environment(environ)
    engine = create_engine(made.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return made


@pytest.fixture
def phone(sign_in: SignIn, org: Organisation) -> Phone:
    """Return the phone of a cadre in his grid."""
    return Phone(sign_in("cadre1"), org.grid("grid1"))


@pytest.fixture
def pair(sign_in: SignIn, org: Organisation) -> tuple[Phone, Phone]:
    """Return the two phones of one cadre."""
    return Phone(sign_in("cadre1"), org.grid("grid1")), Phone(sign_in("cadre1"), org.grid("grid1"))


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    """Return the browser of who manages questionnaires."""
    return sign_in("survey_admin")


@pytest.fixture
def reviewer(sign_in: SignIn, org: Organisation) -> Phone:
    """Return the phone of a supervisor, who sees the same grid."""
    return Phone(sign_in("reviewer"), org.grid("grid1"))
