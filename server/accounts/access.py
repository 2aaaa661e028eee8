"""The access loader: from an account's unit, roles and assignments to its scopes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from server.accounts.models import Account, ContactPointAssignment
from server.accounts.remembered import Remembered
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


class Ending(Protocol):
    """An account, or a row with its two ends."""

    @property
    def disabled_at(self) -> datetime | None:
        """When it was disabled."""

    @property
    def valid_until(self) -> datetime | None:
        """When it ends by itself."""


def is_active(account: Ending) -> bool:
    """Return whether the account may be used now: neither disabled nor past its end."""
    return account.disabled_at is None and (account.valid_until is None or account.valid_until > now())


def access_now(session: Session, account_id: str, known: Remembered) -> Access:
    """Return the access of the account, whose units are shared by all accounts of its unit."""
    account = session.get_one(Account, account_id)
    places = known.value(("places", account.unit_id), lambda: places_of(session, account.unit_id))
    return access_at(session, account, places, known.version)


def access_of(account: Account) -> Access:
    """Return what the account may read and write now."""
    session = object_session(account) or db.session()
    return access_at(session, account, places_of(session, account.unit_id))


@dataclass(frozen=True, slots=True)
class Places:
    """A unit with everything beneath it, their ids, and the community it is or lies in."""

    units: dict[str, Place]
    ids: frozenset[str]
    community: str | None


def places_of(session: Session, unit_id: str) -> Places:
    """Return the places of the unit."""
    units = subtree(session, unit_id)
    return Places(units, frozenset(units), community_of(session, unit_id))


def access_at(session: Session, account: Account, places: Places, version: int | None = None) -> Access:
    """Return what the account may read and write, whose unit has the places.

    Above the community there is no scope of records: a person there reads only his own.
    """
    roles = frozenset(Role(role) for role in account.roles)
    assigned, held = assigned_grids(session, account.id)
    own = {f"person:{account.id}"}
    led = led_grids(places.units, account.unit_id, roles)
    supervised = supervised_scopes(places.units, account.unit_id, roles)
    cadres = assigned if Role.CADRE in roles else set()
    writable = own | scopes(cadres) | led | (supervised if roles & SUPERVISORS else set())
    readable = writable | supervised
    community = places.community
    if community is None and cadres:
        community = community_of(session, min(cadres))
    return Access(
        account_id=account.id,
        unit_id=account.unit_id,
        community_id=community,
        roles=roles,
        readable=frozenset(readable),
        writable=frozenset() if roles == {Role.AUDITOR} else frozenset(writable),
        formerly=frozenset(scopes(held) - scopes(cadres)),
        units=places.ids,
        version=version,
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
