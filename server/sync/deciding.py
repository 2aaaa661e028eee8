"""The decision on one op: rights, validation, merge and rules (P8, P9, M1 to M7)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.core.checking import check
from server.core.errors import BadInput
from server.sync.batch import Author, Batch, Loaded, Pending, Taker
from server.sync.refusals import Refused
from server.sync.registry import TYPES, RecordType
from sync.merge import GONE, Change, Conflict, Merged, Record, RecordGone, fingerprint, merge
from sync.messages import DEEPEST_OP, MOST_CONFLICTS, MOST_OP_BYTES, Envelope, depth_over, unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("minqing")

CREATES = frozenset({"create", "append"})


def decide(batch: Batch, pending: Pending, *, is_suspect: bool, is_newer: bool) -> None:
    """Apply the op to the batch, or quarantine it there with the reason.

    `is_suspect` says that the request holds text that may not be storable; `is_newer` that it
    comes from a newer schema than the server's.
    """
    try:
        refuse_the_unfit(pending, is_suspect=is_suspect, is_newer=is_newer)
        apply(batch, pending)
    except BadInput as refusal:
        batch.quarantine(pending, refusal)
    except Exception:
        # A fault of ours must not keep the rest of the outbox from arriving, nor lose this op.
        log.exception("op %s failed", pending.id)
        batch.quarantine(pending, Refused("internal"))


def refuse_the_unfit(pending: Pending, *, is_suspect: bool, is_newer: bool) -> None:
    """Refuse an op that was refused already, can't be stored, is too large, or is too new."""
    if pending.refusal is not None:
        raise pending.refusal
    if is_suspect and (name := unwritable(pending.op)) is not None:
        raise Refused("invalid_text", field=name)
    if len(pending.text) > MOST_OP_BYTES:
        raise Refused("op_too_large")
    if depth_over(pending.op, DEEPEST_OP):
        raise Refused("too_deep")
    if is_newer:
        raise Refused("schema_too_new")


def apply(batch: Batch, pending: Pending) -> None:
    """Apply the op to the batch; BadInput where it can't be."""
    envelope = pending.envelope
    assert envelope is not None  # noqa: S101 - without one an op is refused before
    record_type = TYPES.get(envelope.type)
    if record_type is None:
        raise Refused("unknown_type", field="type")
    if envelope.kind == "command":
        raise Refused("unknown_kind", field="kind")
    check_scope(batch.author, envelope, record_type)
    if GONE in envelope.set:
        raise Refused("invalid_op", field=GONE, message=f"字段名 {GONE} 不能使用")
    if envelope.kind in CREATES:
        create(batch, pending, envelope, record_type)
    else:
        change(batch, pending, envelope, record_type)


def check_scope(author: Author, envelope: Envelope, record_type: RecordType) -> None:
    """Refuse an op for a scope that the author doesn't hold, or that isn't the type's (rule P8)."""
    access = author.access
    if access is not None and envelope.scope not in access.writable:
        if envelope.scope in access.readable:
            raise Refused("not_allowed", field="scope")
        raise Refused("scope_lost" if envelope.scope in access.formerly else "scope_unknown", field="scope")
    if envelope.scope.partition(":")[0] not in record_type.scopes:
        raise Refused("not_allowed", field="scope")


def create(batch: Batch, pending: Pending, envelope: Envelope, record_type: RecordType) -> None:
    """Create the record; the same once more changes nothing, other content reuses its id (M7)."""
    author = batch.author
    if author.access is not None and not record_type.may_create(author.access, envelope.kind):
        raise Refused("not_allowed", field="type")
    check(record_type.schema, envelope.set)
    sent = {name: value for name, value in envelope.set.items() if name not in record_type.derived}
    derived = record_type.derive(sent, sent)
    fields = {name: value for name, value in (sent | derived).items() if value is not None}
    record_type.rule(fields)
    existing = batch.records.get(envelope.rid)
    if existing is not None:
        again(batch, pending, existing, fields)
        return
    changed = derived | dict.fromkeys(record_type.derived & envelope.set.keys() - derived.keys())
    pending.effect = {name: value for name, value in changed.items() if envelope.set.get(name) != value}
    record = Loaded(
        envelope.rid,
        envelope.type,
        envelope.scope,
        author.account_id,
        batch.received,
        Record(fields, {}, 1),
        is_new=True,
    )
    batch.accept(pending, record, "applied")


