"""The act of moving one household into another grid, through the access layer (rule P14)."""

from __future__ import annotations

from sqlalchemy import select

from server.accounts.units import unit_kind
from server.core.access import SUPERVISORS, Role, current_access
from server.core.database import writing
from server.core.errors import BadInput, Clash, Forbidden, NotFound
from server.sync.models import Record
from server.sync.moves import counted, let_photos_follow, moves_of
from server.sync.system import write_records


def move_household(household_id: str, grid_id: str) -> dict[str, int]:
    """Return how many records of each type were moved.

    Both grids must be the account's to manage: an administrator's by their units, a supervisor's
    by the scopes in which he writes.
    """
    access = current_access()
    access.require(Role.ORG_ADMIN, *SUPERVISORS)
    access.require_unit(grid_id)
    scope = f"grid:{grid_id}"
    with writing() as session:
        if unit_kind(session, grid_id) != "grid":
            raise BadInput("住户只能移到网格", field="grid_id")
        found = select(Record.scope_id).where(Record.id == household_id, Record.type == "household")
        present = session.scalar(found)
        if present is None or present.partition(":")[2] not in access.units:
            raise NotFound("没有这个住户")
        if Role.ORG_ADMIN not in access.roles and not {present, scope} <= access.writable:
            raise Forbidden("您的账号没有这项权限")
        if present == scope:
            raise Clash("这个住户已在该网格", code="already_there", field="grid_id")
        moves = moves_of(session, [household_id], scope)
        let_photos_follow(session, access.account_id, moves)
        write_records(session, access.account_id, moves)
    return counted(moves)
