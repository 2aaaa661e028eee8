"""Which topic fits which household, month and festival, and who of the family is met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.demo.families import ADULT, VERY_OLD
from server.demo.grammar import slots_of
from server.demo.topics import Topic, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from server.demo.families import Member
    from server.demo.households import Household

_BOOST = 3.0
_WORKING = (25, 54)
_SCHOOL = (3, 15)


def _working(member: Member) -> bool:
    return _WORKING[0] <= member.age <= _WORKING[1]


_FITS: dict[str, Callable[[Household], bool]] = {
    "elderly": lambda home: any(member.is_old for member in home.members),
    "alone": lambda home: len(home.members) == 1 and home.members[0].age >= VERY_OLD,
    "child": lambda home: any(_SCHOOL[0] <= member.age <= _SCHOOL[1] for member in home.members),
    "working": lambda home: any(_working(member) for member in home.members),
    "renter": lambda home: home.tenure == "rented",
    "low_income": lambda home: bool(home.support),
    "disabled": lambda home: "disabled" in home.care,
    "left_behind": lambda home: home.kind == "grandparent",
}


def fits(topic: Topic, home: Household) -> bool:
    """Return whether the topic can come up in the household."""
    if (topic.style and home.estate.style not in topic.style) or home.estate.style in topic.not_style:
        return False
    return all(_FITS[need](home) for need in topic.fit)


def person_for(rng: Random, topic: Topic, home: Household) -> Member:
    """Return the member of the family who is met on this topic, an adult."""
    adults = [member for member in home.members if member.age >= ADULT]
    if {"elderly", "alone"} & set(topic.fit):
        adults = [member for member in adults if member.is_old]
    if "working" in topic.fit:
        adults = [member for member in adults if _working(member)]
    return rng.choice(adults or home.members)


def weight_of(topic: Topic, month: int, feast: str) -> float:
    """Return how likely the topic is in the month and around the festival."""
    if (topic.only and month not in topic.only) or (topic.festival and topic.festival != feast):
        return 0.0
    return topic.weight * (_BOOST if month in topic.boost else 1.0)


def choose(  # noqa: PLR0913 - the circumstances of a visit
    rng: Random,
    home: Household | None,
    month: int,
    feast: str,
    target: str = "household",
    *,
    remote: bool = False,
) -> Topic:
    """Return a topic for the visit; there is one for every household and target."""
    weights = {
        topic.key: weight_of(topic, month, feast)
        for topic in topics()
        if topic.target == target and topic.remote == remote and (home is None or fits(topic, home))
    }
    key = rng.choices(list(weights), weights=list(weights.values()))[0]
    return topic_named(key)


def topic_named(key: str) -> Topic:
    """Return the topic of the key."""
    return next(topic for topic in topics() if topic.key == key)


def is_told(topic: Topic, slots: Mapping[str, str]) -> bool:
    """Return whether the slots can fill something of everything that the topic's problem needs."""
    told = topic.problem
    return told is not None and all(
        any(slots_of(text) <= slots.keys() for text in texts)
        for texts in (told.titles, told.details, told.results)
    )
