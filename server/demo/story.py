"""The whole story, pure: places, people, households and a year of changes, from one seed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from server.demo.changes import Change, moment
from server.demo.households import Household, households_in, people_of, sizes_of
from server.demo.narratives import Writer
from server.demo.places import Grid, grids_of
from server.demo.reviews import Reviewer
from server.demo.staff import Person, staff
from server.demo.visits import Diarist, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20260401
_REVIEWERS = {"supervisor02": 45.0, "supervisor03": 40.0, "supervisor01": 15.0}
_MONTH = 30.44


@dataclass
class Story:
    """Everything that the demonstration writes; `households` by grid, `changes` by time."""

    today: date
    grids: list[Grid]
    people: list[Person]
    households: list[list[Household]]
    changes: list[Change]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each thing."""
        kinds = Counter(change.type for change in self.changes if change.kind != "set")
        homes = [home for grid in self.households for home in grid]
        return {
            "grids": len(self.grids),
            "estates": sum(len(grid.estates) for grid in self.grids),
            "households": len(homes),
            "people": sum(len(home.members) for home in homes),
            "accounts": len(self.people),
            "diary_entries": kinds["diary_entry"],
            "problems": kinds["problem"],
            "reviews": kinds["review"],
            "changes": len(self.changes),
        }

    def digest(self) -> str:
        """Return the SHA-256 of the story: the same for the same seed, size and day."""
        return hashlib.sha256("\n".join(self._lines()).encode()).hexdigest()

    def _lines(self) -> Iterator[str]:
        for part in (self.grids, self.people):
            yield from (repr(asdict(item)) for item in part)
        for grid in self.households:
            yield from (
                f"{home.id} {json.dumps(home.fields(self.today.year), sort_keys=True)}" for home in grid
            )
        yield from (f"{change!r}" for change in self.changes)


def tell(*, grids: int, today: date, months: int = 12, seed: int = SEED) -> Story:
    """Return the story of a community with so many grids, over the months before today."""
    rng = Random(f"{seed}:places")  # noqa: S311 - a demonstration, no secret
    start = moment(today, 0)
    places = grids_of(rng, grids)
    sizes = iter(_sizes(rng, places, grids))
    households = [
        households_in(
            rng, grid, number, [next(sizes) for estate in grid.estates for _ in estate.doors], start
        )
        for number, grid in enumerate(places, 1)
    ]
    people = staff(rng, places, today)
    writer = Writer(rng)
    written = Written()
    first = today - timedelta(days=round(months * _MONTH))
    for person in people:
        if person.contact_point is not None:
            diarist = _diarist(person, places, households, writer, seed)
            diarist.is_shown = person is people[0]
            diarist.write(first, today, written)
    reviewer = Reviewer(Random(f"{seed}:reviews"), writer, today, _REVIEWERS)  # noqa: S311 - as above
    written.entries.sort(key=lambda entry: entry.when)
    changes = written.changes + reviewer.review(written.entries, people[0].login)
    changes.sort(key=lambda change: (change.phase, change.wall))
    return Story(today, places, people, households, changes)


def _sizes(rng: Random, places: list[Grid], grids: int) -> list[int]:
    doors = sum(len(estate.doors) for grid in places for estate in grid.estates)
    return sizes_of(rng, doors, people_of(grids))


def _diarist(
    person: Person, places: list[Grid], households: list[list[Household]], writer: Writer, seed: int
) -> Diarist:
    point = person.contact_point
    if point is None:
        raise ValueError(person.login)
    estates = {places[point.grid].estates[index].name for index in point.estates}
    homes = [home for home in households[point.grid] if home.estate.name in estates]
    return Diarist(f"{seed}:{person.login}", person.login, point.grid, homes, writer)
