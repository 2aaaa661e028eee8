"""A PostgreSQL of its own for the tests: on a socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = Path("/usr/lib/postgresql")  # where Debian puts the server's programs
SETTINGS = "-c listen_addresses= -c max_connections=50"
UNUSABLE = "PostgreSQL isn't installed: apt-get install postgresql"


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl of the newest version; None where there is none."""
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    return found[-1].parent if found else None


def owner() -> str | None:
    """Return the user to run as: PostgreSQL refuses root, so root becomes Debian's `postgres`."""
    if os.getuid() != 0:
        return None
    return "postgres"


def run(folder: Path, *command: str | Path) -> None:
    """Run a program of PostgreSQL in the folder; its words are shown only when it fails."""
    log = folder / "commands.log"
    with log.open("ab") as words:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            command, cwd=folder, user=owner(), stdout=words, stderr=words, check=False, timeout=60
        )
    assert done.returncode == 0, log.read_text()


def is_usable() -> bool:
    """Return whether a server can be started here."""
    if programs() is None:
        return False
    user = owner()
    return user is None or user in {entry.pw_name for entry in pwd.getpwall()}


@dataclass
class Postgres:
    """A server in a folder of its own; it can be killed and started again.

    It forgets what it committed should the machine fail, unless it is to be `durable`.
    """

    folder: Path
    durable: bool = False

    @property
    def url(self) -> str:
        """The address of its database."""
        return f"postgresql://minqing@/postgres?host={self.folder}"

    @property
    def data(self) -> Path:
        """The folder of its files."""
        return self.folder / "data"

    def program(self, name: str) -> Path:
        """Return the path of a program of PostgreSQL."""
        bin_folder = programs()
        assert bin_folder is not None, UNUSABLE
        return bin_folder / name

    def make(self) -> None:
        """Make the empty database."""
        user = owner()
        if user is not None:
            shutil.chown(self.folder, user)
        run(
            self.folder,
            self.program("initdb"), "--auth=trust", "--username=minqing", "--encoding=UTF8", "-D", self.data,
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = f"-k {self.folder} {SETTINGS} -c fsync={'on' if self.durable else 'off'}"
        run(
            self.folder,
            self.program("pg_ctl"), "-D", self.data, "-w", "-o", options, "-l", self.folder / "server.log",
            "start",
        )  # fmt: skip

    def stop(self) -> None:
        """Stop the server at once."""
        run(self.folder, self.program("pg_ctl"), "-D", self.data, "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill the server and all that it has started, as a power cut would."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        started = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, started)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while any(Path(f"/proc/{process}").exists() for process in (first, *started)):
            time.sleep(0.02)


@contextmanager
def postgres(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Yield the address of an empty database; a socket's name wants a short folder."""
    server = Postgres(folder, durable)
    server.make()
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
