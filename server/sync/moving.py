"""A record moves into another scope, and the old one hands on that it left (rule P14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sync.batch import Batch, Departed, Pending, Taker
from server.sync.refusals import Refused
from sync.merge import Record

if TYPE_CHECKING:
    from sync.messages import Envelope


def move(batch: Batch, pending: Pending, envelope: Envelope) -> None:
    """Put the record from one scope into the other that the op names; only the server says such an op."""
    record = batch.records.get(envelope.rid)
    if record is None or (record.type, record.scope) != (envelope.type, pending.said.get("from")):
        raise Refused("record_unknown", field="rid")
    old, state = record.scope, record.state
    record.state = Record(state.fields, state.stamps, state.rev + 1, state.gone)
    record.scope = envelope.scope
    batch.accept(pending, record, "applied")
    if old != envelope.scope:
        left = Departed(old, record.id, record.type, record.state.rev)
        batch.departures.append(left)
        batch.takers.append(Taker(old, None, left))
