"""From where each scope of a pull is read: cursors, scopes gained, lost and reset (rules L7, L9)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.core.access import Access
from server.core.database import ask
from server.sync.models import Scope
from server.sync.storage import chunks
from sync.messages import Request

STANDINGS = select(Scope.id, Scope.seq, Scope.floor).where(Scope.id.in_(bindparam("scopes", expanding=True)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a scope has come, and since when its departures are remembered."""

    seq: int = 0
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pull reads. `starts` and `standings` are by scope; `asked` always get a page."""

    starts: dict[str, int]
    standings: dict[str, Standing]
    gained: list[str]
    lost: list[str]
    reset: list[str]
    asked: frozenset[str]
    check: frozenset[str]

    def standing(self, scope: str) -> Standing:
        """Return where the scope stands; one that was never written to stands at 0."""
        return self.standings.get(scope, Standing())


def reading_of(session: Session, access: Access, request: Request) -> Reading:
    """Return from where the scopes that the account holds are read."""
    gained = sorted(access.readable - request.scopes.keys())
    starts = dict.fromkeys(gained, 0)
    starts |= {scope: cursor for scope, cursor in request.scopes.items() if scope in access.readable}
    standings = standings_of(session, sorted(starts))
    reset = sorted(
        scope
        for scope, cursor in starts.items()
        if is_lost_track(cursor, standings.get(scope, Standing()), scope in request.rebuild)
    )
    return Reading(
        starts | dict.fromkeys(reset, 0),
        standings,
        gained,
        lost=sorted(request.scopes.keys() - access.readable),
        reset=reset,
        asked=frozenset(gained) | frozenset(reset) | request.check,
        check=request.check,
    )


def is_lost_track(cursor: int, standing: Standing, is_rebuilding: bool) -> bool:  # noqa: FBT001 - a fact
    """Return whether the pages since the cursor can't bring a device up to date (rule L9).

    Who reads the scope anew from 0 needs no departures, so his cursor may be below the floor.
    """
    return cursor > standing.seq or (0 < cursor < standing.floor and not is_rebuilding)


def standings_of(session: Session, scopes: list[str]) -> dict[str, Standing]:
    """Return where each scope stands that was ever written to."""
    return {
        scope: Standing(seq, floor)
        for chunk in chunks(scopes)
        for scope, seq, floor in ask(session, STANDINGS, scopes=chunk)
    }
