"""Walks of the unit tree: down from a unit, and up to its community."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from server.accounts.models import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Place(NamedTuple):
    """A unit as it is read: every request walks the tree, and plain rows cost a third of objects."""

    id: str
    parent_id: str | None
    kind: str
    name: str
    sort: int
    org_strength: str
    tags: list[str]


COLUMNS = (Unit.id, Unit.parent_id, Unit.kind, Unit.name, Unit.sort, Unit.org_strength, Unit.tags)


def subtree(session: Session, unit_id: str) -> dict[str, Place]:
    """Return the unit and everything beneath it, by id; empty where there is no such unit."""
    walk = select(Unit.id).where(Unit.id == unit_id).cte("walk", recursive=True)
    walk = walk.union_all(select(Unit.id).join(walk, Unit.parent_id == walk.c.id))
    found = session.execute(select(*COLUMNS).where(Unit.id.in_(select(walk.c.id))))
    return {row.id: Place(*row) for row in found}


def ancestors(session: Session, unit_id: str) -> list[Place]:
    """Return the unit and those above it, from the unit up to the root."""
    walk = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("up", recursive=True)
    above = aliased(Unit)
    walk = walk.union_all(select(above.id, above.parent_id).join(walk, above.id == walk.c.parent_id))
    rows = session.execute(select(*COLUMNS).where(Unit.id.in_(select(walk.c.id))))
    found = {row.id: Place(*row) for row in rows}
    chain: list[Place] = []
    at = found.get(unit_id)
    while at is not None:
        chain.append(at)
        at = found.get(at.parent_id) if at.parent_id else None
    return chain


def community_of(session: Session, unit_id: str) -> str | None:
    """Return the id of the community that the unit is or lies in; None above a community."""
    return next((unit.id for unit in ancestors(session, unit_id) if unit.kind == "community"), None)
