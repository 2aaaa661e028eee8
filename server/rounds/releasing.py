"""Sealed answers are opened in shuffled batches, and nothing on the disk tells in which order they came."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError

from server.core.bulk import dialect_of, insert_mappings, table_of
from server.core.database import BUSY_TIMEOUT_MS, db
from server.core.errors import Clash
from server.questionnaires.models import (
    AnonymousAnswer,
    OpenedSeal,
    QuestionnaireVersion,
    SealedAnswer,
    SurveyRound,
)
from server.rounds import contents, rules, sealing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from server.rounds.contents import Answer

PATIENCE_MS = 250  # for readers that keep the log from being emptied; the next answer tries again


class Waiting(NamedTuple):
    """A sealed answer, opened in memory only."""

    key: str
    hash: bytes
    answer: Answer


def release(session: Session, found: SurveyRound) -> None:
    """Open a batch if enough answers wait; it is looked at with every tenth."""
    count = session.scalar(select(func.count()).where(SealedAnswer.round_id == found.id)) or 0
    if count < 2 * rules.LEAST_OPENED or count != rules.about(count):
        return
    opened = session.scalar(select(func.count()).where(AnonymousAnswer.round_id == found.id)) or 0
    batch = rules.batch_of(unsealed(session, found), lambda one: one.answer, opened)
    open_batch(session, found, batch)


def finish(session: Session, found: SurveyRound, *, discard: bool) -> None:
    """Open all that waits; where it is too little it is destroyed unread, if that is wanted.

    Otherwise Clash `too_few`.
    """
    overwrite_deleted(session)
    waiting = unsealed(session, found)
    if waiting and not rules.is_enough([one.answer for one in waiting]):
        if not discard:
            least = f"{rules.LEAST_OPENED} 份、{rules.LEAST_SOURCES} 处"
            raise Clash(f"不记名答卷不足{least}，不能打开；结束收集会把它们销毁", code="too_few")
        waiting = []
    open_batch(session, found, waiting)
    session.execute(delete(SealedAnswer).where(SealedAnswer.round_id == found.id))


def unsealed(session: Session, found: SurveyRound) -> list[Waiting]:
    """Return the round's waiting answers, opened in memory."""
    if found.private_key is None:
        return []
    xform = session.get_one(QuestionnaireVersion, found.version_id).xform
    rows = session.execute(
        select(SealedAnswer.key, SealedAnswer.sealed).where(SealedAnswer.round_id == found.id)
    )
    return [
        Waiting(
            row.key,
            sha256(row.sealed).digest(),
            contents.read(sealing.opened(row.sealed, found.private_key, found.id), found, xform),
        )
        for row in rows
    ]


def open_batch(session: Session, found: SurveyRound, batch: Sequence[Waiting]) -> None:
    """Put the answers among those opened before, and write all of these anew in a random order."""
    if not batch:
        return
    xform = session.get_one(QuestionnaireVersion, found.version_id).xform
    session.execute(delete(SealedAnswer).where(SealedAnswer.key.in_([one.key for one in batch])))
    hashes = [{"hash": one.hash, "round_id": found.id} for one in rules.shuffled(batch)]
    insert_mappings(session, table_of(OpenedSeal), hashes)
    mine = AnonymousAnswer.round_id == found.id
    columns = (AnonymousAnswer.unit_id, AnonymousAnswer.week, AnonymousAnswer.via, AnonymousAnswer.answers)
    rows = [row._asdict() for row in session.execute(select(*columns).where(mine))]
    for one in batch:
        answer = contents.coarse(one.answer, found, xform)
        rows.append({"unit_id": answer.pop("unit"), **answer})
    session.execute(delete(AnonymousAnswer).where(mine))
    insert_mappings(
        session,
        table_of(AnonymousAnswer),
        [{"key": rules.new_key(), "round_id": found.id, **row} for row in rules.shuffled(rows)],
    )


def forget_seals(session: Session, round_id: str) -> None:
    """Forget the hashes of the round's opened seals: nothing more is taken that they could match."""
    overwrite_deleted(session)
    session.execute(delete(OpenedSeal).where(OpenedSeal.round_id == round_id))


def overwrite_deleted(session: Session) -> None:
    """Have SQLite overwrite whatever the transaction deletes."""
    if dialect_of(session) == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def leave_no_traces() -> None:
    """Take out of the database's files what the last transaction wrote over.

    SQLite: the write-ahead log holds earlier pages in the order of writing, until it is emptied.
    PostgreSQL: dead rows stay in the table's file until that is written anew. Where another
    transaction is in the way, the next answer does it.
    """
    if db.engine.dialect.name == "sqlite":
        empty_log()
    else:
        write_anew()


def empty_log() -> None:
    """Move SQLite's write-ahead log into the database, and cut it to nothing."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()
    finally:
        connection.close()


def write_anew() -> None:
    """Write PostgreSQL's files of the two tables anew."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"SET lock_timeout = {PATIENCE_MS}"))
        with suppress(OperationalError):
            for name in (SealedAnswer.__tablename__, AnonymousAnswer.__tablename__):
                connection.execute(text(f"VACUUM (FULL) {name}"))
        connection.execute(text("RESET lock_timeout"))
