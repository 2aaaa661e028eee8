"""Slots: what a visit's texts may name — the person met, the door, the people around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.demo.names import address, person_name, surname
from server.demo.topics import words

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from server.demo.families import Member
    from server.demo.households import Household

_TIMES = {
    "morning": ("一早", "上午", "九点多", "十点左右", "快到中午"),
    "afternoon": ("下午", "午后", "两点多", "四点左右", "放学前"),
    "evening": ("傍晚", "晚饭后", "七点多", "下班后", "晚上"),
}
_CHILDREN = (1, 17)
_OLD_KIN = 60


def target_names(rng: Random, kind: str, estate: str) -> str:
    """Return the name of a merchant, an enterprise or a public place near the estate."""
    if kind == "public_place":
        return f"{estate}{rng.choice(words('places'))}"
    return rng.choice(words("shops" if kind == "merchant" else "firms"))


def around(rng: Random, day: date, period: str, estate: str, target: str = "") -> dict[str, str]:
    """Return the slots that every visit has: workers, neighbours, numbers, the month, places."""
    neighbour_sex = rng.choice("mf")
    neighbour_age = rng.randint(28, 78)
    neighbour = person_name(rng, neighbour_sex, day.year - neighbour_age)
    return {
        "worker": f"{surname(rng)}师傅" if rng.random() < 0.7 else f"小{surname(rng)}",  # noqa: PLR2004 - most are 师傅
        "neighbour": address(neighbour, neighbour_sex, neighbour_age),
        "ta2": "他" if neighbour_sex == "m" else "她",
        "comp": f"{rng.choice(('网格员', '楼长', '志愿者', '社区'))}小{surname(rng)}",
        "n": str(rng.randint(2, 9)),
        "days": str(rng.randint(3, 15)),
        "month": f"{day.month}月",
        "time": rng.choice(_TIMES[period]),
        "estate": estate,
        "shop": target or rng.choice(words("shops")),
        "firm": target or rng.choice(words("firms")),
        "place": target or f"{estate}{rng.choice(words('places'))}",
    }


def at_door(rng: Random, household: Household, person: Member | None) -> dict[str, str]:
    """Return the slots of a household's door and of the person met there, if anyone."""
    door = household.door
    found = {
        "bld": door.building,
        "unit": door.entrance or door.building,
        "unit2": door.entrance,
        "door": door.number,
        "n2": str(len(household.members)),
    }
    if door.floor is not None and door.top is not None:
        end = door.number[len(str(door.floor)) :]
        found |= {"floor": f"{door.floor}楼", "side": f"{door.floor}{_next(end)}"}
        if door.floor < door.top:
            found["up"] = f"{door.floor + 1}{end}"
    else:
        found["side"] = f"{_next(door.number[:-1])}号"
    return found | (_person(rng, household, person) if person else {})


def _next(end: str) -> str:
    number = int(end)
    return f"{number - 1 if number > 1 else number + 1:0{len(end)}d}"


def _person(rng: Random, household: Household, person: Member) -> dict[str, str]:
    spouse = any(member.relation == "配偶" for member in household.members)
    children = [
        member
        for member in household.members
        if _CHILDREN[0] <= member.age <= _CHILDREN[1] and member is not person
    ]
    partner = ("老伴" if person.age >= _OLD_KIN else "爱人") if spouse else "家里人"
    found = {
        "who": address(person.name, person.sex, person.age),
        "who2": person.name,
        "ta": "他" if person.sex == "m" else "她",
        "age": str(person.age),
        "kin": household.kin if person.age >= _OLD_KIN else "家里人",
        "kin2": partner,
    }
    if children:
        child = rng.choice(children)
        found["child"] = f"{'小' if len(child.name) > 2 else ''}{child.name[-1]}"  # noqa: PLR2004 - 小 + last character
    return found


def ago(rng: Random, then: date, today: date) -> str:
    """Return how people say how long ago a day was: 上周, 半个月前, 3月12日."""
    days = (today - then).days
    exact = f"{then.month}月{then.day}日"
    for most, said in (
        (4, ("前几天",)),
        (10, ("上周", "前几天")),
        (18, ("半个月前", exact)),
        (45, ("上个月", exact)),
    ):
        if days <= most:
            return rng.choice(said)
    return exact if days < 300 else f"{then.year}年{then.month}月"  # noqa: PLR2004 - nearly a year
