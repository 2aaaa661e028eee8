"""Records written by the server itself, as ops of a system device: the import, the demo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.database import now
from server.core.errors import BadInput
from server.core.ids import new_id
from server.sync.batch import QUARANTINED, Author, instant
from server.sync.exchange import Results, apply_ops
from server.sync.models import Device
from server.sync.own_ids import system_device


@dataclass(frozen=True, slots=True)
class Write:
    """One op to write. `wall` is the device time it claims, by default now.

    A move says in `leaves` the scope in which the record was.
    """

    type: str
    rid: str
    scope: str
    kind: str
    fields: Mapping[str, Any]
    base: Mapping[str, int] | None = None
    wall: str | None = None
    leaves: str | None = None


class WriteRefused(BadInput):
    """A write that an op's checks refuse; `position` is its place in what was given, from 0."""

    def __init__(self, result: Mapping[str, Any], position: int, write: Write) -> None:
        super().__init__(result["message"], code=result["code"], field=result.get("field"))
        self.position, self.write = position, write


def write_records(session: Session, account_id: str, writes: Iterable[Write]) -> Results:
    """Return the results of the writes, made in the name of the account in one transaction.

    They pass the same checks and the same merge as a phone's ops, but no right stops them, and
    they continue the chain of the account's system device. They are taken as one batch in
    memory: some ten thousand at a time. The first write that is refused raises WriteRefused;
    the session's transaction, begun with `core.database.writing`, must then be rolled back.
    """
    given = list(writes)
    device = system_device(account_id)
    last = session.scalar(select(Device.last_n).where(Device.id == device).with_for_update()) or 0
    wall = instant(now())
    ops = [op_of(write, n, wall) for n, write in enumerate(given, last + 1)]
    results = apply_ops(session, Author(account_id, None, None), device, ops)
    for position, (result, write) in enumerate(zip(results, given, strict=True)):
        if result["status"] == QUARANTINED:
            raise WriteRefused(result, position, write)
    return results


def op_of(write: Write, n: int, wall: str) -> dict[str, Any]:
    """Return the write as the device's op number n."""
    op: dict[str, Any] = {
        "op_id": new_id(),
        "n": n,
        "type": write.type,
        "rid": write.rid,
        "scope": write.scope,
        "kind": write.kind,
        "wall": write.wall or wall,
        "mono": 0,
    }
    if write.leaves is not None:
        op["from"] = write.leaves
    if write.fields:
        op["set"] = dict(write.fields)
    if write.base is not None:
        op["base"] = dict(write.base)
    return op
