"""`Me`: what the app must know of the person who is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from server.accounts.models import Account, ContactPointAssignment, Unit
from server.accounts.rules import SESSION_LIFETIME
from server.core.access import Role
from server.core.database import now
from server.core.days import today
from server.core.errors import Unauthenticated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.core.access import Access


def me_of(session: Session, access: Access) -> dict[str, Any]:
    """Return account, unit, scopes and contact point; `lease_until` is when offline reading ends."""
    account = session.get(Account, access.account_id)
    if account is None:
        message = "账号不存在"
        raise Unauthenticated(message)
    moment = now()
    return {
        "account": {
            "id": account.id,
            "login": account.login,
            "name": account.name,
            "roles": account.roles,
            "work_types": account.work_types,
        },
        "unit": unit_of(session, access.unit_id),
        "community": unit_of(session, access.community_id),
        "scopes": [scope_view(session, access, account, scope) for scope in sorted(access.readable)],
        "assignment": assignment_of(session, access),
        "must_change_password": account.must_change_password,
        "lease_until": (moment + SESSION_LIFETIME).isoformat(),
        "server_time": moment.isoformat(),
    }


def unit_of(session: Session, unit_id: str | None) -> dict[str, Any] | None:
    """Return id, name and kind of the unit."""
    unit = session.get(Unit, unit_id) if unit_id else None
    return None if unit is None else {"id": unit.id, "name": unit.name, "kind": unit.kind}


def scope_view(session: Session, access: Access, account: Account, scope: str) -> dict[str, Any]:
    """Return the scope with a name: the grid's, the committee's or the person's own."""
    kind, _, key = scope.partition(":")
    unit = None if kind == "person" else session.get(Unit, key)
    name = account.name if unit is None else unit.name
    return {
        "id": scope,
        "kind": kind,
        "unit_id": unit.id if unit else None,
        "name": f"{name}党委" if kind == "committee" else name,
        "write": scope in access.writable,
    }


def assignment_of(session: Session, access: Access) -> dict[str, Any] | None:
    """Return the cadre's contact point: grid, estates and first day; None without one."""
    if Role.CADRE not in access.roles:
        return None
    found = session.scalar(
        select(ContactPointAssignment).where(
            ContactPointAssignment.cadre_id == access.account_id,
            ContactPointAssignment.ended_at.is_(None),
            ContactPointAssignment.from_day <= today(),
        )
    )
    if found is None:
        return None
    names = {
        unit.id: unit.name
        for unit in session.scalars(select(Unit).where(Unit.id.in_([found.grid_id, *found.estate_ids])))
    }
    return {
        "grid_id": found.grid_id,
        "grid_name": names[found.grid_id],
        "estates": [{"id": key, "name": names[key]} for key in found.estate_ids if key in names],
        "from_day": found.from_day.isoformat(),
    }
