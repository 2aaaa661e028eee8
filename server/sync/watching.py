"""What is noted of a device: its clock, gaps in its ops, that it was cleared (M8, P5, D10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update

from server.core.database import now, writing
from server.sync.batch import Batch
from server.sync.models import Device
from sync.messages import Evicted

TOLERATED = 10 * 60  # seconds by which a clock may be wrong before anybody is told
MOST = 2**31 - 1  # seconds; a clock that is wrong by more than 68 years is as wrong
GAPS = frozenset({"n_taken", "chain_broken"})  # what comes of a phone that was set back


def skew_of(sent: str | None, walls: Iterable[str], received: datetime) -> int | None:
    """Return by how many seconds the device's clock is ahead of the server's; None if unknown.

    `sent` is what that clock said as the request was sent. An older app doesn't tell; how old the
    ops are that it wrote says nothing then, since it was offline, but none comes from the future.
    """
    if sent is not None:
        return seconds_ahead(sent, received)
    newest = max((seconds_ahead(wall, received) or 0 for wall in walls), default=0)
    return newest if newest > TOLERATED else None


def seconds_ahead(wall: str, received: datetime) -> int | None:
    """Return by how much the time of a device is later than the server's; None if it is no time."""
    try:
        ahead = (datetime.fromisoformat(wall) - received).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(-MOST, min(MOST, round(ahead)))


class Noted(NamedTuple):
    """What a push tells of its device besides the head of its chain; None where nothing is new."""

    skew: int | None
    gap_at: datetime | None


def noted(batch: Batch) -> Noted:
    """Return what the push tells of its device."""
    walls = (pending.envelope.wall for pending in batch.ops if pending.envelope)
    has_gap = any(pending.refusal and pending.refusal.code in GAPS for pending in batch.ops)
    skew = skew_of(batch.sent, walls, batch.received_at)
    return Noted(skew, batch.received_at if has_gap else None)


def note_eviction(evicted: Evicted, account_id: str) -> None:
    """Note that the browser has cleared a device of the account, once (D10)."""
    with writing() as session:
        session.execute(
            update(Device)
            .where(Device.id == evicted.device, Device.account_id == account_id, Device.evicted_at.is_(None))
            .values(evicted_at=now(), unsent=evicted.unsent)
        )


def note_gap(device: str, account_id: str) -> None:
    """Note that the account's device has ops of which the server doesn't know those before."""
    with writing() as session:
        session.execute(
            update(Device).where(Device.id == device, Device.account_id == account_id).values(gap_at=now())
        )
