"""A disk that is full: the server says so, loses nothing, and goes on when there is room again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from server.config import Config
from server.core.database import db
from server.sync.models import Op, Record
from tests.server.phone import Phone, diary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

DISK, BALLAST = 4 * 1024 * 1024, 1024 * 1024
MOST_BATCHES = 200
WORDS = "情况记录" * 250


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a real file system of 4 MiB, a quarter of it taken by a ballast."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(  # noqa: S603 - a file system of the test's own
        ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small file system can't be mounted here: {mounted.stderr.strip()}")
    try:
        (folder / "ballast").write_bytes(b"\0" * BALLAST)
        yield folder
    finally:
        subprocess.run(["/usr/bin/umount", "--lazy", folder], check=True)  # noqa: S603 - the same


@pytest.fixture
def config(disk: Path, tmp_path: Path) -> Config:
    """Return a configuration on the small disk."""
    (tmp_path / "dist").mkdir()
    environ = {"MINQING_DATA": str(disk / "data"), "MINQING_STATIC": str(tmp_path / "dist")}
    return Config.from_environment(environ)


def fill(phone: Phone) -> set[str]:
    """Return the ids of the entries that were acknowledged until one batch no longer was."""
    acknowledged: set[str] = set()
    for _ in range(MOST_BATCHES):
        made = {phone.create("diary_entry", diary(narrative=WORDS)) for _ in range(10)}
        answer = phone.post()
        if answer.status_code != 200:
            assert answer.status_code == 503
            assert answer.get_json()["code"] == "database_unavailable"
            assert int(answer.headers["Retry-After"]) > 0
            return acknowledged
        phone.apply(answer.get_json())
        acknowledged |= made
    raise AssertionError("the disk was never full")


def stored(app: Flask) -> tuple[int, int]:
    """Return how many records and ops there are."""
    with app.app_context():
        records = db.session.scalar(select(func.count()).select_from(Record)) or 0
        ops = db.session.scalar(select(func.count()).select_from(Op)) or 0
        db.session.rollback()
        return records, ops


def test_p3_a_full_disk_is_said_and_nothing_is_lost(
    app: Flask, disk: Path, sign_in: SignIn, org: Organisation
) -> None:
    phone, reader = (Phone(sign_in(login), org.grid("grid1")) for login in ("cadre1", "reviewer"))
    acknowledged = fill(phone)
    assert acknowledged
    assert stored(app) == (len(acknowledged), len(acknowledged))
    reader.sync()  # What is there can still be read.
    assert reader.records.keys() == acknowledged
    assert phone.post().status_code == 503

    (disk / "ballast").unlink()
    waiting = {op["rid"] for op in phone.outbox}
    phone.sync()
    assert not phone.outbox
    reader.sync()
    assert reader.records.keys() == acknowledged | waiting
    assert stored(app) == (len(acknowledged | waiting),) * 2
