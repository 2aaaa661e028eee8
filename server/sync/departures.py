"""Which records left which scope, so that it can hand that on (rule P14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BindParameter, Exists, bindparam, delete, select, tuple_
from sqlalchemy.orm import Session

from server.core.database import ask
from server.sync.batch import Batch
from server.sync.models import Departure, Op
from server.sync.storage import chunks, insert
from sync.messages import Envelope

LEFT = (
    select(Departure.seq, Departure.record_id, Departure.type, Departure.rev)
    .where(Departure.scope_id == bindparam("scope"), Departure.seq > bindparam("start"))
    .order_by(Departure.seq)
    .limit(bindparam("most"))
)


def load_departures(session: Session, batch: Batch, envelopes: list[Envelope]) -> None:
    """Read which records of another scope left that which their op names (rule P14)."""
    rids = {
        one.rid for one in envelopes if one.rid in batch.records and batch.records[one.rid].scope != one.scope
    }
    for chunk in chunks(sorted(rids)):
        rows = session.execute(
            select(Departure.scope_id, Departure.record_id).where(Departure.record_id.in_(chunk))
        )
        batch.departed.update((scope, rid) for scope, rid in rows)


def write_departures(session: Session, batch: Batch) -> None:
    """Write which records left their scope; a scope to which one is back forgets that it left."""
    if not batch.departures:
        return
    table: Any = Departure.__table__
    there = {(batch.records[one.id].scope, one.id) for one in batch.departures}
    keys = tuple_(Departure.scope_id, Departure.record_id)
    for chunk in chunks(sorted(there)):
        session.execute(delete(Departure).where(keys.in_(chunk)))
    left = {(one.scope, one.id): one for one in batch.departures if (one.scope, one.id) not in there}
    rows = [
        {"scope_id": one.scope, "record_id": one.id, "type": one.type, "seq": one.seq, "rev": one.rev}
        for one in left.values()
    ]
    if rows:
        statement = insert(session, table)
        updates = {name: statement.excluded[name] for name in ("type", "seq", "rev")}
        upsert = statement.on_conflict_do_update(index_elements=["scope_id", "record_id"], set_=updates)
        session.connection().execute(upsert, rows)


def departures(
    session: Session, scope: str, start: int, most: int
) -> Iterator[tuple[int, bytes, tuple[str, ...]]]:
    """Yield the entries of the first `most` records that left the scope after `start`, by seq.

    Who reads the scope from 0 holds nothing that could have left it.
    """
    if start == 0:
        return
    for seq, rid, record_type, rev in ask(session, LEFT, scope=scope, start=start, most=most):
        text = f'{{"type":"{record_type}","id":"{rid}","seq":{seq},"rev":{rev},"out":true}}'
        yield seq, text.encode(), (rid,)


def leaves_later(scope: BindParameter[str], end: BindParameter[int]) -> Exists:
    """Return the condition that the op's record is said to be out of the scope after `end`."""
    left = select(Departure.record_id).where(Departure.record_id == Op.rid)
    return left.where(Departure.scope_id == scope, Departure.seq > end).exists()
