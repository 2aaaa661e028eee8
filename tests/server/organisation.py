"""A small organisation for the tests: an account of every role, a neighbour, a far district."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from server.accounts import passwords
from server.accounts.models import Account, ContactPointAssignment, Unit
from server.core.access import Role
from server.core.database import now
from server.core.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

PASSWORD = "zou-fang-2026"  # noqa: S105 - of accounts that live in a temporary folder
FROM_DAY = date(2026, 1, 1)

# Each unit by its name, with its kind and its parent.
UNITS = {
    "district": ("district", None),
    "subdistrict": ("subdistrict", "district"),
    "community": ("community", "subdistrict"),
    "grid1": ("grid", "community"),
    "grid2": ("grid", "community"),
    "estate1": ("estate", "grid1"),
    "estate1b": ("estate", "grid1"),
    "estate2": ("estate", "grid2"),
    "other_community": ("community", "subdistrict"),
    "other_grid": ("grid", "other_community"),
    "other_estate": ("estate", "other_grid"),
    "far_district": ("district", None),
    "far_subdistrict": ("subdistrict", "far_district"),
    "far_community": ("community", "far_subdistrict"),
    "far_grid": ("grid", "far_community"),
    "far_estate": ("estate", "far_grid"),
}
# Each account by its login, with its roles and its unit.
ACCOUNTS: dict[str, tuple[tuple[Role, ...], str]] = {
    "cadre1": ((Role.CADRE,), "community"),
    "cadre2": ((Role.CADRE,), "community"),
    "idle_cadre": ((Role.CADRE,), "community"),
    "grid_lead": ((Role.GRID_LEAD,), "grid1"),
    "reviewer": ((Role.REVIEWER,), "community"),
    "secretary": ((Role.SECRETARY,), "community"),
    "editor": ((Role.EDITOR,), "community"),
    "survey_admin": ((Role.SURVEY_ADMIN,), "community"),
    "org_admin": ((Role.ORG_ADMIN,), "community"),
    "auditor": ((Role.AUDITOR,), "community"),
    "district_admin": ((Role.ORG_ADMIN,), "district"),
    "other_cadre": ((Role.CADRE,), "other_community"),
    "other_reviewer": ((Role.REVIEWER,), "other_community"),
    "other_admin": ((Role.ORG_ADMIN,), "other_community"),
    "far_cadre": ((Role.CADRE,), "far_community"),
    "far_admin": ((Role.ORG_ADMIN,), "far_district"),
}
# Each cadre who has a contact point, with its grid and estate.
ASSIGNED = {
    "cadre1": ("grid1", "estate1"),
    "cadre2": ("grid2", "estate2"),
    "other_cadre": ("other_grid", "other_estate"),
    "far_cadre": ("far_grid", "far_estate"),
}


@dataclass
class Organisation:
    """The ids of what `build` made, by the names above."""

    units: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    assignments: dict[str, str] = field(default_factory=dict)
    password: str = PASSWORD

    def grid(self, name: str) -> str:
        """Return the scope of the grid."""
        return f"grid:{self.units[name]}"

    def person(self, login: str) -> str:
        """Return the scope of the person."""
        return f"person:{self.accounts[login]}"


@cache
def password_hash() -> str:
    """Return the hash of every account's password, made once: it takes long on purpose."""
    return passwords.hashed(PASSWORD)


def build(session: Session, ids: Mapping[str, str] | None = None) -> Organisation:
    """Return the organisation, added to the session; `ids` are those of units and accounts by name."""
    made, known = Organisation(), ids or {}
    for name, (kind, parent) in UNITS.items():
        made.units[name] = known.get(name) or new_id()
        above = made.units[parent] if parent else None
        session.add(Unit(id=made.units[name], parent_id=above, kind=kind, name=name))
        session.flush()
    for login, (roles, unit) in ACCOUNTS.items():
        made.accounts[login] = known.get(login) or new_id()
        session.add(account(made.accounts[login], login, roles, made.units[unit]))
    session.flush()
    for cadre, (grid, estate) in ASSIGNED.items():
        made.assignments[cadre] = new_id()
        session.add(
            ContactPointAssignment(
                id=made.assignments[cadre],
                cadre_id=made.accounts[cadre],
                grid_id=made.units[grid],
                estate_ids=[made.units[estate]],
                from_day=FROM_DAY,
                reason="熟悉情况",
                assigned_by=made.accounts["district_admin"],
                created_at=now(),
            )
        )
    session.flush()
    return made


def account(key: str, login: str, roles: tuple[Role, ...], unit_id: str) -> Account:
    """Return an account with the password of all; an auditor's ends in a month."""
    return Account(
        id=key,
        login=login,
        name=f"{login} 的姓名",
        unit_id=unit_id,
        roles=[role.value for role in roles],
        work_types=[],
        password_hash=password_hash(),
        valid_until=now() + timedelta(days=30) if Role.AUDITOR in roles else None,
        created_at=now(),
    )
