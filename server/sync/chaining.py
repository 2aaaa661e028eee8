"""Ops that the server itself says, continuing the chain of a system device within a push."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.core.ids import new_id
from server.sync.batch import Batch, Loaded, Pending
from sync.canonical import op_hash, op_text
from sync.merge import Record
from sync.messages import read_envelope

if TYPE_CHECKING:
    from collections.abc import Mapping


def continued(part: Batch, op: Mapping[str, Any]) -> Pending:
    """Return the op as the next one of the part's device, added to its ops."""
    n = part.last_n + 1
    whole = {"op_id": new_id(), "mono": 0, "wall": part.received, **op, "n": n}
    text = op_text(whole, part.last_hash)
    pending = Pending(whole, text, op_hash(text), n, envelope=read_envelope(whole, is_own=True))
    pending.id = pending.op_id
    part.last_n, part.last_hash = n, pending.hash
    part.ops.append(pending)
    return pending


def said(part: Batch, record: Loaded, fields: Mapping[str, Any]) -> None:
    """Set fields of a record of the server's own making, by an op of the part's device."""
    state = record.state
    base = {name: state.stamp(name) for name in fields}
    head = {"type": record.type, "rid": record.id, "scope": record.scope, "kind": "set"}
    pending = continued(part, {**head, "set": dict(fields), "base": base})
    rev = state.rev + 1
    changed = {name: rev for name, value in fields.items() if state.fields.get(name) != value}
    record.state = Record({**state.fields, **fields}, {**state.stamps, **changed}, rev)
    part.accept(pending, record, "applied")
