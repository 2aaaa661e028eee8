"""The statements of a push: what it reads and locks, and what it writes in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Integer, Select, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from server.core.bulk import among, dialect_of, insert_rows, listed, table_of, update_rows, upsert_rows
from server.core.database import UtcDateTime, ask
from server.core.errors import Forbidden
from server.sync.batch import Batch, Loaded, Pending, Written, instant
from server.sync.models import Device, Op, Record, Scope
from server.sync.numbering import Known
from server.sync.projection import PROJECTED, columns_of, row_of, typed_table
from server.sync.registry import TYPES
from server.sync.watching import noted
from sync import merge
from sync.canonical import GENESIS
from sync.messages import Envelope
from sync.upcast import upcast

CHUNK = 500  # values of one IN list
OPS, RECORDS = table_of(Op), table_of(Record)
LOCKED_DEVICE = (
    select(Device.account_id, Device.last_n, Device.last_hash)
    .where(Device.id == bindparam("device"))
    .with_for_update()
)
CHANGING = ("id", "scope_id", "seq", "rev", "gone", "fields", "stamps")  # what an op may change of a record
RECORD_COLUMNS = (*CHANGING, "type", "author_id", "created_at")
OP_COLUMNS = (
    "op_id", "device_id", "n", "hash", "rid", "rev", "scope_id", "seq", "status", "code", "body", "effect",
    "schema", "carried_by", "same_as", "received_at",
)  # fmt: skip
HEAD = (
    update(table_of(Device))
    .where(Device.id == bindparam("device"))
    .values(
        last_n=bindparam("n"),
        last_hash=bindparam("hash"),
        seen_at=bindparam("at"),
        skew=func.coalesce(bindparam("new_skew", type_=Integer), Device.skew),
        gap_at=func.coalesce(bindparam("new_gap", type_=UtcDateTime), Device.gap_at),
    )
)
OWN_PAST = 50  # own ops of one record looked at for what an unread op had shown


def insert(session: Session, table: Any) -> Any:  # noqa: ANN401 - the dialect's own insert
    """Return the dialect's INSERT, which knows ON CONFLICT."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Yield the values in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def open_device(session: Session, batch: Batch) -> None:
    """Lock the device, bound to the account by its first push; Forbidden if it is another's (P7)."""
    row = {
        "id": batch.device,
        "account_id": batch.author.account_id,
        "last_n": 0,
        "last_hash": bytes.fromhex(GENESIS),
        "created_at": batch.received_at,
        "seen_at": batch.received_at,
    }
    found = ask(session, LOCKED_DEVICE, device=batch.device).one_or_none()
    if found is None:
        session.execute(insert(session, Device).values(row).on_conflict_do_nothing())
        found = ask(session, LOCKED_DEVICE, device=batch.device).one()
    if found.account_id != batch.author.account_id:
        raise device_taken()
    batch.last_n, batch.last_hash = found.last_n, found.last_hash.hex()


def device_taken() -> Forbidden:
    """Return the refusal of a device that belongs to another account."""
    return Forbidden("这台设备已登记给另一个账号", code="device_taken")


def taken_ids(session: Session, op_ids: Iterable[str]) -> frozenset[str]:
    """Return those of the ids that the log holds."""
    dialect = dialect_of(session)
    return frozenset(ask(session, taken(dialect), ids=listed(dialect, op_ids)).scalars())


@cache
def taken(dialect: str) -> Select[str]:
    """Return the query for those of the ids that the log holds."""
    return select(Op.op_id).where(among(dialect, OPS.c.op_id, "ids"))


def known_op(session: Session, batch: Batch, log_id: str) -> Known | None:
    """Return the device's own op under an id of the log."""
    row = session.execute(
        select(Op.body, Op.scope_id, Op.seq).where(Op.op_id == log_id, Op.device_id == batch.device)
    ).one_or_none()
    return Known(*row) if row else None


def load_records(session: Session, batch: Batch, rids: Iterable[str]) -> None:
    """Read, and on PostgreSQL lock, the records in the order of their ids."""
    dialect = dialect_of(session)
    for row in ask(session, locked_records(dialect), ids=listed(dialect, rids)):
        state = merge.Record(orjson.loads(row.fields), orjson.loads(row.stamps), row.rev, row.gone)
        batch.records[row.id] = Loaded(
            row.id, row.type, row.scope_id, row.author_id, row.created_at, state, seq=row.seq
        )


@cache
def locked_records(dialect: str) -> Select[*tuple[Any, ...]]:
    """Return the query for the records of the ids."""
    wanted = select(*RECORDS.columns).where(among(dialect, RECORDS.c.id, "ids"))
    return wanted.order_by(Record.id).with_for_update()


def load_history(session: Session, batch: Batch, envelopes: Iterable[Envelope], device: str) -> None:
    """Read those ops of the past that the merges of the device's ops will ask for; most need none."""
    wanted: set[tuple[str, int]] = set()
    chained: set[str] = set()
    for envelope in envelopes:
        if envelope.rid not in batch.records or envelope.type not in TYPES:
            continue
        change = merge.Change(device, envelope.kind, envelope.set, envelope.base)
        state = batch.records[envelope.rid].state
        revs = merge.needed(state, change, TYPES[envelope.type].keyed)
        wanted |= {(envelope.rid, rev) for rev in revs}
        if revs and envelope.after is not None:
            chained.add(envelope.rid)
    for chunk in chunks(sorted(wanted)):
        remember(session, batch, tuple_(Op.rid, Op.rev).in_(chunk))
    for rid in sorted(chained):
        own = (
            select(Op.op_id)
            .where(Op.rid == rid, Op.device_id == device, Op.rev.is_not(None))
            .order_by(Op.rev.desc())
            .limit(OWN_PAST)
        )
        remember(session, batch, Op.op_id.in_(own.scalar_subquery()))


