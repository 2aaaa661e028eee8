"""The acts on contact-point assignments, each through the access layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.accounts.access import is_active
from server.accounts.models import ContactPointAssignment, Unit
from server.accounts.people import managed
from server.accounts.rules import already_assigned, check_end, check_start
from server.accounts.units import READERS, unit_kind
from server.core.access import Access, Role, current_access
from server.core.database import db, now, writing
from server.core.days import today
from server.core.errors import BadInput, Clash, NotFound
from server.core.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def listed() -> list[ContactPointAssignment]:
    """Return the assignments to the grids of one's own units, the newest first."""
    access = current_access()
    access.require(*READERS)
    found = select(ContactPointAssignment).where(ContactPointAssignment.grid_id.in_(access.units))
    return list(
        db.session().scalars(
            found.order_by(ContactPointAssignment.from_day.desc(), ContactPointAssignment.id)
        )
    )


def create(assignment: dict[str, Any]) -> ContactPointAssignment:
    """Return the new assignment; Clash `already_assigned` names the cadre's present grid."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    access.require_unit(assignment["grid_id"])
    check_start(assignment["from_day"], today())
    with writing() as session:
        check_cadre(session, access, assignment["cadre_id"])
        check_place(session, assignment["grid_id"], assignment["estate_ids"])
        made = ContactPointAssignment(
            **assignment, id=new_id(), assigned_by=access.account_id, created_at=now()
        )
        session.add(made)
        try:
            session.flush()
        except IntegrityError as error:
            session.rollback()
            raise already_assigned(present_grid(session, assignment["cadre_id"])) from error
    return made


def check_cadre(session: Session, access: Access, cadre_id: str) -> None:
    """Refuse who isn't an active cadre of the access's units, or has a grid already."""
    cadre = managed(session, access, cadre_id)
    if Role.CADRE not in cadre.roles or not is_active(cadre):
        message = "只有在用的干部账号才能安排联系点"
        raise BadInput(message, field="cadre_id")
    present = present_grid(session, cadre_id)
    if present:
        raise already_assigned(present)


def present_grid(session: Session, cadre_id: str) -> str:
    """Return the name of the cadre's active grid, or nothing."""
    name = session.scalar(
        select(Unit.name)
        .join(ContactPointAssignment, ContactPointAssignment.grid_id == Unit.id)
        .where(ContactPointAssignment.cadre_id == cadre_id, ContactPointAssignment.ended_at.is_(None))
    )
    return name or ""


def check_place(session: Session, grid_id: str, estate_ids: list[str]) -> None:
    """Refuse what isn't a grid, or estates that aren't different ones inside it."""
    if unit_kind(session, grid_id) != "grid":
        message = "联系点必须是网格"
        raise BadInput(message, field="grid_id")
    inside = set(session.scalars(select(Unit.id).where(Unit.parent_id == grid_id, Unit.kind == "estate")))
    if len(set(estate_ids)) != len(estate_ids) or not inside.issuperset(estate_ids):
        message = "小区必须在该网格内, 且不能重复"
        raise BadInput(message, field="estate_ids")


def end(assignment_id: str, ending: dict[str, Any]) -> ContactPointAssignment:
    """Return the ended assignment; the grid is lost to the cadre from this moment on."""
    access = current_access()
    access.require(Role.ORG_ADMIN)
    with writing() as session:
        found = session.get(ContactPointAssignment, assignment_id)
        if found is None or found.grid_id not in access.units:
            message = "没有这个安排"
            raise NotFound(message)
        if found.ended_at is not None:
            message = "这个安排已经结束"
            raise Clash(message, code="already_ended")
        check_end(found.from_day, ending["to_day"], today())
        found.to_day, found.ended_at = ending["to_day"], now()
        found.end_reason = ending.get("reason", "")
    return found
