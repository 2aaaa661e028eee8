"""The demonstration's people and places: nobody real, everybody believable."""

from __future__ import annotations

from collections import Counter

import pytest

from server.demo.names import address, family_of
from server.demo.places import numeral
from server.demo.story import Story
from tests.server.stories import community


@pytest.fixture(scope="module")
def story() -> Story:
    """Return the whole community."""
    return community()


def test_nobody_can_be_telephoned(story: Story) -> None:
    phones = [home.phone for homes in story.households for home in homes if home.phone]
    assert len(phones) > 4000
    # 154 has been given to no carrier.
    assert all(phone.startswith("154") and len(phone) == 11 and phone.isdigit() for phone in phones)


def test_doors_are_unique_and_look_like_doors(story: Story) -> None:
    for grid, homes in zip(story.grids, story.households, strict=True):
        assert len({home.code for home in homes}) == len(homes)
        for estate in grid.estates:
            assert len(set(estate.doors)) == len(estate.doors)
            for door in estate.doors:
                if estate.style == "village":
                    assert (door.floor, door.number[-1]) == (None, "号")
                else:
                    assert door.floor is not None
                    assert door.top is not None
                    assert door.number.startswith(str(door.floor))
                    assert 1 <= door.floor <= door.top <= (6 if estate.style == "walkup" else 33)


def test_ages_and_relations_agree(story: Story) -> None:
    for home in (home for homes in story.households for home in homes if home.members):
        head = home.members[0]
        assert head.relation == "户主"
        assert head.age >= 18
        for member in home.members[1:]:
            if member.relation in {"儿子", "女儿"}:
                assert head.age - member.age >= 18
            if member.relation in {"父亲", "母亲"}:
                assert member.age - head.age >= 20
            if member.relation in {"孙子", "孙女"}:
                assert head.age - member.age >= 40
        assert all(1 <= member.age <= 95 for member in home.members)


def test_care_is_given_where_it_fits_and_at_believable_rates(story: Story) -> None:
    homes = [home for homes in story.households for home in homes]
    alone = [home for home in homes if "living_alone_elderly" in home.care]
    assert all(len(home.members) == 1 and home.members[0].age >= 70 for home in alone)
    assert 0.03 < len(alone) / len(homes) < 0.12
    supported = sum(bool(home.support) for home in homes)
    assert 0.01 < supported / len(homes) < 0.06
    vacant = [home for home in homes if home.tenure == "vacant"]
    assert all(not home.members and not home.phone for home in vacant)
    assert 0.03 < len(vacant) / len(homes) < 0.12


def test_names_are_varied_with_double_and_rare_ones(story: Story) -> None:
    names = [member.name for homes in story.households for home in homes for member in home.members]
    families = Counter(map(family_of, names))
    assert 0.05 < families["王"] / len(names) < 0.11
    assert sum(count for family, count in families.items() if len(family) == 2) >= 5
    assert len(set(names)) > 0.6 * len(names)
    assert address("欧阳春", "f", 70) == "欧阳阿姨"


def test_every_grid_has_a_cadre_and_every_cadre_one_contact_point(story: Story) -> None:
    cadres = [person for person in story.people if person.roles == ["cadre"]]
    assert [person.login for person in cadres] == [f"cadre{number:02d}" for number in range(1, 41)]
    points = [person.contact_point for person in cadres]
    assert {point.grid for point in points if point} == set(range(21))
    for person, point in zip(cadres, points, strict=True):
        assert point is not None
        assert 1 <= len(point.estates) <= 2
        assert len([one for one in person.assignments if one.to_day is None]) == 1
    assert points[0] is not None
    assert (points[0].grid, points[0].estates, len(story.grids[0].estates)) == (0, [0, 1], 2)
    roles = {person.login: person.roles for person in story.people[40:]}
    assert roles == {
        "supervisor01": ["secretary", "reviewer"],
        "supervisor02": ["reviewer"],
        "supervisor03": ["reviewer"],
        "admin": ["org_admin"],
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (21, "二十一"),
        (103, "一百零三"),
        (110, "一百一十"),
        (400, "四百"),
    ],
)
def test_grids_are_numbered_in_chinese(number: int, text: str) -> None:
    assert numeral(number) == text
