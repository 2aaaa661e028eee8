"""The script of a run, made from its seed: plain lists, so that it can be kept and cut down.

What an event names by a number (a record, a statement) is taken modulo what there is when it comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

# Phones by name, with their account: two of one cadre, his grid's lead, the supervisor, a neighbour.
PHONES = {"a": "cadre1", "b": "cadre1", "c": "grid_lead", "d": "reviewer", "e": "cadre2"}
COMMON = [
    "household_note", "household_note", "household_tags", "household_member", "household_clear",
    "diary_paragraph", "diary_paragraph", "diary_services", "diary_delete", "problem_title", "problem_title",
    "settle", "settle", "end_quarantine", "decide", "create_household", "create_diary", "create_problem",
    "review",
]  # fmt: skip
SHARED = ["create_household", "create_diary", "create_problem", "create_household"]  # at the start
CLASHES = [
    "household_note", "household_note", "household_tags", "household_tags", "household_member",
    "household_member", "diary_paragraph", "diary_paragraph", "diary_services", "diary_services",
    "diary_delete", "problem_title",
]  # fmt: skip
LINES = [
    "none", "none", "none", "none", "lose_request", "lose_request", "lose_reply", "lose_reply", "truncate",
    "captive", "refuse", "signed_out", "twice", "stale", "stale", "die", "die", "die", "meanwhile",
    "meanwhile", "write", "write",
]  # fmt: skip
STORAGE = ["crash", "crash", "abort", "full"]
EVENTS = (
    ["act"] * 46 + ["sync"] * 40 + ["deliver"] * 4 + ["restart"] * 3 + ["clock"] * 2 + ["assign"] * 3
    + ["move"] * 2 + ["old"] * 1
)  # fmt: skip

Event = list[Any]


@dataclass
class Script:
    """What happens, to which phones."""

    seed: int
    phones: list[str]
    events: list[Event] = field(default_factory=list)


def script_of(seed: int) -> Script:
    """Return the script of the seed: a few shared records, then rounds that mostly clash."""
    chance = Random(seed)  # noqa: S311 - a simulation
    first = ["a", chance.choice("bbbcd")]
    others = chance.sample(sorted(PHONES.keys() - set(first)), chance.choice([0, 0, 1, 1, 2]))
    script = Script(seed, sorted(first + others))
    has_changes = chance.random() < 0.5
    script.events += [["act", "a", what, number, 0, None] for number, what in enumerate(SHARED)]
    script.events += [["sync", phone, [], None, False] for phone in script.phones]
    for _ in range(chance.randint(8, 14)):
        if chance.random() < 0.65:
            script.events += clash(chance, script.phones)
        elif has_changes and chance.random() < 0.15:
            script.events += loss(chance)
        kind = chance.choice(EVENTS)
        if has_changes or kind not in ("assign", "move"):
            script.events.append([kind, *MAKERS[kind](chance, script.phones)])
    return script


def clash(chance: Random, phones: list[str]) -> list[Event]:
    """Return changes of one record on two phones, made before either syncs; then both mostly do."""
    one, other = chance.sample(phones, 2)
    what, number = chance.choice(CLASHES), chance.randrange(8)
    near = chance.choice([number, (number + 2) % 8, (number + 2) % 8])
    events: list[Event] = [["act", one, what, number, 0, None], ["act", other, what, near, 0, None]]
    if chance.random() < 0.3:
        events.append(["act", *act(chance, [one, other])])
    line = [chance.choice(["none", "meanwhile", "die"]), chance.randrange(60), other]
    events.append(
        ["sync", *sync(chance, [one])] if chance.random() < 0.5 else ["sync", one, [line], None, False]
    )
    if chance.random() < 0.7:
        events.append(["sync", *sync(chance, [other])])
    return events


def loss(chance: Random) -> list[Event]:
    """Return the end of an assignment, which a phone hears of while its person writes."""
    line = ["write", chance.randrange(60), "a"]
    return [["assign", "cadre1", chance.choice(["grid2", None])], ["sync", "a", [line], None, False]]


def act(chance: Random, phones: list[str]) -> Event:
    """Return what a person does on a phone whose disk may fail at it."""
    fault = storage(chance) if chance.random() < 0.08 else None
    return [chance.choice(phones), chance.choice(COMMON), chance.randrange(8), chance.randrange(8), fault]


def sync(chance: Random, phones: list[str]) -> Event:
    """Return a sync of a phone, with what the line does to each of its requests, and its disk."""
    lines = [[chance.choice(LINES), chance.randrange(60), chance.choice(phones)] for _ in range(3)]
    fault = storage(chance) if chance.random() < 0.2 else None
    return [chance.choice(phones), lines, fault, chance.random() < 0.2]


def storage(chance: Random) -> Event:
    """Return what happens to the disk, and at which write."""
    return [chance.choice(STORAGE), chance.randrange(8)]


MAKERS: dict[str, Callable[[Random, list[str]], Event]] = {
    "act": act,
    "sync": sync,
    "deliver": lambda chance, _: [chance.randrange(8)],
    "restart": lambda chance, phones: [chance.choice(phones)],
    "clock": lambda chance, phones: [chance.choice(phones), chance.choice([-10, 10, 0])],
    "assign": lambda chance, _: [
        chance.choice(["cadre1", "cadre2"]),
        chance.choice(["grid1", "grid2", None]),
    ],
    "move": lambda chance, _: [chance.randrange(8), chance.choice(["grid1", "grid2"])],
    "old": lambda chance, phones: [chance.choice(phones)],
}
