"""Diary entries of 1.2 kB as ops, in the words of the demonstration, and who writes them."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import orjson

from server.core.days import today
from server.core.ids import new_id
from server.demo.story import tell
from sync.canonical import GENESIS, op_hash, op_text
from tests.live import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
WALL = "2026-11-24T09:30:00.000Z"
OP_BYTES = 1_200  # of an op as a phone sends it
GRIDS, CADRES_A_GRID = 20, 10
PASSWORD_HASH = "!"  # noqa: S105 - nobody signs in with it; the sessions are begun by hand


@cache
def texts() -> list[Json]:
    """Return the fields of the demonstration's diary entries."""
    story = tell(grids=4, today=today())
    return [dict(one.fields) for one in story.changes if (one.type, one.kind) == ("diary_entry", "create")]


def diary(number: int) -> Json:
    """Return the fields of the entry of that number, filled up so that its op has about 1.2 kB."""
    fields = dict(texts()[number % len(texts())])
    fields["household_id"], fields["target_type"] = new_id(), "household"
    fields.pop("target_name", None)
    missing = OP_BYTES - len(orjson.dumps(create("grid:" + new_id(), 1, fields))) - len(',"opinions":""')
    more, at = "", number * 7 + 1
    while len(more) * 3 < missing:
        more += texts()[at % len(texts())]["narrative"]
        at += 1
    if missing > 0:
        fields["opinions"] = more[: missing // 3]
    return fields


def create(scope: str, n: int, fields: Json, prev_hash: str = GENESIS) -> Json:
    """Return the op that creates the entry, as a phone sends it."""
    return {
        "op_id": new_id(),
        "n": n,
        "prev_hash": prev_hash,
        "type": "diary_entry",
        "rid": new_id(),
        "scope": scope,
        "kind": "create",
        "set": fields,
        "wall": WALL,
        "mono": 1_000 * n,
    }


def hash_of(op: Json) -> str:
    """Return the hash that the next op names."""
    return op_hash(op_text(op, op["prev_hash"]))


def packed(value: object) -> bytes:
    """Return the JSON as a phone packs it: CompressionStream is zlib at its level 6."""
    return gzip.compress(orjson.dumps(value), 6)


@dataclass
class Cadre:
    """One cadre with his grid and the cookie of a session."""

    account: str
    scope: str
    cookie: str


@dataclass
class Community:
    """A community with its cadres, ten in each of twenty grids."""

    server: LiveServer
    cadres: list[Cadre] = field(default_factory=list)

    @property
    def grids(self) -> list[str]:
        """The scopes of the grids."""
        return sorted({cadre.scope for cadre in self.cadres})


def made(server: LiveServer) -> Community:
    """Return the community, made in the server's empty database."""
    server.data.mkdir(parents=True, exist_ok=True)
    server.minqing("db", "upgrade")
    with patch.dict(os.environ, server.environment):
        return Community(server, list(_build()))


def _build() -> Iterator[Cadre]:
    from server.app import create_app  # noqa: PLC0415 - reads the environment
    from server.core.database import db, writing  # noqa: PLC0415

    app = create_app()
    with app.app_context():
        with writing() as session:
            yield from _organisation(app, session)
        db.session.remove()
        db.engine.dispose()


def _organisation(app: Any, session: Any) -> Iterator[Cadre]:  # noqa: ANN401 - imported late
    from flask import g  # noqa: PLC0415

    from server.accounts import sessions  # noqa: PLC0415
    from server.accounts.models import Account, ContactPointAssignment, Unit  # noqa: PLC0415
    from server.core.database import now  # noqa: PLC0415

    parent = None
    for kind in ("district", "subdistrict", "community"):
        unit = Unit(id=new_id(), parent_id=parent, kind=kind, name=kind)
        session.add(unit)
        session.flush()
        parent = unit.id
    for number in range(GRIDS):
        grid = Unit(id=new_id(), parent_id=parent, kind="grid", name=f"第{number + 1}网格")
        session.add(grid)
        session.flush()
        session.add_all(
            Unit(id=new_id(), parent_id=grid.id, kind="estate", name=f"小区{at}") for at in range(3)
        )
        for at in range(CADRES_A_GRID):
            cadre = Account(
                id=new_id(), login=f"c{number}-{at}", name=f"干部{number}{at}", unit_id=parent,
                roles=["cadre"], password_hash=PASSWORD_HASH, created_at=now(),
            )  # fmt: skip
            session.add(cadre)
            session.flush()
            session.add(
                ContactPointAssignment(
                    id=new_id(),
                    cadre_id=cadre.id,
                    grid_id=grid.id,
                    estate_ids=[],
                    from_day=today(),
                    assigned_by=cadre.id,
                    created_at=now(),
                )
            )
            with app.test_request_context():
                sessions.start(session, cadre)
                cookie = f"{sessions.cookie_name()}={g.new_token}"
            yield Cadre(cadre.id, f"grid:{grid.id}", cookie)


def fill(community: Community, scope: str, count: int) -> None:
    """Write so many entries into the grid, through the one write path."""
    with patch.dict(os.environ, community.server.environment):
        from server.app import create_app  # noqa: PLC0415
        from server.core.database import db, writing  # noqa: PLC0415
        from server.sync.system import Write, write_records  # noqa: PLC0415

        account = next(cadre.account for cadre in community.cadres if cadre.scope == scope)
        with create_app().app_context():
            for start in range(0, count, 10_000):
                with writing() as session:
                    numbers = range(start, min(count, start + 10_000))
                    writes = [
                        Write("diary_entry", new_id(), scope, "create", diary(number)) for number in numbers
                    ]
                    write_records(session, account, writes)
            db.session.remove()
            db.engine.dispose()
