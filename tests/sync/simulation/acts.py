"""What people do in a simulation: changes of few records, so that they clash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.server.phone import diary, household, problem, review
from tests.sync.simulation.script import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
TAGS = ("disabled", "hardship", "orphan")
SERVICES = ("visit", "guidance", "support")
KEYS = ("k1", "k2", "k3")
MOST = 3  # records of a type that are made on purpose
WRITERS = {
    "household": {"cadre1", "cadre2"},
    "diary_entry": {"cadre1", "cadre2", "grid_lead"},
    "review": {"reviewer"},
}


class Person:
    """The person of a phone, who looks at its rows and chooses what to do."""

    def __init__(self, login: str, account: str, scopes: list[str], rows: list[Json]) -> None:
        self.login, self.account, self.scopes = login, account, scopes
        self.rows = sorted(rows, key=lambda row: row["id"])

    def choose(self, what: str, number: int, value: str) -> Json | None:
        """Return the act, or the next one on the list that can be done; its words are the value."""
        start = COMMON.index(what)
        wishes = (self.wish(one, number, value) for one in COMMON[start:] + COMMON[:start])
        return next((one for one in wishes if one is not None), None)

    def wish(self, what: str, number: int, value: str) -> Json | None:
        """Return the act; None where there is nothing to do it to, or it isn't this person's."""
        act: Json | None = getattr(self, what)(number, value)
        if act is None or self.login not in WRITERS.get(act["type"], {self.login}):
            return None
        return act

    def one(self, record_type: str, number: int, among: Iterable[Json] | None = None) -> Json | None:
        """Return one of the rows of the type."""
        rows = [row for row in (self.rows if among is None else among) if row["type"] == record_type]
        return rows[number % len(rows)] if rows else None

    def create(self, record_type: str, number: int, fields: Json) -> Json | None:
        """Return the creation of a record, unless there are enough."""
        known = sum(row["type"] == record_type for row in self.rows)
        if known >= MOST or not self.scopes:
            return None
        scope = self.scopes[number % len(self.scopes)]
        kind = "append" if record_type == "review" else "create"
        return {"kind": kind, "type": record_type, "scope": scope, "fields": fields}

    def create_household(self, number: int, value: str) -> Json | None:
        """Return the creation of a household."""
        return self.create("household", number, household(note=value, care_tags=[TAGS[number % 3]]))

    def create_diary(self, number: int, value: str) -> Json | None:
        """Return the creation of a diary entry."""
        return self.create("diary_entry", number, diary(narrative=f"{value}第一段\n第二段\n第三段"))

    def create_problem(self, number: int, value: str) -> Json | None:
        """Return the creation of a problem."""
        return self.create("problem", number, problem(title=value))

    def review(self, number: int, value: str) -> Json | None:
        """Return a review of a diary entry."""
        entry = self.one("diary_entry", number)
        return entry and self.create("review", number, review(entry["id"], comment=value))

    def set(self, row: Json | None, fields: Json) -> Json | None:
        """Return the change of the row."""
        return row and {"kind": "set", "type": row["type"], "rid": row["id"], "fields": fields}

    def household_note(self, number: int, value: str) -> Json | None:
        """Return a change of one field."""
        return self.set(self.one("household", number), {("note", "phone")[number // 2 % 2]: value})

    def household_clear(self, number: int, _value: str) -> Json | None:
        """Return the clearing of a field."""
        return self.set(self.one("household", number), {"note": None})

    def household_tags(self, number: int, _value: str) -> Json | None:
        """Return a tag put in or taken out."""
        row = self.one("household", number)
        tags = row["fields"].get("care_tags", []) if row else []
        return self.set(row, {"care_tags": toggled(tags, TAGS[number % 3])})

    def household_member(self, number: int, value: str) -> Json | None:
        """Return a member put in, taken out, or given another job."""
        row = self.one("household", number)
        key = KEYS[number % 3]
        members = {one["key"]: one for one in (row["fields"].get("members", []) if row else [])}
        if number >= 6 and key in members:
            del members[key]
        else:
            members[key] = {"key": key, "name": "家人", "job": value}
        return self.set(row, {"members": list(members.values())})

    def own_diary(self, number: int) -> Json | None:
        """Return an entry that the person wrote."""
        return self.one("diary_entry", number, [row for row in self.rows if row["by"] == self.account])

    def diary_paragraph(self, number: int, value: str) -> Json | None:
        """Return a paragraph added or written anew."""
        row = self.own_diary(number)
        paragraphs = row["fields"].get("narrative", "").split("\n") if row else [""]
        place = number % (len(paragraphs) + 1)
        paragraphs[place : place + number % 2] = [f"{value}这一段"]
        return self.set(row, {"narrative": "\n".join(paragraphs)})

    def diary_services(self, number: int, _value: str) -> Json | None:
        """Return a service put in or taken out; one always stays."""
        row = self.own_diary(number)
        services = row["fields"].get("services", []) if row else []
        return self.set(row, {"services": toggled(services, SERVICES[number % 3]) or [SERVICES[0]]})

    def diary_delete(self, number: int, _value: str) -> Json | None:
        """Return the deletion of an entry."""
        row = self.own_diary(number)
        return row and {"kind": "delete", "type": row["type"], "rid": row["id"]}

    def problem_title(self, number: int, value: str) -> Json | None:
        """Return a change of one field."""
        return self.set(self.one("problem", number), {("title", "detail")[number % 2]: value})

    def settle(self, number: int, value: str) -> Json | None:
        """Return the settlement of an open conflict."""
        rows = [row for row in self.rows if row["fields"].get("state") == "open" and self.may_settle(row)]
        row = self.one("conflict", number, rows)
        is_text = row and all(isinstance(row["fields"][side]["value"], str) for side in ("shown", "other"))
        choice = ("shown", "other", "new")[number % (3 if is_text else 2)]
        words = f"{value}新写的"
        return row and {
            "kind": "settle", "type": "conflict", "rid": row["id"], "choice": choice, "value": words,
        }  # fmt: skip

    def may_settle(self, row: Json) -> bool:
        """Return whether the page offers to settle the conflict to this person."""
        record_type, record = row["fields"].get("record_type"), row["fields"].get("record_id")
        if self.login == "reviewer":
            return True
        if record_type == "diary_entry":
            return any(one["id"] == record and one["by"] == self.account for one in self.rows)
        return self.login in WRITERS.get(record_type, {self.login})

    def sign(self, row: Json | None, fields: Json) -> Json | None:
        """Return the ending of what only the server makes."""
        return row and {"kind": "sign", "type": row["type"], "rid": row["id"], "fields": fields}

    def end_quarantine(self, number: int, value: str) -> Json | None:
        """Return the end of a refused op: by its author, or by the supervisor."""
        rows = [row for row in self.rows if not row["fields"].keys() & {"settled", "handled"}]
        row = self.one("quarantine", number, rows)
        if row and row["scope"].startswith("committee:"):
            return self.sign(row, {"handled": True, "note": value})
        return self.sign(row, {"settled": "dropped"})

    def decide(self, number: int, value: str) -> Json | None:
        """Return the decision on a handover."""
        rows = [row for row in self.rows if row["fields"].get("state") == "waiting"]
        row = self.one("handover", number, rows)
        return self.sign(row, {"state": "taken"} if number % 2 else {"state": "declined", "note": value})


def toggled(members: list[str], member: str) -> list[str]:
    """Return the members without the one, or with it."""
    without = [one for one in members if one != member]
    return without if len(without) < len(members) else [*members, member]
