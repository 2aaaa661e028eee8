"""One push in memory: what it read, what it decided, and in which order seqs are taken.

Ops are decided on this copy, one after the other; an op that is refused has changed nothing
here. Only a whole batch is written, so every op has the effect of a savepoint (rule P2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from server.core.access import Access
from server.core.errors import BadInput
from server.sync.own_ids import server_id
from sync.merge import Past, Record
from sync.messages import MOST_OP_BYTES, SCHEMA, Envelope

if TYPE_CHECKING:
    from server.sync.handing import Waiting

QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes. Without `access` it is the server itself, whom no right stops."""

    account_id: str
    community_id: str | None
    access: Access | None

    @classmethod
    def of(cls, access: Access) -> Author:
        """Return the author who has the access."""
        return cls(access.account_id, access.community_id, access)


@dataclass(slots=True)
class Loaded:
    """A record with its state after the ops decided so far."""

    id: str
    type: str
    scope: str
    author: str
    created_at: str
    state: Record
    is_new: bool = False
    is_touched: bool = False
    seq: int = 0


class Written(NamedTuple):
    """An accepted op of a record's past, with what a conflict tells of it."""

    past: Past
    account: str
    device: str
    wall: str
    received: str


@dataclass(slots=True)
class Pending:
    """An op on its way: as it came, its canonical text and hash, and what became of it."""

    op: dict[str, Any]
    text: bytes
    hash: str
    n: int | None
    said: Mapping[str, Any] = field(default_factory=dict)  # the op in the present schema (P15)
    envelope: Envelope | None = None
    refusal: BadInput | None = None
    id: str = ""  # its key in the log: op_id, or one of its own where that is taken
    status: str = ""
    scope: str = ""
    seq: int = 0
    rev: int | None = None
    effect: dict[str, Any] = field(default_factory=dict)
    conflict_id: str | None = None

    @property
    def op_id(self) -> str:
        """Return the id it came with."""
        return str(self.op["op_id"])

    def result(self) -> dict[str, Any]:
        """Return the result that is answered; the refusal's code, message and field included."""
        found: dict[str, Any] = {
            "op_id": self.op_id,
            "n": self.op["n"],
            "status": self.status,
            "scope": self.scope,
            "seq": self.seq,
        }
        if self.refusal is not None and self.status == QUARANTINED:
            found |= {"code": self.refusal.code, "message": self.refusal.message}
            if self.refusal.field is not None:
                found["field"] = self.refusal.field
        if self.conflict_id is not None:
            found["conflict_id"] = self.conflict_id
        return found


@dataclass(slots=True)
class Departed:
    """A record that leaves a scope."""

    scope: str
    id: str
    type: str
    rev: int
    seq: int = 0


@dataclass(slots=True)
class Taker:
    """Something that takes one seq of a scope: an op, a record, or both."""

    scope: str
    op: Pending | None
    record: Loaded | Departed


@dataclass
class Batch:
    """The state of one push.

    `departed` are the (scope, record) that its ops may still name. `parts` are what the server
    itself says in the same transaction, by account; a part shares all but its device's chain.
    A part that speaks for another device, its `voice`, merges as that one.
    """

    author: Author
    device: str
    received_at: datetime
    last_n: int = 0
    last_hash: str = ""
    schema: int = SCHEMA
    carried_by: str | None = None
    voice: str = ""
    records: dict[str, Loaded] = field(default_factory=dict)
    history: dict[str, dict[int, Written]] = field(default_factory=dict)
    ops: list[Pending] = field(default_factory=list)  # the new ones, by n
    takers: list[Taker] = field(default_factory=list)
    conflicts: int = 0
    sent: str | None = None  # what the device's clock said as it sent the request
    departed: set[tuple[str, str]] = field(default_factory=set)
    departures: list[Departed] = field(default_factory=list)
    waiting: dict[tuple[str, str], Waiting] = field(default_factory=dict)
    parts: dict[str, Batch] = field(default_factory=dict)

    @property
    def writer(self) -> str:
        """Return the device that the merges see."""
        return self.voice or self.device

    @cached_property
    def received(self) -> str:
        """Return the time of receipt as ISO 8601 in UTC with milliseconds."""
        return instant(self.received_at)

    def past_of(self, rid: str) -> dict[int, Past]:
        """Return what is known of the record's past, by revision."""
        return {rev: written.past for rev, written in self.history.get(rid, {}).items()}

    def accept(self, pending: Pending, record: Loaded, status: str) -> None:
        """Note that the op has made the record's present state."""
        envelope = pending.envelope
        assert envelope is not None  # noqa: S101 - without one an op is refused
        pending.status, pending.scope, pending.rev = status, record.scope, record.state.rev
        record.is_touched = True
        self.records[record.id] = record
        past = Past(self.writer, envelope.set, pending.effect)
        self.history.setdefault(record.id, {})[record.state.rev] = Written(
            past, self.author.account_id, self.writer, envelope.wall, self.received
        )
        self.takers.append(Taker(record.scope, pending, record))

    def quarantine(self, pending: Pending, refusal: BadInput, *, handover: str | None = None) -> None:
        """Keep the op whole: a record for its author, and its twin for the committee (rule P11).

        One that was handed over needs no twin: its handover is what others have to decide.
        """
        pending.refusal, pending.status, pending.effect = refusal, QUARANTINED, {}
        pending.scope, pending.rev, pending.conflict_id = f"person:{self.author.account_id}", None, None
        whole = len(pending.text) <= MOST_OP_BYTES
        fields: dict[str, Any] = {
            "op": pending.text.decode() if whole else pending.text[:MOST_OP_BYTES].decode(errors="ignore"),
            "op_id": pending.op_id,
            "device": self.device,
            "n": pending.op["n"],
            "account": self.author.account_id,
            "code": refusal.code,
            "message": refusal.message,
            "received_at": self.received,
        }
        if refusal.field is not None:
            fields["field"] = refusal.field
        if handover is not None:
            fields["handover"] = handover
        mine = self.own_record(server_id(pending.id, "person"), "quarantine", pending.scope, fields)
        self.takers.append(Taker(pending.scope, pending, mine))
        if self.author.community_id is not None and handover is None:
            committee = f"committee:{self.author.community_id}"
            twin = self.own_record(server_id(pending.id, "committee"), "quarantine", committee, fields)
            self.takers.append(Taker(committee, None, twin))

    def own_record(self, key: str, record_type: str, scope: str, fields: dict[str, Any]) -> Loaded:
        """Return a new record of the server's own making, under a `server_id`."""
        state = Record(fields, {}, 1)
        record = Loaded(key, record_type, scope, self.author.account_id, self.received, state, is_new=True)
        self.records[record.id] = record
        return record

    def part(self, author: Author, device: str) -> Batch:
        """Return a part for what the server says in the author's name on the device."""
        return Batch(
            author,
            device,
            self.received_at,
            records=self.records,
            history=self.history,
            takers=self.takers,
            departures=self.departures,
        )

    def trial(self, voice: str) -> Batch:
        """Return a batch that goes on where this one is, to be absorbed if all of it is good."""
        return Batch(self.author, self.device, self.received_at, self.last_n, self.last_hash, voice=voice)

    def absorb(self, trial: Batch) -> None:
        """Take over what the trial has done."""
        self.records.update(trial.records)
        self.history.update(trial.history)
        self.takers.extend(trial.takers)
        self.ops.extend(trial.ops)
        self.conflicts += trial.conflicts
        self.last_n, self.last_hash = trial.last_n, trial.last_hash


def instant(moment: datetime) -> str:
    """Return the moment, which is in UTC, as `2026-11-24T09:30:01.123Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
