"""Visits 走访: one cadre's year of trips, each with several doors, and their diary entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from server.demo import slots as slot
from server.demo.calendar_days import festival, is_late, minute_of, period_of, trip_days
from server.demo.changes import MINUTES_EAST, Change, filled, instant, moment
from server.demo.dice import chance, some, uuid_at, weighted
from server.demo.fitting import choose, is_told, person_for, topic_named
from server.demo.matters import Ledger, Matter, Raised
from server.demo.topics import Topic, frames

if TYPE_CHECKING:
    from datetime import datetime

    from server.demo.families import Member
    from server.demo.households import Household
    from server.demo.narratives import Writer

_A_TRIP = {2: 20, 3: 35, 4: 30, 5: 15}
_CHANNELS = {"in_person": 86.0, "phone": 9.5, "message": 3.0, "video": 1.5}
_TARGETS = {"merchant": 50.0, "public_place": 35.0, "enterprise": 15.0}
_ALL = ("visit", "guidance", "consultation", "support", "problem_solving", "publicity", "talk")
_REST = 5  # days between two visits on one matter
_REVISITS = 3
_SHOWN_DAYS = 25
_RAISED = 0.75  # of the visits on which a topic could become a problem by its own chance


@dataclass
class Entry:
    """A diary entry that was written, for its review and for what came later."""

    rid: str
    author: str
    grid: int
    when: datetime
    narrative: str
    slots: dict[str, str]


@dataclass
class Written:
    """Everything that the cadres wrote."""

    changes: list[Change] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class When:
    """A day, its period and the minute."""

    day: date
    period: str
    minute: int


@dataclass(frozen=True)
class Call:
    """One visit before it is written: when and how, at which door, with whom, about what."""

    at: When
    channel: str
    topic: Topic
    home: Household | None = None
    person: Member | None = None
    slots: dict[str, str] = field(default_factory=dict)
    target: str = "household"
    name: str = ""
    lead: str = ""


class Diarist:
    """One cadre, his households and what he keeps in mind from one trip to the next."""

    def __init__(self, seed: str, author: str, grid: int, homes: list[Household], writer: Writer) -> None:
        """Keep the cadre's login, grid and households; his generator follows from the seed."""
        self.rng = Random(seed)  # noqa: S311 - a demonstration, no secret
        self.author, self.grid, self.writer = author, grid, writer
        self.homes = homes
        self.weights = [
            5.0 if home.care or home.support else 0.35 if not home.members else 1.0 for home in homes
        ]
        self.ledger = Ledger(self.rng, writer)
        self.is_shown = False  # the cadre whom a demonstration begins with has open problems
        self.matters: list[Matter] = []
        self.visited: dict[str, date] = {}
        self.missed: dict[str, date] = {}

    def write(self, first: date, today: date, into: Written) -> None:
        """Write every trip from the first day until yesterday."""
        writer_rng, self.writer.rng = self.writer.rng, self.rng
        for day in trip_days(self.rng, first, today - timedelta(days=1)):
            period = period_of(self.rng, day)
            minute = minute_of(self.rng, period)
            for _ in range(weighted(self.rng, _A_TRIP)):
                self._call(self._next(When(day, period, minute)), today, into)
                minute += self.rng.randint(12, 45)
        self.writer.rng = writer_rng

    def _next(self, at: When) -> Call:
        if chance(self.rng, 0.34) and (due := self._due(at.day)):
            return self._follow_up(due, at)
        if chance(self.rng, 0.5) and (again := [home for home in self.homes if home.id in self.missed]):
            home = again[0]
            del self.missed[home.id]
            return self._at_home(home, at, "in_person", lead_key="empty_home")
        channel = weighted(self.rng, _CHANNELS)
        if channel == "in_person" and chance(self.rng, 0.09):
            return self._elsewhere(at)
        home = self.rng.choices(self.homes, weights=self.weights)[0]
        if not home.members:
            channel = "in_person"
        return self._at_home(home, at, channel)

    def _due(self, day: date) -> Matter | None:
        waiting = [
            matter
            for matter in self.matters
            if (day - matter.last).days >= _REST and matter.visits < _REVISITS
        ]
        return self.rng.choice(waiting) if waiting else None

    def _follow_up(self, matter: Matter, at: When) -> Call:
        day = at.day
        state = "done" if matter.resolved_on and matter.resolved_on <= day else "pending"
        matter.last = day
        matter.visits = _REVISITS if state == "done" else matter.visits + 1
        slots = matter.slots | {"title": matter.title, "ago": slot.ago(self.rng, matter.day, day)}
        own = matter.told.done if state == "done" else matter.told.pending
        general = frames()["follow"][state]
        lead = self.writer.one_of(general, slots) if not own or chance(self.rng, 0.3) else ""
        once_more = state == "pending" and chance(self.rng, 0.3)
        topic = Topic(
            key=matter.topic.key,
            category=matter.topic.category,
            services=["visit", "problem_solving"],
            weight=0,
            say=[""] if lead else own,
            did=matter.topic.did if once_more else [""],
        )
        return Call(at, "in_person", topic, matter.home, matter.person, slots, lead=lead)

    def _at_home(self, home: Household, at: When, channel: str, lead_key: str = "") -> Call:
        day = at.day
        slots = slot.around(self.rng, day, at.period, home.estate.name)
        absent = channel == "in_person" and not lead_key and chance(self.rng, 0.055)
        if not home.members or absent:
            if home.members:
                self.missed[home.id] = day
            slots |= slot.at_door(self.rng, home, None)
            return Call(at, "in_person", topic_named("empty_home"), home, slots=slots)
        topic = choose(self.rng, home, day.month, festival(day), remote=channel != "in_person")
        person = person_for(self.rng, topic, home)
        slots |= slot.at_door(self.rng, home, person)
        lead = self._lead(home, day, slots, lead_key)
        return Call(at, channel, topic, home, person, slots, lead=lead)

    def _lead(self, home: Household, day: date, slots: dict[str, str], key: str) -> str:
        if key:
            return self.writer.one_of(topic_named(key).follow["done"], slots)
        before = self.visited.get(home.id)
        if before is None or (day - before).days < _REST or not chance(self.rng, 0.2):
            return ""
        return self.writer.one_of(
            frames()["follow"]["visit"], slots | {"ago": slot.ago(self.rng, before, day)}
        )

    def _elsewhere(self, at: When) -> Call:
        target = weighted(self.rng, _TARGETS)
        estate = self.rng.choice(self.homes).estate.name
        name = slot.target_names(self.rng, target, estate)
        topic = choose(self.rng, None, at.day.month, festival(at.day), target)
        slots = slot.around(self.rng, at.day, at.period, estate, name)
        return Call(at, "in_person", topic, slots=slots, target=target, name=name)

    def _call(self, call: Call, today: date, into: Written) -> None:
        written = self._written_at(call, today)
        rid = uuid_at(self.rng, written)
        second = None
        if call.home and call.person and call.channel == "in_person":
            self.visited[call.home.id] = call.at.day
            other = choose(self.rng, call.home, call.at.day.month, festival(call.at.day))
            second = other if other.key != call.topic.key else None
        text = self.writer.narrative(call.topic, call.slots, call.channel, call.lead, second)
        raised = self._problem(call, rid, written, today)
        fields = filled(self._fields(call, text, written) | self._about(call, has_problem=bool(raised)))
        into.changes.append(Change(self.author, "diary_entry", rid, self.grid, "create", fields, written))
        into.changes += raised
        into.entries.append(Entry(rid, self.author, self.grid, written, text, call.slots))

    def _written_at(self, call: Call, today: date) -> datetime:
        if is_late(self.rng) and (today - call.at.day).days > 3:  # noqa: PLR2004 - so that it isn't written tomorrow
            return moment(call.at.day + timedelta(days=self.rng.randint(1, 3)), self.rng.randint(500, 1290))
        return moment(call.at.day, min(1430, call.at.minute + self.rng.randint(4, 70)))

    def _problem(self, call: Call, rid: str, written: datetime, today: date) -> list[Change]:
        told = call.topic.problem
        if not (told and call.home and call.person) or not is_told(call.topic, call.slots):
            return []
        is_recent = (today - call.at.day).days <= _SHOWN_DAYS
        if not chance(self.rng, told.chance * _RAISED) and not (self.is_shown and is_recent):
            return []
        at = Raised(self.author, self.grid, rid, call.channel, written, today)
        matter, changes = self.ledger.raised(at, call.topic, call.home, call.person, call.slots)
        self.matters.append(matter)
        return changes

    def _fields(self, call: Call, text: str, written: datetime) -> dict[str, Any]:
        place = f"{call.slots['estate']}" if call.target != "household" else ""
        person = call.person
        return {
            "visit_date": str(call.at.day),
            "period": call.at.period,
            "channel": call.channel,
            "not_home": call.topic.not_home,
            "target_type": call.target,
            "household_id": call.home.id if call.home else "",
            "target_name": call.name,
            "place": place,
            "persons_met": f"{person.name}（{person.relation}）" if person else "",
            "narrative": text,
            "recorded_at": instant(written),
            "tz": MINUTES_EAST,
        }

    def _about(self, call: Call, *, has_problem: bool) -> dict[str, Any]:
        topic, slots = call.topic, call.slots
        services = set(topic.services) | ({"problem_solving"} if has_problem else set())
        if chance(self.rng, 0.12) and not topic.not_home:
            services |= set(some(self.rng, _ALL, 1))
        in_person = call.channel == "in_person" and not topic.not_home
        gift = in_person and call.person and chance(self.rng, 0.006)
        return {
            "companions": slots["comp"] if in_person and chance(self.rng, 0.18) else "",
            "topics": [topic.category],
            "services": [service for service in _ALL if service in services],
            "opinions": self.writer.one_of(topic.opinions, slots, 0.4),
            "reply_expected": True if has_problem and chance(self.rng, 0.5) else None,
            "next_step": self.writer.one_of(topic.next_step, slots, 0.5),
            "gift_declared": self.writer.one_of(frames()["gifts"]["declared"], slots) if gift else "",
        }
