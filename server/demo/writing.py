"""The story on its way into the database: rows of the organisation, ops of the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from server.accounts.models import Account, ContactPointAssignment, Unit
from server.core.database import now
from server.core.ids import new_id
from server.demo.changes import Change, instant
from server.demo.places import COMMUNITY, DISTRICT, SUBDISTRICT, Grid
from server.demo.story import Story
from server.sync.system import Write, write_records

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.demo.staff import Person

Progress = Callable[[int, int, str], None]
BATCH = 2_000  # records between two calls of the progress function
ADMIN = "admin"
LABELS = {"household": "住户", "diary_entry": "民情日记", "problem": "民情日记和问题", "review": "审阅"}


class Written:
    """The story on its way into the database."""

    def __init__(self, session: Session, story: Story, password_hash: str) -> None:
        self.session, self.story, self.password_hash = session, story, password_hash
        self.grid_ids: list[str] = []
        self.estate_ids: list[list[str]] = []
        self.accounts: dict[str, str] = {}

    def organisation(self) -> None:
        """Write the units, the accounts and the assignments."""
        district = self._unit(None, "district", DISTRICT)
        subdistrict = self._unit(district, "subdistrict", SUBDISTRICT)
        community = self._unit(subdistrict, "community", COMMUNITY)
        self._grids(community)
        for person in self.story.people:
            self._account(person, community)
        self.session.flush()
        for person in self.story.people:
            self._assignments(person)
        self.session.flush()

    def _unit(self, parent: str | None, kind: str, name: str, sort: int = 0, grid: Grid | None = None) -> str:
        strength, tags = (grid.strength, grid.tags) if grid else ("normal", [])
        unit = Unit(
            id=new_id(), parent_id=parent, kind=kind, name=name, sort=sort, org_strength=strength, tags=tags
        )
        self.session.add(unit)
        self.session.flush()  # A parent must be there before its children.
        return unit.id

    def _grids(self, community: str) -> None:
        for number, grid in enumerate(self.story.grids, 1):
            grid_id = self._unit(community, "grid", grid.name, number, grid)
            self.grid_ids.append(grid_id)
            estates = [
                self._unit(grid_id, "estate", estate.name, at) for at, estate in enumerate(grid.estates, 1)
            ]
            self.estate_ids.append(estates)
            for estate_id, estate in zip(estates, grid.estates, strict=True):
                for at, building in enumerate(estate.buildings, 1):
                    self.session.add(
                        Unit(id=new_id(), parent_id=estate_id, kind="building", name=building, sort=at)
                    )

    def _account(self, person: Person, community: str) -> None:
        account = Account(
            id=new_id(),
            login=person.login,
            name=person.name,
            unit_id=community,
            roles=person.roles,
            work_types=person.work_types,
            # They share one password anyway, so one hash gives nothing away.
            password_hash=self.password_hash,
            created_at=now(),
        )
        self.session.add(account)
        self.accounts[person.login] = account.id

    def _assignments(self, person: Person) -> None:
        for one in person.assignments:
            self.session.add(
                ContactPointAssignment(
                    id=new_id(),
                    cadre_id=self.accounts[person.login],
                    grid_id=self.grid_ids[one.grid],
                    estate_ids=[self.estate_ids[one.grid][index] for index in one.estates],
                    from_day=one.from_day,
                    to_day=one.to_day,
                    reason=one.reason,
                    assigned_by=self.accounts["supervisor01"],
                    created_at=now(),
                    ended_at=now() if one.to_day else None,
                )
            )

    def records(self, progress: Progress) -> None:
        """Write the households and every change through the one write path."""
        total = sum(map(len, self.story.households)) + len(self.story.changes)
        done = 0
        for login, writes in self._batches():
            write_records(self.session, self.accounts[login], writes)
            done += len(writes)
            progress(done, total, LABELS[writes[0].type])

    def _batches(self) -> Iterator[tuple[str, list[Write]]]:
        year = self.story.today.year
        for grid, homes in enumerate(self.story.households):
            yield (
                ADMIN,
                [
                    Write("household", home.id, self._scope(grid), "create", home.fields(year))
                    for home in homes
                ],
            )
        ordered = sorted(self.story.changes, key=lambda change: (change.phase, change.author))
        for (_, author), changes in groupby(ordered, key=lambda change: (change.phase, change.author)):
            for some in _cut(changes):
                yield author, [self._write(change) for change in some]

    def _write(self, change: Change) -> Write:
        wall = instant(change.wall).replace("Z", ".000Z")
        return Write(change.type, change.rid, self._scope(change.grid), change.kind, change.fields, wall=wall)

    def _scope(self, grid: int) -> str:
        return f"grid:{self.grid_ids[grid]}"


def _cut(changes: Iterable[Change]) -> Iterator[list[Change]]:
    kept: list[Change] = []
    for change in changes:
        kept.append(change)
        if len(kept) == BATCH:
            yield kept
            kept = []
    if kept:
        yield kept
