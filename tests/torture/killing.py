"""The torture: devices write, the server is killed, and then everything must add up."""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.live import LiveServer
from tests.postgres import Postgres
from tests.torture.device import Device
from tests.torture.looking import Findings, look

if TYPE_CHECKING:
    from collections.abc import Callable

GRIDS = 4
CADRES = [f"cadre{number:02d}" for number in range(1, 9)]
SUPERVISORS = [f"supervisor{number:02d}" for number in range(1, 4)]
LIFE = (0.15, 1.5)  # seconds that a server lives once it answers
START_SECONDS = 120  # until it answers, on a machine that does much else
EVERY_WHOLE_KILL = 5  # so many kills for one of gunicorn's master, too; else it starts new workers
EVERY_DATABASE_KILL = 10  # so many kills of the server for one of PostgreSQL itself


@dataclass
class Torture:
    """One run on one database."""

    server: LiveServer
    size: int
    kills: int
    seed: int
    database: Postgres | None = None
    devices: list[Device] = field(default_factory=list)
    database_kills: int = 0
    threads: list[threading.Thread] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def run(self, say: Callable[[str], None]) -> Findings:
        """Return what was found when all was over."""
        chance = random.Random(self.seed)  # noqa: S311 - a test, no secret
        self.server.minqing("demo", "--grids", str(GRIDS))
        self.server.start()
        accounts = cycle([*CADRES * 3, *SUPERVISORS])
        self.devices = [Device(self.server, next(accounts), self.seed + at) for at in range(self.size)]
        self.settle()
        over = threading.Event()
        try:
            for device in self.devices:
                self.begin(device.work, over)
            for number in range(1, self.kills + 1):
                time.sleep(chance.uniform(*LIFE))
                self.kill(number)
                if number % 10 == 0:
                    acknowledged = sum(len(device.acknowledged) for device in self.devices)
                    say(f"{number} kills, {acknowledged} ops acknowledged")
            time.sleep(1)
        finally:
            over.set()
            self.join()
        self.settle()
        for device in self.devices:  # Once more: what the last ones wrote must reach the first ones, too.
            device.settle()
        self.server.stop(SIGKILL)
        return look(self.server, self.devices)

    def kill(self, number: int) -> None:
        """Kill the workers in the midst of it; every fifth time all of gunicorn; at times the database."""
        if self.database is not None and number % EVERY_DATABASE_KILL == 0:
            self.database.kill()
            self.database_kills += 1
            time.sleep(0.2)  # The server meets the missing database, and says so.
            self.database.start()
        if number % EVERY_WHOLE_KILL == 0:
            self.server.stop(SIGKILL)
            self.server.launch()
        else:
            for worker in self.server.workers():
                with suppress(ProcessLookupError):
                    os.kill(worker, SIGKILL)
        self.wait_for_an_answer()

    def wait_for_an_answer(self) -> None:
        """Wait until the server has answered one of the devices."""
        before, deadline = self.answers, time.monotonic() + START_SECONDS
        while self.answers == before:
            assert time.monotonic() < deadline, (self.server.data / "server.log").read_text()[-2000:]
            time.sleep(0.02)

    @property
    def answers(self) -> int:
        """How many answers the devices have got."""
        return sum(device.answers_got for device in self.devices)

    def settle(self) -> None:
        """Let all devices sync to the end, side by side."""
        for device in self.devices:
            self.begin(device.settle)
        self.join()

    def begin(self, act: Callable[..., None], *arguments: object) -> None:
        """Let the act go on in a thread of its own; what it raises is kept."""

        def guarded() -> None:
            try:
                act(*arguments)
            except BaseException as error:
                self.errors.append(error)
                raise

        thread = threading.Thread(target=guarded)
        thread.start()
        self.threads.append(thread)

    def join(self) -> None:
        """Wait for all threads, and raise what one of them raised."""
        for thread in self.threads:
            thread.join()
        self.threads.clear()
        if self.errors:
            raise self.errors[0]


def torture_sqlite(folder: Path, devices: int, kills: int, seed: int, say: Callable[[str], None]) -> Findings:
    """Return what a run on SQLite found."""
    return on(LiveServer(folder / "data", extra={"WEB_CONCURRENCY": "2"}), None, devices, kills, seed, say)


def torture_postgresql(devices: int, kills: int, seed: int, say: Callable[[str], None]) -> Findings:
    """Return what a run on a durable PostgreSQL found, which is killed at times as well."""
    with TemporaryDirectory(prefix="minqing-", dir="/tmp") as folder:
        database = Postgres(Path(folder), durable=True)
        database.make()
        database.start()
        extra = {"WEB_CONCURRENCY": "2", "DATABASE_URL": database.url}
        try:
            with TemporaryDirectory(prefix="minqing-torture-") as data:
                server = LiveServer(Path(data), extra=extra)
                return on(server, database, devices, kills, seed, say)
        finally:
            database.stop()


def on(  # noqa: PLR0913, PLR0917 - what makes up a run
    server: LiveServer,
    database: Postgres | None,
    devices: int,
    kills: int,
    seed: int,
    say: Callable[[str], None],
) -> Findings:
    """Return what a run on the server found; nothing of it goes on afterwards."""
    torture = Torture(server, devices, kills, seed, database)
    try:
        return torture.run(say)
    finally:
        with suppress(ProcessLookupError):
            server.stop(SIGKILL)
