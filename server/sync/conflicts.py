"""The records of conflicts: both values, and who wrote them where and when (rule M3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from server.sync.batch import Batch, Loaded, Pending, Taker
from server.sync.own_ids import server_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.merge import Conflict

NOWHERE = str(UUID(int=0))  # the device of a writer that the log doesn't hold


def add_conflicts(batch: Batch, pending: Pending, record: Loaded, conflicts: Iterable[Conflict]) -> None:
    """Add the records of the conflicts that the op made, in the scope of its record."""
    for number, conflict in enumerate(conflicts):
        fields = {
            "record_type": record.type,
            "record_id": record.id,
            "field": conflict.field,
            "shown": side(batch, record, conflict.shown, conflict.shown_by),
            "other": side(batch, record, conflict.other, conflict.other_by),
            "state": "open",
        }
        made = batch.own_record(conflict_id(pending.id, number), "conflict", record.scope, fields)
        batch.takers.append(Taker(record.scope, None, made))
        batch.conflicts += 1
        pending.conflict_id = pending.conflict_id or made.id


def conflict_id(log_id: str, number: int) -> str:
    """Return the id of the conflict with the number, from 0, that the op made."""
    return server_id(log_id, f"conflict.{number}")


def side(batch: Batch, record: Loaded, value: object, rev: int) -> dict[str, Any]:
    """Return one side of a conflict: the value, and who wrote it where and when.

    A writer that the log doesn't hold is said to be the record's author, on no device.
    """
    written = batch.history[record.id].get(rev)
    if written is None:
        time = record.created_at
        return {"value": value, "account": record.author, "device": NOWHERE, "wall": time, "received": time}
    return {
        "value": value,
        "account": written.account,
        "device": written.device,
        "wall": written.wall,
        "received": written.received,
    }
