"""The server of a simulation: the app on a SQLite file, which can die at any statement.

The file lies in memory and is never synced: what is simulated is a death between two statements,
at a COMMIT or after it, not a power cut. `make torture` kills real processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

from flask import g
from sqlalchemy import event

from server.accounts import sessions
from server.accounts.models import Account
from server.app import create_app
from server.config import Config
from server.core import database, ids
from server.core.database import db, writing
from tests.server import organisation
from tests.server.conftest import Client

START = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
FACTS = ("synchronous=OFF", "busy_timeout=0")


LOGINS = ("cadre1", "cadre2", "grid_lead", "reviewer", "org_admin")
AT_COMMIT, AFTER_COMMIT = -1, -2  # instead of a statement's number


class Died(BaseException):
    """The server's process has ended here."""


@dataclass
class Plan:
    """What happens at a statement of one request, counted from 0, at its first COMMIT or after it."""

    at: int
    happen: Callable[[], None]
    count: int = 0
    committed: bool = False

    def is_due(self, *, commits: bool) -> bool:
        """Return whether this statement is the one."""
        self.count += 1
        due = self.committed if self.at == AFTER_COMMIT else commits if self.at == AT_COMMIT else False
        self.committed = self.committed or commits
        return due or self.count - 1 == self.at


class Clock(datetime):
    """The server's clock, which the simulation sets."""

    present = START

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # noqa: ANN401 - datetime's own
        """Return the time of the simulation."""
        return cls.present.astimezone(tz)


class Server:
    """The app, a signed-in client for each account, and the plan of the request under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "dist").mkdir()
        environ = {"MINQING_DATA": str(folder / "data"), "MINQING_STATIC": str(folder / "dist")}
        self.app = create_app(Config.from_environment(environ))
        self.plan: Plan | None = None
        self.made_ids = 0
        with self.app.app_context():
            event.listen(db.engine, "connect", speed_up)
            event.listen(db.engine, "before_cursor_execute", lambda *_: self.step())
            event.listen(db.engine, "commit", lambda _: self.step(commits=True))
            db.create_all()
            with self.determined(), writing() as session:
                self.org = organisation.build(session)
        with self.determined():
            self.clients = {login: self.sign_in(login) for login in LOGINS}
        self.file = folder / "data" / "minqing.sqlite3"
        self.close()
        shutil.copy(self.file, folder / "template.db")

    def sign_in(self, login: str) -> Client:
        """Return a client with a session of the account."""
        client = Client(self.app)
        with self.app.test_request_context(), writing() as session:
            sessions.start(session, session.get_one(Account, self.org.accounts[login]))
            client.flask.set_cookie(sessions.cookie_name(), g.new_token)
        return client

    def begin(self) -> None:
        """Begin anew with the organisation and nothing else."""
        self.close()
        shutil.copy(self.folder / "template.db", self.file)
        self.forget()
        self.plan, self.made_ids, Clock.present = None, 1_000, START

    def close(self) -> None:
        """Close every connection."""
        with self.app.app_context():
            db.engine.dispose()

    def forget(self) -> None:
        """Lose what the process remembered."""
        self.app.extensions.pop("minqing.remembered", None)

    def step(self, *, commits: bool = False) -> None:
        """Let happen what is planned for this statement."""
        plan = self.plan
        if plan is not None and plan.is_due(commits=commits):
            self.plan = None
            Context().run(plan.happen)  # Flask would share the session with a request inside a request.

    @contextmanager
    def planned(self, plan: Plan | None) -> Iterator[None]:
        """Do the request within under the plan; another request's plan waits meanwhile."""
        before, self.plan = self.plan, plan
        try:
            yield
        finally:
            self.plan = before

    def new_uuid(self) -> UUID:
        """Return a UUIDv7 that is the same in every run of a script."""
        self.made_ids += 1
        ms = int(Clock.present.timestamp() * 1000)
        return UUID(int=(ms << 80) | (7 << 76) | (0b11 << 62) | self.made_ids)

    @contextmanager
    def determined(self) -> Iterator[None]:
        """Give ids and time from the script."""
        with mock.patch.object(database, "datetime", Clock), mock.patch.object(ids, "uuid7", self.new_uuid):
            yield

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        Clock.present += timedelta(seconds=seconds)


def speed_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver's connection
    """Do without what only a power cut asks for, and never wait for a lock."""
    for fact in FACTS:
        connection.execute(f"PRAGMA {fact}")