def remember(session: Session, batch: Batch, condition: Any) -> None:  # noqa: ANN401 - an SQL condition
    """Read the ops that meet the condition into the batch's history."""
    rows = session.execute(
        select(Op.rid, Op.rev, Op.device_id, Op.schema, Op.body, Op.effect, Op.received_at, Device.account_id)
        .join(Device, Device.id == Op.device_id)
        .where(condition)
    )
    for row in rows:
        op = upcast(orjson.loads(row.body), row.schema)
        past = merge.Past(row.device_id, op.get("set") or {}, orjson.loads(row.effect or b"{}"))
        written = Written(past, row.account_id, row.device_id, op["wall"], instant(row.received_at))
        batch.history.setdefault(row.rid, {})[row.rev] = written


def write(session: Session, batch: Batch) -> None:
    """Take the seqs and write everything; the counters are the last rows locked (rule O1)."""
    take_seqs(session, batch)
    touched = [record for record in batch.records.values() if record.is_touched or record.is_new]
    write_records(session, touched)
    write_projections(session, touched)
    for part in (batch, *batch.parts.values()):
        write_ops(session, part)


def write_ops(session: Session, batch: Batch) -> None:
    """Write the ops of one device, and the head of its chain."""
    insert_rows(session, OPS, OP_COLUMNS, [op_row(batch, op) for op in batch.ops])
    news = noted(batch)
    ask(
        session, HEAD, device=batch.device, n=batch.last_n, hash=bytes.fromhex(batch.last_hash),
        at=batch.received_at, new_skew=news.skew, new_gap=news.gap_at,
    )  # fmt: skip


def take_seqs(session: Session, batch: Batch) -> None:
    """Raise each scope's counter once, in sorted order, and give the seqs out in order."""
    counts: dict[str, int] = {}
    for taker in batch.takers:
        counts[taker.scope] = counts.get(taker.scope, 0) + 1
    next_seq: dict[str, int] = {}
    for scope in sorted(counts):
        raised = session.connection().execute(
            raising(dialect_of(session)), {"id": scope, "seq": counts[scope]}
        )
        next_seq[scope] = raised.scalar_one() - counts[scope]
    for taker in batch.takers:
        next_seq[taker.scope] += 1
        taker.record.seq = next_seq[taker.scope]
        if taker.op is not None:
            taker.op.seq = taker.record.seq


@cache
def raising(dialect: str) -> Any:  # noqa: ANN401 - the dialect's own insert
    """Return the statement that raises a counter by so many, from 0 where there is none yet."""
    statement: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table_of(Scope))
    statement = statement.values(id=bindparam("id"), seq=bindparam("seq"))
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={"seq": Scope.seq + statement.excluded.seq}
    ).returning(Scope.seq)


def write_records(session: Session, touched: Sequence[Loaded]) -> None:
    """Insert the new records and update the others."""
    insert_rows(session, RECORDS, RECORD_COLUMNS, [record_row(record) for record in touched if record.is_new])
    changed = [changed_row(record) for record in touched if not record.is_new]
    update_rows(session, RECORDS, CHANGING, changed)


def changed_row(record: Loaded) -> tuple[Any, ...]:
    """Return what CHANGING names of the record."""
    state = record.state
    fields, stamps = orjson.dumps(state.fields), orjson.dumps(state.stamps)
    return (record.id, record.scope, record.seq, state.rev, state.gone, fields, stamps)


def record_row(record: Loaded) -> tuple[Any, ...]:
    """Return the whole row of a new record."""
    return (*changed_row(record), record.type, record.author, record.created_at)


def write_projections(session: Session, touched: Sequence[Loaded]) -> None:
    """Write the rows of the typed tables, and take out those of deleted records."""
    by_type: dict[str, list[Loaded]] = {}
    for record in touched:
        by_type.setdefault(record.type, []).append(record)
    for name in PROJECTED:
        if mine := by_type.get(name):
            write_projection(session, name, mine)


def write_projection(session: Session, name: str, records: Iterable[Loaded]) -> None:
    """Write the rows of one typed table: a record has one from its creation to its deletion."""
    table, columns = typed_table(name), tuple(columns_of(name))
    new: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    gone: list[str] = []
    for record in records:
        if record.state.gone:
            gone.append(record.id)
        else:
            rows = new if record.is_new else changed
            rows.append(row_of(name, record.id, record.scope, record.author, record.state.fields))
    if gone:
        session.execute(delete(table).where(table.c.id.in_(gone)))
    insert_rows(session, table, columns, new)
    upsert_rows(session, table, columns, changed)


def op_row(batch: Batch, pending: Pending) -> tuple[Any, ...]:
    """Return what OP_COLUMNS names of the op."""
    refusal, effect = pending.refusal, pending.effect
    return (
        pending.id,
        batch.device,
        pending.n,
        bytes.fromhex(pending.hash),
        pending.envelope.rid if pending.envelope else "",
        pending.rev,
        pending.scope,
        pending.seq,
        pending.status,
        refusal.code if refusal else None,
        pending.text,
        orjson.dumps(effect) if effect else None,
        batch.schema,
        batch.carried_by,
        pending.op_id if pending.id != pending.op["op_id"] else None,
        batch.received_at,
    )
