"""The directory: the names of units and people that a phone needs to show records."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import or_, select

from server.accounts.models import Account, ContactPointAssignment
from server.accounts.remembered import remembered
from server.accounts.tree import ancestors, subtree

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.core.access import Access

ETAG_DIGITS = 32
BELOW_GRID = frozenset({"estate", "building"})


def directory_of(session: Session, access: Access) -> dict[str, Any]:
    """Return units, people and active assignments of the account's community, with their `etag`.

    Above the community it holds the units down to the grids, and the people of the own unit only.
    """
    root = access.community_id or access.unit_id
    beneath = subtree(session, root)
    units = {unit.id: unit for start in {root, access.unit_id} for unit in ancestors(session, start)}
    if access.community_id is None:
        units |= {key: unit for key, unit in beneath.items() if unit.kind not in BELOW_GRID}
        inside = {access.unit_id}
    else:
        units |= beneath
        inside = {*beneath, access.unit_id}
    body = {
        "units": [unit._asdict() for unit in sorted(units.values(), key=lambda unit: (unit.sort, unit.id))],
        "people": people_of(session, inside),
        "assignments": assignments_of(session, inside),
    }
    digest = hashlib.sha256(orjson.dumps(body)).hexdigest()[:ETAG_DIGITS]
    return body | {"etag": digest}


def directory_etag(session: Session, access: Access) -> str:
    """Return the etag of the account's directory; it changes when a shown name does.

    It is worked out once for each unit and version of the organisation.
    """
    if access.version is None:
        return str(directory_of(session, access)["etag"])
    key = ("etag", access.community_id, access.unit_id)
    return remembered(access.version).value(key, lambda: str(directory_of(session, access)["etag"]))


def people_of(session: Session, units: set[str]) -> list[dict[str, Any]]:
    """Return id, name and roles of whoever belongs to the units or ever held a grid in them.

    Those whose account has ended stay in it: their diaries still need a name.
    """
    held = select(ContactPointAssignment.cadre_id).where(ContactPointAssignment.grid_id.in_(units))
    rows = session.execute(
        select(Account.id, Account.name, Account.roles)
        .where(or_(Account.unit_id.in_(units), Account.id.in_(held)))
        .order_by(Account.id)
    )
    return [{"id": key, "name": name, "roles": roles} for key, name, roles in rows]


def assignments_of(session: Session, units: set[str]) -> list[dict[str, Any]]:
    """Return the active assignments to grids among the units."""
    found = session.scalars(
        select(ContactPointAssignment)
        .where(ContactPointAssignment.grid_id.in_(units), ContactPointAssignment.ended_at.is_(None))
        .order_by(ContactPointAssignment.id)
    )
    return [
        {
            "id": row.id,
            "cadre_id": row.cadre_id,
            "grid_id": row.grid_id,
            "estate_ids": row.estate_ids,
            "from_day": row.from_day.isoformat(),
            "to_day": None,
        }
        for row in found
    ]
