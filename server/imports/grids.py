"""The grids 网格 of the community that a list may name, and what a mistyped name may have meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from server.accounts.models import Unit
from server.core.access import Access
from server.core.errors import BadInput
from server.imports.values import plain

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SPACES = re.compile(r"\s+")
_SUGGESTIONS = 3
_MOST_NAMED = 8


@dataclass(frozen=True)
class Grid:
    """A grid of the community, with the names of its estates."""

    id: str
    name: str
    estates: tuple[str, ...]


def community_of(access: Access) -> str:
    """Return the id of the account's community; BadInput where it stands above one."""
    if access.community_id is None:
        raise BadInput("住户要由社区的系统管理员导入，请换用社区的账号", field="account")
    return access.community_id


def grids_of(session: Session, community: str) -> list[Grid]:
    """Return the grids of the community with their estates; BadInput where there is none."""
    grids = session.scalars(
        select(Unit).where(Unit.parent_id == community, Unit.kind == "grid").order_by(Unit.sort, Unit.name)
    ).all()
    if not grids:
        raise BadInput("本社区还没有网格，请先在“组织”里添加网格和小区", field="file")
    estates = session.scalars(
        select(Unit)
        .where(Unit.kind == "estate", Unit.parent_id.in_([grid.id for grid in grids]))
        .order_by(Unit.sort)
    ).all()
    return [
        Grid(grid.id, grid.name, tuple(estate.name for estate in estates if estate.parent_id == grid.id))
        for grid in grids
    ]


def normal_name(name: str) -> str:
    """Return the name of a grid or an estate in the form in which it is compared."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", plain(name))).casefold()


def nearest(name: str, known: list[str]) -> str:
    """Return what to add to a refusal: the names most like it, or those that there are."""
    by_normal: Mapping[str, str] = {normal_name(one): one for one in known}
    near = difflib.get_close_matches(normal_name(name), by_normal, _SUGGESTIONS, 0.5)
    if near:
        return f"，是不是“{'”“'.join(by_normal[one] for one in near)}”？"
    return (
        f"，可填：{'、'.join(known[:_MOST_NAMED])}{' 等' if len(known) > _MOST_NAMED else ''}"
        if known
        else ""
    )
