"""Data folders of the sizes that the figures are about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unittest.mock import patch

from sqlalchemy import select

from tests.live import PASSWORD, LiveServer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

DOORS_A_BUILDING = 120


def small_community(data: Path, grids: int = 1) -> Path:
    """Return the folder, with a demo community of so many grids and 12 months of history."""
    data.mkdir(parents=True)
    LiveServer(data).minqing("demo", "--grids", str(grids))
    return data


def one_grid(data: Path, households: int) -> Path:
    """Return the folder, with cadre01's grid filled up to so many households."""
    small_community(data)
    with patch.dict(os.environ, LiveServer(data).environment):
        fill_up(households)
    return data


def fill_up(households: int) -> None:
    """Write households into cadre01's grid until there are so many."""
    from server.accounts.models import Account  # noqa: PLC0415
    from server.app import create_app  # noqa: PLC0415
    from server.core.database import writing  # noqa: PLC0415
    from server.core.ids import new_id  # noqa: PLC0415
    from server.sync.models import Record  # noqa: PLC0415
    from server.sync.system import Write, write_records  # noqa: PLC0415

    with create_app().app_context(), writing() as session:
        admin = session.scalars(select(Account).where(Account.login == "admin")).one()
        _, scope = grid_of_cadre(session)
        here = session.scalars(
            select(Record.id).where(Record.scope_id == scope, Record.type == "household")
        ).all()
        write_records(
            session,
            admin.id,
            [
                Write("household", new_id(), scope, "create", household(number))
                for number in range(households - len(here))
            ],
        )


def grid_of_cadre(session: Session) -> tuple[str, str]:
    """Return the id of cadre01 and the scope of his grid."""
    from server.accounts.models import Account, ContactPointAssignment  # noqa: PLC0415

    cadre = session.scalars(select(Account.id).where(Account.login == "cadre01")).one()
    grid = session.scalars(
        select(ContactPointAssignment.grid_id).where(ContactPointAssignment.cadre_id == cadre)
    ).one()
    return cadre, f"grid:{grid}"


def household(number: int) -> dict[str, object]:
    """Return the fields of the household of that number: varied, and nobody's."""
    surnames, given = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜秀英敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂"
    name = (
        surnames[number % len(surnames)] + given[number // 7 % len(given)] + given[number // 161 % len(given)]
    )
    building, door = divmod(number, DOORS_A_BUILDING)
    return {
        "estate": "和风里",
        "house_code": f"9{number:05d}",
        "building": f"{building + 1}栋",
        "entrance": f"{door // 40 + 1}单元",
        "door": f"{door % 40 // 2 + 1}{door % 2 + 1:02d}",
        "head_name": name,
        "phone": f"154{(number * 7919) % 100_000_000:08d}",
        "members_count": 2,
        "members": [
            {"key": "m1", "name": name, "relation": "户主", "birth_year": 1940 + number % 60},
            {"key": "m2", "name": name[0] + "小宝", "relation": "子女", "birth_year": 1990 + number % 30},
        ],
    }


__all__ = ["PASSWORD", "grid_of_cadre", "one_grid", "small_community"]
