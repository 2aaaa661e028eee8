"""Topics 民情: what a visit is about, read once from the texts beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from server.demo.grammar import slots_of

FILES = ("home", "street", "people", "season", "places")


@dataclass(frozen=True)
class ProblemTexts:
    """How a topic becomes a problem; `days` are those to the due date, least and most."""

    chance: float
    titles: list[str]
    details: list[str]
    results: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=lambda: [7, 30])
    on_spot: float = 0.3
    phased: float = 0.12
    explain: float = 0.15
    urgent: float = 0.15
    steps: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Topic:
    """One topic with its texts; `fit`, `style` and months say where and when it comes up."""

    key: str
    category: str
    services: list[str]
    weight: float
    say: list[str] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)
    opinions: list[str] = field(default_factory=list)
    next_step: list[str] = field(default_factory=list)
    boost: list[int] = field(default_factory=list)
    only: list[int] = field(default_factory=list)
    fit: list[str] = field(default_factory=list)
    style: list[str] = field(default_factory=list)
    not_style: list[str] = field(default_factory=list)
    festival: str = ""
    target: str = "household"
    not_home: bool = False
    remote: bool = False
    follow: dict[str, list[str]] = field(default_factory=dict)
    problem: ProblemTexts | None = None

    @property
    def slots(self) -> frozenset[str]:
        """Return every slot that one of the topic's texts may ask for."""
        texts = [*self.say, *self.did, *self.short, *self.opinions, *self.next_step]
        if self.problem:
            told = self.problem
            texts += [*told.titles, *told.details, *told.results, *told.steps, *told.explained]
            texts += [*told.pending, *told.done]
        return frozenset().union(*map(slots_of, texts))


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, in the order of the files."""
    return tuple(_topic(entry) for name in FILES for entry in _read(name)["topic"])


@cache
def frames() -> dict[str, dict[str, list[str]]]:
    """Return what stands around a topic: openings, middles, endings, follow-ups, comments."""
    return _read("frames")


@cache
def words(kind: str) -> list[str]:
    """Return the list of names of a kind: jobs, notes, shops, firms, places, work, estates by style."""
    found: list[str] = _read("words")[kind]
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("server.demo") / "texts" / f"{name}.toml").read_text(encoding="utf-8"))


def _topic(entry: dict[str, Any]) -> Topic:
    told = entry.pop("problem", None)
    follow = entry.get("follow", {})
    # `pending` and `done` may stand under the problem or under the follow-up table.
    problem = ProblemTexts(**told) if told else None
    return Topic(**{**entry, "follow": follow, "problem": problem})
