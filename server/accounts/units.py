"""The acts on units, each through the access layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts.models import Unit
from server.accounts.rules import check_child_kind
from server.accounts.tree import Place, subtree
from server.core.access import SUPERVISORS, Role, current_access
from server.core.database import db, writing
from server.core.errors import Clash
from server.core.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

READERS = (Role.ORG_ADMIN, *sorted(SUPERVISORS))


def listed() -> list[Place]:
    """Return the units that the account may manage or read, in their order."""
    access = current_access()
    access.require(*READERS)
    found = subtree(db.session(), access.unit_id).values()
    return sorted(found, key=lambda unit: (unit.sort, unit.name, unit.id))


def create(unit: dict[str, Any]) -> Unit:
    """Return the new unit; Clash `name_taken` where its parent has one of that name."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    access.require_unit(unit["parent_id"])
    with writing() as session:
        check_child_kind(session.get_one(Unit, unit["parent_id"]).kind, unit["kind"])
        made = Unit(**{"id": new_id(), "sort": 0, "org_strength": "normal", "tags": [], **unit})
        session.add(made)
        flush_name(session)
    return made


def change(unit_id: str, patch: dict[str, Any]) -> Unit:
    """Return the changed unit."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    access.require_unit(unit_id)
    with writing() as session:
        unit = session.get_one(Unit, unit_id)
        for name, value in patch.items():
            setattr(unit, name, value)
        flush_name(session)
    return unit


def flush_name(session: Session) -> None:
    """Flush a unit, or refuse its name as taken among its siblings."""
    try:
        session.flush()
    except IntegrityError as error:
        message = "同级单位中已有这个名称"
        raise Clash(message, code="name_taken", field="name") from error


def unit_kind(session: Session, unit_id: str) -> str:
    """Return the kind of a unit that exists."""
    return session.scalars(select(Unit.kind).where(Unit.id == unit_id)).one()
