"""Families: who lives behind a door, with ages and relations that agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.demo.dice import chance, weighted
from server.demo.names import family_of, person_name
from server.demo.topics import words

if TYPE_CHECKING:
    from random import Random

ADULT, OLD, VERY_OLD = 18, 65, 70
_RETIRED = {"m": 60, "f": 55}


@dataclass(frozen=True)
class Member:
    """A member 家庭成员 of a household; `relation` is that to the head."""

    name: str
    sex: str
    age: int
    relation: str
    job: str = ""
    school: str = ""

    @property
    def is_old(self) -> bool:
        """Whether he is 65 or older."""
        return self.age >= OLD


class Family:
    """Puts a family together; every member added is of a plausible age."""

    def __init__(self, rng: Random, year: int) -> None:
        """Keep the generator and the present year."""
        self.rng, self.year, self.members = rng, year, list[Member]()

    def add(self, relation: str, sex: str, age: int, family: str | None = None) -> Member:
        """Return the new member, with a job or a school where the age asks for one."""
        name = person_name(self.rng, sex, self.year - age, family)
        member = Member(name, sex, age, relation, _job(self.rng, sex, age), _school(age))
        self.members.append(member)
        return member

    def couple(self, low: int, high: int) -> tuple[Member, Member]:
        """Return a head and a spouse."""
        sex = "m" if chance(self.rng, 0.78) else "f"
        head = self.add("户主", sex, self.rng.randint(low, high))
        other = "f" if sex == "m" else "m"
        gap = self.rng.randint(-1, 4) * (1 if sex == "m" else -1)
        return head, self.add("配偶", other, max(20, head.age - gap))

    def child(self, parents: tuple[Member, Member] | Member, *, adult: bool = False) -> None:
        """Add a child of the parents, who bears the father's surname where there is one."""
        pair = parents if isinstance(parents, tuple) else (parents,)
        father = next((parent for parent in pair if parent.sex == "m"), pair[0])
        mother = min(parent.age for parent in pair)
        sex = self.rng.choice("mf")
        low, high = (ADULT + 2, max(ADULT + 2, mother - 22)) if adult else (1, 17)
        age = min(max(low, mother - self.rng.randint(23, 33)), high)
        self.add("儿子" if sex == "m" else "女儿", sex, age, family_of(father.name))

    def parent(self, child: Member, relation: str) -> None:
        """Add the child's father or mother."""
        sex = "m" if relation == "父亲" else "f"
        family = family_of(child.name) if sex == "m" else None
        self.add(relation, sex, min(94, child.age + self.rng.randint(23, 31)), family)


def family_of_size(rng: Random, size: int, year: int) -> tuple[str, list[Member]]:
    """Return the kind of family and its members, the head first; `size` is 0 to 6."""
    kinds = _KINDS[min(size, 4)]
    kind = weighted(rng, kinds)
    family = Family(rng, year)
    _BUILDERS[kind](family, size)
    return kind, family.members


def _single_old(family: Family, _size: int) -> None:
    sex = family.rng.choice("mff")
    family.add("户主", sex, family.rng.randint(66, 91))


def _single(family: Family, _size: int) -> None:
    family.add("户主", family.rng.choice("mf"), family.rng.randint(23, 59))


def _old_couple(family: Family, _size: int) -> None:
    family.couple(62, 88)


def _young_couple(family: Family, _size: int) -> None:
    family.couple(24, 58)


def _one_parent(family: Family, size: int) -> None:
    head = family.add("户主", family.rng.choice("mff"), family.rng.randint(31, 46))
    for _ in range(size - 1):
        family.child(head)


def _grandparent(family: Family, size: int) -> None:
    head = family.add("户主", family.rng.choice("mff"), family.rng.randint(58, 74))
    for _ in range(size - 1):
        sex = family.rng.choice("mf")
        family.add("孙子" if sex == "m" else "孙女", sex, family.rng.randint(4, 15), family_of(head.name))


def _flatmates(family: Family, size: int) -> None:
    sex = family.rng.choice("mf")
    family.add("户主", sex, family.rng.randint(21, 34))
    for _ in range(size - 1):
        family.add("合租", sex, family.rng.randint(21, 34))


def _parents_child(family: Family, size: int) -> None:
    pair = family.couple(28, 47)
    for _ in range(size - 2):
        family.child(pair)


def _old_with_child(family: Family, _size: int) -> None:
    family.child(family.couple(56, 78), adult=True)


def _three_generations(family: Family, size: int) -> None:
    head, spouse = family.couple(30, 46)
    elders = [(head, "父亲"), (head, "母亲")]
    children = 2 if size > 5 or (size == 5 and chance(family.rng, 0.4)) else 1  # noqa: PLR2004 - a household's size
    for _ in range(children):
        family.child((head, spouse))
    for child, relation in elders[::-1][: size - 2 - children]:
        family.parent(child, relation)


_BUILDERS = {
    "empty": lambda _family, _size: None,
    "single_old": _single_old,
    "single": _single,
    "old_couple": _old_couple,
    "young_couple": _young_couple,
    "one_parent": _one_parent,
    "grandparent": _grandparent,
    "flatmates": _flatmates,
    "parents_child": _parents_child,
    "old_with_child": _old_with_child,
    "three_generations": _three_generations,
}
_KINDS: dict[int, dict[str, float]] = {
    0: {"empty": 1},
    1: {"single_old": 42, "single": 58},
    2: {"old_couple": 44, "young_couple": 28, "one_parent": 10, "grandparent": 4, "flatmates": 14},
    3: {"parents_child": 70, "old_with_child": 18, "one_parent": 6, "grandparent": 2, "flatmates": 4},
    4: {"parents_child": 45, "three_generations": 55},
}


def _job(rng: Random, sex: str, age: int) -> str:
    if age < ADULT:
        return ""
    if age >= _RETIRED[sex]:
        return "退休"
    return "学生" if age <= 21 else rng.choice(words("jobs"))  # noqa: PLR2004 - college age


def _school(age: int) -> str:
    for least, name in (
        (18, ""),
        (15, "云澜区第二中学"),
        (12, "桐荫中学"),
        (6, "槐香小学"),
        (3, "槐香幼儿园"),
    ):
        if age >= least:
            return name
    return ""
