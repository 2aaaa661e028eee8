"""What people wrote, and whom they overwrote knowingly: no value may be gone for another reason."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
VALUE = re.compile(r"值\d+号")
SETS = ("care_tags", "services")


@dataclass
class Written:
    """One op, its words, and the words that its author saw and left out."""

    phone: str
    op: Json
    words: set[str]
    replaced: set[str]


@dataclass
class Ledger:
    """Every op that a phone has said to be saved, by op_id."""

    written: dict[str, Written] = field(default_factory=dict)

    def note(self, phone: str, op: Json, shown: list[Json]) -> None:
        """Note an op of the phone, made while it showed the rows."""
        row = next((one for one in shown if one["id"] == op["rid"]), None)
        before = row["fields"] if row else {}
        after = op.get("set", {})
        changed = before.keys() if op["kind"] == "delete" else after.keys()
        words = words_in(op["rid"], after)
        replaced = words_in(op["rid"], {name: before[name] for name in changed if name in before}) - words
        self.written[op["op_id"]] = Written(phone, op, words, replaced)

    def of_phone(self, phone: str) -> list[Json]:
        """Return the ops of the phone."""
        return [one.op for one in self.written.values() if one.phone == phone]

    def missing(self, applied: set[str], visible: list[tuple[str, Json]]) -> set[str]:
        """Return the words of the applied ops that are neither visible nor replaced knowingly.

        `visible` are the records that are shown to somebody, each with its id.
        """
        ops = [one for key, one in self.written.items() if key in applied]
        kept: set[str] = set()
        for rid, fields in visible:
            kept |= words_in(rid, fields)
            if "record_id" in fields:  # of a conflict: a set is never in one, its record's words are
                kept |= words_in(fields["record_id"], fields)
        replaced = set[str]().union(*(one.replaced for one in ops))
        return set[str]().union(*(one.words for one in ops)) - replaced - kept


def words_in(rid: str, fields: Json) -> set[str]:
    """Return the values in the fields that nobody else has written, and the members of their sets."""
    members = {f"{rid}/{name}/{one}" for name in SETS for one in fields.get(name) or []}
    return set(VALUE.findall(json.dumps(fields, ensure_ascii=False))) | members
