"""Ops for a scope that their author held once: kept for whoever holds it now (rule P13)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from server.core.access import Access, Role
from server.sync.batch import Batch, Loaded, Pending, Taker
from server.sync.chaining import said
from server.sync.own_ids import server_id
from server.sync.refusals import Refused
from server.sync.schemas import MOST_HANDED_OVER

if TYPE_CHECKING:
    from sync.messages import Envelope

MOST_BYTES = 512 * 1024  # of the ops of one handover that another op is added to
MEMBERS = ("op_id", "n", "kind", "set", "base", "wall")


class HandedOver(Refused):
    """An op that somebody else decides about: it goes into the handover of the scope."""

    def __init__(self, scope: str, reason: str) -> None:
        super().__init__("handed_over", field="scope")
        self.scope, self.reason = scope, reason


@dataclass(slots=True)
class Waiting:
    """A handover that takes further ops of the batch; `size` is about that of its ops in bytes."""

    record: Loaded
    size: int
    added: int = 0


def as_cadre(access: Access) -> Access:
    """Return the access with the role in which a grid is held: what is left to decide is the rest."""
    return replace(access, roles=access.roles | {Role.CADRE})


def hand_over(batch: Batch, pending: Pending, refusal: HandedOver) -> None:
    """Keep the op in the handover of its record, and in the author's quarantine record."""
    envelope = pending.envelope
    assert envelope is not None  # noqa: S101 - it was looked at already
    key = (refusal.scope, envelope.rid)
    waiting = batch.waiting.get(key)
    if waiting is None or not has_room(waiting, len(pending.text)):
        waiting = Waiting(begun(batch, pending, envelope, refusal), 0)
        batch.waiting[key] = waiting
    waiting.size += len(pending.text)
    waiting.record.state.fields["ops"].append(handed(batch, pending))
    waiting.added += 1
    batch.quarantine(pending, refusal, handover=waiting.record.id)


def has_room(waiting: Waiting, size: int) -> bool:
    """Return whether an op of the size may be added."""
    fields = waiting.record.state.fields
    is_small = len(fields["ops"]) < MOST_HANDED_OVER and waiting.size + size <= MOST_BYTES
    return is_small and fields["state"] == "waiting"


def begun(batch: Batch, pending: Pending, envelope: Envelope, refusal: HandedOver) -> Loaded:
    """Return a new handover in the scope, still without ops."""
    fields = {
        "of_type": envelope.type,
        "rid": envelope.rid,
        "account": batch.author.account_id,
        "device": batch.device,
        "reason": refusal.reason,
        "ops": [],
        "state": "waiting",
    }
    made = batch.own_record(server_id(pending.id, "handover"), "handover", refusal.scope, fields)
    batch.takers.append(Taker(refusal.scope, None, made))
    return made


def handed(batch: Batch, pending: Pending) -> dict[str, Any]:
    """Return the op as the handover names it."""
    item = {name: pending.said[name] for name in MEMBERS if pending.said.get(name) is not None}
    return item | {"received_at": batch.received}


def write_down(batch: Batch) -> None:
    """Write what was added to handovers that were there before, each with an op of the server's."""
    for waiting in batch.waiting.values():
        record = waiting.record
        if record.is_new or not waiting.added:
            continue
        part = batch.parts[batch.author.account_id]
        ops = record.state.fields["ops"]
        record.state.fields["ops"] = ops[: -waiting.added]
        said(part, record, {"ops": ops})
