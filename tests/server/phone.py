"""A phone for the tests of sync: it chains its ops, sends what they say, and keeps what it pulls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.core.ids import new_id
from sync.canonical import GENESIS, op_hash, op_text
from sync.messages import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.server.conftest import Client

Json = dict[str, Any]

WALL = "2026-11-24T09:30:00.000Z"


class Phone:
    """One device of one account."""

    def __init__(self, client: Client, scope: str) -> None:
        """Begin with an empty outbox; `scope` is where it writes."""
        self.client, self.scope = client, scope
        self.device = new_id()
        self.n, self.head = 0, GENESIS
        self.cursors: dict[str, int] = {}
        self.records: dict[str, Json] = {}
        self.outbox: list[Json] = []
        self.answers: list[Json] = []

    def op(
        self,
        kind: str,
        record_type: str,
        rid: str,
        fields: Json | None = None,
        /,
        **members: Any,  # noqa: ANN401 - any member
    ) -> Json:
        """Return the next op, chained to the one before, and put it in the outbox."""
        self.n += 1
        op: Json = {
            "op_id": new_id(),
            "n": self.n,
            "prev_hash": self.head,
            "type": record_type,
            "rid": rid,
            "scope": self.scope,
            "kind": kind,
            "wall": WALL,
            "mono": self.n,
        }
        if fields is not None:
            op["set"] = fields
        op |= members
        self.head = op_hash(op_text(op, op["prev_hash"]))
        self.outbox.append(op)
        return op

    def create(self, record_type: str, fields: Json, **members: Any) -> str:  # noqa: ANN401
        """Return the id of a new record."""
        rid = str(members.pop("rid", None) or new_id())
        self.op("append" if record_type == "review" else "create", record_type, rid, fields, **members)
        return rid

    def set(self, record_type: str, rid: str, fields: Json, **members: Any) -> Json:  # noqa: ANN401
        """Return a change based on what this phone has pulled of the record."""
        stamps = self.records.get(rid, {}).get("s", {})
        members.setdefault("base", {name: stamps.get(name, 1) for name in fields})
        earlier = [op for op in self.outbox if op["rid"] == rid]
        if earlier:
            members.setdefault("after", earlier[-1]["op_id"])
        return self.op("set", record_type, rid, fields, **members)

    def delete(self, record_type: str, rid: str, **members: Any) -> Json:  # noqa: ANN401
        """Return a deletion based on what this phone has pulled of the record."""
        pulled = self.records.get(rid, {})
        base = {name: pulled.get("s", {}).get(name, 1) for name in pulled.get("f", {})}
        return self.op("delete", record_type, rid, base=base, **members)

    def body(self, ops: list[Json] | None = None, **members: Any) -> Json:  # noqa: ANN401
        """Return a request with the ops, by default the whole outbox."""
        sent = self.outbox if ops is None else ops
        return {
            "proto": 1, "schema": SCHEMA, "device": self.device, "ops": sent, "scopes": self.cursors,
        } | members  # fmt: skip

    def post(self, ops: list[Json] | None = None, **members: Any) -> TestResponse:  # noqa: ANN401
        """Return the raw answer to a request; nothing of it is kept."""
        return self.client.post("/api/sync", self.body(ops, **members))

    def push(self, ops: list[Json] | None = None, **members: Any) -> list[Json]:  # noqa: ANN401
        """Return the results of one request whose answer is otherwise lost."""
        answer = self.post(ops, **members)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        results: list[Json] = answer.get_json()["results"]
        return results

    def sync(self, wrap: Callable[[Json], Json] = lambda answer: answer) -> Json:
        """Return the first answer, after pushing the outbox and pulling to the end."""
        first: Json | None = None
        while True:
            answer = self.post()
            assert answer.status_code == 200, answer.get_data(as_text=True)
            found = wrap(answer.get_json())
            first = first or found
            if not self.apply(found):
                return first

    def apply(self, answer: Json) -> bool:
        """Return whether there is more, after keeping the answer's pages as rules L2 to L7 say."""
        assert answer["end"] is True
        self.answers.append(answer)
        for scope in answer["lost"]:
            self.cursors.pop(scope, None)
        for page in answer["scopes"]:
            if page["from"] != self.cursors.get(page["id"], 0):
                continue
            for entry in page["entries"]:
                if not entry.get("out"):
                    self.records[entry["id"]] = {**entry, "scope": page["id"]}
                elif self.records.get(entry["id"], {}).get("scope") == page["id"]:
                    del self.records[entry["id"]]
            self.outbox = [op for op in self.outbox if op["op_id"] not in page["own"]]
            self.cursors[page["id"]] = page["to"]
        return any(page["more"] for page in answer["scopes"])

    def of_type(self, record_type: str) -> list[Json]:
        """Return the pulled records of the type that aren't gone."""
        return [one for one in self.records.values() if one["type"] == record_type and not one.get("gone")]


def diary(**fields: Any) -> Json:  # noqa: ANN401
    """Return the fields of a diary entry."""
    return {
        "visit_date": "2026-11-20",
        "channel": "in_person",
        "target_type": "merchant",
        "target_name": "便民超市",
        "services": ["visit"],
        "narrative": "走访了解经营情况。",
        "recorded_at": WALL,
    } | fields


def household(**fields: Any) -> Json:  # noqa: ANN401
    """Return the fields of a household."""
    return {
        "estate": "幸福小区", "house_code": "0101", "building": "1 栋", "door": "101", "head_name": "张伟",
    } | fields  # fmt: skip


def problem(**fields: Any) -> Json:  # noqa: ANN401
    """Return the fields of a problem."""
    return {
        "title": "路灯不亮",
        "category": "utilities",
        "urgency": "normal",
        "source": "visit",
        "recorded_at": WALL,
    } | fields


def review(diary_id: str, **fields: Any) -> Json:  # noqa: ANN401
    """Return the fields of a review."""
    return {"diary_id": diary_id, "diary_rev": 1, "verdict": "read", "recorded_at": WALL} | fields


def response(round_id: str, **fields: Any) -> Json:  # noqa: ANN401
    """Return the fields of a named answer."""
    return {
        "round_id": round_id,
        "version_id": "00000000-0000-7000-8000-00000000000f",
        "answers": "<data><q>1</q></data>",
        "name": "张伟",
        "via": "cadre",
        "filled_on": "2026-11-20",
        "recorded_at": WALL,
    } | fields
