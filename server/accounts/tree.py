"""Walks of the unit tree: down from a unit, and up to its community."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.accounts.models import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def subtree(session: Session, unit_id: str) -> dict[str, Unit]:
    """Return the unit and everything beneath it, by id; empty where there is no such unit."""
    walk = select(Unit.id).where(Unit.id == unit_id).cte("walk", recursive=True)
    walk = walk.union_all(select(Unit.id).join(walk, Unit.parent_id == walk.c.id))
    found = session.scalars(select(Unit).where(Unit.id.in_(select(walk.c.id))))
    return {unit.id: unit for unit in found}


def ancestors(session: Session, unit_id: str) -> list[Unit]:
    """Return the unit and those above it, from the unit up to the root."""
    walk = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("up", recursive=True)
    above = aliased(Unit)
    walk = walk.union_all(select(above.id, above.parent_id).join(walk, above.id == walk.c.parent_id))
    found = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(select(walk.c.id))))}
    chain: list[Unit] = []
    at = found.get(unit_id)
    while at is not None:
        chain.append(at)
        at = found.get(at.parent_id) if at.parent_id else None
    return chain


def community_of(session: Session, unit_id: str) -> str | None:
    """Return the id of the community that the unit is or lies in; None above a community."""
    return next((unit.id for unit in ancestors(session, unit_id) if unit.kind == "community"), None)
