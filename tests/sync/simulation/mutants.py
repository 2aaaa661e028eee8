"""Faults put into the real code, one at a time: the simulation must catch each of them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unittest import mock

import orjson
from sqlalchemy.orm import Session

import sync.merge
from server.core.database import now, writing
from server.core.ids import new_id
from server.sync import deciding, exchange, pull, routes, storage
from server.sync.batch import Author, Batch
from server.sync.models import Scope
from tests.sync.simulation.bundle import Replaced
from tests.sync.simulation.server import Died

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.core.access import Access
    from sync.messages import Request

Json = dict[str, Any]
DATA = "pwa/src/data"


@dataclass(frozen=True)
class Mutant:
    """A fault: texts of the phones' source, or functions of the server, that are replaced."""

    name: str
    phone: tuple[Replaced, ...] = ()
    server: tuple[tuple[Any, str, Callable[..., Any]], ...] = ()

    def into_server(self) -> ExitStack:
        """Return the context in which the server has the fault."""
        stack = ExitStack()
        for owner, name, fault in self.server:
            stack.enter_context(mock.patch.object(owner, name, fault))
        return stack


apply_ops, merge, take_seqs, answer_whole = (
    exchange.apply_ops, sync.merge.merge, storage.take_seqs, exchange.exchange,
)  # fmt: skip


def apply_again(session: Session, author: Author, device: str, ops: list[Json], manner: Any = None) -> Any:  # noqa: ANN401
    """Apply every op as if it had never been seen."""
    batch = Batch(author, device, now())
    storage.open_device(session, batch)
    known = storage.taken_ids(session, {op["op_id"] for op in ops})
    last, fresh = batch.last_n, []
    for op in sorted(ops, key=lambda one: one["n"]):
        last += 1
        new = {key: value for key, value in op.items() if key != "prev_hash"} | {"n": last}
        fresh.append(new | {"op_id": new_id()} if op["op_id"] in known else new)
    results = apply_ops(session, author, device, fresh, manner)
    by_n = dict(zip(sorted(op["n"] for op in ops), results, strict=True))
    return [by_n[op["n"]] | {"op_id": op["op_id"], "n": op["n"]} for op in ops]


def last_wins(record: Any, change: Any, history: Any, keyed: Any) -> Any:  # noqa: ANN401 - merge's own
    """Merge as if the author had seen everything."""
    seen = {name: record.stamp(name) for name in record.fields.keys() | change.set.keys()}
    merged = merge(record, replace(change, base=seen), history, keyed)
    merged.conflicts.clear()
    return merged


def number_first(session: Session, author: Author, device: str, ops: list[Json], manner: Any = None) -> Any:  # noqa: ANN401
    """Take the seqs in a transaction of their own, before the one that writes the rows."""
    takers: list[Any] = []

    def noted(session: Session, batch: Batch) -> None:
        takers.extend(batch.takers)
        take_seqs(session, batch)

    with mock.patch.object(storage, "take_seqs", noted):
        apply_ops(session, author, device, ops, manner)
    session.rollback()
    session.connection(execution_options={"write": True})
    reserved: dict[str, int] = {}
    for taker in takers:
        row = storage.insert(session, Scope).values(id=taker.scope, seq=1)
        raised = row.on_conflict_do_update(index_elements=["id"], set_={"seq": Scope.seq + 1})
        last = session.execute(raised.returning(Scope.seq)).scalar_one()
        reserved.setdefault(taker.scope, last)
    session.commit()
    session.connection(execution_options={"write": True})

    def given(_session: Session, batch: Batch) -> None:
        for taker in batch.takers:
            taker.record.seq = reserved[taker.scope]
            reserved[taker.scope] += 1
            if taker.op is not None:
                taker.op.seq = taker.record.seq

    with mock.patch.object(storage, "take_seqs", given):
        return apply_ops(session, author, device, ops, manner)


def answer_early(access: Access, request: Request, *, is_suspect: bool = False) -> bytes:
    """Build the reply before the COMMIT: it goes out even where the server dies of that."""
    if not request.ops:
        return answer_whole(access, request, is_suspect=is_suspect)
    built = b""
    try:
        with writing() as session:
            manner = exchange.Manner(request.schema)
            results = apply_ops(session, Author.of(access), request.device, request.ops, manner)
            built = pull.answer(session, access, request, orjson.dumps(results))
    except Died:
        if not built:
            raise
    return built


CONTINUED = "if (page.from !== before.content.cursor) return NOTHING;"
STILL = "content.cursor !== page.from || "
MUTANTS = (
    Mutant("no idempotency", server=((exchange, "apply_ops", apply_again),)),
    Mutant("last write wins", server=((deciding, "merge", last_wins),)),
    Mutant(
        "outbox cleared on acknowledgement",
        phone=(
            Replaced(
                f"{DATA}/engine.ts",
                "this.noteResults(ops, answer, tally);",
                """this.noteResults(ops, answer, tally);
                await this.db.write(['ops'], async (tx) => {
                  for (const op of ops) tx.objectStore('ops').delete(op.n);
                });""",
            ),
        ),
    ),
    Mutant(
        "pull clobbers pending",
        phone=(
            Replaced(
                f"{DATA}/pages.ts",
                "await removeOwn(tx, page.own)",
                """await removeOwn(tx, [
                  ...page.own,
                  ...((await got(tx.objectStore('ops').getAll())) as Op[])
                    .filter((op) => page.entries.some((entry) => entry.id === op.rid))
                    .map((op) => op.op_id),
                ])""",
            ),
        ),
    ),
    Mutant(
        "cursor before rows",
        phone=(
            Replaced(
                f"{DATA}/pages.ts",
                CONTINUED,
                f"""{CONTINUED}
                await db.write(['scopes'], async (tx) => {{
                  const scope = await scopeIn(tx, page.id);
                  if (!scope.shadow) tx.objectStore('scopes').put({{ ...scope, cursor: page.to }});
                }});""",
            ),
            Replaced(f"{DATA}/pages.ts", STILL, ""),
        ),
    ),
    Mutant(
        "no page check",
        phone=(Replaced(f"{DATA}/pages.ts", CONTINUED, ""), Replaced(f"{DATA}/pages.ts", STILL, "")),
    ),
    Mutant("seq before commit", server=((exchange, "apply_ops", number_first),)),
    Mutant("reply before commit", server=((routes, "exchange", answer_early),)),
    Mutant(
        "base ignored for lists",
        server=(
            (sync.merge, "merge_set", lambda _base, _current, value: value),
            (sync.merge, "merge_items", lambda _base, _current, value: (value, [])),
        ),
    ),
    Mutant(
        "lost scope destroyed with its outbox",
        phone=(
            Replaced(
                f"{DATA}/scopes.ts",
                "if (waiting > 0) {",
                """const unsent = await got(tx.objectStore('ops').index('scope').getAllKeys(id));
                for (const n of unsent) tx.objectStore('ops').delete(n);
                if (waiting < 0) {""",
            ),
        ),
    ),
)
