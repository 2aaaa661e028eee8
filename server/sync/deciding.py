"""The decision on one op: rights, validation, merge and rules (P8, P9, M1 to M7)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from server.core.checking import check
from server.core.errors import BadInput
from server.sync.batch import Batch, Loaded, Pending
from server.sync.conflicts import add_conflicts
from server.sync.handing import HandedOver, hand_over
from server.sync.moving import move
from server.sync.refusals import Refused
from server.sync.registry import TYPES, RecordType
from server.sync.rights import (
    CREATES,
    check_change,
    known,
    place_of,
    require_change_or_settlement,
    require_creation,
)
from server.sync.taking import carry_out
from sync.merge import GONE, Change, Merged, Record, RecordGone, fingerprint, merge
from sync.messages import DEEPEST_OP, MOST_CONFLICTS, MOST_OP_BYTES, SCHEMA, Envelope, depth_over, unwritable

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("minqing")


def decide(batch: Batch, pending: Pending, *, is_suspect: bool) -> None:
    """Apply the op to the batch, or quarantine it there with the reason.

    `is_suspect` says that the request holds text that may not be storable.
    """
    try:
        refuse_the_unfit(batch, pending, is_suspect=is_suspect)
        apply(batch, pending)
    except HandedOver as refusal:
        hand_over(batch, pending, refusal)
    except BadInput as refusal:
        batch.quarantine(pending, refusal)
    except Exception:
        # A fault of ours must not keep the rest of the outbox from arriving, nor lose this op.
        log.exception("op %s failed", pending.id)
        batch.quarantine(pending, Refused("internal"))


def refuse_the_unfit(batch: Batch, pending: Pending, *, is_suspect: bool) -> None:
    """Refuse an op that was refused already, can't be stored, is too large, or is too new."""
    if pending.refusal is not None:
        raise pending.refusal
    if is_suspect and (name := unwritable(pending.op)) is not None:
        raise Refused("invalid_text", field=name)
    if len(pending.text) > MOST_OP_BYTES:
        raise Refused("op_too_large")
    if depth_over(pending.op, DEEPEST_OP):
        raise Refused("too_deep")
    if batch.schema > SCHEMA:
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
    if envelope.kind == "move":
        move(batch, pending, envelope)
        return
    scope = place_of(batch, envelope, record_type)
    if GONE in envelope.set:
        raise Refused("invalid_op", field=GONE, message=f"字段名 {GONE} 不能使用")
    if envelope.kind in CREATES:
        create(batch, pending, envelope, record_type)
    else:
        change(batch, pending, envelope, record_type, scope)


def create(batch: Batch, pending: Pending, envelope: Envelope, record_type: RecordType) -> None:
    """Create the record; the same once more changes nothing, other content reuses its id (M7)."""
    author = batch.author
    require_creation(author.access, envelope, record_type)
    check(record_type.schema, envelope.set)
    sent = envelope.set
    if record_type.derived:
        sent = {name: value for name, value in sent.items() if name not in record_type.derived}
    derived = record_type.derive(sent, sent)
    fields = {name: value for name, value in (sent | derived).items() if value is not None}
    record_type.rule(fields)
    existing = batch.records.get(envelope.rid)
    if existing is not None:
        again(batch, pending, existing, fields)
        return
    if changed := derived | dict.fromkeys(record_type.derived & envelope.set.keys() - derived.keys()):
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


def change(batch: Batch, pending: Pending, envelope: Envelope, record_type: RecordType, scope: str) -> None:
    """Set fields of the record or delete it; what clashes becomes conflict records (M3, M6)."""
    record = known(batch, envelope, scope)
    if record is None:
        raise HandedOver(scope, "scope_lost")
    require_change_or_settlement(batch, envelope, record_type, record)
    check_change(batch.author.access, envelope, record_type)
    sent = {name: value for name, value in envelope.set.items() if name not in record_type.derived}
    asked = Change(batch.writer, envelope.kind, sent, envelope.base, envelope.after)
    try:
        merged = merge(record.state, asked, batch.past_of(record.id), record_type.keyed)
    except RecordGone:
        raise Refused("record_gone", field="rid") from None
    if len(merged.conflicts) > MOST_CONFLICTS:
        raise Refused("too_many_conflicts", field=merged.conflicts[0].field)
    if envelope.kind == "set":
        finish(batch, record_type, record.state, merged, envelope)
    if record.type == "handover" and "state" in envelope.set:
        carry_out(batch, record, envelope.set, apply)
    record.state = merged.record
    pending.effect = merged.effect
    batch.accept(pending, record, merged.status)
    add_conflicts(batch, pending, record, merged.conflicts)


def finish(batch: Batch, record_type: RecordType, before: Record, merged: Merged, envelope: Envelope) -> None:
    """Derive the server's fields, and hold the rules against the record as it has become."""
    after = merged.record
    if merged.effect:
        check(record_type.schema, merged.effect, partial=True)
    news = {name: value for name, value in envelope.set.items() if before.fields.get(name) != value}
    signed = record_type.sign(news, batch.author.account_id, batch.received)
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
