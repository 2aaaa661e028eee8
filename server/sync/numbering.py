"""Which ops of a push are new, and whether they continue the device's numbers and chain.

Rules P1 (one id, one effect), P5 (numbers without a gap) and P6 (the chain).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.core.errors import Clash
from server.sync.batch import Batch, Pending
from server.sync.refusals import Refused
from sync.canonical import op_hash, op_text
from sync.messages import ShapeError, read_envelope
from sync.upcast import upcast

Op = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """An op of this device that the log holds, or that stands earlier in this push."""

    text: bytes
    scope: str
    seq: int

    def result(self, op: Op) -> dict[str, Any]:
        """Return the answer `duplicate`, with where it was read back the first time."""
        return {
            "op_id": op["op_id"], "n": op["n"], "status": "duplicate", "scope": self.scope, "seq": self.seq,
        }  # fmt: skip


# Returns the op of this device under an id of the log; None where there is none.
Lookup = Callable[[str], "Known | None"]


@dataclass(frozen=True, slots=True)
class Numbered:
    """One op of the request: a new one, or what is known of it already."""

    op: Op
    pending: Pending | None
    known: Known | None = None
    twin: Pending | None = None  # the same op earlier in the same request

    def result(self) -> dict[str, Any]:
        """Return the op's result, once the batch has its seqs."""
        if self.pending is not None:
            return self.pending.result()
        if self.twin is not None:
            return self.twin.result() | {"op_id": self.op["op_id"], "status": "duplicate"}
        assert self.known is not None  # noqa: S101 - one of the three it is
        return self.known.result(self.op)


def number_ops(
    batch: Batch, ops: list[dict[str, Any]], taken: frozenset[str], lookup: Lookup
) -> list[Numbered]:
    """Return the ops by n, new ones added to the batch; Clash `sequence_gap` where one is missing.

    `taken` are the op_ids that the log holds, whosever they are. Within a request `n` alone gives
    the order, so a batch that was shuffled on its way is the same batch.
    """
    numbering = _Numbering(batch, taken, lookup)
    return [numbering.number(op) for op in sorted(ops, key=lambda op: op["n"])]


class _Numbering:
    """The head of the chain while the ops of one request are gone through."""

    def __init__(self, batch: Batch, taken: frozenset[str], lookup: Lookup) -> None:
        self.batch, self.taken, self.lookup = batch, taken, lookup
        self.first_missing = batch.last_n + 1
        self.seen: dict[str, Pending] = {}

    def number(self, op: dict[str, Any]) -> Numbered:
        """Return what the op is, and add it to the batch if it is new."""
        op_id = op["op_id"]
        if op_id in self.taken or op_id in self.seen:
            return self.reused(op, op_id)
        if op["n"] > self.batch.last_n + 1:
            raise Clash(
                "上传的操作不连续，请从缺少的一条开始",
                code="sequence_gap",
                expected=self.first_missing,
                missing=self.batch.last_n + 1,
            )
        if op["n"] <= self.batch.last_n:
            text = op_text(op, _as_sent(op, self.batch.last_hash))
            return self.add(Pending(op, text, op_hash(text), None, refusal=Refused("n_taken")))
        return self.add(self.next_of_chain(op))

    def reused(self, op: dict[str, Any], op_id: str) -> Numbered:
        """Return the op as known where its content is the same, else as one that reuses an id."""
        twin = self.seen.get(op_id)
        if twin is not None and op_text(op, _as_sent(op, prev_hash_of(twin.text))) == twin.text:
            return Numbered(op, None, twin=twin)
        known = self.lookup(op_id)
        text = op_text(op, _as_sent(op, prev_hash_of(known.text) if known else self.batch.last_hash))
        if known is not None and known.text == text:
            return Numbered(op, None, known)
        log_id = alias(op_id, text)
        if log_id in self.seen:
            return Numbered(op, None, twin=self.seen[log_id])
        if (earlier := self.lookup(log_id)) is not None:
            return Numbered(op, None, earlier)
        pending = Pending(op, text, op_hash(text), None, id=log_id, refusal=Refused("id_reused"))
        if op["n"] == self.batch.last_n + 1:
            self.advance(pending, op["n"])
        return self.add(pending)

    def next_of_chain(self, op: dict[str, Any]) -> Pending:
        """Return the op that has the device's next number, and move the head of the chain on."""
        head = self.batch.last_hash
        text = op_text(op, _as_sent(op, head))
        pending = Pending(op, text, op_hash(text), None)
        self.advance(pending, op["n"])
        if _as_sent(op, head) != head:
            pending.refusal = Refused("chain_broken", field="prev_hash")
            return pending
        try:
            pending.said = upcast(op, self.batch.schema)
            pending.envelope = read_envelope(pending.said, is_own=self.batch.author.access is None)
        except ShapeError as error:
            pending.refusal = Refused(error.code, field=error.field, message=error.message)
        return pending

    def advance(self, pending: Pending, n: int) -> None:
        """Give the op its number, and make it the head of the chain."""
        pending.n = n
        self.batch.last_n, self.batch.last_hash = n, pending.hash

    def add(self, pending: Pending) -> Numbered:
        """Add a new op to the batch."""
        pending.id = pending.id or pending.op_id
        self.seen[pending.id] = pending
        self.batch.ops.append(pending)
        return Numbered(pending.op, pending)


def alias(op_id: str, text: bytes) -> str:
    """Return the id in the log for other content that came with a known op_id."""
    return str(uuid.uuid5(uuid.UUID(op_id), op_hash(text)))


def _as_sent(op: Op, default: Any) -> Any:  # noqa: ANN401 - a bad op may carry anything
    """Return the op's `prev_hash`, or the default where it was left out."""
    sent = op.get("prev_hash")
    return default if sent is None else sent


def prev_hash_of(text: bytes) -> Any:  # noqa: ANN401 - a bad op may carry anything
    """Return the `prev_hash` in an op's canonical text."""
    return json.loads(text)["prev_hash"]
