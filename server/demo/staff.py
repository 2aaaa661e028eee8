"""The people of the committee: cadres, supervisors and the administrator, and who has which grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from server.demo.dice import chance, some
from server.demo.names import person_name
from server.demo.topics import words

if TYPE_CHECKING:
    from random import Random

    from server.demo.places import Grid

_CADRES, _GRIDS = 40, 21
_REASONS = ("", "", "熟悉老旧小区工作", "居住在本网格", "与民政工作对口", "补充力量薄弱网格", "工作调整")


@dataclass(frozen=True)
class Assignment:
    """A contact point of a cadre: a grid with one or two of its estates; `to_day` None while active."""

    grid: int
    estates: list[int]
    from_day: date
    to_day: date | None
    reason: str


@dataclass
class Person:
    """An account of the demonstration."""

    login: str
    name: str
    roles: list[str]
    work_types: list[str] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def contact_point(self) -> Assignment | None:
        """Return the active assignment."""
        return next((one for one in self.assignments if one.to_day is None), None)


def cadres_of(grids: int) -> int:
    """Return how many cadres so many grids have: 40 for 21, never fewer than the grids."""
    return max(2, grids, round(_CADRES * grids / _GRIDS))


def staff(rng: Random, grids: list[Grid], today: date) -> list[Person]:
    """Return the cadres, the supervisors and the administrator; every grid has a cadre."""
    count = cadres_of(len(grids))
    rest = rng.sample(range(len(grids)), len(grids))
    places = [*range(len(grids)), *(rest[step % len(rest)] for step in range(count - len(grids)))]
    people = [_cadre(rng, number, place, grids, today) for number, place in enumerate(places, 1)]
    roles = {
        "supervisor01": ["secretary", "reviewer"],
        "supervisor02": ["reviewer"],
        "supervisor03": ["reviewer"],
        "admin": ["org_admin"],
    }
    return people + [Person(login, _name(rng), given) for login, given in roles.items()]


def _name(rng: Random) -> str:
    return person_name(rng, rng.choice("mf"), rng.randint(1970, 1996))


def _cadre(rng: Random, number: int, place: int, grids: list[Grid], today: date) -> Person:
    person = Person(f"cadre{number:02d}", _name(rng), ["cadre"], some(rng, words("work"), 2))
    since = today - timedelta(days=rng.randint(420, 900))
    if number > 1 and len(grids) > 1 and chance(rng, 0.15):
        before = rng.choice([other for other in range(len(grids)) if other != place])
        person.assignments.append(
            _assignment(rng, grids, before, since - timedelta(days=400), since - timedelta(days=1))
        )
    person.assignments.append(_assignment(rng, grids, place, since, None))
    return person


def _assignment(rng: Random, grids: list[Grid], place: int, start: date, end: date | None) -> Assignment:
    estates = len(grids[place].estates)
    # The first grid's cadres have both of its estates.
    chosen = (
        list(range(estates))
        if estates == 1 or place == 0
        else sorted(rng.sample(range(estates), rng.choice((1, 2))))
    )
    return Assignment(place, chosen, start, end, rng.choice(_REASONS))
