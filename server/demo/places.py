"""The invented community: 云澜区 → 桐荫街道 → 槐香社区 → grids → estates → buildings → doors.

No district, street or community of these names is known in China.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.demo.dice import shares, weighted
from server.demo.topics import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

DISTRICT, SUBDISTRICT, COMMUNITY = "云澜区", "桐荫街道", "槐香社区"
_HOUSEHOLDS, _GRIDS = 4839, 21
_LEAST, _MOST = 160, 255
_SIDES = ("", "东区", "西区", "南区", "北区", "一期", "二期", "三期", "东院", "西院")
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Door:
    """One dwelling: `floor` of `top` is None in a village, whose houses stand alone."""

    building: str
    entrance: str
    number: str
    floor: int | None = None
    top: int | None = None


@dataclass
class Estate:
    """An estate 小区: its style is walkup, tower or village."""

    name: str
    style: str
    doors: list[Door] = field(default_factory=list)

    @property
    def buildings(self) -> list[str]:
        """Return the buildings' names in their order."""
        return list(dict.fromkeys(door.building for door in self.doors))


@dataclass
class Grid:
    """A grid 网格 with one to three estates."""

    name: str
    estates: list[Estate]
    strength: str
    tags: list[str]


def numeral(number: int) -> str:
    """Return 1 to 999 in Chinese: 十二, 二十一, 一百零三, 一百一十."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        head += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        head += "零"
    return head + (_DIGITS[ones] if ones or not number else "")


def households_of(grids: int) -> int:
    """Return how many households so many grids have: 4,839 for 21."""
    return round(_HOUSEHOLDS * grids / _GRIDS)


def grids_of(rng: Random, count: int) -> list[Grid]:
    """Return the grids, with every door of every estate."""
    sizes = shares(rng, households_of(count), count, _LEAST, _MOST)
    names = {style: _names(rng, words(f"{style}s")) for style in ("walkup", "tower", "village")}
    grids = []
    for index, size in enumerate(sizes):
        # The first grid always has two estates, so that the first cadre is seen at both.
        parts = 2 if index == 0 else weighted(rng, {1: 3, 2: 5, 3: 2})
        cuts = shares(rng, size, parts, size // (parts + 1), size)
        estates = [_estate(rng, names, cut) for cut in cuts]
        grids.append(Grid(f"第{numeral(index + 1)}网格", estates, *_character(rng, estates)))
    return grids


def _character(rng: Random, estates: list[Estate]) -> tuple[str, list[str]]:
    tag = {"walkup": "老旧小区", "tower": "高层", "village": "安置小区"}
    tags = list(dict.fromkeys(tag[estate.style] for estate in estates))
    weak = 0.3 if "老旧小区" in tags or "安置小区" in tags else 0.1
    return weighted(rng, {"weak": weak, "normal": 0.6, "strong": 0.2}), tags


def _names(rng: Random, stems: list[str]) -> Iterator[str]:
    for side in _SIDES:
        yield from (stem + side for stem in rng.sample(stems, len(stems)))
    number = 1
    while True:
        number += 1
        yield f"{stems[0]}{number}院"


def _estate(rng: Random, names: dict[str, Iterator[str]], size: int) -> Estate:
    style = weighted(rng, {"walkup": 5, "tower": 4, "village": 1.2})
    makers = {"walkup": _walkup_doors, "tower": _tower_doors, "village": _village_doors}
    doors = makers[style](rng)
    return Estate(next(names[style]), style, [next(doors) for _ in range(size)])


def _walkup_doors(rng: Random) -> Iterator[Door]:
    number = rng.randint(1, 12)
    while True:
        for entrance in range(1, rng.randint(2, 4) + 1):
            wide = rng.choice((2, 2, 3))
            for floor in range(1, 7):
                for side in range(1, wide + 1):
                    yield Door(f"{number}号楼", f"{entrance}单元", f"{floor}{side:02d}", floor, 6)
        number += 1


def _tower_doors(rng: Random) -> Iterator[Door]:
    letters = rng.random() < 0.3  # noqa: PLR2004 - about a third of the towers are lettered
    number = 0
    while True:
        number += 1
        top = rng.choice((18, 24, 26, 30, 33))
        for entrance in ("",) if letters else ("1单元", "2单元")[: rng.choice((1, 2))]:
            name = f"{chr(64 + number)}座" if letters else f"{number}号楼"
            for floor in range(1, top + 1):
                for side in range(1, rng.choice((2, 3, 4)) + 1):
                    yield Door(name, entrance, f"{floor}{side:02d}", floor, top)


def _village_doors(rng: Random) -> Iterator[Door]:
    row = 0
    while True:
        row += 1
        for house in range(1, rng.randint(8, 14) + 1):
            yield Door(f"{row}排", "", f"{house}号")
