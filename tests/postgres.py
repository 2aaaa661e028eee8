"""A PostgreSQL of its own for the tests: on a socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = Path("/usr/lib/postgresql")  # where Debian puts the server's programs
SETTINGS = "-c fsync=off -c listen_addresses= -c max_connections=50"
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


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yield the address of an empty database; a socket's name wants a short folder."""
    bin_folder = programs()
    assert bin_folder is not None, UNUSABLE
    user = owner()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    run(folder, bin_folder / "initdb", "--auth=trust", "--username=minqing", "--encoding=UTF8", "-D", data)
    pg_ctl = bin_folder / "pg_ctl"
    run(
        folder,
        pg_ctl,
        "-D",
        data,
        "-w",
        "-o",
        f"-k {folder} {SETTINGS}",
        "-l",
        folder / "server.log",
        "start",
    )
    try:
        yield f"postgresql://minqing@/postgres?host={folder}"
    finally:
        run(folder, pg_ctl, "-D", data, "-w", "-m", "immediate", "stop")
