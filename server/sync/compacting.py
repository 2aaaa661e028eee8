"""Forgetting which records left a scope long ago (rule L9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.orm import Session

from server.core.database import now
from server.sync.models import Departure, Op, Scope


class Forgotten(NamedTuple):
    """How many departures of how many scopes are remembered no longer."""

    departures: int
    scopes: int


def compact(session: Session, days: int) -> Forgotten:
    """Forget the departures older than `days`, and raise the floors of their scopes above them.

    The scopes are locked first, in sorted order as a push locks them, so that a pull sees either
    the departure or the floor.
    """
    floors = floors_after(session, days)
    for scope, floor in floors:
        higher = case((Scope.floor < floor, floor), else_=Scope.floor)
        session.execute(update(Scope).where(Scope.id == scope).values(floor=higher))
    return Forgotten(sum(forget(session, floors)), len(floors))


def floors_after(session: Session, days: int) -> list[tuple[str, int]]:
    """Return the last seq of each scope at which a record left it before that time."""
    moved = and_(Op.rid == Departure.record_id, Op.rev == Departure.rev)
    rows = session.execute(
        select(Departure.scope_id, func.max(Departure.seq))
        .join(Op, moved)
        .where(Op.received_at < now() - timedelta(days=days))
        .group_by(Departure.scope_id)
        .order_by(Departure.scope_id)
    )
    return [(scope, floor) for scope, floor in rows]


def forget(session: Session, floors: Iterable[tuple[str, int]]) -> list[int]:
    """Delete what the floors make useless, and return how many of each scope."""
    found = []
    for scope, floor in floors:
        old = delete(Departure).where(Departure.scope_id == scope, Departure.seq <= floor)
        found.append(len(session.scalars(old.returning(Departure.seq)).all()))
    return found
