"""The exchange: push in one transaction, then, after its commit, the pull (rules P1 to P9)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.database import now, reading, writing
from server.core.errors import Clash, MinqingError, TooMuch
from server.sync import pull, storage
from server.sync.batch import Author, Batch
from server.sync.deciding import decide
from server.sync.departures import write_departures
from server.sync.handing import write_down
from server.sync.numbering import number_ops
from server.sync.preparing import prepare
from server.sync.refusals import Refused
from server.sync.watching import note_eviction, note_gap
from sync.messages import MOST_CONFLICTS_AT_ONCE, SCHEMA, Request

log = logging.getLogger("minqing")

ATTEMPTS = 3  # of a push that another one got in the way of
DEADLOCKS = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock, serialization failure

Ops = list[dict[str, Any]]
Results = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the ops of a push are taken: of which schema, and who carried them (rules P15, D7).

    `is_suspect` is that of `deciding.decide`; `is_hopeless` keeps them only; `sent` is what the
    device's clock said as it sent them.
    """

    schema: int = SCHEMA
    carried_by: str | None = None
    is_suspect: bool = False
    is_hopeless: bool = False
    sent: str | None = None


def exchange(access: Access, request: Request, *, is_suspect: bool = False) -> bytes:
    """Return the whole answer to the request as JSON text; it is built after the COMMIT (P3)."""
    results: Results = []
    if request.evicted:
        note_eviction(request.evicted, access.account_id)
    if request.ops:
        manner = Manner(request.schema, is_suspect=is_suspect, sent=request.wall)
        try:
            results = push(Author.of(access), request.device, request.ops, manner)
        except Clash as clash:
            if clash.code == "sequence_gap":
                note_gap(request.device, access.account_id)
            raise
    with reading() as session:
        return pull.answer(session, access, request, orjson.dumps(results))


def push(author: Author, device: str, ops: Ops, manner: Manner) -> Results:
    """Return the results of the ops, in their order, once they are committed.

    Should the database refuse the batch as a whole, each op gets a transaction of its own, and
    the one that is refused even so is quarantined: no op takes the others with it (P2).
    """
    for _ in range(ATTEMPTS):
        try:
            with writing() as session:
                return apply_ops(session, author, device, ops, manner)
        except MinqingError:
            raise
        except (IntegrityError, OperationalError) as error:
            if not is_worth_repeating(error):
                raise
            log.warning("push got in another's way: %s", error.orig)
        except Exception:
            log.exception("push of %d ops failed", len(ops))
            break
    return push_apart(author, device, ops, manner)


def push_apart(author: Author, device: str, ops: Ops, manner: Manner) -> Results:
    """Return the results of the ops, each pushed by itself; a single one is only kept."""
    if manner.is_hopeless:
        raise RuntimeError("an op could not even be quarantined")
    if len(ops) == 1:
        return push(author, device, ops, replace(manner, is_hopeless=True))
    by_n = sorted(range(len(ops)), key=lambda position: ops[position]["n"])
    results = {position: push(author, device, [ops[position]], manner)[0] for position in by_n}
    return [results[position] for position in range(len(ops))]


def is_worth_repeating(error: DBAPIError) -> bool:
    """Return whether another transaction was in the way, not the database itself in trouble."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in DEADLOCKS


def apply_ops(
    session: Session, author: Author, device: str, ops: Ops, manner: Manner | None = None
) -> Results:
    """Return the results of the ops, written in the session's transaction, which isn't committed.

    Clash `sequence_gap` and Forbidden `device_taken` refuse them all.
    """
    chosen = manner or Manner()
    batch = Batch(author, device, now(), schema=chosen.schema, carried_by=chosen.carried_by, sent=chosen.sent)
    storage.open_device(session, batch)
    taken = storage.taken_ids(session, {op["op_id"] for op in ops})
    numbered = number_ops(batch, ops, taken, lambda key: storage.known_op(session, batch, key))
    if batch.ops:
        decide_all(session, batch, chosen)
        storage.write(session, batch)
        write_departures(session, batch)
    results = {id(one.op): one.result() for one in numbered}
    return [results[id(op)] for op in ops]


def decide_all(session: Session, batch: Batch, manner: Manner) -> None:
    """Read what the new ops touch, and decide them one after the other.

    TooMuch where they conflict more than is kept in memory at once; fewer ops do it then (P10).
    """
    envelopes = [pending.envelope for pending in batch.ops if pending.envelope]
    settled = {envelope.settles for envelope in envelopes if envelope.settles}
    storage.load_records(session, batch, {envelope.rid for envelope in envelopes} | settled)
    storage.load_history(session, batch, envelopes, batch.device)
    prepare(session, batch)
    for pending in batch.ops:
        if manner.is_hopeless:
            pending.refusal = pending.refusal or Refused("internal")
        decide(batch, pending, is_suspect=manner.is_suspect)
        if batch.conflicts + sum(part.conflicts for part in batch.parts.values()) > MOST_CONFLICTS_AT_ONCE:
            raise TooMuch("这些操作的冲突过多，请分批上传", field="ops", limit=len(batch.ops) // 2)
    write_down(batch)
