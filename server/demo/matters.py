"""Problems 问题 of the demonstration: how each came up, was handled, ended, or is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from server.demo.changes import Change, filled, instant, moment
from server.demo.dice import chance, uuid_at, weighted
from server.demo.topics import ProblemTexts

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from server.demo.families import Member
    from server.demo.households import Household
    from server.demo.narratives import Writer
    from server.demo.topics import Topic

_CLOSED_AFTER = 30
_LATELY, _DUE_AROUND = 25, (-4, 8)  # what came up lately is due about now
_STILL_RECORDED = ((5, 0.55), (15, 0.25), (4000, 0.012))
_TOLD_HOW = {"当面": 6, "电话": 3, "微信": 1}


@dataclass
class Matter:
    """What the cadre keeps in mind of a problem, for the visits that follow it up."""

    topic: Topic
    told: ProblemTexts
    home: Household
    person: Member
    slots: dict[str, str]
    title: str
    day: date
    resolved_on: date | None
    last: date
    visits: int = 0


@dataclass(frozen=True)
class Raised:
    """The visit at which a problem was raised."""

    author: str
    grid: int
    diary_id: str
    channel: str
    when: datetime
    today: date


class Ledger:
    """Writes the problems of one cadre."""

    def __init__(self, rng: Random, writer: Writer) -> None:
        """Keep the generator and the writer of texts."""
        self.rng, self.writer = rng, writer

    def raised(
        self, at: Raised, topic: Topic, home: Household, person: Member, slots: dict[str, str]
    ) -> tuple[Matter, list[Change]]:
        """Return the matter to follow up, and the ops of the problem until today."""
        told = topic.problem
        if told is None:
            raise ValueError(topic.key)
        rid = uuid_at(self.rng, at.when)
        day = moment_day(at.when)
        title = self.writer.one_of(told.titles, slots)
        base = {
            "title": title,
            "detail": self.writer.one_of(told.details, slots),
            "category": topic.category,
            "urgency": self._urgency(told),
            "source": "phone"
            if at.channel == "phone"
            else weighted(self.rng, {"visit": 92.0, "forum": 5.0, "assigned": 3.0}),
            "diary_id": at.diary_id,
            "household_id": home.id,
            "reporter": "匿名" if chance(self.rng, 0.03) else person.name,
            "recorded_at": instant(at.when),
        }
        steps = self._handled(told, slots, day, at.today)
        creation = Change(at.author, "problem", rid, at.grid, "create", filled(base | steps[0][1]), at.when)
        later = [
            Change(at.author, "problem", rid, at.grid, "set", change, moment(on, self.rng.randint(540, 1050)))
            for on, change in steps[1:]
        ]
        ended = next((on for on, change in steps if change.get("done_on")), None)
        return Matter(topic, told, home, person, slots, title, day, ended, day), [creation, *later]

    def _urgency(self, told: ProblemTexts) -> str:
        return weighted(
            self.rng,
            {"normal": 1 - told.urgent, "urgent": told.urgent * 0.85, "critical": told.urgent * 0.15},
        )

    def _handled(
        self, told: ProblemTexts, slots: dict[str, str], day: date, today: date
    ) -> list[tuple[date, dict[str, Any]]]:
        """Return the days and what changed on each, the day of the record first."""
        age = (today - day).days
        waiting = next(share for most, share in _STILL_RECORDED if age <= most)
        if chance(self.rng, waiting):
            return [(day, {"state": "recorded"})]
        if chance(self.rng, told.on_spot):
            steps = [
                (
                    day,
                    {
                        "disposition": "on_spot",
                        "state": "resolved_on_spot",
                        "result": self.writer.one_of(told.results, slots),
                        "done_on": str(day),
                    },
                )
            ]
        elif told.explained and chance(self.rng, told.explain):
            steps = [(day, self._explained(told, slots, day, today))]
        elif told.steps and chance(self.rng, told.phased):
            steps = self._phased(told, slots, day, today)
        elif age <= _LATELY and chance(self.rng, 0.6):
            steps = self._waiting(day, today)
        else:
            steps = self._timed(told, slots, day, today)
        return steps + self._closed(steps, today)

    def _explained(self, told: ProblemTexts, slots: dict[str, str], day: date, today: date) -> dict[str, Any]:
        return {
            "disposition": "explained",
            "state": "explained",
            "explained_reason": self.writer.one_of(told.explained, slots),
            "told_on": str(min(today, day + timedelta(days=self.rng.choice((0, 0, 1, 2, 3))))),
            "told_how": weighted(self.rng, _TOLD_HOW),
        }

    def _waiting(self, day: date, today: date) -> list[tuple[date, dict[str, Any]]]:
        due = max(day + timedelta(days=1), today + timedelta(days=self.rng.randint(*_DUE_AROUND)))
        return [(day, {"disposition": "timed", "state": "open", "due_on": str(due)})]

    def _timed(
        self, told: ProblemTexts, slots: dict[str, str], day: date, today: date
    ) -> list[tuple[date, dict[str, Any]]]:
        span = self.rng.randint(told.days[0], told.days[1])
        first = {"disposition": "timed", "state": "open", "due_on": str(day + timedelta(days=span))}
        took = self.rng.randint(max(1, round(span * 0.7)), max(2, round(span * 1.35)))
        return [(day, first), *self._resolved(told, slots, day + timedelta(days=took), today, 0.965)]

    def _phased(
        self, told: ProblemTexts, slots: dict[str, str], day: date, today: date
    ) -> list[tuple[date, dict[str, Any]]]:
        milestones, due, done = [], day, day
        for number, text in enumerate(told.steps, 1):
            due += timedelta(days=self.rng.randint(told.days[0], told.days[1] + 10))
            done = max(done, due + timedelta(days=self.rng.randint(-4, 5)))
            stone = {"key": f"s{number}", "text": text, "due_on": str(due)}
            milestones.append(stone | ({"done_on": str(done)} if done <= today else {}))
        planned = [{name: stone[name] for name in ("key", "text", "due_on")} for stone in milestones]
        steps: list[tuple[date, dict[str, Any]]] = [
            (day, {"disposition": "phased", "state": "phased", "milestones": planned})
        ]
        if reached := [stone for stone in milestones if "done_on" in stone]:
            steps.append((date.fromisoformat(reached[-1]["done_on"]), {"milestones": milestones}))
        return steps + self._resolved(told, slots, done + timedelta(days=2), today, 1.0)

    def _resolved(
        self, told: ProblemTexts, slots: dict[str, str], day: date, today: date, odds: float
    ) -> list[tuple[date, dict[str, Any]]]:
        if day > today or not chance(self.rng, odds):
            return []
        return [
            (
                day,
                {"state": "resolved", "result": self.writer.one_of(told.results, slots), "done_on": str(day)},
            )
        ]

    def _closed(
        self, steps: list[tuple[date, dict[str, Any]]], today: date
    ) -> list[tuple[date, dict[str, Any]]]:
        day, last = steps[-1]
        after = day + timedelta(days=self.rng.randint(5, _CLOSED_AFTER))
        ended = last["state"] in {"resolved", "resolved_on_spot"} if "state" in last else False
        return [(after, {"state": "closed"})] if ended and after <= today and chance(self.rng, 0.6) else []


def moment_day(when: datetime) -> date:
    """Return the local day of a moment made by `changes.moment`."""
    return when.date()
