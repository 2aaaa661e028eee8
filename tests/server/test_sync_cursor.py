"""Eight writers and a reader on PostgreSQL: a cursor misses no row (rules O1, O2)."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import Session

from server.core.database import db
from server.sync import storage
from server.sync.batch import Batch
from tests.server.phone import Phone, diary

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config
    from tests.server.conftest import SignIn
    from tests.server.organisation import Organisation

WRITERS, ROUNDS, A_ROUND = 8, 12, 3
SLOWEST = 0.03  # seconds between the counters and the commit


@pytest.fixture
def config(postgres_config: Config) -> Config:
    """Return the configuration on PostgreSQL, where transactions run side by side."""
    return postgres_config


def missed_rows(sign_in: SignIn, org: Organisation) -> set[str]:
    """Return the records that were acknowledged and never came to the reader."""
    phones = [Phone(sign_in("cadre1"), org.grid("grid1")) for _ in range(WRITERS)]
    reader = Phone(sign_in("reviewer"), org.grid("grid1"))
    over = threading.Event()

    def write(phone: Phone) -> set[str]:
        made: set[str] = set()
        for _ in range(ROUNDS):
            made |= {phone.create("diary_entry", diary()) for _ in range(A_ROUND)}
            results = phone.push()
            assert {result["status"] for result in results} <= {"applied", "duplicate"}
            phone.outbox.clear()
        return made

    def read() -> None:
        is_last = False
        while not is_last:
            is_last = over.is_set()
            reader.sync()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(read)
        written = [pool.submit(write, phone) for phone in phones]
        acknowledged: set[str] = set().union(*(one.result() for one in written))
        over.set()
        reading.result()
    assert len(acknowledged) == WRITERS * ROUNDS * A_ROUND
    return acknowledged - reader.records.keys()


def slowly(act: Any) -> Any:  # noqa: ANN401 - the function that takes the seqs
    """Return the function with a pause behind it, so that others come between it and the commit."""

    def slow(session: Session, batch: Batch) -> None:
        act(session, batch)
        time.sleep(random.uniform(0, SLOWEST))  # noqa: S311 - a pause, no secret

    return slow


def test_o2_eight_writers_and_a_reader_miss_no_row(
    sign_in: SignIn, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "take_seqs", slowly(storage.take_seqs))
    assert missed_rows(sign_in, org) == set()


def test_o1_counters_that_are_not_locked_until_the_commit_would_miss_rows(
    app: Flask, sign_in: SignIn, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: seqs given out ahead of the transaction, as a database's own sequence gives them."""
    take_seqs = storage.take_seqs
    with app.app_context():
        engine = db.engine

    def ahead(session: Session, batch: Batch) -> None:
        del session
        with Session(engine) as other:
            take_seqs(other, batch)
            other.commit()

    monkeypatch.setattr(storage, "take_seqs", slowly(ahead))
    assert missed_rows(sign_in, org) != set()
