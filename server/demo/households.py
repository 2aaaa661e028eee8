"""Households 住户: one behind every door, 8,959 people behind 4,839 of them.

Phones begin with 154, a block that no carrier in China has been given, so that a demo number
never rings anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.demo.dice import chance, uuid_at, weighted
from server.demo.families import VERY_OLD, Member, family_of_size
from server.demo.topics import words

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from server.demo.places import Door, Estate, Grid

_PEOPLE, _GRIDS = 8959, 21
PHONE_PREFIX = "154"
_SIZES = {0: 70, 1: 330, 2: 330, 3: 170, 4: 70, 5: 20, 6: 10}
_LARGEST = 6


@dataclass
class Household:
    """A household and what the visits need to know of it."""

    id: str
    estate: Estate
    door: Door
    code: str
    kind: str
    members: list[Member]
    tenure: str
    phone: str
    care: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    note: str = ""
    kin: str = "女儿"  # the child who lives elsewhere

    def fields(self, year: int) -> dict[str, Any]:
        """Return the record's fields (plan: household); empty ones are left out."""
        found: dict[str, Any] = {
            "estate": self.estate.name,
            "house_code": self.code,
            "building": self.door.building,
            "entrance": self.door.entrance,
            "door": self.door.number,
            "head_name": self.members[0].name if self.members else "",
            "phone": self.phone,
            "tenure": self.tenure,
            "care_tags": self.care,
            "support_status": self.support,
            "members": [_member(index, member, year) for index, member in enumerate(self.members, 1)],
            "note": self.note,
        }
        return {"members_count": len(self.members)} | {name: value for name, value in found.items() if value}


def _member(index: int, member: Member, year: int) -> dict[str, Any]:
    found = {
        "key": f"m{index}",
        "name": member.name,
        "relation": member.relation,
        "birth_year": year - member.age,
        "job": member.job,
        "school": member.school,
    }
    return {name: value for name, value in found.items() if value}


def people_of(grids: int) -> int:
    """Return how many people live in so many grids: 8,959 in 21."""
    return round(_PEOPLE * grids / _GRIDS)


def sizes_of(rng: Random, households: int, people: int) -> list[int]:
    """Return the size of each household, 0 to 6; the sum is `people`."""
    sizes = [weighted(rng, _SIZES) for _ in range(households)]
    missing = people - sum(sizes)
    while missing:
        at = rng.randrange(households)
        step = 1 if missing > 0 else -1
        # Empty flats stay empty and nobody is moved out of a flat for one.
        if sizes[at] > (0 if step > 0 else 1) and sizes[at] + step <= _LARGEST:
            sizes[at] += step
            missing -= step
    return sizes


def households_in(rng: Random, grid: Grid, number: int, sizes: list[int], today: datetime) -> list[Household]:
    """Return the households of the grid with the running `number`, one for each size."""
    doors = [(estate, door) for estate in grid.estates for door in estate.doors]
    return [
        _household(rng, place, f"{number:02d}{at:04d}", size, today)
        for at, (place, size) in enumerate(zip(doors, sizes, strict=True), 1)
    ]


def _household(rng: Random, place: tuple[Estate, Door], code: str, size: int, today: datetime) -> Household:
    estate, door = place
    kind, members = family_of_size(rng, size, today.year)
    return Household(
        id=uuid_at(rng, today),
        estate=estate,
        door=door,
        code=code,
        kind=kind,
        members=members,
        tenure=_tenure(rng, kind),
        phone=_phone(rng) if members and chance(rng, 0.94) else "",
        care=_care(rng, kind, members),
        support=_support(rng, kind, members),
        note=rng.choice(words("notes")) if members and chance(rng, 0.12) else "",
        kin=rng.choice(("儿子", "女儿")),
    )


def _phone(rng: Random) -> str:
    return f"{PHONE_PREFIX}{rng.randrange(10**8):08d}"


def _tenure(rng: Random, kind: str) -> str:
    if kind == "empty":
        return "vacant"
    rented = {"flatmates": 0.97, "single": 0.5, "young_couple": 0.3, "parents_child": 0.15}.get(kind, 0.04)
    return "rented" if chance(rng, rented) else weighted(rng, {"owned": 97.0, "other": 3.0})


def _care(rng: Random, kind: str, members: list[Member]) -> list[str]:
    if not members:
        return []
    oldest = max(member.age for member in members)
    tags = []
    if len(members) == 1 and oldest >= VERY_OLD and chance(rng, 0.8):
        tags.append("living_alone_elderly")
    rates = {
        "disabled": 0.028,
        "seriously_ill": 0.035 if oldest >= VERY_OLD else 0.012,
        "hardship": 0.02,
        "left_behind": 0.6 if kind == "grandparent" else 0.0,
        "other": 0.006,
    }
    return tags + [tag for tag, rate in rates.items() if chance(rng, rate)]


def _support(rng: Random, kind: str, members: list[Member]) -> list[str]:
    if not members:
        return []
    poorer = 2.2 if kind in {"single_old", "one_parent", "grandparent"} else 0.7
    rates = {"dibao": 0.019, "tekun": 0.003, "monitored": 0.007}
    return [status for status, rate in rates.items() if chance(rng, rate * poorer)][:1]
