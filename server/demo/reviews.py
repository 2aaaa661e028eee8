"""Reviews 审阅: the supervisors read what is older than about ten days, and return some of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from server.demo.changes import CORRECTED, READ_AGAIN, REVIEWED, Change, instant, moment
from server.demo.dice import chance, uuid_at, weighted
from server.demo.topics import frames

if TYPE_CHECKING:
    from random import Random

    from server.demo.narratives import Writer
    from server.demo.visits import Entry

UNREAD_DAYS = 10
_CATCHING_UP = 14
_RETURNED = 0.028
_FIELDS = {"narrative": 6.0, "next_step": 3.0, "opinions": 1.0}
_OFFICE = (8 * 60 + 20, 18 * 60)
_SHOWN = (11, 40)  # days ago: a return of this age may still wait for its correction


@dataclass
class Reviewer:
    """Writes reviews, and the corrections that they bring about."""

    rng: Random
    writer: Writer
    today: date
    reviewers: dict[str, float]

    def review(self, entries: list[Entry], first_cadre: str) -> list[Change]:
        """Return the reviews of the entries and the corrections.

        One entry of the first cadre stands returned and uncorrected, so that 今天 shows one.
        """
        self.writer.rng = self.rng
        shown = self._shown(entries, first_cadre)
        changes: list[Change] = []
        for entry in entries:
            age = (self.today - entry.when.date()).days
            share = 0.0 if age <= UNREAD_DAYS else 0.7 if age <= _CATCHING_UP else 0.965
            if entry is shown or chance(self.rng, share):
                changes += self._one(entry, age, is_shown=entry is shown)
        return changes

    def _shown(self, entries: list[Entry], login: str) -> Entry | None:
        own = [
            entry
            for entry in entries
            if entry.author == login and _SHOWN[0] <= (self.today - entry.when.date()).days <= _SHOWN[1]
        ]
        return own[-1] if own else None

    def _one(self, entry: Entry, age: int, *, is_shown: bool) -> list[Change]:
        login = weighted(self.rng, self.reviewers)
        read_on = self._office(entry.when.date() + timedelta(days=self.rng.randint(1, min(8, age - 1))))
        if not is_shown and not chance(self.rng, _RETURNED):
            note = self.rng.choice(frames()["comments"]["note"])
            return [
                self._verdict(
                    entry, login, read_on, 1, {"verdict": "read"} | ({"comment": note} if note else {})
                )
            ]
        field = weighted(self.rng, _FIELDS)
        said = self.writer.one_of(frames()["comments"][field], entry.slots)
        returned = {"verdict": "returned", "comments": [{"field": field, "text": said}]}
        changes = [self._verdict(entry, login, read_on, 1, returned)]
        corrected_on = self._office(read_on.date() + timedelta(days=self.rng.randint(1, 5)))
        if is_shown or corrected_on.date() >= self.today or chance(self.rng, 0.1):
            return changes
        changes.append(self._correction(entry, field, corrected_on))
        again = self._office(corrected_on.date() + timedelta(days=self.rng.randint(1, 4)))
        if again.date() < self.today:
            changes.append(self._verdict(entry, login, again, 2, {"verdict": "read"}))
        return changes

    def _office(self, day: date) -> datetime:
        return moment(min(day, self.today - timedelta(days=1)), self.rng.randint(*_OFFICE))

    def _verdict(self, entry: Entry, login: str, when: datetime, rev: int, said: dict[str, Any]) -> Change:
        fields = {"diary_id": entry.rid, "diary_rev": rev, "recorded_at": instant(when)} | said
        phase = REVIEWED if rev == 1 else READ_AGAIN
        return Change(login, "review", uuid_at(self.rng, when), entry.grid, "append", fields, when, phase)

    def _correction(self, entry: Entry, field: str, when: datetime) -> Change:
        slots = entry.slots
        added = (
            self.writer.one_of(frames()["corrections"][field], slots)
            or "补充：已核实，情况如上，三日内再看。"
        )
        value = f"{entry.narrative}{added}" if field == "narrative" else added
        return Change(
            entry.author, "diary_entry", entry.rid, entry.grid, "set", {field: value}, when, CORRECTED
        )
