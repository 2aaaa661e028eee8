"""What goes along when households move into another grid (rule P14)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from server.files.blobs import follow
from server.problems.models import Problem
from server.sync.models import Handover, Record
from server.sync.registry import TYPES
from server.sync.storage import chunks
from server.sync.system import Write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

CLOSED = "closed"  # the state of a problem that stays where it was


def moves_of(session: Session, households: Iterable[str], scope: str) -> list[Write]:
    """Return the moves of the households into the scope, and of what belongs to them.

    These are their problems that aren't closed, and the open conflicts and waiting handovers of
    all of them, as far as they lie in the scope that the household leaves.
    """
    by_scope: dict[str, list[str]] = {}
    for chunk in chunks(sorted(set(households))):
        found = select(Record.id, Record.scope_id).where(Record.id.in_(chunk), Record.type == "household")
        for rid, old in session.execute(found):
            if old != scope:
                by_scope.setdefault(old, []).append(rid)
    return [
        Write(record_type, rid, scope, "move", {}, leaves=old)
        for old, rids in sorted(by_scope.items())
        for record_type, rid in leaving(session, old, rids)
    ]


def leaving(session: Session, scope: str, households: list[str]) -> list[tuple[str, str]]:
    """Return type and id of the records that leave the scope with the households."""
    grid = scope.partition(":")[2]
    moved = [("household", rid) for rid in households]
    for chunk in chunks(households):
        problems = select(Problem.id).where(Problem.household_id.in_(chunk), Problem.state != CLOSED)
        moved += [("problem", rid) for rid in session.scalars(problems.where(Problem.grid_id == grid))]
    rids = {rid for _, rid in moved}
    moved += [("conflict", rid) for rid in open_conflicts(session, scope, rids)]
    for chunk in chunks(sorted(rids)):
        waiting = select(Handover.id).where(Handover.rid.in_(chunk), Handover.state == "waiting")
        moved += [("handover", rid) for rid in session.scalars(waiting.where(Handover.grid_id == grid))]
    return moved


def open_conflicts(session: Session, scope: str, rids: set[str]) -> list[str]:
    """Return the ids of the scope's open conflicts of the records."""
    rows = session.execute(
        select(Record.id, Record.fields).where(Record.scope_id == scope, Record.type == "conflict")
    )
    every = ((key, orjson.loads(fields)) for key, fields in rows)
    return [key for key, fields in every if fields["state"] == "open" and fields["record_id"] in rids]


def let_photos_follow(session: Session, account_id: str, moves: Iterable[Write]) -> None:
    """Let the readers of the new scopes read the photos of the records, too (rule F5)."""
    by_scope: dict[str, list[str]] = {}
    for write in moves:
        if write.kind == "move" and "photos" in TYPES[write.type].keyed:
            by_scope.setdefault(write.scope, []).append(write.rid)
    for scope, rids in by_scope.items():
        hashes: set[str] = set()
        for chunk in chunks(rids):
            for fields in session.scalars(select(Record.fields).where(Record.id.in_(chunk))):
                for photo in orjson.loads(fields).get("photos") or []:
                    hashes |= {photo["key"], photo["thumb"]}
        if hashes:
            follow(session, hashes, scope, account_id)


def counted(moves: Iterable[Write]) -> dict[str, int]:
    """Return how many records of each type the moves are about."""
    return dict(Counter(write.type for write in moves))
