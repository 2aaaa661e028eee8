"""The CPU that processes have used, read from /proc, and gunicorn for the baseline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from tests.bench import bare
from tests.live import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

GUNICORN = Path(sys.executable).parent / "gunicorn"
TICK = os.sysconf("SC_CLK_TCK")
GROUP, USER, SYSTEM = 2, 11, 12  # fields of /proc/<pid>/stat behind the name, from 0


def cpu_seconds(group: int) -> float:
    """Return the CPU used so far by the processes of the group."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[GROUP]) == group:
            ticks += int(fields[USER]) + int(fields[SYSTEM])
    return ticks / TICK


@contextmanager
def bare_server(database: str, workers: int) -> Iterator[tuple[int, int]]:
    """Yield port and process group of the baseline under gunicorn, set as the server sets it."""
    port = free_port()
    make_table(database)
    settings = f"--bind 127.0.0.1:{port} --workers {workers} --threads 8 --keep-alive 15 --log-level warning"
    process = subprocess.Popen(  # noqa: S603 - our own command
        [GUNICORN, "tests.bench.bare:app", "--worker-class", "gthread", *settings.split()],
        env=os.environ | {"BARE_DATABASE": database, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    try:
        wait(port)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def make_table(database: str) -> None:
    """Make the baseline's one table."""
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    bare.bare.create(engine)
    engine.dispose()


def wait(port: int) -> None:
    """Wait until someone answers at the port."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            connection.close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)
