"""The access loader: from an account's unit, roles and assignments to its scopes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from server.accounts.models import Account, ContactPointAssignment
from server.accounts.tree import Place, community_of, subtree
from server.core.access import SUPERVISORS, Access, Role
from server.core.database import db, now
from server.core.days import today
from server.core.errors import Unauthenticated


def access_for(account_id: str, session: Session | None = None) -> Access:
    """Return the access of the account as it stands in the session's transaction."""
    account = (session or db.session()).get(Account, account_id)
    if account is None or not is_active(account):
        message = "账号已停用或已到期"
        raise Unauthenticated(message, code="account_disabled")
    return access_of(account)


def is_active(account: Account) -> bool:
    """Return whether the account may be used now: neither disabled nor past its end."""
    return account.disabled_at is None and (account.valid_until is None or account.valid_until > now())


def access_of(account: Account) -> Access:
    """Return what the account may read and write now.

    Above the community there is no scope of records: a person there reads only his own.
    """
    session = object_session(account) or db.session()
    roles = frozenset(Role(role) for role in account.roles)
    units = subtree(session, account.unit_id)
    assigned, held = assigned_grids(session, account.id)
    own = {f"person:{account.id}"}
    led = led_grids(units, account.unit_id, roles)
    supervised = supervised_scopes(units, account.unit_id, roles)
    cadres = assigned if Role.CADRE in roles else set()
    writable = own | scopes(cadres) | led | (supervised if roles & SUPERVISORS else set())
    readable = writable | supervised
    community = community_of(session, account.unit_id)
    if community is None and cadres:
        community = community_of(session, min(cadres))
    return Access(
        account_id=account.id,
        unit_id=account.unit_id,
        community_id=community,
        roles=roles,
        readable=frozenset(readable),
        writable=frozenset() if roles == {Role.AUDITOR} else frozenset(writable),
        formerly=frozenset(scopes(held) - readable),
        units=frozenset(units),
    )


def scopes(grids: set[str]) -> set[str]:
    """Return the scopes of the grids."""
    return {f"grid:{grid}" for grid in grids}


def assigned_grids(session: Session, cadre_id: str) -> tuple[set[str], set[str]]:
    """Return the grids of the cadre's begun, active assignment, and all he ever held."""
    rows = session.execute(
        select(
            ContactPointAssignment.grid_id,
            ContactPointAssignment.from_day,
            ContactPointAssignment.ended_at,
        ).where(ContactPointAssignment.cadre_id == cadre_id)
    ).all()
    active = {grid for grid, from_day, ended_at in rows if ended_at is None and from_day <= today()}
    return active, {grid for grid, _, ended_at in rows if ended_at is not None}


def led_grids(units: dict[str, Place], unit_id: str, roles: frozenset[Role]) -> set[str]:
    """Return the scope of the grid that a grid_lead leads: the unit of his account."""
    if Role.GRID_LEAD in roles and units[unit_id].kind == "grid":
        return {f"grid:{unit_id}"}
    return set()


def supervised_scopes(units: dict[str, Place], unit_id: str, roles: frozenset[Role]) -> set[str]:
    """Return the scopes that reviewer, secretary and auditor see of their own community."""
    if units[unit_id].kind != "community" or roles.isdisjoint({*SUPERVISORS, Role.AUDITOR}):
        return set()
    grids = {unit.id for unit in units.values() if unit.kind == "grid"}
    return scopes(grids) | {f"committee:{unit_id}"}