def again(batch: Batch, pending: Pending, existing: Loaded, fields: Mapping[str, Any]) -> None:
    """Accept the creation of what is there already; Refused `id_reused` if it is anything else."""
    envelope, state = pending.envelope, existing.state
    assert envelope is not None  # noqa: S101 - see apply
    is_same = (
        (existing.type, existing.scope, existing.author)
        == (envelope.type, envelope.scope, batch.author.account_id)
        and not state.gone
        and fingerprint(state.fields) == fingerprint(fields)
    )
    if not is_same:
        raise Refused("id_reused", field="rid")
    existing.state = Record(state.fields, state.stamps, state.rev + 1)
    batch.accept(pending, existing, "applied")


def change(batch: Batch, pending: Pending, envelope: Envelope, record_type: RecordType) -> None:
    """Set fields of the record or delete it; what clashes becomes conflict records (M3, M6)."""
    record = batch.records.get(envelope.rid)
    if record is None or (record.scope, record.type) != (envelope.scope, envelope.type):
        raise Refused("record_unknown", field="rid")
    access = batch.author.access
    if access is not None and not record_type.may_change(access, envelope.kind, record.author):
        raise Refused("not_allowed", field="rid")
    refuse_unsettable(record_type, envelope)
    check(record_type.schema, envelope.set, partial=True)
    sent = {name: value for name, value in envelope.set.items() if name not in record_type.derived}
    asked = Change(batch.device, envelope.kind, sent, envelope.base, envelope.after)
    try:
        merged = merge(record.state, asked, batch.past_of(record.id), record_type.keyed)
    except RecordGone:
        raise Refused("record_gone", field="rid") from None
    if len(merged.conflicts) > MOST_CONFLICTS:
        raise Refused("too_many_conflicts", field=merged.conflicts[0].field)
    if envelope.kind == "set":
        finish(batch, record_type, record.state, merged, envelope)
    record.state = merged.record
    pending.effect = merged.effect
    batch.accept(pending, record, merged.status)
    for conflict in merged.conflicts:
        conflict_id = add_conflict(batch, record, conflict)
        pending.conflict_id = pending.conflict_id or conflict_id


def refuse_unsettable(record_type: RecordType, envelope: Envelope) -> None:
    """Refuse a field that only the server writes (rules M10, P11, P13)."""
    if record_type.settable is not None:
        kind = envelope.scope.partition(":")[0]
        for name in sorted(envelope.set.keys() - record_type.settable[kind]):
            raise Refused("not_allowed", field=name)


def finish(batch: Batch, record_type: RecordType, before: Record, merged: Merged, envelope: Envelope) -> None:
    """Derive the server's fields, and hold the rules against the record as it has become."""
    after = merged.record
    if merged.effect:
        check(record_type.schema, merged.effect, partial=True)
    signed = record_type.sign(envelope.set, batch.author.account_id, batch.received)
    for name, value in (record_type.derive(after.fields, envelope.set) | signed).items():
        if before.fields.get(name) != value:
            after.stamps[name] = after.rev
        if value is None:
            after.fields.pop(name, None)
        else:
            after.fields[name] = value
        merged.effect[name] = value
    for name in record_type.derived & envelope.set.keys():
        merged.effect[name] = after.fields.get(name)
    record_type.rule(after.fields)


def add_conflict(batch: Batch, record: Loaded, conflict: Conflict) -> str:
    """Add the conflict's record in the scope of the record, and return its id."""
    fields = {
        "record_type": record.type,
        "record_id": record.id,
        "field": conflict.field,
        "shown": side(batch, record, conflict.shown, conflict.shown_by),
        "other": side(batch, record, conflict.other, conflict.other_by),
        "state": "open",
    }
    made = batch.own_record("conflict", record.scope, fields)
    batch.takers.append(Taker(record.scope, None, made))
    batch.conflicts += 1
    return made.id


def side(batch: Batch, record: Loaded, value: object, rev: int) -> dict[str, Any]:
    """Return one side of a conflict: the value, and who wrote it where and when.

    A writer that the log doesn't hold is said to be the record's author, on no device.
    """
    written = batch.history[record.id].get(rev)
    if written is None:
        time = record.created_at
        writer = {"account": record.author, "device": str(UUID(int=0)), "wall": time, "received": time}
        return {"value": value, **writer}
    return {
        "value": value,
        "account": written.account,
        "device": written.device,
        "wall": written.wall,
        "received": written.received,
    }
